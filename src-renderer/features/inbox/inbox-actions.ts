// Reads the inbox and marks what the person has seen.

import type {
  NotificationEvent,
  NotificationSettings,
  NotificationSettingsPatch,
  NotificationsChangedEvent,
} from '../../../src-main/shared/protocol/notifications.ts';
import type { GatewayRequest } from '../../app/gateway-request.ts';
import { unreadIn, withList, withNotification, withRead, type InboxStore } from './inbox-store.ts';

export interface InboxActions {
  load(): Promise<void>;
  raised(event: NotificationEvent): void;
  changed(event: NotificationsChangedEvent): void;
  /** `undefined`: all of them. */
  markRead(ids: readonly string[] | undefined): Promise<void>;
  /** The person is in this session and has seen what it holds. */
  markSessionSeen(sessionKey: string): void;
  /** When the operating system shows them, and whose. */
  readonly settings: () => Promise<NotificationSettings>;
  readonly changeSettings: (change: NotificationSettingsPatch) => Promise<void>;
}

const LIMIT = 200;

export function createInboxActions(deps: {
  readonly store: InboxStore;
  readonly request: GatewayRequest;
  readonly now: () => number;
}): InboxActions {
  const { store, request, now } = deps;
  let loading: Promise<void> | undefined;
  let again = false;

  async function read(): Promise<void> {
    try {
      const list = await request('notifications.list', { limit: LIMIT });
      store.setState((state) => withList(state, list));
    } catch {
      store.setState(({ load }) => ({ load: load === 'ready' ? 'ready' : 'failed' }));
    }
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
    settings: () => request('notifications.settings.get', {}),
    changeSettings: async (change) => {
      await request('notifications.settings.set', change);
    },
    load,
    markRead,
    raised: ({ notification, unread }) => {
      store.setState((state) => withNotification(state, notification, unread));
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
