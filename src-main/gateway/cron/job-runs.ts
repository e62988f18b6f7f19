// One run of a job: claims its slot, does the work, accounts for it, and tells the clients; also for runs that a kill cut
// off. When runs begin, and how many at once, is the service's.

import { isDeepStrictEqual } from 'node:util';
import { errorText, type Logger } from '../../shared/logger.ts';
import type { ChatMessage } from '../../shared/protocol/chat.ts';
import type { CronJob, CronRunStatus } from '../../shared/protocol/cron.ts';
import type { InboxNotification } from '../../shared/protocol/notifications.ts';
import { SECOND, type Clock } from '../../shared/time.ts';
import type { EventBus } from '../event-bus.ts';
import type { NotificationService } from '../notifications/notification-service.ts';
import type { SessionService } from '../sessions/session-service.ts';
import type { Store } from '../store/open-store.ts';
import type { CronRunStart } from '../store/repositories/cron-history.ts';
import type { CronRepository, InterruptedRun } from '../store/repositories/cron.ts';
import { isolatedSession, sessionOf } from './job-session.ts';
import { nextRun } from './schedule.ts';

/** Runs an agent for a job and answers what it said. Rejects when the run failed. */
type AgentTurnRunner = (job: CronJob, message: string, runId: string, sessionKey: string) => Promise<string>;

export interface JobRunDeps {
  readonly store: Store;
  readonly repository: CronRepository;
  readonly sessions: SessionService;
  readonly notifications: NotificationService;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly hostZone: string;
  readonly runAgentTurn: AgentTurnRunner;
  /** @throws GatewayError when the agent of this session does not exist */
  readonly checkAgent: (sessionKey: string) => void;
  readonly log: Logger;
}

export interface JobRuns {
  /**
   * Resolves when the run is accounted for, or when the job has no such slot any more.
   * @throws GatewayError `unavailable` when storage failed: then the slot is still due
   */
  execute(jobId: string, runId: string, scheduled: boolean): Promise<void>;
  /** Accounts for runs that were cut off by a crash or a kill. */
  settleInterrupted(): Promise<void>;
}

/** No job runs more often, whatever its schedule says. */
const MIN_GAP = SECOND;

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

export function createJobRuns(deps: JobRunDeps): JobRuns {
  const { store, repository, sessions, notifications, bus, clock, hostZone, runAgentTurn, log } = deps;

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
    const ownSession = job.payload.kind === 'agentTurn' && job.sessionTarget === 'isolated';
    const sessionKey = ownSession ? isolatedSession(job, runId) : sessionOf(job);
    const run: CronRunStart = { runId, jobId, jobName: job.name, sessionKey, slotAt, startedAt };
    repository.begin(run, next);
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
    if (outcome.status === 'ok' && now.deleteAfterRun === true) repository.remove(job.id, endedAt);
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

  async function settleOne({ job, run }: InterruptedRun): Promise<void> {
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

  return { execute, settleInterrupted };
}

/** For events about the job. */
export function nextOf({ state }: CronJob): { nextRunAtMs?: number } {
  return state.nextRunAtMs === undefined ? {} : { nextRunAtMs: state.nextRunAtMs };
}
