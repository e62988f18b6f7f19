// Cron jobs: adds, changes, lists, removes, and fires them when due. Owns the job tables; a single run is job-runs.ts. A
// slot is claimed, executed and accounted for in the store, so a kill at any instant neither loses it nor runs it twice.
// One timer serves all jobs; it also notices that the computer has slept or that the clock was set.

import { randomUUID } from 'node:crypto';
import { GatewayError } from '../../shared/errors.ts';
import { errorText } from '../../shared/logger.ts';
import type {
  CronAddParams,
  CronDetailsResult,
  CronJob,
  CronListResult,
  CronMissed,
  CronPatch,
  CronRunResult,
  CronRunsResult,
  CronStatusResult,
} from '../../shared/protocol/cron.ts';
import { MINUTE, SECOND, type TimerHandle } from '../../shared/time.ts';
import type { AddressPolicy } from '../outbound/address-policy.ts';
import type { CronRunQuery } from '../store/repositories/cron-history.ts';
import type { CronQuery } from '../store/repositories/cron.ts';
import type { CronWebhooksRepository } from '../store/repositories/cron-webhooks.ts';
import { createClockWatch } from './clock-watch.ts';
import { changedJob, newJob, type DefinitionRules } from './job-definition.ts';
import { sessionOf } from './job-session.ts';
import { createJobRuns, nextOf, type JobRunDeps } from './job-runs.ts';
import { createTeller } from './job-teller.ts';
import { createMissedRuns } from './missed-runs.ts';
import { nextRuns } from './schedule.ts';
import { createWebhookDelivery } from './webhook-delivery.ts';

export interface CronService {
  /** @param id of a job that comes from elsewhere; it must not be there yet */
  add(params: CronAddParams, id?: string): Promise<CronJob>;
  list(query: CronQuery): CronListResult;
  find(id: string): CronJob | undefined;
  /** The job with what only the scheduler knows. */
  details(id: string): CronDetailsResult | undefined;
  /**
   * Changes a job. A run that goes on keeps to what it began with, and a slot that is due is not lost.
   * @throws GatewayError `not-found`; `invalid-params` when the whole would make no sense
   */
  update(id: string, patch: CronPatch): Promise<CronJob>;
  remove(id: string): Promise<boolean>;
  /** Starts a run. Outside of the schedule, which it does not move, unless the mode is `due`: then it takes the slot. */
  run(id: string, mode: 'due' | 'force' | 'if-enabled'): Promise<CronRunResult>;
  /** What ran and how it ended, also of jobs that are removed. */
  runs(query: CronRunQuery): CronRunsResult;
  /** Missed runs that somebody is to decide about. */
  missed(): readonly CronMissed[];
  /** @throws GatewayError `not-found` when nothing waits for a decision */
  resolveMissed(id: string, action: 'run' | 'skip'): Promise<void>;
  /** @param withPaths also says where the jobs lie, which only administrators may know */
  status(withPaths: boolean): CronStatusResult;
  summary(): { readonly jobs: number; readonly nextRunAtMs?: number };
  /** Whether a run goes on in a session of that agent or anywhere. */
  isRunning(jobId?: string): boolean;
  /** Accounts for runs that were cut off, fires what is overdue, and keeps firing. */
  start(): Promise<void>;
  /** The computer has slept, or the configuration was changed: looks at once what is due. */
  check(): void;
  /** Stops firing and waits for runs that are being accounted for. */
  stop(): Promise<void>;
}

/** What the configuration says about all jobs; read at the moment of use. */
export interface CronRules {
  readonly enabled: boolean;
  /** Recurring jobs pass over what they missed, unless they say otherwise. */
  readonly skipMissed: boolean;
  readonly webhookPolicy: AddressPolicy;
  readonly webhookToken: string | undefined;
}

export type CronDeps = Omit<JobRunDeps, 'tell'> & {
  readonly webhooks: CronWebhooksRepository;
  readonly rules: () => CronRules;
};

/** Clock jumps and sleeps are noticed within this time. */
const MAX_SLEEP = MINUTE;
const MAX_PARALLEL = 8;
const MAX_JOBS = 20_000;
/** After storage failed: nothing was lost, so the same slots are tried again. */
const RETRY_AFTER_FAILURE = 5 * SECOND;
const SHOWN_RUNS = 5;

export function createCronService(deps: CronDeps): CronService {
  const { store, repository, notifications, bus, clock, hostZone, rules, log } = deps;
  const webhooks = createWebhookDelivery({ ...deps, repository: deps.webhooks, jobs: repository });
  const tell = createTeller({ ...deps, webhooks, now: () => clock.now() });
  const jobRuns = createJobRuns({ ...deps, tell });
  const missed = createMissedRuns({ ...deps, skipsByDefault: () => rules().skipMissed });
  const watch = createClockWatch(clock);
  const active = new Map<string, Promise<void>>();
  /** Of those, the ones that wait for a person: they keep nobody else from running. */
  const waiting = new Set<string>();
  let timer: TimerHandle | undefined;
  let running = false;
  let holdUntil = 0;
  /** Missed runs are being settled; nothing fires before that is done. */
  let settling: Promise<void> | undefined;

  const accepts = (): DefinitionRules => ({ now: clock.now(), hostZone, policy: rules().webhookPolicy });

  function arm(): void {
    if (timer !== undefined) clock.cancel(timer);
    timer = undefined;
    if (!running) return;
    noticeJumps();
    const next = repository.nextDueAt();
    if (next === undefined && active.size === 0) {
      watch.rest();
      return;
    }
    const now = clock.now();
    // With every place taken the next run to end looks again; until then only the clock is watched.
    const due = !mayFire() || next === undefined ? Infinity : Math.max(next, holdUntil) - now;
    const delay = Math.min(Math.max(0, due), MAX_SLEEP);
    watch.expect(delay);
    timer = clock.schedule(delay, fireDue);
  }

  function mayFire(): boolean {
    return rules().enabled && settling === undefined && active.size - waiting.size < MAX_PARALLEL;
  }

  function fireDue(): void {
    timer = undefined;
    noticeJumps();
    if (mayFire() && clock.now() >= holdUntil) {
      for (const job of repository.due(clock.now(), MAX_PARALLEL - active.size + waiting.size))
        if (!active.has(job.id)) track(job.id, randomUUID(), true);
    }
    arm();
  }

  function noticeJumps(): void {
    const jump = watch.look();
    if (jump === undefined) return;
    log.info('the clock jumped, or the computer slept', { kind: jump.kind });
    settle(() => (jump.kind === 'ahead' ? missed.settle(jump.from) : missed.followClock()));
  }

  function settle(work: () => Promise<void>): void {
    const done = (settling ?? Promise.resolve())
      .then(work)
      .catch((error: unknown) => {
        // The policy could not be applied: making up for what was missed loses nothing.
        log.error('missed runs could not be settled', { error: errorText(error) });
      })
      .finally(() => {
        if (settling === done) settling = undefined;
        arm();
      });
    settling = done;
  }

  function track(jobId: string, runId: string, scheduled: boolean): void {
    const work = jobRuns
      .execute(jobId, runId, scheduled, () => {
        waiting.add(jobId);
        arm();
      })
      .catch((error: unknown) => {
        holdUntil = clock.now() + RETRY_AFTER_FAILURE;
        log.error('a cron job could not be accounted for; it is tried again', {
          jobId,
          error: errorText(error),
        });
      })
      .finally(() => {
        active.delete(jobId);
        waiting.delete(jobId);
        arm();
      });
    active.set(jobId, work);
  }

  async function run(id: string, mode: 'due' | 'force' | 'if-enabled'): Promise<CronRunResult> {
    await settling;
    const job = repository.find(id);
    if (job === undefined) throw jobNotFound(id);
    if (active.has(id)) return { ok: true, enqueued: false, reason: 'already-running' };
    if (mode === 'due' && (job.state.nextRunAtMs ?? Infinity) > clock.now()) {
      return { ok: true, enqueued: false, reason: 'not-due' };
    }
    if (mode === 'if-enabled' && !job.enabled) return { ok: true, enqueued: false, reason: 'disabled' };
    const runId = `manual:${id}:${randomUUID()}`;
    track(id, runId, mode === 'due');
    return { ok: true, enqueued: true, runId };
  }

  return {
    add: async (params, id = randomUUID()) => {
      const version = newJob(params, id, accepts());
      const job = await store.write(() => {
        if (repository.count('all') >= MAX_JOBS) {
          throw new GatewayError('unavailable', `There are ${MAX_JOBS} jobs already. Remove some first.`);
        }
        repository.insert(id, version, clock.now());
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

    details: (id) => {
      const stored = repository.stored(id);
      if (stored === undefined) return undefined;
      const { job, plan } = stored;
      const retries = plan !== undefined && plan.attempt > 1;
      return {
        job,
        missedRuns: missed.policyOf(stored),
        ...(stored.missed === undefined ? {} : { missed: stored.missed }),
        nextRunsAtMs:
          plan === undefined
            ? []
            : [plan.fireAt, ...nextRuns(job.schedule, plan.fireAt, job.id, hostZone, SHOWN_RUNS - 1)],
        ...(retries ? { retry: { slotAtMs: plan.slotAt, attempt: plan.attempt } } : {}),
      };
    },

    update: async (id, patch) => {
      const { job, changed, resolved } = await store.write(() => {
        const before = repository.stored(id);
        if (before === undefined) throw jobNotFound(id);
        const version = changedJob(before, patch, accepts());
        if (version === undefined) return { job: before.job, changed: false, resolved: undefined };
        repository.update(id, version, clock.now());
        const begins = version.enabled && !before.job.enabled;
        // Who switches it on again knows about the failures.
        if (begins) repository.forgive(id);
        const after = repository.find(id) ?? before.job;
        // A job of an agent that is gone can be paused and renamed, but not put to work.
        if (patch.enabled === true || patch.agentId !== undefined || patch.sessionKey !== undefined)
          deps.checkAgent(sessionOf(after));
        return {
          job: after,
          changed: true,
          resolved: begins ? notifications.resolveKey(`cron-failure:${id}`) : undefined,
        };
      });
      notifications.announceResolved(resolved);
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

    run,

    runs: (query) => {
      const { entries, total } = repository.history.list(query);
      return { entries, total, ...pageOf(query, entries.length, total) };
    },

    missed: () => missed.list(),

    resolveMissed: async (id, action) => {
      const { runNow } = await missed.resolve(id, action);
      if (runNow) await run(id, 'force');
      const job = repository.find(id);
      if (job !== undefined) bus.publish('cron', { jobId: id, action: 'updated', job, ...nextOf(job) });
      arm();
    },

    status: (withPaths) => ({
      enabled: running && rules().enabled,
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

    isRunning: (jobId) => (jobId === undefined ? active.size > 0 : active.has(jobId)),

    start: async () => {
      running = true;
      await jobRuns.settleInterrupted();
      const lastEnd = repository.history.lastEndedAt();
      if (watch.wasSetBack(lastEnd)) settle(() => missed.followClock());
      settle(() => missed.settle(-Infinity));
      webhooks.pump();
      await settling;
    },

    check: () => {
      if (running) fireDue();
    },

    stop: async () => {
      running = false;
      if (timer !== undefined) clock.cancel(timer);
      timer = undefined;
      await settling;
      jobRuns.stop();
      await Promise.allSettled(active.values());
      await webhooks.stop();
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
