// Brings what the gateway's inbox holds to the person, once each, and reports how that went. A client of the gateway like
// any other: what was raised while nobody listened is fetched on connect, and told as one summary if it is much.

import type { GatewayConnection } from '../../client/connection.ts';
import type { NavigationTarget } from '../../shared/ipc.ts';
import { errorText, type Logger } from '../../shared/logger.ts';
import type { InboxNotification } from '../../shared/protocol/notifications.ts';
import type { DeliveryOutcome, OsNotifier } from './os-notifier.ts';

export interface NotificationCenter {
  /** Notifications are wanted again: tells what came meanwhile. */
  resume(): void;
  stop(): void;
}

export interface NotificationCenterDeps {
  readonly connection: GatewayConnection;
  readonly notifier: OsNotifier;
  readonly open: (target: NavigationTarget) => void;
  /** Shows what waits for a decision, with its answers; `undefined` when that does not wait any more. */
  readonly showApproval: (id: string) => Promise<DeliveryOutcome | undefined>;
  /** The person wants no notifications right now; approvals are shown all the same. */
  readonly paused: () => boolean;
  readonly log: Logger;
}

/** More than this at once becomes one summary. */
const MAX_SINGLE = 3;
const BACKLOG_LIMIT = 200;
const SURFACE = 'os';
const BACKLOG_TEXT = {
  closed: 'They came while Clawtray was not running.',
  paused: 'They came while notifications were paused.',
} as const;

export function startNotificationCenter(deps: NotificationCenterDeps): NotificationCenter {
  const { connection, notifier, open, showApproval, log } = deps;
  const handled = new Set<string>();
  /** What came while the person wanted no notifications. */
  let held: InboxNotification[] = [];

  function deliver(notification: InboxNotification): void {
    if (handled.has(notification.id)) return;
    if (deps.paused() && notification.approvalId === undefined) {
      hold([notification]);
      return;
    }
    remember(notification.id);
    if (notification.approvalId !== undefined) {
      deliverApproval(notification.id, notification.approvalId);
      return;
    }
    const outcome = notifier.show({
      id: notification.id,
      title: notification.title,
      body: notification.body,
      persistent: notification.kind === 'reminder',
      onClick: () => {
        open(targetOf(notification));
        request('notifications.read', () =>
          connection.request('notifications.read', { ids: [notification.id] }),
        );
      },
    });
    void outcome.then((result) => {
      report(notification.id, result);
    });
  }

  /** The inbox has them all; the oldest here go when there are very many. */
  function hold(notifications: readonly InboxNotification[]): void {
    const known = new Set(held.map(({ id }) => id));
    held = [...notifications.filter(({ id }) => !known.has(id)), ...held].slice(0, BACKLOG_LIMIT);
  }

  function deliverApproval(id: string, approvalId: string): void {
    request('the delivery of an approval', async () => {
      const outcome = await showApproval(approvalId);
      if (outcome !== undefined) report(id, outcome);
    });
  }

  function deliverBacklog(backlog: readonly InboxNotification[], why: keyof typeof BACKLOG_TEXT): void {
    const unhandled = backlog.filter((notification) => !handled.has(notification.id));
    // What waits for a decision is never only counted.
    for (const one of unhandled) if (one.approvalId !== undefined) deliver(one);
    const fresh = unhandled.filter(({ approvalId }) => approvalId === undefined);
    if (deps.paused()) {
      hold(fresh);
      return;
    }
    if (fresh.length <= MAX_SINGLE) {
      for (const notification of [...fresh].reverse()) deliver(notification);
      return;
    }
    const ids = fresh.map(({ id }) => id);
    deliverSummary(ids, `${fresh.length} notifications`, BACKLOG_TEXT[why]);
  }

  function deliverSummary(ids: readonly string[], title: string, body: string): void {
    for (const id of ids) remember(id);
    const outcome = notifier.show({
      id: 'backlog',
      title,
      body,
      persistent: false,
      onClick: () => {
        open({ view: 'inbox' });
      },
    });
    void outcome.then((result) => {
      for (const id of ids) report(id, result);
    });
  }

  function report(id: string, { status, reason }: DeliveryOutcome): void {
    if (status === 'failed') log.warn('a notification could not be shown', { error: reason });
    request('notifications.delivered', () =>
      connection.request('notifications.delivered', {
        id,
        surface: SURFACE,
        status,
        ...(reason === undefined ? {} : { reason }),
      }),
    );
  }

  function request(what: string, send: () => Promise<unknown>): void {
    send().catch((error: unknown) => {
      log.warn(`${what} was not accepted`, { error: errorText(error) });
    });
  }

  /** Ids already dealt with in this process; the oldest go when there are very many. */
  function remember(id: string): void {
    handled.add(id);
    const [oldest] = handled;
    if (handled.size > 5_000 && oldest !== undefined) handled.delete(oldest);
  }

  const unsubscribe = [
    connection.on('notification', ({ notification }) => {
      // Raised anew, it is shown anew.
      handled.delete(notification.id);
      if (notification.held === undefined) deliver(notification);
    }),
    connection.on('notifications.summary', ({ ids, title, body }) => {
      deliverSummary(ids, title, body);
    }),
    connection.onState((state) => {
      if (state.status !== 'connected' || !state.hello.features.methods.includes('notifications.list'))
        return;
      request('notifications.list', async () => {
        const backlog = await connection.request('notifications.list', {
          limit: BACKLOG_LIMIT,
          undelivered: true,
        });
        deliverBacklog(backlog.notifications, 'closed');
      });
    }),
  ];

  return {
    resume: () => {
      const waiting = held;
      held = [];
      deliverBacklog(waiting, 'paused');
    },
    stop: () => {
      for (const stop of unsubscribe) stop();
      notifier.stop();
    },
  };
}

function targetOf(notification: InboxNotification): NavigationTarget {
  return notification.sessionKey === undefined
    ? { view: 'inbox' }
    : { view: 'chat', sessionKey: notification.sessionKey };
}
