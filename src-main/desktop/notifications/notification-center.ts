// Brings what the gateway's inbox holds to the person, once each, and reports how that went. A client of the gateway like
// any other: what was raised while nobody listened is fetched on connect, and told as one summary if it is much.

import { randomUUID } from 'node:crypto';
import type { GatewayConnection } from '../../client/connection.ts';
import type { NavigationTarget } from '../../shared/ipc.ts';
import { errorText, type Logger } from '../../shared/logger.ts';
import type { InboxNotification } from '../../shared/protocol/notifications.ts';
import { noticeOf, SNOOZE_MS, targetOf, type NoticeButton } from './inbox-notice.ts';
import type { DeliveryOutcome, LateActivation, OsNotifier } from './os-notifier.ts';
import { say } from '../words/words.ts';

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
  readonly now: () => number;
  readonly log: Logger;
}

/** More than this at once becomes one summary. */
const MAX_SINGLE = 3;
const BACKLOG_LIMIT = 200;
const SURFACE = 'os';
const SUMMARY = 'backlog';
const REQUEST_TIMEOUT = 10_000;
const BACKLOG_TEXT = { closed: 'notice.cameClosed', paused: 'notice.camePaused' } as const;
const BUTTONS: ReadonlySet<string> = new Set<NoticeButton>(['done', 'snooze', 'run', 'skip']);

export function startNotificationCenter(deps: NotificationCenterDeps): NotificationCenter {
  const { connection, notifier, open, showApproval, now, log } = deps;
  const handled = new Set<string>();
  /** What is on the screen, as far as is known. */
  const onScreen = new Set<string>();
  /** What came while the person wanted no notifications. */
  let held: InboxNotification[] = [];
  /** What was done with a notification of an earlier process, before there was a connection. */
  let late: LateActivation[] = [];

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
    onScreen.add(notification.id);
    request('the delivery of a notification', async () => {
      report(notification.id, await show(notification));
    });
  }

  async function show(notification: InboxNotification): Promise<DeliveryOutcome> {
    const { id } = notification;
    const [capabilities, missed] = await Promise.all([notifier.capabilities(), asksAboutRun(notification)]);
    // Read, or over, before it could be shown.
    if (!onScreen.has(id)) return { status: 'delivered' };
    const { buttons, reply, ...words } = noticeOf(notification, capabilities, missed);
    return notifier.show({
      id,
      ...words,
      onClick: () => {
        click(notification);
      },
      ...(buttons.length === 0
        ? {}
        : {
            buttons,
            onButton: (button: string) => {
              press(notification, button);
            },
          }),
      ...(reply === undefined
        ? {}
        : {
            reply,
            onReply: (text: string) => {
              answer(notification, text);
            },
          }),
      onClose: () => onScreen.delete(id),
    });
  }

  /** Whether it stands for a missed run that nobody has decided about. */
  async function asksAboutRun({ kind, source, jobId }: InboxNotification): Promise<boolean> {
    if (kind !== 'alert' || source !== 'automation' || jobId === undefined || !serves('cron.missed'))
      return false;
    try {
      const { missed } = await connection.request('cron.missed', {}, REQUEST_TIMEOUT);
      return missed.some((one) => one.jobId === jobId);
    } catch {
      // Without the question it still says what was missed.
      return false;
    }
  }

  function click(notification: InboxNotification): void {
    onScreen.delete(notification.id);
    open(targetOf(notification));
    request('notifications.read', () => connection.request('notifications.read', { ids: [notification.id] }));
  }

  function press({ id, jobId }: InboxNotification, button: string): void {
    if (!BUTTONS.has(button)) return;
    onScreen.delete(id);
    const pressed = button as NoticeButton;
    const work = async (): Promise<unknown> => {
      switch (pressed) {
        case 'done':
          return connection.request('notifications.resolve', { ids: [id] }, REQUEST_TIMEOUT);
        case 'snooze':
          return connection.request(
            'notifications.snooze',
            { ids: [id], untilMs: now() + SNOOZE_MS },
            REQUEST_TIMEOUT,
          );
        case 'run':
        case 'skip':
          return jobId === undefined
            ? undefined
            : connection.request('cron.missed.resolve', { id: jobId, action: pressed }, REQUEST_TIMEOUT);
      }
    };
    work().catch((error: unknown) => {
      log.warn('what was pressed on a notification could not be done', { error: errorText(error) });
      tellFailure(id, say('notice.nothingChanged'), errorText(error));
    });
  }

  function answer({ id, sessionKey }: InboxNotification, text: string): void {
    onScreen.delete(id);
    const message = text.trim();
    if (sessionKey === undefined || message === '') return;
    const send = async (): Promise<void> => {
      await connection.request(
        'chat.send',
        { sessionKey, message, idempotencyKey: randomUUID() },
        REQUEST_TIMEOUT,
      );
      await connection.request('notifications.read', { ids: [id] }, REQUEST_TIMEOUT);
    };
    send().catch((error: unknown) => {
      log.warn('an answer on a notification could not be sent', { error: errorText(error) });
      // What somebody has written is not thrown away.
      tellFailure(id, say('notice.notAnswered'), message);
    });
  }

  /** A button that does nothing in silence is worse than none. */
  function tellFailure(id: string, title: string, body: string): void {
    void notifier.show({
      id: `${id}:told`,
      title,
      body,
      persistent: false,
      onClick: () => {
        open({ view: 'inbox' });
      },
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
    deliverSummary(ids, say('notice.several', { count: fresh.length }), say(BACKLOG_TEXT[why]));
  }

  function deliverSummary(ids: readonly string[], title: string, body: string): void {
    for (const id of ids) remember(id);
    const outcome = notifier.show({
      id: SUMMARY,
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

  /** Of a summary that came while notifications are paused; what it tells of is told afterwards. */
  function holdSummary(ids: readonly string[]): void {
    request('notifications.list', async () => {
      const wanted = new Set(ids);
      const { notifications } = await connection.request('notifications.list', { limit: BACKLOG_LIMIT });
      hold(notifications.filter(({ id }) => wanted.has(id)));
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

  function serves(method: string): boolean {
    return (
      connection.state.status === 'connected' && connection.state.hello.features.methods.includes(method)
    );
  }

  /** What was dealt with elsewhere does not stay on the screen. */
  function withdraw(ids: readonly string[] | undefined): void {
    for (const id of ids ?? [...onScreen]) {
      held = held.filter((one) => one.id !== id);
      if (onScreen.delete(id)) notifier.close(id);
    }
    if (ids === undefined) {
      held = [];
      notifier.close(SUMMARY);
    }
  }

  /** The app may have been started by this click: the notification is looked up in the gateway. */
  function settleLate(): void {
    if (late.length === 0 || !serves('notifications.list')) return;
    const waiting = late;
    late = [];
    request('notifications.list', async () => {
      const { notifications } = await connection.request('notifications.list', { limit: BACKLOG_LIMIT });
      for (const { id, button, reply } of waiting) {
        const found = notifications.find((one) => one.id === id);
        if (found === undefined) open(id.startsWith('approval:') ? { view: 'approvals' } : { view: 'inbox' });
        else if (reply !== undefined) answer(found, reply);
        else if (button !== undefined) press(found, button);
        else click(found);
      }
    });
  }

  notifier.onLateActivation((activation) => {
    late = [...late, activation].slice(-MAX_SINGLE);
    // It is on the screen no more, and need not be told again.
    remember(activation.id);
    settleLate();
  });

  const unsubscribe = [
    connection.on('notification', ({ notification }) => {
      // Raised anew, it is shown anew.
      handled.delete(notification.id);
      if (notification.held === undefined) deliver(notification);
    }),
    connection.on('notifications.changed', ({ ids, all }) => {
      if (all === true) withdraw(undefined);
      else if (ids !== undefined) withdraw(ids);
    }),
    connection.on('notifications.summary', ({ ids, title, body }) => {
      if (deps.paused()) holdSummary(ids);
      else deliverSummary(ids, title, body);
    }),
    connection.onState((state) => {
      if (state.status !== 'connected' || !state.hello.features.methods.includes('notifications.list'))
        return;
      settleLate();
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
