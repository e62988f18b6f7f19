// Cron jobs: adds, changes, lists, removes, and fires them when due. Owns the job tables; a single run is job-runs.ts. A
// slot is claimed, executed and accounted for in the store, so a kill at any instant neither loses it nor runs it twice.

import { randomUUID } from 'node:crypto';
import { GatewayError } from '../../shared/errors.ts';
import { errorText } from '../../shared/logger.ts';
import type {
  CronAddParams,
  CronJob,
  CronListResult,
  CronPatch,
  CronRunResult,
  CronRunsResult,
  CronStatusResult,
} from '../../shared/protocol/cron.ts';
import { MINUTE, SECOND, type TimerHandle } from '../../shared/time.ts';
import type { CronRunQuery } from '../store/repositories/cron-history.ts';
import type { CronQuery } from '../store/repositories/cron.ts';
import { changedJob, newJob } from './job-definition.ts';
import { sessionOf } from './job-session.ts';
import { createJobRuns, nextOf, type JobRunDeps } from './job-runs.ts';

export interface CronService {
  /** @param id of a job that comes from elsewhere; it must not be there yet */
  add(params: CronAddParams, id?: string): Promise<CronJob>;
  list(query: CronQuery): CronListResult;
  find(id: string): CronJob | undefined;
  /**
   * Changes a job. A run that goes on keeps to what it began with, and a slot that is due is not lost.
   * @throws GatewayError `not-found`; `invalid-params` when the whole would make no sense
   */
  update(id: string, patch: CronPatch): Promise<CronJob>;
  remove(id: string): Promise<boolean>;
  /** Starts a run outside the schedule, which it does not move. */
  run(id: string, mode: 'due' | 'force' | 'if-enabled'): Promise<CronRunResult>;
  /** What ran and how it ended, also of jobs that are removed. */
  runs(query: CronRunQuery): CronRunsResult;
  /** @param withPaths also says where the jobs lie, which only administrators may know */
  status(withPaths: boolean): CronStatusResult;
  summary(): { readonly jobs: number; readonly nextRunAtMs?: number };
  /** Accounts for runs that were cut off, fires what is overdue, and keeps firing. */
  start(): Promise<void>;
  /** Stops firing and waits for runs that are being accounted for. */
  stop(): Promise<void>;
}

/** Clock jumps and sleeps are noticed within this time. */
const MAX_SLEEP = MINUTE;
const MAX_PARALLEL = 8;
const MAX_JOBS = 20_000;
/** After storage failed: nothing was lost, so the same slots are tried again. */
const RETRY_AFTER_FAILURE = 5 * SECOND;

export function createCronService(deps: JobRunDeps): CronService {
  const { store, repository, bus, clock, hostZone, log } = deps;
  const jobRuns = createJobRuns(deps);
  const active = new Map<string, Promise<void>>();
  let timer: TimerHandle | undefined;
  let running = false;
  let holdUntil = 0;

  function arm(): void {
    if (timer !== undefined) clock.cancel(timer);
    timer = undefined;
    if (!running) return;
    const next = repository.nextDueAt();
    if (next === undefined) return;
    const now = clock.now();
    const delay = Math.min(Math.max(next, holdUntil) - now, MAX_SLEEP);
    timer = clock.schedule(Math.max(0, delay), fireDue);
  }

  function fireDue(): void {
    timer = undefined;
    if (clock.now() >= holdUntil) {
      for (const job of repository.due(clock.now(), MAX_PARALLEL - active.size)) {
        if (!active.has(job.id)) track(job.id, randomUUID(), true);
      }
    }
    // With every place taken the next run to end arms the timer.
    if (active.size < MAX_PARALLEL) arm();
  }

  function track(jobId: string, runId: string, scheduled: boolean): void {
    const work = jobRuns
      .execute(jobId, runId, scheduled)
      .catch((error: unknown) => {
        holdUntil = clock.now() + RETRY_AFTER_FAILURE;
        log.error('a cron job could not be accounted for; it is tried again', {
          jobId,
          error: errorText(error),
        });
      })
      .finally(() => {
        active.delete(jobId);
        arm();
      });
    active.set(jobId, work);
  }

  return {
    add: async (params, id = randomUUID()) => {
      const now = clock.now();
      const version = newJob(params, id, now, hostZone);
      const job = await store.write(() => {
        if (repository.count('all') >= MAX_JOBS) {
          throw new GatewayError('unavailable', `There are ${MAX_JOBS} jobs already. Remove some first.`);
        }
        repository.insert(id, version, now);
        const stored = repository.find(id);
        if (stored !== undefined) deps.checkAgent(sessionOf(stored));
        return stored;
      });
      if (job === undefined) throw new GatewayError('internal', 'the job was not stored');
      bus.publish('cron', { jobId: id, action: 'added', job });
      arm();
      return job;
    },

    list: (query) => {
      const { jobs, total } = repository.list(query);
      return { jobs, total, ...pageOf(query, jobs.length, total) };
    },

    find: (id) => repository.find(id),

    update: async (id, patch) => {
      const { job, changed } = await store.write(() => {
        const before = repository.find(id);
        if (before === undefined) throw jobNotFound(id);
        const now = clock.now();
        const version = changedJob(before, patch, now, hostZone);
        if (version !== undefined) repository.update(id, version, now);
        const after = repository.find(id) ?? before;
        // A job of an agent that is gone can be paused and renamed, but not put to work.
        if (patch.enabled === true || patch.agentId !== undefined || patch.sessionKey !== undefined)
          deps.checkAgent(sessionOf(after));
        return { job: after, changed: version !== undefined };
      });
      if (changed) bus.publish('cron', { jobId: id, action: 'updated', job, ...nextOf(job) });
      arm();
      return job;
    },

    remove: async (id) => {
      const removed = await store.write(() => repository.remove(id, clock.now()));
      if (removed) bus.publish('cron', { jobId: id, action: 'removed' });
      arm();
      return removed;
    },

    // eslint-disable-next-line @typescript-eslint/require-await -- a promise like its neighbours: errors reject
    run: async (id, mode) => {
      const job = repository.find(id);
      if (job === undefined) throw jobNotFound(id);
      if (active.has(id)) return { ok: true, enqueued: false, reason: 'already-running' };
      if (mode === 'due' && (job.state.nextRunAtMs ?? Infinity) > clock.now()) {
        return { ok: true, enqueued: false, reason: 'not-due' };
      }
      if (mode === 'if-enabled' && !job.enabled) return { ok: true, enqueued: false, reason: 'disabled' };
      const runId = `manual:${id}:${randomUUID()}`;
      track(id, runId, false);
      return { ok: true, enqueued: true, runId };
    },

    runs: (query) => {
      const { entries, total } = repository.runs(query);
      return { entries, total, ...pageOf(query, entries.length, total) };
    },

    status: (withPaths) => ({
      enabled: running,
      triggersEnabled: false,
      storage: 'sqlite',
      ...(withPaths ? { storePath: store.file, sqlitePath: store.file } : {}),
      jobs: repository.count('all'),
      nextWakeAtMs: repository.nextDueAt() ?? null,
    }),

    summary: () => {
      const next = repository.nextDueAt();
      const jobs = repository.count('enabled');
      return { jobs, ...(next === undefined ? {} : { nextRunAtMs: next }) };
    },

    start: async () => {
      running = true;
      await jobRuns.settleInterrupted();
      arm();
    },

    stop: async () => {
      running = false;
      if (timer !== undefined) clock.cancel(timer);
      timer = undefined;
      await Promise.allSettled(active.values());
    },
  };
}

interface Page {
  readonly offset: number;
  readonly limit: number;
  readonly hasMore: boolean;
  readonly nextOffset: number | null;
}

function pageOf(
  { offset, limit }: { readonly offset: number; readonly limit: number },
  length: number,
  total: number,
): Page {
  const end = offset + length;
  return { offset, limit, hasMore: end < total, nextOffset: end < total ? end : null };
}

export function jobNotFound(id: string): GatewayError {
  return new GatewayError('not-found', `There is no cron job with the id ${id}.`, {
    details: { code: 'CRON_JOB_NOT_FOUND', id },
  });
}
