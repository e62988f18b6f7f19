// How a run ends: its answer and its end are stored, and only then anybody is told. Also ends those whose turn has not
// begun, and those that another run's turn has taken in.

import { errorText, type Logger } from '../../shared/logger.ts';
import type { ChatMessage } from '../../shared/protocol/chat.ts';
import { SECOND, type Clock } from '../../shared/time.ts';
import type { SessionService } from '../sessions/session-service.ts';
import type { Store } from '../store/open-store.ts';
import type { RunEnd, RunsRepository } from '../store/repositories/runs.ts';
import { sumUsage } from '../usage/token-usage.ts';
import type { UsageService } from '../usage/usage-service.ts';
import type { ActiveRun, RunOutcome } from './active-run.ts';
import type { RunEnding } from './chat-events.ts';
import { answerOf } from './run-messages.ts';
import type { RunQueue } from './run-queue.ts';

/** `interrupt`: a newer message came in the place of it; `dropped`: too many wait. */
export type AbortReason = 'rpc' | 'shutdown' | 'timeout' | 'interrupt' | 'dropped';

export interface RunSettlement {
  /** When storage fails the run still ends, with an error. */
  settle(run: ActiveRun, state: RunEnd, said: readonly ChatMessage[], ending: RunEnding): Promise<void>;
  settleAborted(run: ActiveRun, reason: AbortReason, said: readonly ChatMessage[]): Promise<void>;
  /** Tells the run to end; `finished` resolves when it has. */
  abort(run: ActiveRun, reason: AbortReason): void;
}

export function createRunSettlement(deps: {
  readonly store: Store;
  readonly repository: RunsRepository;
  readonly sessions: SessionService;
  readonly usage: Pick<UsageService, 'recordTurn'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly queue: RunQueue;
  /** Told when a run and its events are over. */
  readonly onEnded: (runId: string) => void;
}): RunSettlement {
  const { store, repository, sessions, usage, clock, log, queue, onEnded } = deps;

  async function settle(
    run: ActiveRun,
    state: RunEnd,
    said: readonly ChatMessage[],
    ending: RunEnding,
  ): Promise<void> {
    const { runId, sessionKey } = run.request;
    const messages = answerOf(run, state, said, ending, clock.now());
    const used = sumUsage(run.used);
    let stored: readonly ChatMessage[] = messages;
    let error = ending.error;
    try {
      stored = await store.write(() => {
        for (const { request } of [run, ...run.taken])
          repository.markEnded(request.runId, state, clock.now());
        const appended = messages.map((message) => sessions.append(sessionKey, message));
        usage.recordTurn({
          sessionKey,
          agentId: run.agentId,
          failed: state === 'failed',
          questions: [run, ...run.taken].filter(({ request }) => request.message !== '').length,
          messages,
        });
        return appended;
      });
    } catch (failure) {
      error = errorText(failure);
      log.error('the answer could not be saved', { runId, error });
    }
    for (const one of [run, ...run.taken]) queue.forget(one);
    const last = stored.at(-1);
    const message = last?.role === 'assistant' ? last : undefined;
    const durationMs = clock.now() - run.acceptedAt;
    const told: RunEnding & { state: RunEnd } = {
      ...ending,
      state: error === ending.error ? state : 'failed',
      ...(error === undefined ? {} : { error }),
    };
    run.events.end({ ...told, usage: used, message, durationMs });
    run.agentEvents.end(told);
    if (run.request.quiet === undefined) sessions.announce(sessionKey, stored, 'agent.run.ended');
    for (const other of run.taken) {
      const durationMs = clock.now() - other.acceptedAt;
      other.events.end({ ...told, usage: undefined, message: undefined, durationMs });
      other.agentEvents.end(told);
    }
    for (const { request } of [run, ...run.taken]) onEnded(request.runId);
    const outcome: RunOutcome = {
      state,
      stopReason: ending.stopReason ?? (state === 'failed' ? 'error' : 'stop'),
      text: run.text,
      tools: run.tools,
      clientCalls: run.clientCalls,
      usage: used,
      durationMs,
      error,
      errorKind: error === undefined ? undefined : (ending.errorKind ?? 'unknown'),
      passing: ending.passing ?? false,
    };
    run.finish(outcome);
    // What the turn has used is counted once.
    for (const other of run.taken) other.finish({ ...outcome, usage: undefined });
  }

  function settleAborted(run: ActiveRun, reason: AbortReason, said: readonly ChatMessage[]): Promise<void> {
    return settle(run, reason === 'shutdown' ? 'interrupted' : 'aborted', said, {
      stopReason: reason === 'interrupt' || reason === 'dropped' ? 'aborted' : reason,
      ...(reason === 'timeout'
        ? { error: `It took longer than ${run.timeLimitMs / SECOND} s and was stopped.` }
        : {}),
      ...(reason === 'dropped' ? { error: 'Too many messages waited, so this one had no turn.' } : {}),
    });
  }

  return {
    settle,
    settleAborted,
    abort: (run, reason) => {
      run.abort.abort(reason);
      // A run that never began has nobody to notice the signal.
      if (queue.withdraw(run)) void settleAborted(run, reason, []);
    },
  };
}
