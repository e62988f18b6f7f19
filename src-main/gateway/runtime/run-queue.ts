// Which runs there are now: being accepted, waiting in their session's lane, or at work. Takes messages that wait into the
// turn of another run. Knows nothing of what a turn does, nor of how a run ends.

import { errorText, type Logger } from '../../shared/logger.ts';
import type { ChatSendResult } from '../../shared/protocol/chat.ts';
import type { Clock } from '../../shared/time.ts';
import type { SessionService } from '../sessions/session-service.ts';
import type { Store } from '../store/open-store.ts';
import type { RunsRepository } from '../store/repositories/runs.ts';
import type { ActiveRun, RunRequest } from './active-run.ts';
import { createLanes } from './lanes.ts';
import { takenIn, type QueueSettings } from './message-queue.ts';

export type TakeTurn = (run: ActiveRun) => Promise<void>;

export interface RunQueue {
  /**
   * Takes a place in the session's lane. The turn begins when the lane is free and the run is accepted.
   * @param pushing others give way to it, so it may be one too many for a moment
   * @throws GatewayError `unavailable` when too many wait
   */
  enqueue(request: RunRequest, pushing: boolean, turn: TakeTurn): void;
  /** Holds the turn back until the run is accepted. @returns the same, to wait for */
  holdFor(runId: string, acceptance: Promise<ChatSendResult>): Promise<ChatSendResult>;
  /** Of a run that is on its way to the disk. */
  acceptance(runId: string): Promise<ChatSendResult> | undefined;
  /** Resolves when all that are on their way to the disk, of one session or at all, are accepted or refused. */
  allAccepted(sessionKey?: string): Promise<unknown>;
  /** A run that is accepted. */
  add(run: ActiveRun): void;
  /** A run that is over, or that goes on after the next start. */
  forget(run: ActiveRun): void;
  /** Takes a run that waits out of its lane; false when its turn has begun. */
  withdraw(run: ActiveRun): boolean;
  /** Takes messages of this mode that wait into the turn of this run, durably. */
  takeIn(run: ActiveRun, mode: 'steer' | 'collect' | undefined): Promise<readonly ActiveRun[]>;
  get(runId: string): ActiveRun | undefined;
  all(): readonly ActiveRun[];
  /** Accepted runs that have a place in the session's lane, the one at work first. */
  ofSession(sessionKey: string): readonly ActiveRun[];
  /** The same as ids, and those that are not accepted yet. */
  ids(sessionKey: string): readonly string[];
  /** `seq` of the first message that is being answered or waits; `undefined` when there is none. */
  readonly openFrom: (sessionKey: string) => number | undefined;
}

/** Beyond the cap, for those who make others give way as soon as they are accepted. */
const MAX_PUSHING = 20;

export function createRunQueue(deps: {
  readonly store: Store;
  readonly repository: RunsRepository;
  readonly sessions: SessionService;
  readonly clock: Clock;
  readonly log: Logger;
  readonly maxConcurrent: number;
  readonly settings: () => QueueSettings;
}): RunQueue {
  const { store, repository, sessions, clock, log, maxConcurrent, settings } = deps;
  const active = new Map<string, ActiveRun>();
  const accepting = new Map<string, Promise<ChatSendResult>>();
  const lanes = createLanes({ maxConcurrent }, (error) => {
    log.error('a run ended unexpectedly', { error: errorText(error) });
  });

  async function launch(runId: string, turn: TakeTurn): Promise<void> {
    // A free lane begins at once, before the message is on its way to the disk.
    await Promise.resolve();
    await accepting.get(runId)?.catch(() => undefined);
    const run = active.get(runId);
    if (run !== undefined) await turn(run);
  }

  async function takeIn(
    run: ActiveRun,
    mode: 'steer' | 'collect' | undefined,
  ): Promise<readonly ActiveRun[]> {
    const { runId, sessionKey } = run.request;
    const waiting = lanes.ids(sessionKey).filter((id) => id !== runId);
    const taken = takenIn(
      waiting.map((id) => active.get(id)),
      mode,
    );
    if (taken.length === 0 && run.began) return taken;
    for (const other of taken) {
      lanes.remove(sessionKey, other.request.runId);
      other.state = 'running';
    }
    run.taken.push(...taken);
    await store.write(() => {
      const at = clock.now();
      if (!run.began) repository.markBegan(runId, at);
      for (const other of taken) {
        repository.markBegan(other.request.runId, at, runId);
        for (const { __openclaw: record } of other.questions)
          if (record !== undefined) sessions.markAnswered(record.id, runId);
      }
    });
    run.began = true;
    if (taken.length > 0) sessions.announce(sessionKey, [], 'queue');
    return taken;
  }

  return {
    enqueue: ({ runId, sessionKey }, pushing, turn) => {
      const task = { id: runId, run: () => launch(runId, turn) };
      lanes.enqueue(sessionKey, task, settings().cap + (pushing ? MAX_PUSHING : 0));
    },
    holdFor: (runId, acceptance) => {
      const held = acceptance.finally(() => accepting.delete(runId));
      accepting.set(runId, held);
      return held;
    },
    acceptance: (runId) => accepting.get(runId),
    allAccepted: (sessionKey) =>
      Promise.allSettled(
        sessionKey === undefined
          ? accepting.values()
          : lanes.ids(sessionKey).flatMap((id) => accepting.get(id) ?? []),
      ),
    add: (run) => {
      active.set(run.request.runId, run);
    },
    forget: (run) => {
      active.delete(run.request.runId);
    },
    withdraw: ({ request }) => lanes.remove(request.sessionKey, request.runId),
    takeIn,
    get: (runId) => active.get(runId),
    all: () => [...active.values()],
    ofSession: (sessionKey) => lanes.ids(sessionKey).flatMap((id) => active.get(id) ?? []),
    ids: (sessionKey) => lanes.ids(sessionKey),
    openFrom: (sessionKey) => {
      const open = [...active.values()].filter(({ request }) => request.sessionKey === sessionKey);
      const seqs = open.flatMap(({ questions }) => questions.flatMap((one) => one.__openclaw?.seq ?? []));
      return seqs.length === 0 ? undefined : Math.min(...seqs);
    },
  };
}
