// Cron jobs: adds, lists, removes, and fires them when due. Owns the job tables. A slot is claimed, executed and
// accounted for in the store, so a kill at any instant neither loses it nor runs it twice.

import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { GatewayError } from '../../shared/errors.ts';
import { errorText, type Logger } from '../../shared/logger.ts';
import type { ChatMessage } from '../../shared/protocol/chat.ts';
import type {
  CronAddParams,
  CronJob,
  CronListResult,
  CronPatch,
  CronRunResult,
  CronRunStatus,
  CronStatusResult,
} from '../../shared/protocol/cron.ts';
import type { InboxNotification } from '../../shared/protocol/notifications.ts';
import { MINUTE, SECOND, type Clock, type TimerHandle } from '../../shared/time.ts';
import type { EventBus } from '../event-bus.ts';
import type { NotificationService } from '../notifications/notification-service.ts';
import type { SessionService } from '../sessions/session-service.ts';
import type { Store } from '../store/open-store.ts';
import type { CronRepository, CronRunStart, InterruptedRun, CronQuery } from '../store/repositories/cron.ts';
import { changedJob, newJob } from './job-definition.ts';
import { isolatedSession, sessionOf } from './job-session.ts';
import { nextRun } from './schedule.ts';

/** Runs an agent for a job and answers what it said. Rejects when the run failed. */
export type AgentTurnRunner = (
  job: CronJob,
  message: string,
  runId: string,
  sessionKey: string,
) => Promise<string>;

export interface CronService {
  add(params: CronAddParams): Promise<CronJob>;
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
  /** @param withPaths also says where the jobs lie, which only administrators may know */
  status(withPaths: boolean): CronStatusResult;
  summary(): { readonly jobs: number; readonly nextRunAtMs?: number };
  /** Accounts for runs that were cut off, fires what is overdue, and keeps firing. */
  start(): Promise<void>;
  /** Stops firing and waits for runs that are being accounted for. */
  stop(): Promise<void>;
}

export interface CronDeps {
  readonly store: Store;
  readonly repository: CronRepository;
  readonly sessions: SessionService;
  readonly notifications: NotificationService;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly hostZone: string;
  readonly runAgentTurn: AgentTurnRunner;
  readonly log: Logger;
}

interface Outcome {
  readonly status: CronRunStatus;
  readonly summary?: string;
  readonly error?: string;
}

/** A run that was begun, with the job as it was then: what is changed later holds for the next run. */
interface Claim {
  readonly job: CronJob;
  readonly run: CronRunStart;
  readonly sessionKey: string;
  /** Its schedule has no run after this one. */
  readonly isLast: boolean;
}

/** What a reminder left in the store. */
interface StoredEvent {
  readonly message: ChatMessage;
  readonly notification: InboxNotification;
  readonly outcome: Outcome;
}

/** Clock jumps and sleeps are noticed within this time. */
const MAX_SLEEP = MINUTE;
const MAX_PARALLEL = 8;
/** No job runs more often, whatever its schedule says. */
const MIN_GAP = SECOND;
const MAX_JOBS = 20_000;
/** After storage failed: nothing was lost, so the same slots are tried again. */
const RETRY_AFTER_FAILURE = 5 * SECOND;

export function createCronService(deps: CronDeps): CronService {
  const { store, repository, sessions, notifications, bus, clock, hostZone, runAgentTurn, log } = deps;
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
    const work = execute(jobId, runId, scheduled)
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

  async function execute(jobId: string, runId: string, scheduled: boolean): Promise<void> {
    // Claim, message, notification and account of an event in one transaction: it happened completely, or is still due.
    const begun = await store.write(() => {
      const claim = begin(jobId, runId, scheduled);
      if (claim === undefined) return undefined;
      const { payload } = claim.job;
      return { claim, told: payload.kind === 'systemEvent' ? storeEvent(claim, payload.text) : undefined };
    });
    if (begun === undefined) return;
    const { claim, told } = begun;
    bus.publish('cron', {
      jobId,
      action: 'started',
      job: claim.job,
      runAtMs: claim.run.startedAt,
    });
    if (told !== undefined) {
      tell(claim, told.message, told.notification);
      publishEnd(claim, told.outcome);
    }
    if (claim.job.payload.kind === 'agentTurn') await runAgent(claim, claim.job.payload.message);
  }

  /** Inside a write: takes the slot of the job as it is now; `undefined` when a change has taken it away. */
  function begin(jobId: string, runId: string, scheduled: boolean): Claim | undefined {
    const job = repository.find(jobId);
    if (job === undefined) return undefined;
    const startedAt = clock.now();
    const { nextRunAtMs } = job.state;
    if (scheduled && !(job.enabled && nextRunAtMs !== undefined && nextRunAtMs <= startedAt))
      return undefined;
    const slotAt = scheduled ? (nextRunAtMs ?? startedAt) : startedAt;
    // A late recurring job runs once, however many slots it missed.
    const next = scheduled
      ? nextRun(job.schedule, Math.max(startedAt, slotAt + MIN_GAP - 1), jobId, hostZone)
      : nextRunAtMs;
    const run: CronRunStart = { runId, jobId, jobName: job.name, slotAt, startedAt };
    repository.begin(run, next);
    const ownSession = job.payload.kind === 'agentTurn' && job.sessionTarget === 'isolated';
    const sessionKey = ownSession ? isolatedSession(job, runId) : sessionOf(job);
    return { job, run, sessionKey, isLast: scheduled && next === undefined };
  }

  /** Inside a write. */
  function storeEvent(claim: Claim, text: string): StoredEvent {
    const { job, run, sessionKey } = claim;
    const outcome: Outcome = { status: 'ok', summary: text };
    const message = sessions.append(sessionKey, {
      role: 'assistant',
      content: [{ type: 'text', text: `Reminder: ${text}` }],
      timestamp: run.startedAt,
      source: { kind: 'cron', jobId: job.id, label: text },
    });
    const notification = notifications.store({
      kind: 'reminder',
      title: 'Reminder',
      body: text,
      sessionKey,
      jobId: job.id,
    });
    account(claim, outcome);
    return { message, notification, outcome };
  }

  async function runAgent(claim: Claim, prompt: string): Promise<void> {
    const { job, run, sessionKey } = claim;
    let outcome: Outcome;
    try {
      outcome = { status: 'ok', summary: await runAgentTurn(job, prompt, run.runId, sessionKey) };
    } catch (error) {
      outcome = { status: 'error', error: errorText(error) };
    }
    const notification = await store.write(() => {
      account(claim, outcome);
      return notifications.store(
        outcome.status === 'ok'
          ? { kind: 'job', title: job.name, body: outcome.summary ?? '', sessionKey, jobId: job.id }
          : {
              kind: 'alert',
              title: `${job.name} did not work`,
              body: outcome.error ?? '',
              sessionKey,
              jobId: job.id,
            },
      );
    });
    notifications.announce(notification);
    publishEnd(claim, outcome);
  }

  /** Inside a write: ends the run, and the job too when its last run went well. */
  function account({ job, run, isLast }: Omit<Claim, 'sessionKey'>, outcome: Outcome): void {
    const endedAt = clock.now();
    repository.finish(run, { ...outcome, endedAt });
    const now = isLast ? repository.find(job.id) : undefined;
    // With a schedule that came during the run it has runs before it, even if it is disabled for now.
    if (now === undefined || !isDeepStrictEqual(now.schedule, job.schedule)) return;
    if (outcome.status === 'ok' && now.deleteAfterRun === true) repository.remove(job.id);
    else repository.disable(job.id, endedAt);
  }

  function tell({ run, sessionKey }: Claim, message: ChatMessage, notification: InboxNotification): void {
    sessions.announce(sessionKey, [message], 'cron');
    // Clients that follow only the chat see it as a message of its own.
    bus.publish('chat', { runId: `cron:${run.runId}`, sessionKey, seq: 0, state: 'final', message });
    notifications.announce(notification);
  }

  function publishEnd({ job, run, sessionKey }: Claim, outcome: Outcome): void {
    const now = repository.find(job.id);
    bus.publish('cron', {
      jobId: job.id,
      action: 'finished',
      runAtMs: run.startedAt,
      durationMs: clock.now() - run.startedAt,
      sessionKey,
      ...outcome,
      ...(now === undefined ? {} : { job: now, ...nextOf(now) }),
    });
  }

  /** What was cut off while nobody could account for it must not keep the gateway from starting. */
  async function settleInterrupted(): Promise<void> {
    for (const cutOff of repository.interrupted()) {
      await settleOne(cutOff).catch((error: unknown) => {
        log.error('a cron run that was cut off could not be accounted for', {
          jobId: cutOff.job.id,
          error: errorText(error),
        });
      });
    }
  }

  async function settleOne({ job, runId, startedAt }: InterruptedRun): Promise<void> {
    const run: CronRunStart = { runId, jobId: job.id, jobName: job.name, slotAt: startedAt, startedAt };
    const notification = await store.write(() => {
      const isLast = job.state.nextRunAtMs === undefined;
      account({ job, run, isLast }, { status: 'error', error: 'Clawtray was closed during this run.' });
      return notifications.store({
        kind: 'alert',
        title: `${job.name} was cut off`,
        body: 'Clawtray was closed while it ran.',
        sessionKey: sessionOf(job),
        jobId: job.id,
      });
    });
    notifications.announce(notification);
  }

  return {
    add: async (params) => {
      const id = randomUUID();
      const now = clock.now();
      const version = newJob(params, id, now, hostZone);
      const job = await store.write(() => {
        if (repository.count('all') >= MAX_JOBS) {
          throw new GatewayError('unavailable', `There are ${MAX_JOBS} jobs already. Remove some first.`);
        }
        repository.insert(id, version, now);
        return repository.find(id);
      });
      if (job === undefined) throw new GatewayError('internal', 'the job was not stored');
      bus.publish('cron', { jobId: id, action: 'added', job });
      arm();
      return job;
    },

    list: (query) => {
      const { limit, offset } = query;
      const { jobs, total } = repository.list(query);
      const end = offset + jobs.length;
      return { jobs, total, offset, limit, hasMore: end < total, nextOffset: end < total ? end : null };
    },

    find: (id) => repository.find(id),

    update: async (id, patch) => {
      const { job, changed } = await store.write(() => {
        const before = repository.find(id);
        if (before === undefined) throw jobNotFound(id);
        const now = clock.now();
        const version = changedJob(before, patch, now, hostZone);
        if (version !== undefined) repository.update(id, version, now);
        return { job: repository.find(id) ?? before, changed: version !== undefined };
      });
      if (changed) bus.publish('cron', { jobId: id, action: 'updated', job, ...nextOf(job) });
      arm();
      return job;
    },

    remove: async (id) => {
      const removed = await store.write(() => repository.remove(id));
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
      await settleInterrupted();
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

function nextOf({ state }: CronJob): { nextRunAtMs?: number } {
  return state.nextRunAtMs === undefined ? {} : { nextRunAtMs: state.nextRunAtMs };
}

export function jobNotFound(id: string): GatewayError {
  return new GatewayError('not-found', `There is no cron job with the id ${id}.`, {
    details: { code: 'CRON_JOB_NOT_FOUND', id },
  });
}
