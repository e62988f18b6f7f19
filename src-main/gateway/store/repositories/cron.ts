// Rows of `cron_jobs`; their runs are in cron-history.ts. The writing functions belong inside `store.write`.

import type {
  CronJob,
  CronJobState,
  CronRunStatus,
  CronSchedule,
  CronSortKey,
} from '../../../shared/protocol/cron.ts';
import { DEFAULT_AGENT_ID } from '../../../shared/session-key.ts';
import type { Store } from '../open-store.ts';
import { contains, filterBy, type SqlFilter } from '../sql-filter.ts';
import type { SqlRow } from '../sqlite.ts';
import {
  createCronHistory,
  type CronHistory,
  type CronRunEnd,
  type CronRunQuery,
  type CronRunStart,
} from './cron-history.ts';

/** What a person or an agent defined; everything else about a job is state. */
export type CronDefinition = Omit<CronJob, 'id' | 'enabled' | 'createdAtMs' | 'updatedAtMs' | 'state'>;

/** A job as it is to be stored. */
export interface CronJobVersion {
  readonly definition: CronDefinition;
  readonly enabled: boolean;
  /** When it runs next, ms; `undefined` when it is disabled or its only run has begun. */
  readonly nextRunAt: number | undefined;
}

interface LastRun {
  readonly atMs: number;
  readonly status: CronRunStatus;
  readonly durationMs: number;
  readonly error?: string;
}

export interface CronQuery {
  readonly limit: number;
  readonly offset: number;
  /** `enabled` unless it is said. */
  readonly which?: 'all' | 'enabled' | 'disabled' | undefined;
  /** Matches name, description or id. */
  readonly search?: string | undefined;
  readonly agentId?: string | undefined;
  readonly scheduleKind?: CronSchedule['kind'] | undefined;
  readonly lastRunStatus?: CronRunStatus | 'unknown' | undefined;
  readonly sortBy?: CronSortKey | undefined;
  readonly descending?: boolean;
}

export interface InterruptedRun {
  readonly job: CronJob;
  readonly run: CronRunStart;
}

export interface CronRepository {
  find(id: string): CronJob | undefined;
  list(query: CronQuery): { readonly jobs: readonly CronJob[]; readonly total: number };
  /** How many are enabled, or how many there are. */
  count(which: 'all' | 'enabled'): number;
  /** Enabled jobs that are due and not running, the longest due first. */
  due(now: number, limit: number): readonly CronJob[];
  /** When the next enabled job that is not running is due. */
  nextDueAt(): number | undefined;
  /** Jobs whose run was cut off by a crash or a kill, with that run. */
  interrupted(): readonly InterruptedRun[];
  insert(id: string, version: CronJobVersion, at: number): void;
  update(id: string, version: CronJobVersion, at: number): void;
  remove(id: string, at: number): boolean;
  /** Runs that have ended. */
  runs(query: CronRunQuery): ReturnType<CronHistory['list']>;
  begin(run: CronRunStart, nextRunAt: number | undefined): void;
  /** Ends a run. `next`: when it runs again; a job that never does is disabled or removed by the caller. */
  finish(run: CronRunStart, end: CronRunEnd): void;
  disable(id: string, at: number): void;
}

const COLUMNS =
  'id, definition, enabled, next_run_at, running_at, last_run, consecutive_errors, created_at, updated_at';

const SORT_COLUMNS: Readonly<Record<CronSortKey, string>> = {
  nextRunAtMs: 'next_run_at',
  updatedAtMs: 'updated_at',
  name: "lower(json_extract(definition, '$.name'))",
};
const LAST_STATUS = "json_extract(last_run, '$.status')";

function filterFor(query: Omit<CronQuery, 'limit' | 'offset' | 'sortBy' | 'descending'>): SqlFilter {
  const { which = 'enabled', search, agentId, scheduleKind, lastRunStatus } = query;
  return filterBy(
    which === 'all' ? undefined : ['enabled = ?', which === 'enabled' ? 1 : 0],
    contains(
      ['id', "json_extract(definition, '$.name')", "json_extract(definition, '$.description')"],
      search,
    ),
    agentId === undefined
      ? undefined
      : ["coalesce(json_extract(definition, '$.agentId'), ?) = ?", DEFAULT_AGENT_ID, agentId],
    scheduleKind === undefined
      ? undefined
      : ["json_extract(definition, '$.schedule.kind') = ?", scheduleKind],
    lastRunStatus === undefined
      ? undefined
      : lastRunStatus === 'unknown'
        ? [`${LAST_STATUS} IS NULL`]
        : [`${LAST_STATUS} = ?`, lastRunStatus],
  );
}

export function createCronRepository(store: Store): CronRepository {
  const history = createCronHistory(store);
  const find = (id: string): CronJob | undefined => {
    const row = store.prepare(`SELECT ${COLUMNS} FROM cron_jobs WHERE id = ?`).get([id]);
    return row === undefined ? undefined : toJob(row);
  };

  return {
    find,
    runs: (query) => history.list(query),

    list: ({ limit, offset, sortBy = 'nextRunAtMs', descending = false, ...query }) => {
      const { where, params } = filterFor(query);
      const order = `${SORT_COLUMNS[sortBy]} ${descending ? 'DESC' : 'ASC'}`;
      const rows = store
        .prepare(
          `SELECT ${COLUMNS} FROM cron_jobs ${where}
           ORDER BY ${SORT_COLUMNS[sortBy]} IS NULL, ${order}, created_at, id LIMIT ? OFFSET ?`,
        )
        .all([...params, limit, offset]);
      const total = store.prepare(`SELECT count(*) AS n FROM cron_jobs ${where}`).get(params);
      return { jobs: rows.map(toJob), total: Number(total?.['n'] ?? 0) };
    },

    count: (which) => {
      const { where, params } = filterFor({ which });
      return Number(store.prepare(`SELECT count(*) AS n FROM cron_jobs ${where}`).get(params)?.['n'] ?? 0);
    },

    due: (now, limit) =>
      store
        .prepare(
          `SELECT ${COLUMNS} FROM cron_jobs WHERE enabled = 1 AND next_run_at <= ? AND running_at IS NULL
           ORDER BY next_run_at LIMIT ?`,
        )
        .all([now, limit])
        .map(toJob),

    nextDueAt: () => {
      const row = store
        .prepare('SELECT min(next_run_at) AS at FROM cron_jobs WHERE enabled = 1 AND running_at IS NULL')
        .get();
      return typeof row?.['at'] === 'number' ? row['at'] : undefined;
    },

    interrupted: () =>
      store
        .prepare(
          `SELECT ${COLUMNS.split(', ')
            .map((c) => `j.${c}`)
            .join(', ')}, r.run_id, r.job_name, r.session_key, r.slot_at, r.started_at
           FROM cron_runs r JOIN cron_jobs j ON j.id = r.job_id WHERE r.ended_at IS NULL`,
        )
        .all()
        .map((row) => ({
          job: toJob(row),
          run: {
            runId: String(row['run_id']),
            jobId: String(row['id']),
            jobName: String(row['job_name']),
            sessionKey: typeof row['session_key'] === 'string' ? row['session_key'] : undefined,
            slotAt: Number(row['slot_at']),
            startedAt: Number(row['started_at']),
          },
        })),

    insert: (id, { definition, enabled, nextRunAt }, at) => {
      store
        .prepare(
          `INSERT INTO cron_jobs (id, definition, enabled, next_run_at, created_at, updated_at)
           VALUES (?, ?, ?, ?, ?, ?)`,
        )
        .run([id, JSON.stringify(definition), enabled ? 1 : 0, nextRunAt ?? null, at, at]);
    },

    update: (id, { definition, enabled, nextRunAt }, at) => {
      store
        .prepare(
          'UPDATE cron_jobs SET definition = ?, enabled = ?, next_run_at = ?, updated_at = ? WHERE id = ?',
        )
        .run([JSON.stringify(definition), enabled ? 1 : 0, nextRunAt ?? null, at, id]);
    },

    remove: (id, at) => {
      const removed = store.prepare('DELETE FROM cron_jobs WHERE id = ?').run([id]) > 0;
      if (removed) history.leave(id, at);
      return removed;
    },

    begin: (run, nextRunAt) => {
      store
        .prepare('UPDATE cron_jobs SET running_at = ?, next_run_at = ? WHERE id = ?')
        .run([run.startedAt, nextRunAt ?? null, run.jobId]);
      history.begin(run);
    },

    finish: (run, end) => {
      const lastRun: LastRun = {
        atMs: run.startedAt,
        status: end.status,
        durationMs: Math.max(0, end.endedAt - run.startedAt),
        ...(end.error === undefined ? {} : { error: end.error }),
      };
      store
        .prepare(
          `UPDATE cron_jobs SET running_at = NULL, last_run = ?,
             consecutive_errors = CASE WHEN ? THEN consecutive_errors + 1 ELSE 0 END WHERE id = ?`,
        )
        .run([JSON.stringify(lastRun), end.status === 'error' ? 1 : 0, run.jobId]);
      history.end(run, end);
    },

    disable: (id, at) => {
      store
        .prepare('UPDATE cron_jobs SET enabled = 0, next_run_at = NULL, updated_at = ? WHERE id = ?')
        .run([at, id]);
    },
  };
}

function toJob(row: SqlRow): CronJob {
  const definition = JSON.parse(String(row['definition'])) as CronDefinition;
  const lastRun = typeof row['last_run'] === 'string' ? (JSON.parse(row['last_run']) as LastRun) : undefined;
  const state: CronJobState = {
    ...(typeof row['next_run_at'] === 'number' ? { nextRunAtMs: row['next_run_at'] } : {}),
    ...(typeof row['running_at'] === 'number' ? { runningAtMs: row['running_at'] } : {}),
    ...(lastRun === undefined
      ? {}
      : {
          lastRunAtMs: lastRun.atMs,
          lastRunStatus: lastRun.status,
          lastDurationMs: lastRun.durationMs,
          ...(lastRun.error === undefined ? {} : { lastError: lastRun.error }),
        }),
    consecutiveErrors: Number(row['consecutive_errors']),
  };
  return {
    ...definition,
    id: String(row['id']),
    enabled: row['enabled'] === 1,
    createdAtMs: Number(row['created_at']),
    updatedAtMs: Number(row['updated_at']),
    state,
  };
}
