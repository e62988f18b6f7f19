// Cron jobs: adds, lists, removes, and fires them when due. Owns the job tables. A slot is claimed, executed and
// accounted for in the store, so a kill at any instant neither loses it nor runs it twice.

import { randomUUID } from 'node:crypto';
import { GatewayError } from '../../shared/errors.ts';
import { errorText, type Logger } from '../../shared/logger.ts';
import type { ChatMessage } from '../../shared/protocol/chat.ts';
import type {
  CronAddParams,
  CronJob,
  CronListResult,
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
import type {
  CronDefinition,
  CronRepository,
  CronRunStart,
  InterruptedRun,
  CronQuery,
} from '../store/repositories/cron.ts';
import { checkTarget, isolatedSession, sessionOf, wantedSession } from './job-session.ts';
import { acceptSchedule, nextRun } from './schedule.ts';

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
        if (!active.has(job.id)) track(job, job.state.nextRunAtMs ?? clock.now(), randomUUID(), true);
      }
    }
    // With every place taken the next run to end arms the timer.
    if (active.size < MAX_PARALLEL) arm();
  }

  function track(job: CronJob, slotAt: number, runId: string, scheduled: boolean): void {
    const work = execute(job, slotAt, runId, scheduled)
      .catch((error: unknown) => {
        holdUntil = clock.now() + RETRY_AFTER_FAILURE;
        log.error('a cron job could not be accounted for; it is tried again', {
          jobId: job.id,
          error: errorText(error),
        });
      })
      .finally(() => {
        active.delete(job.id);
        arm();
      });
    active.set(job.id, work);
  }

  async function execute(job: CronJob, slotAt: number, runId: string, scheduled: boolean): Promise<void> {
    const startedAt = clock.now();
    const run: CronRunStart = { runId, jobId: job.id, jobName: job.name, slotAt, startedAt };
    // A late recurring job runs once, however many slots it missed.
    const next = scheduled
      ? nextRun(job.schedule, Math.max(startedAt, slotAt + MIN_GAP - 1), job.id, hostZone)
      : job.state.nextRunAtMs;
    if (job.payload.kind === 'systemEvent')
      await fireSystemEvent(job, job.payload.text, run, next, scheduled);
    else await fireAgentTurn(job, job.payload.message, run, next, scheduled);
  }

  /** Claim, message, notification and account in one transaction: it happened completely, or it is still due. */
  async function fireSystemEvent(
    job: CronJob,
    text: string,
    run: CronRunStart,
    next: number | undefined,
    scheduled: boolean,
  ): Promise<void> {
    const sessionKey = sessionOf(job);
    const { message, notification } = await store.write(() => {
      repository.begin(run, next);
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
      account(job, run, next, scheduled, { status: 'ok', summary: text });
      return { message, notification };
    });
    publishStart(job, run);
    tell(run, sessionKey, message, notification);
    publishEnd(job, run, { status: 'ok', summary: text }, sessionKey);
  }

  async function fireAgentTurn(
    job: CronJob,
    prompt: string,
    run: CronRunStart,
    next: number | undefined,
    scheduled: boolean,
  ): Promise<void> {
    await store.write(() => {
      repository.begin(run, next);
    });
    publishStart(job, run);
    let outcome: Outcome;
    const sessionKey = job.sessionTarget === 'isolated' ? isolatedSession(job, run.runId) : sessionOf(job);
    try {
      outcome = { status: 'ok', summary: await runAgentTurn(job, prompt, run.runId, sessionKey) };
    } catch (error) {
      outcome = { status: 'error', error: errorText(error) };
    }
    const notification = await store.write(() => {
      account(job, run, next, scheduled, outcome);
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
    publishEnd(job, run, outcome, sessionKey);
  }

  interface Outcome {
    readonly status: CronRunStatus;
    readonly summary?: string;
    readonly error?: string;
  }

  /** Inside a write: ends the run, and the job too when its only run went well. */
  function account(
    job: CronJob,
    run: CronRunStart,
    next: number | undefined,
    scheduled: boolean,
    outcome: Outcome,
  ): void {
    const endedAt = clock.now();
    repository.finish(run, { ...outcome, endedAt });
    if (!scheduled || next !== undefined) return;
    if (outcome.status === 'ok' && job.deleteAfterRun === true) repository.remove(job.id);
    else repository.disable(job.id, endedAt);
  }

  function tell(
    run: CronRunStart,
    sessionKey: string,
    message: ChatMessage,
    notification: InboxNotification,
  ): void {
    sessions.announce(sessionKey, [message], 'cron');
    // Clients that follow only the chat see it as a message of its own.
    bus.publish('chat', { runId: `cron:${run.runId}`, sessionKey, seq: 0, state: 'final', message });
    notifications.announce(notification);
  }

  function publishStart(job: CronJob, run: CronRunStart): void {
    bus.publish('cron', { jobId: job.id, action: 'started', job, runAtMs: run.startedAt });
  }

  function publishEnd(job: CronJob, run: CronRunStart, outcome: Outcome, sessionKey: string): void {
    const now = repository.find(job.id);
    bus.publish('cron', {
      jobId: job.id,
      action: 'finished',
      runAtMs: run.startedAt,
      durationMs: clock.now() - run.startedAt,
      sessionKey,
      ...outcome,
      ...(now === undefined ? {} : { job: now }),
      ...(now?.state.nextRunAtMs === undefined ? {} : { nextRunAtMs: now.state.nextRunAtMs }),
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
      account(job, run, job.state.nextRunAtMs, true, {
        status: 'error',
        error: 'Clawtray was closed during this run.',
      });
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
      checkTarget(params);
      const id = randomUUID();
      const now = clock.now();
      const schedule = acceptSchedule(params.schedule, now, hostZone);
      const sessionKey = params.sessionKey ?? undefined;
      const agentId = params.agentId ?? undefined;
      wantedSession({ sessionTarget: params.sessionTarget, sessionKey, agentId });
      const definition: CronDefinition = {
        name: params.name,
        schedule,
        sessionTarget: params.sessionTarget,
        wakeMode: params.wakeMode,
        payload: params.payload,
        deleteAfterRun: params.deleteAfterRun ?? schedule.kind === 'at',
        ...(params.description === undefined ? {} : { description: params.description }),
        ...(agentId === undefined ? {} : { agentId }),
        ...(sessionKey === undefined ? {} : { sessionKey }),
      };
      const enabled = params.enabled ?? true;
      const job = await store.write(() => {
        if (repository.count('all') >= MAX_JOBS) {
          throw new GatewayError('unavailable', `There are ${MAX_JOBS} jobs already. Remove some first.`);
        }
        repository.insert(
          id,
          definition,
          enabled,
          enabled ? nextRun(schedule, now, id, hostZone) : undefined,
          now,
        );
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
      track(job, clock.now(), runId, false);
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

export function jobNotFound(id: string): GatewayError {
  return new GatewayError('not-found', `There is no cron job with the id ${id}.`, {
    details: { code: 'CRON_JOB_NOT_FOUND', id },
  });
}
