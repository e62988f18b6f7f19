// The port to the operating system's notifications, with what the system at hand can do as data.

import type { Delivery } from '../../shared/protocol/notifications.ts';

export interface OsNotification {
  /** Ours; a later one with the same id replaces the earlier one. */
  readonly id: string;
  readonly title: string;
  readonly body: string;
  /** Stays until the person deals with it, where the system allows that. */
  readonly persistent: boolean;
  /** What belongs together, where the system shows that. */
  readonly group?: string | undefined;
  /** What a click does, for services that show it as a button; "Open" if left out. */
  readonly clickLabel?: string;
  readonly onClick: () => void;
  /** Answers that may be given on it; a system without buttons shows none, and the click is what is left. */
  readonly buttons?: readonly { readonly id: string; readonly label: string }[];
  readonly onButton?: (id: string) => void;
  /** A line to answer in, where the system has that. */
  readonly reply?: { readonly placeholder: string };
  readonly onReply?: (text: string) => void;
  /** It is gone: the person closed it, or the system did. */
  readonly onClose?: () => void;
}

/** How a delivery ended, in the person's terms when it failed. */
export type DeliveryOutcome = Pick<Delivery, 'status' | 'reason'>;

export interface NotifierCapabilities {
  readonly buttons: boolean;
  readonly reply: boolean;
}

/** Somebody did something with a notification that an earlier process has shown. */
export interface LateActivation {
  readonly id: string;
  readonly button?: string;
  readonly reply?: string;
}

export interface OsNotifier {
  /** What this system shows; nothing of it while it cannot be asked. */
  capabilities(): Promise<NotifierCapabilities>;
  show(notification: OsNotification): Promise<DeliveryOutcome>;
  close(id: string): void;
  /** Told also what happened before it was called: the app may have been started by a click. */
  onLateActivation(listener: (activation: LateActivation) => void): void;
  stop(): void;
}
