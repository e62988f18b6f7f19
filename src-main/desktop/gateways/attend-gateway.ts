// Looks after one other gateway while it is on duty: what waits and what it raises there arrive as native notifications that
// say where they come from, and are counted for the tray.

import type { GatewayConnection } from '../../client/connection.ts';
import type { NavigationTarget } from '../../shared/ipc.ts';
import { isJsonObject } from '../../shared/json.ts';
import { errorText, type Logger } from '../../shared/logger.ts';
import { plainText } from '../../shared/plain-text.ts';
import type { Clock, TimerHandle } from '../../shared/time.ts';
import { startApprovalCenter } from '../approvals/approval-center.ts';
import { startNotificationCenter } from '../notifications/notification-center.ts';
import {
  idFrom,
  type LateActivation,
  type OsNotification,
  type OsNotifier,
} from '../notifications/os-notifier.ts';
import { say } from '../words/words.ts';

export interface GatewayCounts {
  /** Commands and devices that wait for the person's decision. */
  readonly waiting: number;
  /** Unread notifications. */
  readonly unread: number;
}

export const NO_COUNTS: GatewayCounts = { waiting: 0, unread: 0 };

export interface AttendedGateway {
  counts(): GatewayCounts;
  /** Notifications are wanted again. */
  resume(): void;
  /** Somebody did something with a notification that an earlier process has shown. @param activation by our own id */
  activated(activation: LateActivation): void;
  leave(): void;
}

/** What happens at once is read once. */
const SETTLE = 300;

export function attendGateway(deps: {
  readonly id: string;
  readonly name: () => string;
  readonly connection: GatewayConnection;
  readonly notifier: OsNotifier;
  readonly open: (target: NavigationTarget) => void;
  /** The person wants no notifications right now. */
  readonly paused: () => boolean;
  readonly onCounts: () => void;
  readonly clock: Clock;
  readonly log: Logger;
}): AttendedGateway {
  const { connection, open, clock, log } = deps;
  const notifier = createNotifierOf(deps.notifier, deps.id, deps.name);
  let counts = NO_COUNTS;
  let pending: TimerHandle | undefined;

  function become(next: GatewayCounts): void {
    if (next.waiting === counts.waiting && next.unread === counts.unread) return;
    counts = next;
    deps.onCounts();
  }

  function readSoon(): void {
    pending ??= clock.schedule(SETTLE, () => {
      pending = undefined;
      if (connection.state.status !== 'connected') return;
      connection.call('status', {}).then(
        (status) => {
          become({ ...counts, unread: unreadIn(status) });
        },
        (error: unknown) => {
          log.debug('how another gateway stands could not be read', { error: errorText(error) });
        },
      );
    });
  }

  const approvals = startApprovalCenter({
    connection,
    notifier,
    open,
    onCount: (waiting) => {
      become({ ...counts, waiting });
    },
    now: () => clock.now(),
    log,
  });
  const center = startNotificationCenter({
    connection,
    notifier,
    open,
    showApproval: (id) => approvals.deliver(id),
    paused: deps.paused,
    now: () => clock.now(),
    log,
  });
  const unsubscribe = [
    connection.on('notification', readSoon),
    connection.on('notifications.changed', readSoon),
    connection.onState((state) => {
      if (state.status === 'connected') readSoon();
    }),
  ];

  return {
    counts: () => counts,
    resume: () => {
      center.resume();
    },
    activated: (activation) => {
      // Until its connection stands, what it was about is not known; where it came from is.
      const clicked = activation.button === undefined && activation.reply === undefined;
      if (clicked && connection.state.status !== 'connected') open({ view: 'inbox' });
      notifier.activated(activation);
    },
    leave: () => {
      for (const stop of unsubscribe) stop();
      if (pending !== undefined) clock.cancel(pending);
      approvals.stop();
      center.stop();
      become(NO_COUNTS);
    },
  };
}

/** Another program's answer, whatever it holds. */
function unreadIn(status: unknown): number {
  const notifications = isJsonObject(status) ? status['notifications'] : undefined;
  const unread = isJsonObject(notifications) ? notifications['unread'] : undefined;
  return typeof unread === 'number' && Number.isSafeInteger(unread) && unread > 0 ? unread : 0;
}

const LONGEST_TITLE = 120;
const LONGEST_BODY = 1_000;

/**
 * The notifications of one gateway among those of others. Where it comes from stands first, so that it is never cut off, in
 * the name that the person gave it.
 */
function createNotifierOf(
  all: OsNotifier,
  id: string,
  name: () => string,
): OsNotifier & Pick<AttendedGateway, 'activated'> {
  const shown = new Set<string>();
  const idOf = (one: string): string => idFrom(id, one);
  let late: (activation: LateActivation) => void = () => undefined;

  return {
    capabilities: () => all.capabilities(),
    onLateActivation: (listener) => {
      late = listener;
    },
    activated: (activation) => {
      late(activation);
    },
    show: (notification: OsNotification) => {
      const { title, body } = notification as { readonly title: unknown; readonly body: unknown };
      const osId = idOf(notification.id);
      shown.add(osId);
      return all.show({
        ...notification,
        id: osId,
        title: say('notice.on', { name: name(), title: plainText(String(title), LONGEST_TITLE) ?? '' }),
        body: typeof body === 'string' ? body.slice(0, LONGEST_BODY) : '',
      });
    },
    close: (one) => {
      shown.delete(idOf(one));
      all.close(idOf(one));
    },
    // Its buttons would lead nowhere.
    stop: () => {
      for (const osId of shown) all.close(osId);
      shown.clear();
    },
  };
}
