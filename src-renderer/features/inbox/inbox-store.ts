// The inbox: what the gateway raised for the person, newest first, and how much of it is unread.

import { createStore, type StoreApi } from 'zustand/vanilla';
import type {
  InboxNotification,
  NotificationsListResult,
} from '../../../src-main/shared/protocol/notifications.ts';
import { isUnread } from './inbox-groups.ts';

export interface InboxState {
  readonly load: 'loading' | 'ready' | 'failed';
  readonly notifications: readonly InboxNotification[];
  readonly unread: number;
  readonly total: number;
  /** Jobs with missed runs that nobody has decided about. */
  readonly missed: readonly string[];
}

export type InboxStore = StoreApi<InboxState>;

export function createInboxStore(): InboxStore {
  return createStore<InboxState>(() => ({
    load: 'loading',
    notifications: [],
    unread: 0,
    total: 0,
    missed: [],
  }));
}

export function withList(state: InboxState, list: NotificationsListResult): InboxState {
  return { ...state, load: 'ready', ...list };
}

export function withNotification(
  state: InboxState,
  notification: InboxNotification,
  unread: number,
): InboxState {
  // Raised anew, it is the newest again.
  const others = state.notifications.filter(({ id }) => id !== notification.id);
  const known = others.length < state.notifications.length;
  return {
    ...state,
    notifications: [notification, ...others],
    unread,
    total: known ? state.total : state.total + 1,
  };
}

/** Marks the given ones, or all, as read before the gateway confirms it. */
export function withRead(state: InboxState, ids: readonly string[] | undefined, at: number): InboxState {
  const marked = new Set(ids ?? state.notifications.map(({ id }) => id));
  const fresh = state.notifications.filter((one) => marked.has(one.id) && isUnread(one)).length;
  if (fresh === 0 && ids !== undefined) return state;
  return {
    ...state,
    unread: ids === undefined ? 0 : Math.max(0, state.unread - fresh),
    notifications: state.notifications.map((one) =>
      marked.has(one.id) && isUnread(one) ? { ...one, state: 'read' as const, readAtMs: at } : one,
    ),
  };
}

export function unreadIn(state: InboxState, sessionKey: string): readonly string[] {
  return state.notifications.flatMap((one) =>
    one.sessionKey === sessionKey && isUnread(one) ? [one.id] : [],
  );
}

/** As it will be once the gateway has done it. */
export function withState(
  state: InboxState,
  id: string,
  next: 'unread' | 'snoozed' | 'resolved',
  until: number,
): InboxState {
  const before = state.notifications.find((one) => one.id === id);
  if (before === undefined) return state;
  return {
    ...state,
    unread: Math.max(0, state.unread + Number(next === 'unread') - Number(isUnread(before))),
    notifications: state.notifications.map((one) => {
      if (one.id !== id) return one;
      const { snoozedUntilMs: _over, ...rest } = one;
      return { ...rest, state: next, ...(next === 'snoozed' ? { snoozedUntilMs: until } : {}) };
    }),
  };
}
