// Notifications: things for a person. Stored in the inbox first, then delivered to the OS and to clients.
// These methods and events are Clawtray's own; OpenClaw's clients ignore them.

export type NotificationKind = 'reminder' | 'job' | 'call' | 'message' | 'alert' | 'approval';

/** Who has something to tell; settings are made for each. */
export type NotificationSource =
  'reminder' | 'automation' | 'heartbeat' | 'call' | 'message' | 'device' | 'approval' | 'system';

export const NOTIFICATION_SOURCES: readonly NotificationSource[] = [
  'reminder',
  'automation',
  'heartbeat',
  'call',
  'message',
  'device',
  'approval',
  'system',
];

export interface Delivery {
  /** Where it was shown, for example `os`. */
  readonly surface: string;
  readonly status: 'delivered' | 'failed';
  /** Why it failed, in the person's terms. */
  readonly reason?: string | undefined;
  readonly atMs: number;
}

export type NotificationState = 'unread' | 'read' | 'snoozed' | 'resolved';

/** Why the operating system shows none: the notice waits in the inbox, or a summary tells of it. */
export type HeldReason = 'quiet' | 'source-off' | 'quiet-hours' | 'summary';

export interface InboxNotification {
  readonly id: string;
  readonly kind: NotificationKind;
  readonly source: NotificationSource;
  readonly state: NotificationState;
  readonly title: string;
  readonly body: string;
  readonly sessionKey?: string;
  readonly jobId?: string;
  /** With kind `approval`: `exec.approval.resolve` takes it for a command, `device.pair.approve` for a device. */
  readonly approvalId?: string;
  /** What belongs together has the same: the runs of one job, the events of one call. */
  readonly group?: string;
  /** How often it was told anew, from 2. */
  readonly count?: number;
  readonly createdAtMs: number;
  /** When it was last told anew. */
  readonly updatedAtMs?: number;
  readonly readAtMs?: number;
  /** Until then it is out of the way; then it is unread again. */
  readonly snoozedUntilMs?: number;
  /** What it told of is over. */
  readonly resolvedAtMs?: number;
  readonly held?: HeldReason;
  readonly delivery?: Delivery;
}

export interface NotificationsListParams {
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
  /** Only unread ones that the operating system is to show and that no surface was tried for. */
  readonly undelivered?: boolean | undefined;
  readonly state?: NotificationState | 'open' | undefined;
  readonly source?: NotificationSource | undefined;
}

export interface NotificationsListResult {
  /** Newest first. */
  readonly notifications: readonly InboxNotification[];
  readonly unread: number;
  readonly snoozed: number;
  readonly total: number;
}

export interface NotificationSettings {
  /** Whether the operating system shows what a source has to tell; the inbox has it in any case. */
  readonly sources: Readonly<Record<NotificationSource, { readonly os: boolean }>>;
  readonly quietHours: {
    readonly enabled: boolean;
    /** HH:MM, included. */
    readonly start: string;
    /** HH:MM, excluded; before `start` it is the next day's. */
    readonly end: string;
    /** IANA zone; the gateway's if left out. */
    readonly timezone?: string;
    /** Sources that are shown all the same. */
    readonly except: readonly NotificationSource[];
  };
  /** What shows while the screen is locked: only that something waits, or all of it. */
  readonly lockScreen: 'private' | 'full';
}

/** What is left out stays. */
export interface NotificationSettingsPatch {
  readonly sources?:
    | { readonly [Source in NotificationSource]?: NotificationSettings['sources'][Source] | undefined }
    | undefined;
  readonly quietHours?: Partial<NotificationSettings['quietHours']> | undefined;
  readonly lockScreen?: NotificationSettings['lockScreen'] | undefined;
}

/** Event `notification`: one was raised, raised again, or has been snoozed long enough. */
export interface NotificationEvent {
  readonly notification: InboxNotification;
  readonly unread: number;
}

/** Event `notifications.changed`: what was read, snoozed, resolved or delivered, and the settings. */
export interface NotificationsChangedEvent {
  readonly unread: number;
  /** Those that nobody needs to be told of any more; left out when that is none. */
  readonly ids?: readonly string[];
  /** All of them. */
  readonly all?: true;
  /** They were changed. */
  readonly settings?: NotificationSettings;
}

/** Event `notifications.summary`: many came at once, or while it was to be quiet; the operating system shows this one. */
export interface NotificationsSummaryEvent {
  readonly ids: readonly string[];
  readonly count: number;
  readonly title: string;
  readonly body: string;
}
