// Rows of `notifications`, the inbox. The writing functions belong inside `store.write`.

import type {
  Delivery,
  InboxNotification,
  NotificationKind,
} from '../../../shared/protocol/notifications.ts';
import type { Store } from '../open-store.ts';
import type { SqlRow } from '../sqlite.ts';

export interface NotificationsRepository {
  /** Newest first. `undelivered`: only unread ones that no surface was tried for. */
  list(query: { limit: number; undelivered: boolean }): readonly InboxNotification[];
  count(): { readonly unread: number; readonly total: number };
  find(id: string): InboxNotification | undefined;
  insert(notification: InboxNotification): void;
  /** Marks the given ones, or all, as read. */
  markRead(ids: readonly string[] | undefined, at: number): void;
  markApprovalRead(approvalId: string, at: number): void;
  setDelivery(id: string, delivery: Delivery): void;
}

const COLUMNS = 'id, kind, title, body, session_key, job_id, approval_id, created_at, read_at, delivery';

export function createNotificationsRepository(store: Store): NotificationsRepository {
  return {
    list: ({ limit, undelivered }) =>
      store
        .prepare(
          `SELECT ${COLUMNS} FROM notifications ${undelivered ? 'WHERE read_at IS NULL AND delivery IS NULL' : ''}
           ORDER BY created_at DESC, id LIMIT ?`,
        )
        .all([limit])
        .map(toNotification),

    count: () => {
      const row = store
        .prepare('SELECT count(*) AS total, count(*) - count(read_at) AS unread FROM notifications')
        .get();
      return { unread: Number(row?.['unread'] ?? 0), total: Number(row?.['total'] ?? 0) };
    },

    find: (id) => {
      const row = store.prepare(`SELECT ${COLUMNS} FROM notifications WHERE id = ?`).get([id]);
      return row === undefined ? undefined : toNotification(row);
    },

    insert: (n) => {
      store
        .prepare(
          `INSERT INTO notifications (id, kind, title, body, session_key, job_id, approval_id, created_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run([
          n.id,
          n.kind,
          n.title,
          n.body,
          n.sessionKey ?? null,
          n.jobId ?? null,
          n.approvalId ?? null,
          n.createdAtMs,
        ]);
    },

    markRead: (ids, at) => {
      if (ids === undefined) {
        store.prepare('UPDATE notifications SET read_at = ? WHERE read_at IS NULL').run([at]);
        return;
      }
      const mark = store.prepare('UPDATE notifications SET read_at = ? WHERE id = ? AND read_at IS NULL');
      for (const id of ids) mark.run([at, id]);
    },

    markApprovalRead: (approvalId, at) => {
      store
        .prepare('UPDATE notifications SET read_at = ? WHERE approval_id = ? AND read_at IS NULL')
        .run([at, approvalId]);
    },

    setDelivery: (id, delivery) => {
      store.prepare('UPDATE notifications SET delivery = ? WHERE id = ?').run([JSON.stringify(delivery), id]);
    },
  };
}

function toNotification(row: SqlRow): InboxNotification {
  return {
    id: String(row['id']),
    kind: row['kind'] as NotificationKind,
    title: String(row['title']),
    body: String(row['body']),
    ...(typeof row['session_key'] === 'string' ? { sessionKey: row['session_key'] } : {}),
    ...(typeof row['job_id'] === 'string' ? { jobId: row['job_id'] } : {}),
    ...(typeof row['approval_id'] === 'string' ? { approvalId: row['approval_id'] } : {}),
    createdAtMs: Number(row['created_at']),
    ...(typeof row['read_at'] === 'number' ? { readAtMs: row['read_at'] } : {}),
    ...(typeof row['delivery'] === 'string' ? { delivery: JSON.parse(row['delivery']) as Delivery } : {}),
  };
}
