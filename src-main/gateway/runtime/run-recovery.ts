// Runs across a restart of the gateway: those that wait keep their place until the next start, those that an end cut off
// are told so.

import { messageText } from '../../shared/protocol/chat.ts';
import type { Clock } from '../../shared/time.ts';
import type { EventBus } from '../event-bus.ts';
import type { SessionService } from '../sessions/session-service.ts';
import type { Store } from '../store/open-store.ts';
import type { RunsRepository, UnfinishedRun } from '../store/repositories/runs.ts';
import { activate, type ActiveRun, type RunRequest } from './active-run.ts';
import { resumable, resumed } from './message-queue.ts';
import { cutOff } from './run-messages.ts';
import type { RunQueue, TakeTurn } from './run-queue.ts';

export interface RunRecovery {
  /** Settles runs that a crash cut off; those that had not begun have their turn now. */
  readonly recover: () => Promise<void>;
  /** A run that waits keeps its place until the next start; clients see their connections end. */
  leaveForLater(run: ActiveRun): void;
}

/** A message that waits is among the newest of its session. */
const RESUMABLE_MESSAGES = 500;

export function createRunRecovery(deps: {
  readonly store: Store;
  readonly repository: RunsRepository;
  readonly sessions: SessionService;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly queue: RunQueue;
  readonly turn: TakeTurn;
}): RunRecovery {
  const { store, repository, sessions, bus, clock, queue, turn } = deps;

  /** Puts a run that had not begun before the last end of the gateway in its place again. @returns whether it could */
  function resume({ runId, sessionKey, acceptedAt, request }: UnfinishedRun): boolean {
    if (request === undefined) return false;
    const { mode, ...kept } = resumed(request);
    const questions = sessions
      .messages(sessionKey, RESUMABLE_MESSAGES, 0)
      .filter((message) => message.runId === runId && message.role === 'user');
    const [question] = questions;
    if (question === undefined) return false;
    const asked: RunRequest = { ...kept, runId, sessionKey, message: messageText(question) };
    const accepted = { at: acceptedAt, mode, questions, began: false };
    queue.add(activate(asked, accepted, bus, clock));
    queue.enqueue(asked, true, turn);
    return true;
  }

  return {
    recover: async () => {
      for (const run of repository.unfinished()) {
        if (resume(run)) continue;
        const { runId, sessionKey, answeredBy } = run;
        await store.write(() => {
          const at = clock.now();
          // The run that has taken it in tells it for both.
          if (answeredBy === undefined)
            for (const message of cutOff(runId, repository.steps(runId), at))
              sessions.append(sessionKey, message);
          repository.markEnded(runId, 'interrupted', at);
        });
      }
    },
    leaveForLater: (run) => {
      if (run.began || resumable(run.request, run.mode) === undefined || !queue.withdraw(run)) return;
      queue.forget(run);
      run.finish({
        state: 'interrupted',
        stopReason: 'shutdown',
        text: '',
        tools: [],
        clientCalls: [],
        usage: undefined,
        durationMs: clock.now() - run.acceptedAt,
        error: undefined,
        errorKind: undefined,
      });
    },
  };
}
