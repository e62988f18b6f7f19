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

/** Ids of notifications from other gateways; those of our own are what the gateway or the app calls them. */
const FROM_ELSEWHERE = /^gateway:([^/]+)\//;

export function idFrom(gateway: string, id: string): string {
  return `gateway:${gateway}/${id}`;
}

/** @returns `undefined` for a notification of our own gateway or of the app itself */
export function readIdFrom(osId: string): { readonly gateway: string; readonly id: string } | undefined {
  const [head = '', gateway] = FROM_ELSEWHERE.exec(osId) ?? [];
  return gateway === undefined ? undefined : { gateway, id: osId.slice(head.length) };
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
  /**
   * Told also what happened before it was called: the app may have been started by a click.
   * @param whose with `others`: what other gateways had to say
   */
  onLateActivation(listener: (activation: LateActivation) => void, whose?: 'own' | 'others'): void;
  stop(): void;
}
