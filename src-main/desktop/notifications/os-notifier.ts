// The port to the operating system's notifications, with what the system at hand can do as data.

import type { Delivery } from '../../shared/protocol/notifications.ts';

export interface OsNotification {
  /** Ours; a later one with the same id replaces the earlier one. */
  readonly id: string;
  readonly title: string;
  readonly body: string;
  /** Stays until the person deals with it, where the system allows that. */
  readonly persistent: boolean;
  readonly onClick: () => void;
}

/** How a delivery ended, in the person's terms when it failed. */
export type DeliveryOutcome = Pick<Delivery, 'status' | 'reason'>;

export interface OsNotifier {
  show(notification: OsNotification): Promise<DeliveryOutcome>;
  close(id: string): void;
  stop(): void;
}
