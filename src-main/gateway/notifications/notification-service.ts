// The inbox: a notification is stored first, then told to clients, which deliver it to the person and report back.

import { randomUUID } from 'node:crypto';
import type {
  Delivery,
  InboxNotification,
  NotificationKind,
  NotificationsListResult,
} from '../../shared/protocol/notifications.ts';
import type { EventBus } from '../event-bus.ts';
import type { Store } from '../store/open-store.ts';
import type { NotificationsRepository } from '../store/repositories/notifications.ts';

export interface NotificationDraft {
  readonly kind: NotificationKind;
  readonly title: string;
  readonly body: string;
  /** The session that a click opens. */
  readonly sessionKey?: string | undefined;
  readonly jobId?: string | undefined;
  readonly approvalId?: string | undefined;
}

export interface NotificationService {
  /** Stores a notification. Inside `store.write` only; call `announce` with the result after the commit. */
  store(draft: NotificationDraft): InboxNotification;
  announce(notification: InboxNotification): void;
  /** `store` and `announce` in one write. */
  raise(draft: NotificationDraft): Promise<InboxNotification>;
  list(query: { limit: number; undelivered: boolean }): NotificationsListResult;
  unread(): number;
  markRead(ids: readonly string[] | undefined): Promise<number>;
  /** What it asked for is over: marks it as read. Inside `store.write` only; `settled` tells it after the commit. */
  settle(approvalId: string): void;
  settled(): void;
  /** Records how the delivery to a surface ended; `undefined` if there is no such notification. */
  recordDelivery(id: string, delivery: Omit<Delivery, 'atMs'>): Promise<InboxNotification | undefined>;
}

export function createNotificationService(deps: {
  readonly store: Store;
  readonly repository: NotificationsRepository;
  readonly bus: EventBus;
  readonly now: () => number;
}): NotificationService {
  const { store, repository, bus, now } = deps;
  const unread = (): number => repository.count().unread;

  function storeDraft(draft: NotificationDraft): InboxNotification {
    const notification: InboxNotification = {
      id: randomUUID(),
      kind: draft.kind,
      title: draft.title,
      body: draft.body,
      createdAtMs: now(),
      ...(draft.sessionKey === undefined ? {} : { sessionKey: draft.sessionKey }),
      ...(draft.jobId === undefined ? {} : { jobId: draft.jobId }),
      ...(draft.approvalId === undefined ? {} : { approvalId: draft.approvalId }),
    };
    repository.insert(notification);
    return notification;
  }

  function announce(notification: InboxNotification): void {
    bus.publish('notification', { notification, unread: unread() });
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
        repository.markRead(ids, now());
      });
      const left = unread();
      bus.publish('notifications.changed', { unread: left });
      return left;
    },
    settle: (approvalId) => {
      repository.markApprovalRead(approvalId, now());
    },
    settled: () => {
      bus.publish('notifications.changed', { unread: unread() });
    },
    recordDelivery: async (id, delivery) => {
      await store.write(() => {
        repository.setDelivery(id, { ...delivery, atMs: now() });
      });
      bus.publish('notifications.changed', { unread: unread() });
      return repository.find(id);
    },
  };
}
