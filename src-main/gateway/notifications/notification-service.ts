// The inbox: a notification is stored first, then told to clients, which deliver it to the person and report back. Decides
// too what the operating system is to show at once and what waits: sources that are off, quiet hours, and bursts, which
// become one summary.

import { randomUUID } from 'node:crypto';
import { errorText, type Logger } from '../../shared/logger.ts';
import type {
  Delivery,
  HeldReason,
  InboxNotification,
  NotificationKind,
  NotificationSettings,
  NotificationSettingsPatch,
  NotificationSource,
  NotificationsListResult,
} from '../../shared/protocol/notifications.ts';
import { MINUTE, SECOND, type Clock, type TimerHandle } from '../../shared/time.ts';
import type { EventBus } from '../event-bus.ts';
import type { Store } from '../store/open-store.ts';
import {
  SOURCE_OF_KIND,
  type NotificationQuery,
  type NotificationsRepository,
} from '../store/repositories/notifications.ts';
import type { SettingsRepository } from '../store/repositories/settings.ts';
import { changeSettings, isQuietNow, readSettings } from './notification-settings.ts';
import { summaryOf } from './summary.ts';

export interface NotificationDraft {
  readonly kind: NotificationKind;
  readonly title: string;
  readonly body: string;
  /** By its kind if left out. */
  readonly source?: NotificationSource | undefined;
  /** The session that a click opens. */
  readonly sessionKey?: string | undefined;
  readonly jobId?: string | undefined;
  /** One with the same key whose matter is not over is told anew instead of a second one beside it. */
  readonly key?: string | undefined;
  readonly group?: string | undefined;
  /** For the inbox only. */
  readonly quiet?: boolean | undefined;
  readonly approvalId?: string | undefined;
}

export interface NotificationService {
  /** Stores a notification. Inside `store.write` only; call `announce` with the result after the commit. */
  store(draft: NotificationDraft): InboxNotification;
  announce(notification: InboxNotification): void;
  /** `store` and `announce` in one write. */
  raise(draft: NotificationDraft): Promise<InboxNotification>;
  list(query: NotificationQuery): NotificationsListResult;
  unread(): number;
  markRead(ids: readonly string[] | undefined): Promise<number>;
  /** Puts them out of the way until that moment, ms. */
  snooze(ids: readonly string[], until: number): Promise<number>;
  /** What they told of is over. */
  resolve(ids: readonly string[]): Promise<number>;
  /** What has that key is over. Inside `store.write` only; call `announceResolved` with the result after the commit. */
  resolveKey(key: string): string | undefined;
  announceResolved(id: string | undefined): void;
  /** What it asked for is over. Inside `store.write` only; `settled` tells it after the commit. */
  settle(approvalId: string): void;
  settled(): void;
  /** Records how the delivery to a surface ended; `undefined` if there is no such notification. */
  recordDelivery(id: string, delivery: Omit<Delivery, 'atMs'>): Promise<InboxNotification | undefined>;
  settings(): NotificationSettings;
  changeSettings(patch: NotificationSettingsPatch): Promise<NotificationSettings>;
  /** The computer has slept: what comes up in the next moments becomes one summary. */
  resumed(): void;
  /** Goes on with what an earlier process left: snoozes, and what was held for a summary that never came. */
  start(): Promise<void>;
  stop(): void;
}

/** So many may pop up within `BURST_WINDOW`; the rest of a burst becomes one summary. */
const BURST = 5;
const BURST_WINDOW = 10 * SECOND;
/** So long after the last of a burst, but no longer than ten times that after the first. */
const SUMMARY_DELAY = 3 * SECOND;
/** What comes up so soon after a sleep is what was waiting. */
const RESUME_WINDOW = 15 * SECOND;
/** The end of quiet hours is looked for as often. */
const QUIET_CHECK = MINUTE;

export function createNotificationService(deps: {
  readonly store: Store;
  readonly repository: NotificationsRepository;
  readonly settings: SettingsRepository;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly hostZone: string;
  readonly log: Logger;
}): NotificationService {
  const { store, repository, bus, clock, hostZone, log } = deps;
  const unread = (): number => repository.count().unread;
  /** When the last ones popped up. */
  let shownAt: number[] = [];
  let resumedAt = -Infinity;
  let summaryDue: { readonly at: number; readonly latest: number } | undefined;
  /** Of approvals that are over, and not told yet. */
  const settled: string[] = [];
  let timer: TimerHandle | undefined;
  let running = false;

  function storeDraft(draft: NotificationDraft): InboxNotification {
    const { kind, title, body, source = SOURCE_OF_KIND[kind], sessionKey, jobId, key, group } = draft;
    const { approvalId } = draft;
    const now = clock.now();
    const held = holdReason(source, draft.quiet === true, now);
    const content = { kind, source, title, body, sessionKey, jobId, approvalId, group, held };
    const before = key === undefined ? undefined : repository.findKey(key);
    const id = before?.id ?? randomUUID();
    if (before === undefined) repository.insert(id, key, content, now);
    else repository.replace(id, content, now);
    const stored = repository.find(id);
    if (stored === undefined) throw new Error('the notification was not stored');
    return stored;
  }

  function holdReason(source: NotificationSource, quiet: boolean, now: number): HeldReason | undefined {
    if (quiet) return 'quiet';
    const settings = readSettings(deps.settings);
    if (!settings.sources[source].os) return 'source-off';
    if (isQuietNow(settings, source, now, hostZone)) return 'quiet-hours';
    // What waits for a decision is never only counted.
    if (source === 'approval') return undefined;
    shownAt = shownAt.filter((at) => Math.abs(now - at) < BURST_WINDOW);
    if (Math.abs(now - resumedAt) < RESUME_WINDOW || shownAt.length >= BURST) return 'summary';
    shownAt.push(now);
    return undefined;
  }

  function announce(notification: InboxNotification): void {
    bus.publish('notification', { notification, unread: unread() });
    const now = clock.now();
    if (notification.held === 'summary') {
      const latest = summaryDue?.latest ?? now + 10 * SUMMARY_DELAY;
      summaryDue = { at: Math.min(now + SUMMARY_DELAY, latest), latest };
    }
    if (notification.held === 'summary' || notification.held === 'quiet-hours') arm();
  }

  function changed(ids: readonly string[] | undefined): number {
    const left = unread();
    bus.publish(
      'notifications.changed',
      ids === undefined ? { unread: left, all: true } : { unread: left, ids },
    );
    arm();
    return left;
  }

  function arm(): void {
    if (timer !== undefined) clock.cancel(timer);
    timer = undefined;
    if (!running) return;
    const now = clock.now();
    const quiet = repository.held('quiet-hours').length > 0 ? now + QUIET_CHECK : Infinity;
    const next = Math.min(repository.nextSnooze() ?? Infinity, summaryDue?.at ?? Infinity, quiet);
    if (next === Infinity) return;
    // A clock that jumps is noticed within a minute.
    timer = clock.schedule(Math.min(Math.max(0, next - now), MINUTE), () => {
      timer = undefined;
      tick().catch((error: unknown) => {
        log.error('notifications that were due could not be told', { error: errorText(error) });
        if (running) timer = clock.schedule(QUIET_CHECK, arm);
      });
    });
  }

  async function tick(): Promise<void> {
    const now = clock.now();
    const woken = repository.snoozedUntil(now);
    if (woken.length > 0) await wakeSnoozed(woken);
    if (summaryDue !== undefined && (now >= summaryDue.at || now < summaryDue.at - 10 * SUMMARY_DELAY)) {
      summaryDue = undefined;
      await summarize('summary', () => true);
    }
    const settings = readSettings(deps.settings);
    await summarize('quiet-hours', ({ source }) => !isQuietNow(settings, source, now, hostZone));
    arm();
  }

  async function wakeSnoozed(ids: readonly string[]): Promise<void> {
    const woken = await store.write(() => {
      for (const id of ids) {
        const source = repository.find(id)?.source ?? 'system';
        repository.wake(id, holdReason(source, false, clock.now()), clock.now());
      }
      return ids.flatMap((id) => repository.find(id) ?? []);
    });
    for (const notification of woken) announce(notification);
  }

  async function summarize(reason: HeldReason, over: (held: InboxNotification) => boolean): Promise<void> {
    const held = repository.held(reason).filter(over);
    if (held.length === 0) return;
    const ids = held.map(({ id }) => id);
    await store.write(() => {
      // They stay as they are for whoever asks what was shown; the summary has told of them.
      repository.hold(ids, 'quiet');
    });
    bus.publish('notifications.summary', { ids, ...summaryOf(held) });
  }

  return {
    store: storeDraft,
    announce,
    raise: async (draft) => {
      const notification = await store.write(() => storeDraft(draft));
      announce(notification);
      return notification;
    },
    list: (query) => ({ notifications: repository.list(query), ...repository.count() }),
    unread,
    markRead: async (ids) => {
      await store.write(() => {
        repository.markRead(ids, clock.now());
      });
      return changed(ids);
    },
    snooze: async (ids, until) => {
      await store.write(() => {
        repository.snooze(ids, until);
      });
      return changed(ids);
    },
    resolve: async (ids) => {
      await store.write(() => {
        repository.resolve(ids, clock.now());
      });
      return changed(ids);
    },
    resolveKey: (key) => {
      const found = repository.findKey(key);
      if (found !== undefined) repository.resolve([found.id], clock.now());
      return found?.id;
    },
    announceResolved: (id) => {
      if (id !== undefined) changed([id]);
    },
    settle: (approvalId) => {
      settled.push(...repository.resolveApproval(approvalId, clock.now()));
    },
    settled: () => {
      changed(settled.splice(0));
    },
    recordDelivery: async (id, delivery) => {
      await store.write(() => {
        repository.setDelivery(id, { ...delivery, atMs: clock.now() });
      });
      bus.publish('notifications.changed', { unread: unread() });
      return repository.find(id);
    },
    settings: () => readSettings(deps.settings),
    changeSettings: async (patch) => {
      const settings = await store.write(() => changeSettings(deps.settings, patch, clock.now()));
      bus.publish('notifications.changed', { unread: unread(), settings });
      if (running) await tick();
      return settings;
    },
    resumed: () => {
      resumedAt = clock.now();
    },
    start: async () => {
      running = true;
      const left = repository.held('summary').map(({ id }) => id);
      if (left.length > 0) {
        await store.write(() => {
          repository.hold(left, undefined);
        });
      }
      arm();
    },
    stop: () => {
      running = false;
      if (timer !== undefined) clock.cancel(timer);
      timer = undefined;
    },
  };
}
