// Rows of `cron_jobs`; their runs are in cron-history.ts. The writing functions belong inside `store.write`.

import type {
  CronDeliveryStatus,
  CronErrorReason,
  CronJob,
  CronJobState,
  CronMissed,
  CronRunStatus,
  CronSchedule,
  CronSortKey,
  MissedRunPolicy,
} from '../../../shared/protocol/cron.ts';
import { DEFAULT_AGENT_ID } from '../../../shared/session-key.ts';
import type { Store } from '../open-store.ts';
import { contains, filterBy, type SqlFilter } from '../sql-filter.ts';
import type { SqlRow } from '../sqlite.ts';
import { createCronHistory, type CronHistory, type CronRunEnd, type CronRunStart } from './cron-history.ts';

/** What a person or an agent defined; everything else about a job is state. */
export type CronDefinition = Omit<CronJob, 'id' | 'enabled' | 'createdAtMs' | 'updatedAtMs' | 'state'>;

/** When a job fires next, and for which slot of its schedule. */
export interface CronPlan {
  /** ms */
  readonly fireAt: number;
  /** The slot; before `fireAt` when the run is another attempt, or waits after failures. */
  readonly slotAt: number;
  /** From 1. */
  readonly attempt: number;
}

/** A job as it is to be stored. */
export interface CronJobVersion {
  readonly definition: CronDefinition;
  readonly enabled: boolean;
  /** `undefined` when it is disabled or its only run has begun. */
  readonly plan: CronPlan | undefined;
  /** `undefined`: what the configuration says. */
  readonly missedRuns: MissedRunPolicy | undefined;
}

/** Further state of a job. */
export interface CronFacts {
  readonly autoDisabled?: NonNullable<CronJobState['autoDisabled']>;
  readonly consecutiveSkipped?: number;
  readonly lastErrorReason?: CronErrorReason;
  readonly lastDeliveryStatus?: CronDeliveryStatus;
  readonly lastDeliveryError?: string;
  /** When the failures that go on were told, ms; left out when none go on. */
  readonly alertedAt?: number;
}

/** A job with what only the scheduler knows. */
export interface StoredJob {
  readonly job: CronJob;
  readonly plan: CronPlan | undefined;
  readonly missedRuns: MissedRunPolicy | undefined;
  readonly missed: CronMissed | undefined;
  readonly facts: CronFacts;
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
  readonly stored: StoredJob;
  readonly run: CronRunStart;
}

export interface CronRepository {
  readonly history: CronHistory;
  find(id: string): CronJob | undefined;
  stored(id: string): StoredJob | undefined;
  list(query: CronQuery): { readonly jobs: readonly CronJob[]; readonly total: number };
  /** How many are enabled, or how many there are. */
  count(which: 'all' | 'enabled'): number;
  /** Enabled jobs that are due and not running, the longest due first. */
  due(now: number, limit: number): readonly CronJob[];
  /** Enabled jobs that fire after that moment, by id, from the one that follows `afterId` on. */
  plannedAfter(moment: number, afterId: string, limit: number): readonly StoredJob[];
  /** Jobs that were due before that moment, by id, from the one that follows `afterId` on. */
  dueBefore(moment: number, afterId: string, limit: number): readonly StoredJob[];
  /** When the next enabled job that is not running is due. */
  nextDueAt(): number | undefined;
  /** Jobs whose run was cut off by a crash or a kill, with that run. */
  interrupted(): readonly InterruptedRun[];
  /** Jobs with missed runs that wait for a decision. */
  missed(): readonly CronMissed[];
  insert(id: string, version: CronJobVersion, at: number): void;
  update(id: string, version: CronJobVersion, at: number): void;
  remove(id: string, at: number): boolean;
  plan(id: string, plan: CronPlan | undefined): void;
  setMissed(id: string, missed: CronMissed | undefined): void;
  setFacts(id: string, facts: CronFacts): void;
  begin(run: CronRunStart, plan: CronPlan | undefined): void;
  /** Ends a run. @param failures in a row now */
  finish(run: CronRunStart, end: CronRunEnd, failures: number): void;
  /** Its failures are over. */
  forgive(id: string): void;
  enable(id: string, plan: CronPlan, at: number): void;
  disable(id: string, at: number): void;
}

const COLUMNS =
  'id, definition, enabled, next_run_at, next_slot_at, attempt, missed_runs, missed, facts, running_at, last_run, consecutive_errors, created_at, updated_at';

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
  const row = (id: string): SqlRow | undefined =>
    store.prepare(`SELECT ${COLUMNS} FROM cron_jobs WHERE id = ?`).get([id]);

  return {
    history,
    find: (id) => {
      const found = row(id);
      return found === undefined ? undefined : toJob(found);
    },
    stored: (id) => {
      const found = row(id);
      return found === undefined ? undefined : toStored(found);
    },

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

    plannedAfter: (moment, afterId, limit) =>
      store
        .prepare(
          `SELECT ${COLUMNS} FROM cron_jobs WHERE id > ? AND enabled = 1 AND next_run_at > ? ORDER BY id LIMIT ?`,
        )
        .all([afterId, moment, limit])
        .map(toStored),

    dueBefore: (moment, afterId, limit) =>
      store
        .prepare(
          `SELECT ${COLUMNS} FROM cron_jobs WHERE id > ? AND enabled = 1 AND next_run_at <= ?
             AND running_at IS NULL ORDER BY id LIMIT ?`,
        )
        .all([afterId, moment, limit])
        .map(toStored),

    nextDueAt: () => {
      // In this form the partial index answers it, however many jobs there are.
      const next = store
        .prepare(
          `SELECT next_run_at AS at FROM cron_jobs
           WHERE enabled = 1 AND next_run_at IS NOT NULL AND running_at IS NULL ORDER BY next_run_at LIMIT 1`,
        )
        .get();
      return typeof next?.['at'] === 'number' ? next['at'] : undefined;
    },

    interrupted: () =>
      history.unfinished().flatMap((run) => {
        const found = row(run.jobId);
        return found === undefined ? [] : [{ stored: toStored(found), run }];
      }),

    missed: () =>
      store
        .prepare(`SELECT ${COLUMNS} FROM cron_jobs WHERE missed IS NOT NULL ORDER BY id`)
        .all()
        .flatMap((found) => toStored(found).missed ?? []),

    insert: (id, { definition, enabled, plan, missedRuns }, at) => {
      store
        .prepare(
          `INSERT INTO cron_jobs (id, definition, enabled, next_run_at, next_slot_at, attempt, missed_runs,
             created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run([
          id,
          JSON.stringify(definition),
          enabled ? 1 : 0,
          plan?.fireAt ?? null,
          plan?.slotAt ?? null,
          plan?.attempt ?? 1,
          missedRuns ?? null,
          at,
          at,
        ]);
    },

    update: (id, { definition, enabled, plan, missedRuns }, at) => {
      store
        .prepare(
          `UPDATE cron_jobs SET definition = ?, enabled = ?, next_run_at = ?, next_slot_at = ?, attempt = ?,
             missed_runs = ?, updated_at = ? WHERE id = ?`,
        )
        .run([
          JSON.stringify(definition),
          enabled ? 1 : 0,
          plan?.fireAt ?? null,
          plan?.slotAt ?? null,
          plan?.attempt ?? 1,
          missedRuns ?? null,
          at,
          id,
        ]);
    },

    remove: (id, at) => {
      const removed = store.prepare('DELETE FROM cron_jobs WHERE id = ?').run([id]) > 0;
      if (removed) history.leave(id, at);
      return removed;
    },

    plan: (id, plan) => {
      store
        .prepare('UPDATE cron_jobs SET next_run_at = ?, next_slot_at = ?, attempt = ? WHERE id = ?')
        .run([plan?.fireAt ?? null, plan?.slotAt ?? null, plan?.attempt ?? 1, id]);
    },

    setMissed: (id, missed) => {
      store
        .prepare('UPDATE cron_jobs SET missed = ? WHERE id = ?')
        .run([missed === undefined ? null : JSON.stringify([missed.slotAtMs, missed.untilMs]), id]);
    },

    setFacts: (id, facts) => {
      store.prepare('UPDATE cron_jobs SET facts = ? WHERE id = ?').run([JSON.stringify(facts), id]);
    },

    begin: (run, plan) => {
      store
        .prepare(
          'UPDATE cron_jobs SET running_at = ?, next_run_at = ?, next_slot_at = ?, attempt = ? WHERE id = ?',
        )
        .run([run.startedAt, plan?.fireAt ?? null, plan?.slotAt ?? null, plan?.attempt ?? 1, run.jobId]);
      history.begin(run);
    },

    finish: (run, end, failures) => {
      const lastRun: LastRun = {
        atMs: run.startedAt,
        status: end.status,
        durationMs: Math.max(0, end.endedAt - run.startedAt),
        ...(end.error === undefined ? {} : { error: end.error }),
      };
      store
        .prepare('UPDATE cron_jobs SET running_at = NULL, last_run = ?, consecutive_errors = ? WHERE id = ?')
        .run([JSON.stringify(lastRun), failures, run.jobId]);
      history.end(run, end);
    },

    forgive: (id) => {
      store
        .prepare(
          `UPDATE cron_jobs SET consecutive_errors = 0,
             facts = json_remove(facts, '$.autoDisabled', '$.alertedAt', '$.consecutiveSkipped') WHERE id = ?`,
        )
        .run([id]);
    },

    enable: (id, plan, at) => {
      store
        .prepare(
          `UPDATE cron_jobs SET enabled = 1, next_run_at = ?, next_slot_at = ?, attempt = ?, updated_at = ?
           WHERE id = ?`,
        )
        .run([plan.fireAt, plan.slotAt, plan.attempt, at, id]);
    },

    disable: (id, at) => {
      store
        .prepare(
          `UPDATE cron_jobs SET enabled = 0, next_run_at = NULL, next_slot_at = NULL, attempt = 1,
             updated_at = ? WHERE id = ?`,
        )
        .run([at, id]);
    },
  };
}

function toStored(found: SqlRow): StoredJob {
  const job = toJob(found);
  const fireAt = found['next_run_at'];
  const slotAt = found['next_slot_at'];
  const missed =
    typeof found['missed'] === 'string' ? (JSON.parse(found['missed']) as [number, number]) : undefined;
  return {
    job,
    plan:
      typeof fireAt === 'number'
        ? {
            fireAt,
            // Earlier versions stored no slot: it was the moment itself.
            slotAt: typeof slotAt === 'number' ? slotAt : fireAt,
            attempt: Number(found['attempt']),
          }
        : undefined,
    missedRuns:
      typeof found['missed_runs'] === 'string' ? (found['missed_runs'] as MissedRunPolicy) : undefined,
    missed:
      missed === undefined
        ? undefined
        : { jobId: job.id, jobName: job.name, slotAtMs: missed[0], untilMs: missed[1] },
    facts: JSON.parse(String(found['facts'])) as CronFacts,
  };
}

function toJob(row: SqlRow): CronJob {
  const definition = JSON.parse(String(row['definition'])) as CronDefinition;
  const lastRun = typeof row['last_run'] === 'string' ? (JSON.parse(row['last_run']) as LastRun) : undefined;
  const { alertedAt, lastDeliveryStatus, ...facts } = JSON.parse(String(row['facts'])) as CronFacts;
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
    ...facts,
    ...(lastDeliveryStatus === undefined
      ? {}
      : { lastDeliveryStatus, lastDelivered: lastDeliveryStatus === 'delivered' }),
    ...(alertedAt === undefined ? {} : { lastFailureAlertAtMs: alertedAt }),
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
