// The port to the operating system's notifications, with what the system at hand can do as data.

import type { Delivery } from '../../shared/protocol/notifications.ts';

export interface OsNotification {
  /** Ours; a later one with the same id replaces the earlier one. */
  readonly id: string;
  readonly title: string;
  readonly body: string;
  /** Stays until the person deals with it, where the system allows that. */
  readonly persistent: boolean;
  /** What a click does, for services that show it as a button; "Open" if left out. */
  readonly clickLabel?: string;
  readonly onClick: () => void;
  /** Answers that may be given on it; a system without buttons shows none, and the click is what is left. */
  readonly buttons?: readonly { readonly id: string; readonly label: string }[];
  readonly onButton?: (id: string) => void;
}

/** How a delivery ended, in the person's terms when it failed. */
export type DeliveryOutcome = Pick<Delivery, 'status' | 'reason'>;

export interface OsNotifier {
  show(notification: OsNotification): Promise<DeliveryOutcome>;
  close(id: string): void;
  stop(): void;
}
