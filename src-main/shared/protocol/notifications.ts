// Notifications: things for a person. Stored in the inbox first, then delivered to the OS and to clients.
// These methods and events are Clawtray's own; OpenClaw's clients ignore them.

export type NotificationKind = 'reminder' | 'job' | 'call' | 'message' | 'alert' | 'approval';

export interface Delivery {
  /** Where it was shown, for example `os`. */
  readonly surface: string;
  readonly status: 'delivered' | 'failed';
  /** Why it failed, in the person's terms. */
  readonly reason?: string | undefined;
  readonly atMs: number;
}

export interface InboxNotification {
  readonly id: string;
  readonly kind: NotificationKind;
  readonly title: string;
  readonly body: string;
  readonly sessionKey?: string;
  readonly jobId?: string;
  /** With kind `approval`: `exec.approval.resolve` takes it for a command, `device.pair.approve` for a device. */
  readonly approvalId?: string;
  readonly createdAtMs: number;
  readonly readAtMs?: number;
  readonly delivery?: Delivery;
}

export interface NotificationsListResult {
  /** Newest first. */
  readonly notifications: readonly InboxNotification[];
  readonly unread: number;
  readonly total: number;
}

/** Event `notification`: one was raised. */
export interface NotificationEvent {
  readonly notification: InboxNotification;
  readonly unread: number;
}

/** Event `notifications.changed`: read marks or deliveries changed. */
export interface NotificationsChangedEvent {
  readonly unread: number;
}
