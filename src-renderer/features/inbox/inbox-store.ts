// The inbox: what the gateway raised for the person, newest first, and how much of it is unread.

import { createStore, type StoreApi } from 'zustand/vanilla';
import type {
  InboxNotification,
  NotificationsListResult,
} from '../../../src-main/shared/protocol/notifications.ts';

export interface InboxState {
  readonly load: 'loading' | 'ready' | 'failed';
  readonly notifications: readonly InboxNotification[];
  readonly unread: number;
  readonly total: number;
}

export type InboxStore = StoreApi<InboxState>;

export function createInboxStore(): InboxStore {
  return createStore<InboxState>(() => ({ load: 'loading', notifications: [], unread: 0, total: 0 }));
}

export function withList(state: InboxState, list: NotificationsListResult): InboxState {
  return { ...state, load: 'ready', ...list };
}

export function withNotification(
  state: InboxState,
  notification: InboxNotification,
  unread: number,
): InboxState {
  if (state.notifications.some(({ id }) => id === notification.id)) return { ...state, unread };
  return {
    ...state,
    notifications: [notification, ...state.notifications],
    unread,
    total: state.total + 1,
  };
}

/** Marks the given ones, or all, as read before the gateway confirms it. */
export function withRead(state: InboxState, ids: readonly string[] | undefined, at: number): InboxState {
  const marked = new Set(ids ?? state.notifications.map(({ id }) => id));
  const fresh = state.notifications.filter(
    ({ id, readAtMs }) => marked.has(id) && readAtMs === undefined,
  ).length;
  if (fresh === 0 && ids !== undefined) return state;
  return {
    ...state,
    unread: ids === undefined ? 0 : Math.max(0, state.unread - fresh),
    notifications: state.notifications.map((one) =>
      marked.has(one.id) && one.readAtMs === undefined ? { ...one, readAtMs: at } : one,
    ),
  };
}

export function unreadIn(state: InboxState, sessionKey: string): readonly string[] {
  return state.notifications.flatMap((one) =>
    one.sessionKey === sessionKey && one.readAtMs === undefined ? [one.id] : [],
  );
}
