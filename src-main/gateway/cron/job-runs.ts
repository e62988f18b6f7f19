// One run of a job: claims its slot, does the work, accounts for it, and tells the clients; also for runs that a kill cut
// off. When runs begin, and how many at once, is the service's; what follows a failure is decided in job-account.ts.

import { GatewayError } from '../../shared/errors.ts';
import { errorText, type Logger } from '../../shared/logger.ts';
import type { ChatMessage, TokenUsage } from '../../shared/protocol/chat.ts';
import type {
  CommandPayload,
  CronDiagnostics,
  CronErrorReason,
  CronJob,
  CronRunStatus,
} from '../../shared/protocol/cron.ts';
import type { Clock } from '../../shared/time.ts';
import type { EventBus } from '../event-bus.ts';
import { wordsOf } from '../heartbeat/reply.ts';
import type { NotificationService } from '../notifications/notification-service.ts';
import type { SessionService } from '../sessions/session-service.ts';
import type { Store } from '../store/open-store.ts';
import type { CronRunDetails, CronRunStart } from '../store/repositories/cron-history.ts';
import type { CronRepository, InterruptedRun } from '../store/repositories/cron.ts';
import { createJobAccount, factsOf, missedKey } from './job-account.ts';
import { resultTargets } from './job-delivery.ts';
import { claim as claimSlot, type Claimed } from './job-plan.ts';
import { isolatedSession, sessionOf } from './job-session.ts';
import type { CommandRunner } from './job-command.ts';
import type { Teller, Told } from './job-teller.ts';

/** What an agent's turn for a job came to. */
export interface AgentTurn {
  readonly text: string;
  readonly usage: TokenUsage | undefined;
}

/** A job's work failed. */
export class JobFailure extends Error {
  readonly reason: CronErrorReason;
  /** It may well work in a while. */
  readonly passing: boolean;
  readonly diagnostics: CronDiagnostics | undefined;

  constructor(
    message: string,
    reason: CronErrorReason = 'unknown',
    passing = false,
    diagnostics?: CronDiagnostics,
  ) {
    super(message);
    this.reason = reason;
    this.passing = passing;
    this.diagnostics = diagnostics;
  }
}

export interface JobRunDeps {
  readonly store: Store;
  readonly repository: CronRepository;
  readonly sessions: SessionService;
  readonly notifications: NotificationService;
  readonly tell: Teller;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly hostZone: string;
  /** Runs an agent for a job. @throws JobFailure */
  readonly runAgentTurn: (
    job: CronJob,
    message: string,
    runId: string,
    sessionKey: string,
  ) => Promise<AgentTurn>;
  readonly runCommand: CommandRunner;
  /**
   * Leaves an event to the agent's next heartbeat. Inside `store.write` only.
   * @returns false when there will be none that could tell of it
   */
  readonly leaveToHeartbeat: (sessionKey: string, text: string) => boolean;
  /** @throws GatewayError when the agent of this session does not exist */
  readonly checkAgent: (sessionKey: string) => void;
  readonly log: Logger;
}

export interface JobRuns {
  /**
   * Resolves when the run is accounted for, or when the job has no such slot any more.
   * @param onWaiting its command waits for a person
   * @throws GatewayError `unavailable` when storage failed: then the slot is still due
   */
  execute(jobId: string, runId: string, scheduled: boolean, onWaiting: () => void): Promise<void>;
  /** Accounts for runs that were cut off by a crash or a kill. */
  settleInterrupted(): Promise<void>;
  /** The gateway ends: what still waits for a person is not waited for. */
  stop(): void;
}

/** How a run ended. */
export interface Outcome {
  readonly status: CronRunStatus;
  readonly summary?: string;
  readonly error?: string;
  readonly errorReason?: CronErrorReason;
  readonly passing?: boolean;
  readonly usage?: TokenUsage | undefined;
  readonly diagnostics?: CronDiagnostics | undefined;
}

/** A run that was begun, with the job as it was then: what is changed later holds for the next run. */
export interface Claim {
  readonly job: CronJob;
  readonly run: CronRunStart;
  readonly sessionKey: string;
  /** Its schedule has no run after this one. */
  readonly isLast: boolean;
}

interface Settled {
  readonly outcome: Outcome;
  readonly details: CronRunDetails;
  readonly announce: () => void;
}

const CUT_OFF = 'Clawtray was closed during this run.';

export function createJobRuns(deps: JobRunDeps): JobRuns {
  const { store, repository, sessions, notifications, tell, bus, clock, hostZone, log } = deps;
  const { history } = repository;
  const account = createJobAccount(deps);
  const stopping = new AbortController();

  async function execute(
    jobId: string,
    runId: string,
    scheduled: boolean,
    onWaiting: () => void,
  ): Promise<void> {
    // Claim, message, notification and account of an event in one transaction: it happened completely, or is still due.
    const begun = await store.write(() => {
      const claim = begin(jobId, runId, scheduled);
      if (claim === undefined || 'broken' in claim) return claim;
      const { payload } = claim.job;
      const resolved = notifications.resolveKey(missedKey(jobId));
      return {
        claim,
        resolved,
        settled: payload.kind === 'systemEvent' ? tellEvent(claim, payload.text) : undefined,
      };
    });
    if (begun === undefined) return;
    if ('broken' in begun) {
      begun.broken();
      return;
    }
    const { claim, settled, resolved } = begun;
    notifications.announceResolved(resolved);
    bus.publish('cron', { jobId, action: 'started', job: claim.job, runAtMs: claim.run.startedAt });
    if (settled !== undefined) publishEnd(claim, settled);
    await work(claim, onWaiting);
  }

  /** What takes its time. Each kind of payload ends in one `settle`. */
  async function work(claim: Claim, onWaiting: () => void): Promise<void> {
    const { payload } = claim.job;
    switch (payload.kind) {
      case 'systemEvent':
        return;
      case 'agentTurn': {
        const outcome = await runAgent(claim, payload.message);
        publishEnd(claim, await store.write(() => settle(claim, outcome)));
        return;
      }
      case 'command': {
        const outcome = await runCommand(claim, payload, onWaiting);
        publishEnd(claim, await store.write(() => settle(claim, outcome)));
      }
    }
  }

  /** Inside a write: takes the slot of the job as it is now; `undefined` when a change has taken it away. */
  function begin(
    jobId: string,
    runId: string,
    scheduled: boolean,
  ): Claim | { broken: () => void } | undefined {
    const stored = repository.stored(jobId);
    if (stored === undefined) return undefined;
    const { job, plan } = stored;
    const startedAt = clock.now();
    let claimed: Claimed = { slotAt: startedAt, slotUntil: startedAt, attempt: 1, next: plan };
    if (scheduled) {
      if (!job.enabled || plan === undefined || plan.fireAt > startedAt) return undefined;
      try {
        claimed = claimSlot(job, plan, startedAt, hostZone);
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
        return { broken: account.scheduleBroken(stored, error.message) };
      }
      if (history.hasSlot(jobId, claimed.slotAt, claimed.attempt)) {
        log.warn('a slot that had run already was passed over', { jobId, slotAt: claimed.slotAt });
        if (claimed.next === undefined) repository.disable(jobId, startedAt);
        else repository.plan(jobId, claimed.next);
        return undefined;
      }
    }
    const ownSession = job.payload.kind === 'agentTurn' && job.sessionTarget === 'isolated';
    const sessionKey = ownSession ? isolatedSession(job, runId) : sessionOf(job);
    const { slotAt, slotUntil, attempt, next } = claimed;
    const run: CronRunStart = {
      runId,
      jobId,
      jobName: job.name,
      sessionKey,
      slotAt,
      slotUntil,
      attempt,
      scheduled,
      startedAt,
    };
    repository.begin(run, next);
    repository.setMissed(jobId, undefined);
    return { job, run, sessionKey, isLast: scheduled && next === undefined };
  }

  /** Inside a write: the event itself, and the account of it. */
  function tellEvent(claim: Claim, text: string): Settled {
    const { job, run, sessionKey } = claim;
    const outcome: Outcome = { status: 'ok', summary: text };
    if (job.wakeMode === 'next-heartbeat' && deps.leaveToHeartbeat(sessionKey, text)) {
      const details: CronRunDetails = {
        deliveryStatus: 'not-requested',
        deliverySuppressionReason: 'heartbeat',
      };
      return { outcome, details, announce: account.end(claim, outcome, details) };
    }
    const message = sessions.append(sessionKey, {
      role: 'assistant',
      content: [{ type: 'text', text: `Reminder: ${text}` }],
      timestamp: run.startedAt,
      source: { kind: 'cron', jobId: job.id, label: text },
    });
    const told = tell(
      {
        job,
        runId: run.runId,
        sessionKey,
        kind: 'reminder',
        title: 'Reminder',
        body: text,
        facts: factsOf(claim, outcome),
        purpose: 'result',
      },
      resultTargets(job),
    );
    const details = deliveryOf(told);
    const announce = account.end(claim, outcome, details);
    return {
      outcome,
      details,
      announce: () => {
        announceMessage(claim, message);
        told.announce();
        announce();
      },
    };
  }

  function announceMessage({ run, sessionKey }: Claim, message: ChatMessage): void {
    sessions.announce(sessionKey, [message], 'cron');
    // Clients that follow only the chat see it as a message of its own.
    bus.publish('chat', { runId: `cron:${run.runId}`, sessionKey, seq: 0, state: 'final', message });
  }

  async function runAgent({ job, run, sessionKey }: Claim, prompt: string): Promise<Outcome> {
    try {
      const { text, usage } = await deps.runAgentTurn(job, prompt, run.runId, sessionKey);
      return { status: 'ok', summary: text, usage };
    } catch (error) {
      const { reason, passing } = error instanceof JobFailure ? error : new JobFailure('');
      return { status: 'error', error: errorText(error), errorReason: reason, passing };
    }
  }

  async function runCommand(
    { run: { runId }, sessionKey }: Claim,
    payload: CommandPayload,
    onWaiting: () => void,
  ): Promise<Outcome> {
    try {
      const context = { runId, sessionKey, signal: stopping.signal, onWaiting };
      const { output, diagnostics } = await deps.runCommand(payload, context);
      return { status: 'ok', summary: output, diagnostics };
    } catch (error) {
      if (stopping.signal.aborted) return { status: 'error', error: CUT_OFF };
      const { reason, diagnostics } = error instanceof JobFailure ? error : new JobFailure('');
      return { status: 'error', error: errorText(error), errorReason: reason, diagnostics };
    }
  }

  /** Inside a write: accounts for a run and tells what came of it. */
  function settle(claim: Claim, outcome: Outcome): Settled {
    const { job, run, sessionKey } = claim;
    const extra = extrasOf(outcome);
    if (outcome.status !== 'ok') {
      const { errorReason } = outcome;
      const details = { ...(errorReason === undefined ? {} : { errorReason }), ...extra };
      return { outcome, details, announce: account.end(claim, outcome, details) };
    }
    // "Nothing to tell" is for us, and never for the person. What a program prints is nobody's answer.
    const printed = job.payload.kind === 'command' ? (outcome.summary?.trim() ?? '') : undefined;
    const words = printed === undefined ? wordsOf(outcome.summary ?? '', 0) : printed || undefined;
    if (words === undefined) {
      const { summary = '', ...silent } = outcome;
      const deliverySuppressionReason = summary.trim() === '' ? 'empty' : 'silent';
      const details = { deliveryStatus: 'not-requested' as const, deliverySuppressionReason, ...extra };
      return { outcome: silent, details, announce: account.end(claim, silent, details) };
    }
    const said: Outcome = { ...outcome, summary: words };
    const told = tell(
      {
        job,
        runId: run.runId,
        sessionKey,
        kind: 'job',
        title: job.name,
        body: words,
        facts: factsOf(claim, said),
        purpose: 'result',
      },
      resultTargets(job),
    );
    const details = { ...deliveryOf(told), ...extra };
    const announce = account.end(claim, said, details);
    return {
      outcome: said,
      details,
      announce: () => {
        told.announce();
        announce();
      },
    };
  }

  /** After the commit. */
  function publishEnd({ job, run, sessionKey }: Claim, { outcome, details, announce }: Settled): void {
    announce();
    const now = repository.find(job.id);
    const { status, summary, error } = outcome;
    const { deliveryStatus, deliveryError, errorReason } = details;
    bus.publish('cron', {
      jobId: job.id,
      action: 'finished',
      runAtMs: run.startedAt,
      durationMs: Math.max(0, clock.now() - run.startedAt),
      sessionKey,
      status,
      completionStatus: status === 'ok' ? 'succeeded' : 'failed',
      ...(summary === undefined ? {} : { summary }),
      ...(error === undefined ? {} : { error }),
      ...(errorReason === undefined ? {} : { errorReason }),
      ...(deliveryStatus === undefined ? {} : { deliveryStatus, delivered: deliveryStatus === 'delivered' }),
      ...(deliveryError === undefined ? {} : { deliveryError }),
      ...(now === undefined ? {} : { job: now, ...nextOf(now) }),
    });
  }

  /** What was cut off while nobody could account for it must not keep the gateway from starting. */
  async function settleInterrupted(): Promise<void> {
    for (const cutOff of repository.interrupted()) {
      await settleOne(cutOff).catch((error: unknown) => {
        log.error('a cron run that was cut off could not be accounted for', {
          jobId: cutOff.run.jobId,
          error: errorText(error),
        });
      });
    }
  }

  async function settleOne({ stored: { job, plan }, run }: InterruptedRun): Promise<void> {
    const sessionKey = run.sessionKey ?? sessionOf(job);
    const announce = await store.write(() =>
      account.end(
        { job, run, sessionKey, isLast: plan === undefined },
        { status: 'error', error: CUT_OFF },
        {},
        `${job.name} was cut off`,
      ),
    );
    announce();
  }

  return {
    execute,
    settleInterrupted,
    stop: () => {
      stopping.abort();
    },
  };
}

/** For events about the job. */
export function nextOf({ state }: CronJob): { nextRunAtMs?: number } {
  return state.nextRunAtMs === undefined ? {} : { nextRunAtMs: state.nextRunAtMs };
}

function deliveryOf({ status, error }: Told): CronRunDetails {
  return { deliveryStatus: status, ...(error === undefined ? {} : { deliveryError: error }) };
}

function extrasOf({ usage, diagnostics }: Outcome): Pick<CronRunDetails, 'usage' | 'diagnostics'> {
  return {
    ...(diagnostics === undefined ? {} : { diagnostics }),
    ...(usage === undefined
      ? {}
      : {
          usage: { input_tokens: usage.input, output_tokens: usage.output, total_tokens: usage.totalTokens },
        }),
  };
}
