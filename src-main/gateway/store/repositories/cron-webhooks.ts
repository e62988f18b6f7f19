// Rows of `cron_webhooks`: what is still to be posted. The writing functions belong inside `store.write`.

import type { Store } from '../open-store.ts';
import type { SqlRow } from '../sqlite.ts';

export interface CronWebhook {
  readonly id: number;
  readonly runId: string;
  readonly jobId: string;
  /** The result of a run, or an alert about failures. */
  readonly purpose: 'result' | 'alert';
  readonly url: string;
  readonly body: string;
  /** Attempts that failed. */
  readonly attempts: number;
}

export interface CronWebhooksRepository {
  /** Those that are due, the oldest first. */
  due(now: number, limit: number): readonly CronWebhook[];
  /** When the next one is due, beside the given ones. */
  nextAt(beside: readonly number[]): number | undefined;
  /** @returns false when too many wait already */
  insert(webhook: Omit<CronWebhook, 'id' | 'attempts'>, at: number): boolean;
  postpone(id: number, until: number): void;
  remove(id: number): void;
}

const MAX_WAITING = 1_000;

export function createCronWebhooksRepository(store: Store): CronWebhooksRepository {
  return {
    due: (now, limit) =>
      store
        .prepare('SELECT * FROM cron_webhooks WHERE next_at <= ? ORDER BY next_at, id LIMIT ?')
        .all([now, limit])
        .map(toWebhook),

    nextAt: (beside) => {
      const row = store
        .prepare(
          `SELECT min(next_at) AS at FROM cron_webhooks WHERE id NOT IN (${beside.map(() => '?').join(', ')})`,
        )
        .get([...beside]);
      return typeof row?.['at'] === 'number' ? row['at'] : undefined;
    },

    insert: ({ runId, jobId, purpose, url, body }, at) => {
      const waiting = store.prepare('SELECT count(*) AS n FROM cron_webhooks').get();
      if (Number(waiting?.['n'] ?? 0) >= MAX_WAITING) return false;
      store
        .prepare(
          `INSERT INTO cron_webhooks (run_id, job_id, purpose, url, body, next_at, created_at)
           VALUES (?, ?, ?, ?, ?, ?, ?)`,
        )
        .run([runId, jobId, purpose, url, body, at, at]);
      return true;
    },

    postpone: (id, until) => {
      store
        .prepare('UPDATE cron_webhooks SET attempts = attempts + 1, next_at = ? WHERE id = ?')
        .run([until, id]);
    },

    remove: (id) => {
      store.prepare('DELETE FROM cron_webhooks WHERE id = ?').run([id]);
    },
  };
}

function toWebhook(row: SqlRow): CronWebhook {
  return {
    id: Number(row['id']),
    runId: String(row['run_id']),
    jobId: String(row['job_id']),
    purpose: row['purpose'] === 'alert' ? 'alert' : 'result',
    url: String(row['url']),
    body: String(row['body']),
    attempts: Number(row['attempts']),
  };
}
