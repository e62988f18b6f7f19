// Reads the inbox and marks what the person has seen.

import type { MethodName } from '../../../src-main/shared/protocol/methods.ts';
import type {
  InboxNotification,
  NotificationEvent,
  NotificationsChangedEvent,
} from '../../../src-main/shared/protocol/notifications.ts';
import type { GatewayRequest } from '../../app/gateway-request.ts';
import {
  unreadIn,
  withList,
  withNotification,
  withRead,
  withState,
  type InboxState,
  type InboxStore,
} from './inbox-store.ts';

export interface InboxActions {
  load(): Promise<void>;
  raised(event: NotificationEvent): void;
  changed(event: NotificationsChangedEvent): void;
  /** `undefined`: all of them. */
  markRead(ids: readonly string[] | undefined): Promise<void>;
  /** Puts it out of the way until then, ms; the past brings it back at once. */
  snooze(id: string, until: number): Promise<void>;
  /** What it told of is over. */
  resolve(id: string): Promise<void>;
  /** Whether a missed run is made up for. */
  decideMissed(jobId: string, action: 'run' | 'skip'): Promise<void>;
  /** The person is in this session and has seen what it holds. */
  markSessionSeen(sessionKey: string): void;
}

const LIMIT = 200;

export function createInboxActions(deps: {
  readonly store: InboxStore;
  readonly request: GatewayRequest;
  readonly now: () => number;
  readonly serves: (method: MethodName) => boolean;
}): InboxActions {
  const { store, request, now, serves } = deps;
  let loading: Promise<void> | undefined;
  let again = false;

  async function read(): Promise<void> {
    try {
      const list = await request('notifications.list', { limit: LIMIT });
      store.setState((state) => withList(state, list));
      await readMissed(list.notifications);
    } catch {
      store.setState(({ load }) => ({ load: load === 'ready' ? 'ready' : 'failed' }));
    }
  }

  /** Only where something may ask about one. */
  async function readMissed(notifications: readonly InboxNotification[]): Promise<void> {
    const mayAsk = notifications.some(
      ({ kind, jobId, state }) => kind === 'alert' && jobId !== undefined && state !== 'resolved',
    );
    if (!mayAsk || !serves('cron.missed')) {
      store.setState({ missed: [] });
      return;
    }
    const { missed } = await request('cron.missed', {});
    store.setState({ missed: missed.map(({ jobId }) => jobId) });
  }

  /** Shown at once; what the gateway says counts. */
  async function change(
    shown: (state: InboxState) => InboxState,
    send: () => Promise<unknown>,
  ): Promise<void> {
    store.setState(shown);
    try {
      await send();
    } catch {
      // Not done after all: show what the gateway knows.
    }
    await load();
  }

  /** One request at a time; what changes meanwhile is read once more. */
  function load(): Promise<void> {
    if (loading !== undefined) {
      again = true;
      return loading;
    }
    loading = read().finally(() => {
      loading = undefined;
      if (!again) return;
      again = false;
      void load();
    });
    return loading;
  }

  async function markRead(ids: readonly string[] | undefined): Promise<void> {
    store.setState((state) => withRead(state, ids, now()));
    try {
      const { unread } = await request('notifications.read', ids === undefined ? {} : { ids });
      store.setState({ unread });
    } catch {
      // Not marked after all: show what the gateway knows as soon as it can be asked.
      void load();
    }
  }

  return {
    load,
    markRead,
    snooze: (id, until) => {
      const next = until > now() ? 'snoozed' : 'unread';
      return change(
        (state) => withState(state, id, next, until),
        () => request('notifications.snooze', { ids: [id], untilMs: until }),
      );
    },
    resolve: (id) =>
      change(
        (state) => withState(state, id, 'resolved', 0),
        () => request('notifications.resolve', { ids: [id] }),
      ),
    decideMissed: (jobId, action) =>
      change(
        (state) => ({ ...state, missed: state.missed.filter((one) => one !== jobId) }),
        () => request('cron.missed.resolve', { id: jobId, action }),
      ),
    raised: ({ notification, unread }) => {
      store.setState((state) => withNotification(state, notification, unread));
      if (notification.kind === 'alert' && notification.jobId !== undefined) void load();
    },
    changed: ({ unread }) => {
      store.setState({ unread });
      void load();
    },
    markSessionSeen: (sessionKey) => {
      const ids = unreadIn(store.getState(), sessionKey);
      if (ids.length > 0) void markRead(ids);
    },
  };
}
