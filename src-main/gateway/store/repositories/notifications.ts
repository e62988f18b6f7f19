// Rows of `notifications`, the inbox. The writing functions belong inside `store.write`.

import type {
  Delivery,
  HeldReason,
  InboxNotification,
  NotificationKind,
  NotificationSource,
  NotificationState,
} from '../../../shared/protocol/notifications.ts';
import type { Store } from '../open-store.ts';
import { filterBy, type Condition } from '../sql-filter.ts';
import type { SqlRow } from '../sqlite.ts';

export interface NotificationQuery {
  readonly limit: number;
  readonly offset: number;
  /** Only unread ones that are to be shown and that no surface was tried for. */
  readonly undelivered: boolean;
  /** `open`: whatever is neither resolved nor snoozed. */
  readonly state?: NotificationState | 'open' | undefined;
  readonly source?: NotificationSource | undefined;
}

/** What a notification says now. */
export interface NotificationContent {
  readonly kind: NotificationKind;
  readonly source: NotificationSource;
  readonly title: string;
  readonly body: string;
  readonly sessionKey: string | undefined;
  readonly jobId: string | undefined;
  readonly approvalId: string | undefined;
  readonly group: string | undefined;
  readonly held: HeldReason | undefined;
}

export interface NotificationsRepository {
  /** Newest first. */
  list(query: NotificationQuery): readonly InboxNotification[];
  count(): { readonly unread: number; readonly snoozed: number; readonly total: number };
  find(id: string): InboxNotification | undefined;
  /** The one with that key whose matter is not over. */
  findKey(key: string): InboxNotification | undefined;
  insert(id: string, key: string | undefined, content: NotificationContent, at: number): void;
  /** It is told anew: unread, and not delivered yet. */
  replace(id: string, content: NotificationContent, at: number): void;
  /** Marks the given ones, or all, as read. */
  markRead(ids: readonly string[] | undefined, at: number): void;
  snooze(ids: readonly string[], until: number): void;
  resolve(ids: readonly string[], at: number): void;
  /** Ids of those that were snoozed until that moment at most. */
  snoozedUntil(moment: number): readonly string[];
  /** When the next snooze ends. */
  nextSnooze(): number | undefined;
  /** Ends a snooze: unread again. */
  wake(id: string, held: HeldReason | undefined, at: number): void;
  /** Unread ones that are held for that reason, the newest first. */
  held(reason: HeldReason): readonly InboxNotification[];
  /** @param reason `undefined`: they are to be shown */
  hold(ids: readonly string[], reason: HeldReason | undefined): void;
  /** What the approval asked for is over. @returns the ids */
  resolveApproval(approvalId: string, at: number): readonly string[];
  setDelivery(id: string, delivery: Delivery): void;
}

const STATES: Readonly<Record<NotificationState | 'open', string>> = {
  unread: 'read_at IS NULL AND resolved_at IS NULL AND snoozed_until IS NULL',
  read: 'read_at IS NOT NULL AND resolved_at IS NULL AND snoozed_until IS NULL',
  snoozed: 'snoozed_until IS NOT NULL AND resolved_at IS NULL',
  resolved: 'resolved_at IS NOT NULL',
  open: 'resolved_at IS NULL AND snoozed_until IS NULL',
};
const MAX_HELD = 1_000;

export function createNotificationsRepository(store: Store): NotificationsRepository {
  return {
    list: ({ limit, offset, undelivered, state, source }) => {
      const wanted: Condition[] = [
        undelivered ? [`${STATES.unread} AND delivery IS NULL AND held IS NULL`] : undefined,
        state === undefined ? undefined : [STATES[state]],
        source === undefined ? undefined : ['source = ?', source],
      ];
      const { where, params } = filterBy(...wanted);
      return store
        .prepare(
          `SELECT * FROM notifications ${where} ORDER BY coalesce(updated_at, created_at) DESC, id LIMIT ? OFFSET ?`,
        )
        .all([...params, limit, offset])
        .map(toNotification);
    },

    count: () => {
      const row = store
        .prepare(
          `SELECT count(*) AS total, sum(${STATES.unread}) AS unread, sum(${STATES.snoozed}) AS snoozed
           FROM notifications`,
        )
        .get();
      return {
        unread: Number(row?.['unread'] ?? 0),
        snoozed: Number(row?.['snoozed'] ?? 0),
        total: Number(row?.['total'] ?? 0),
      };
    },

    find: (id) => {
      const row = store.prepare('SELECT * FROM notifications WHERE id = ?').get([id]);
      return row === undefined ? undefined : toNotification(row);
    },

    findKey: (key) => {
      const row = store
        .prepare('SELECT * FROM notifications WHERE key = ? AND resolved_at IS NULL LIMIT 1')
        .get([key]);
      return row === undefined ? undefined : toNotification(row);
    },

    insert: (id, key, content, at) => {
      store
        .prepare(
          `INSERT INTO notifications (id, key, kind, source, title, body, session_key, job_id, approval_id,
             group_key, held, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run([id, key ?? null, ...columnsOf(content), at]);
    },

    replace: (id, content, at) => {
      store
        .prepare(
          `UPDATE notifications SET kind = ?, source = ?, title = ?, body = ?, session_key = ?, job_id = ?,
             approval_id = ?, group_key = ?, held = ?, updated_at = ?, times = times + 1, read_at = NULL, snoozed_until = NULL,
             delivery = NULL WHERE id = ?`,
        )
        .run([...columnsOf(content), at, id]);
    },

    markRead: (ids, at) => {
      if (ids === undefined) {
        store.prepare(`UPDATE notifications SET read_at = ? WHERE ${STATES.unread}`).run([at]);
        return;
      }
      const mark = store.prepare('UPDATE notifications SET read_at = ? WHERE id = ? AND read_at IS NULL');
      for (const id of ids) mark.run([at, id]);
    },

    snooze: (ids, until) => {
      const snooze = store.prepare(
        'UPDATE notifications SET snoozed_until = ? WHERE id = ? AND resolved_at IS NULL',
      );
      for (const id of ids) snooze.run([until, id]);
    },

    resolve: (ids, at) => {
      const resolve = store.prepare(
        `UPDATE notifications SET resolved_at = ?, snoozed_until = NULL, read_at = coalesce(read_at, ?)
         WHERE id = ? AND resolved_at IS NULL`,
      );
      for (const id of ids) resolve.run([at, at, id]);
    },

    resolveApproval: (approvalId, at) => {
      const ids = store
        .prepare('SELECT id FROM notifications WHERE approval_id = ? AND resolved_at IS NULL')
        .all([approvalId])
        .map((row) => String(row['id']));
      store
        .prepare(
          `UPDATE notifications SET resolved_at = ?, snoozed_until = NULL, read_at = coalesce(read_at, ?)
           WHERE approval_id = ? AND resolved_at IS NULL`,
        )
        .run([at, at, approvalId]);
      return ids;
    },

    snoozedUntil: (moment) =>
      store
        .prepare('SELECT id FROM notifications WHERE snoozed_until <= ? ORDER BY snoozed_until')
        .all([moment])
        .map((row) => String(row['id'])),

    nextSnooze: () => {
      const row = store
        .prepare('SELECT min(snoozed_until) AS at FROM notifications WHERE snoozed_until IS NOT NULL')
        .get();
      return typeof row?.['at'] === 'number' ? row['at'] : undefined;
    },

    wake: (id, held, at) => {
      store
        .prepare(
          `UPDATE notifications SET snoozed_until = NULL, read_at = NULL, delivery = NULL, held = ?,
             updated_at = ? WHERE id = ?`,
        )
        .run([held ?? null, at, id]);
    },

    held: (reason) =>
      store
        .prepare(
          `SELECT * FROM notifications WHERE held = ? AND ${STATES.unread} ORDER BY created_at DESC LIMIT ${MAX_HELD}`,
        )
        .all([reason])
        .map(toNotification),

    hold: (ids, reason) => {
      const hold = store.prepare('UPDATE notifications SET held = ? WHERE id = ?');
      for (const id of ids) hold.run([reason ?? null, id]);
    },

    setDelivery: (id, delivery) => {
      store.prepare('UPDATE notifications SET delivery = ? WHERE id = ?').run([JSON.stringify(delivery), id]);
    },
  };
}

function columnsOf(content: NotificationContent): (string | null)[] {
  const { kind, source, title, body, sessionKey, jobId, approvalId, group, held } = content;
  const leads = [sessionKey ?? null, jobId ?? null, approvalId ?? null];
  return [kind, source, title, body, ...leads, group ?? null, held ?? null];
}

/** Whose notifications these were, before sources were stored. */
export const SOURCE_OF_KIND: Readonly<Record<NotificationKind, NotificationSource>> = {
  reminder: 'reminder',
  job: 'automation',
  call: 'call',
  message: 'message',
  alert: 'system',
  approval: 'approval',
};

function toNotification(row: SqlRow): InboxNotification {
  const kind = row['kind'] as NotificationKind;
  const number = (column: string): number | undefined =>
    typeof row[column] === 'number' ? row[column] : undefined;
  const [readAtMs, snoozedUntilMs] = [number('read_at'), number('snoozed_until')];
  const [resolvedAtMs, updatedAtMs] = [number('resolved_at'), number('updated_at')];
  const times = Number(row['times']);
  return {
    id: String(row['id']),
    kind,
    source: typeof row['source'] === 'string' ? (row['source'] as NotificationSource) : SOURCE_OF_KIND[kind],
    state:
      resolvedAtMs !== undefined
        ? 'resolved'
        : snoozedUntilMs !== undefined
          ? 'snoozed'
          : readAtMs === undefined
            ? 'unread'
            : 'read',
    title: String(row['title']),
    body: String(row['body']),
    ...(typeof row['session_key'] === 'string' ? { sessionKey: row['session_key'] } : {}),
    ...(typeof row['job_id'] === 'string' ? { jobId: row['job_id'] } : {}),
    ...(typeof row['group_key'] === 'string' ? { group: row['group_key'] } : {}),
    ...(times > 1 ? { count: times } : {}),
    ...(typeof row['approval_id'] === 'string' ? { approvalId: row['approval_id'] } : {}),
    createdAtMs: Number(row['created_at']),
    ...(updatedAtMs === undefined ? {} : { updatedAtMs }),
    ...(readAtMs === undefined ? {} : { readAtMs }),
    ...(snoozedUntilMs === undefined ? {} : { snoozedUntilMs }),
    ...(resolvedAtMs === undefined ? {} : { resolvedAtMs }),
    ...(typeof row['held'] === 'string' ? { held: row['held'] as HeldReason } : {}),
    ...(typeof row['delivery'] === 'string' ? { delivery: JSON.parse(row['delivery']) as Delivery } : {}),
  };
}
