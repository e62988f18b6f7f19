// Rows of `cron_runs`: which runs there were and how they ended. The writing functions belong inside `store.write`.

import type {
  CronDeliveryStatus,
  CronDiagnostics,
  CronErrorReason,
  CronRunEntry,
  CronRunStatus,
} from '../../../shared/protocol/cron.ts';
import type { Store } from '../open-store.ts';
import { contains, filterBy } from '../sql-filter.ts';
import type { SqlRow } from '../sqlite.ts';

export interface CronRunStart {
  readonly runId: string;
  readonly jobId: string;
  readonly jobName: string;
  /** `undefined` only in runs that an earlier version began. */
  readonly sessionKey: string | undefined;
  /** The slot that this run is for, ms; the moment itself when somebody asked for the run. */
  readonly slotAt: number;
  /** Slots after `slotAt` up to this moment are made up for by this run, ms. */
  readonly slotUntil: number;
  /** From 1. */
  readonly attempt: number;
  /** It takes a slot of the schedule: of one slot each attempt is made once. */
  readonly scheduled: boolean;
  readonly startedAt: number;
}

export interface CronRunEnd {
  readonly status: CronRunStatus;
  readonly endedAt: number;
  readonly summary?: string | undefined;
  readonly error?: string | undefined;
  readonly details?: CronRunDetails;
}

/** What the history tells beside the outcome. */
export interface CronRunDetails {
  readonly errorReason?: CronErrorReason;
  readonly deliveryStatus?: CronDeliveryStatus;
  readonly deliveryError?: string;
  readonly deliverySuppressionReason?: string;
  readonly usage?: NonNullable<CronRunEntry['usage']>;
  /** Bounded by whoever makes them. */
  readonly diagnostics?: CronDiagnostics;
}

/** Conditions that were not asked for are left out. */
export interface CronRunQuery {
  readonly limit: number;
  readonly offset: number;
  readonly jobId?: string | undefined;
  readonly runId?: string | undefined;
  readonly agentId?: string | undefined;
  readonly statuses?: readonly CronRunStatus[] | undefined;
  readonly deliveryStatuses?: readonly CronDeliveryStatus[] | undefined;
  /** Matches the name or the id of the job, the summary or the error. */
  readonly search?: string | undefined;
  readonly ascending?: boolean;
}

export interface CronHistory {
  /** Runs that have ended, the newest first unless it is said. */
  list(query: CronRunQuery): { readonly entries: readonly CronRunEntry[]; readonly total: number };
  /** The run of that id, also one that has not ended; `undefined` when it was dropped. */
  details(runId: string): CronRunDetails | undefined;
  setDetails(runId: string, details: CronRunDetails): void;
  /** Whether that attempt at the slot has begun. */
  hasSlot(jobId: string, slotAt: number, attempt: number): boolean;
  /** The newest moment at which a run ended. */
  lastEndedAt(): number | undefined;
  /** Runs that have begun and not ended. */
  unfinished(): readonly CronRunStart[];
  begin(run: CronRunStart): void;
  /** Also drops what the job has beyond its newest runs. */
  end(run: Pick<CronRunStart, 'runId' | 'jobId'>, end: CronRunEnd): void;
  /** The job is removed: its runs are kept among the newest of all such jobs. */
  leave(jobId: string, at: number): void;
}

/** Ended runs that are kept for each job. */
const KEPT_PER_JOB = 200;
/** Runs that are kept of all jobs that are no more: reminders that are over, most of all. */
const KEPT_OF_REMOVED = 2_000;
/** Characters of a summary or an error that are kept; the session has the whole. */
const MAX_TEXT = 4_000;

export function createCronHistory(store: Store): CronHistory {
  return {
    list: ({ limit, offset, ascending = false, ...query }) => {
      const { where, params } = filterFor(query);
      const direction = ascending ? 'ASC' : 'DESC';
      const rows = store
        .prepare(
          `SELECT * FROM cron_runs ${where}
           ORDER BY ended_at ${direction}, rowid ${direction} LIMIT ? OFFSET ?`,
        )
        .all([...params, limit, offset]);
      const total = store.prepare(`SELECT count(*) AS n FROM cron_runs ${where}`).get(params);
      return { entries: rows.map(toEntry), total: Number(total?.['n'] ?? 0) };
    },

    details: (runId) => {
      const row = store.prepare('SELECT details FROM cron_runs WHERE run_id = ?').get([runId]);
      return row === undefined ? undefined : (JSON.parse(String(row['details'])) as CronRunDetails);
    },

    setDetails: (runId, details) => {
      store
        .prepare('UPDATE cron_runs SET details = ? WHERE run_id = ?')
        .run([JSON.stringify(details), runId]);
    },

    hasSlot: (jobId, slotAt, attempt) =>
      store
        .prepare('SELECT 1 FROM cron_runs WHERE job_id = ? AND slot_at = ? AND attempt = ? AND scheduled = 1')
        .get([jobId, slotAt, attempt]) !== undefined,

    lastEndedAt: () => {
      const row = store.prepare('SELECT max(ended_at) AS at FROM cron_runs WHERE ended_at IS NOT NULL').get();
      return typeof row?.['at'] === 'number' ? row['at'] : undefined;
    },

    unfinished: () =>
      store
        .prepare('SELECT * FROM cron_runs WHERE ended_at IS NULL')
        .all()
        .map((row) => ({
          runId: String(row['run_id']),
          jobId: String(row['job_id']),
          jobName: String(row['job_name']),
          sessionKey: typeof row['session_key'] === 'string' ? row['session_key'] : undefined,
          slotAt: Number(row['slot_at']),
          slotUntil: Number(row['slot_until'] ?? row['slot_at']),
          attempt: Number(row['attempt']),
          scheduled: row['scheduled'] === 1,
          startedAt: Number(row['started_at']),
        })),

    begin: ({ runId, jobId, jobName, sessionKey, slotAt, slotUntil, attempt, scheduled, startedAt }) => {
      store
        .prepare(
          `INSERT INTO cron_runs (run_id, job_id, job_name, session_key, slot_at, slot_until, attempt, scheduled,
             started_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run([
          runId,
          jobId,
          jobName,
          sessionKey ?? null,
          slotAt,
          slotUntil,
          attempt,
          scheduled ? 1 : 0,
          startedAt,
        ]);
    },

    end: ({ runId, jobId }, { endedAt, status, summary, error, details = {} }) => {
      store
        .prepare(
          `UPDATE cron_runs SET ended_at = ?, status = ?,
             summary = substr(?, 1, ${MAX_TEXT}), error = substr(?, 1, ${MAX_TEXT}), details = ? WHERE run_id = ?`,
        )
        .run([endedAt, status, summary ?? null, error ?? null, JSON.stringify(details), runId]);
      store
        .prepare(
          // In this form the index answers where the kept ones begin, without a look at their rows.
          `DELETE FROM cron_runs WHERE job_id = ? AND ended_at IS NOT NULL AND started_at < (
             SELECT started_at FROM cron_runs WHERE job_id = ?
             ORDER BY started_at DESC LIMIT 1 OFFSET ${KEPT_PER_JOB - 1})`,
        )
        .run([jobId, jobId]);
    },

    leave: (jobId, at) => {
      store.prepare('UPDATE cron_runs SET job_removed_at = ? WHERE job_id = ?').run([at, jobId]);
      store
        .prepare(
          `DELETE FROM cron_runs WHERE run_id IN (
             SELECT run_id FROM cron_runs WHERE job_removed_at IS NOT NULL
             ORDER BY job_removed_at DESC, rowid DESC LIMIT -1 OFFSET ${KEPT_OF_REMOVED})`,
        )
        .run([]);
    },
  };
}

function filterFor({
  jobId,
  runId,
  agentId,
  statuses,
  deliveryStatuses,
  search,
}: Omit<CronRunQuery, 'limit' | 'offset' | 'ascending'>): ReturnType<typeof filterBy> {
  const ofAgent = `agent:${agentId}:`;
  return filterBy(
    ['ended_at IS NOT NULL'],
    jobId === undefined ? undefined : ['job_id = ?', jobId],
    runId === undefined ? undefined : ['run_id = ?', runId],
    agentId === undefined ? undefined : ['substr(session_key, 1, length(?)) = ?', ofAgent, ofAgent],
    statuses === undefined ? undefined : [`status IN (${statuses.map(() => '?').join(', ')})`, ...statuses],
    deliveryStatuses === undefined
      ? undefined
      : [
          `coalesce(json_extract(details, '$.deliveryStatus'), 'not-requested') IN (${deliveryStatuses.map(() => '?').join(', ')})`,
          ...deliveryStatuses,
        ],
    contains(['job_id', 'job_name', 'summary', 'error'], search),
  );
}

function toEntry(row: SqlRow): CronRunEntry {
  const startedAt = Number(row['started_at']);
  const endedAt = Number(row['ended_at']);
  const details = JSON.parse(String(row['details'])) as CronRunDetails;
  const { deliveryStatus } = details;
  return {
    ts: endedAt,
    jobId: String(row['job_id']),
    jobName: String(row['job_name']),
    action: 'finished',
    runId: String(row['run_id']),
    runAtMs: startedAt,
    durationMs: Math.max(0, endedAt - startedAt),
    status: row['status'] as CronRunStatus,
    ...(typeof row['summary'] === 'string' ? { summary: row['summary'] } : {}),
    ...(typeof row['error'] === 'string' ? { error: row['error'] } : {}),
    ...(typeof row['session_key'] === 'string' ? { sessionKey: row['session_key'] } : {}),
    ...(row['status'] === 'skipped'
      ? {}
      : { completionStatus: row['status'] === 'ok' ? ('succeeded' as const) : ('failed' as const) }),
    ...details,
    ...(deliveryStatus === undefined ? {} : { delivered: deliveryStatus === 'delivered' }),
  };
}
