// Stops runs: one, those of a session or of an agent, all at the end of the gateway. Says where none may begin meanwhile.

import { GatewayError } from '../../shared/errors.ts';
import type { Clock, TimerHandle } from '../../shared/time.ts';
import type { ActiveRun } from './active-run.ts';
import type { RunQueue } from './run-queue.ts';
import type { RunRecovery } from './run-recovery.ts';
import type { RunSettlement } from './run-settlement.ts';

export interface RunStopper {
  /**
   * Stops the given run, or all of the session, and the sub-agents that work for it; answers the ids of those that it
   * stopped.
   */
  readonly abort: (sessionKey: string, runId?: string) => readonly string[];
  /**
   * Stops all runs of the session and does the work while none can begin in it.
   * @throws GatewayError `unavailable` when a run does not stop within three seconds, or when this is being done already
   */
  readonly withoutRuns: <T>(sessionKey: string, work: () => Promise<T>) => Promise<T>;
  /** Stops all runs of an agent; @returns whether they ended within three seconds */
  readonly stopAgent: (agentId: string) => Promise<boolean>;
  /** Ends every run, keeping what it said; those that have not begun have their turn after the next start. */
  readonly stop: () => Promise<void>;
  /** The gateway ends. */
  isStopping(): boolean;
  /** @throws GatewayError `unavailable` when the gateway ends */
  checkOpen(): void;
  /** @throws GatewayError `unavailable` while nothing may begin in the session */
  checkFree(sessionKey: string): void;
}

/** A provider that ignores its signal must not keep the gateway from ending. */
const STOP_PATIENCE = 3_000;

export function createRunStopper(deps: {
  readonly clock: Clock;
  readonly queue: RunQueue;
  readonly settlement: RunSettlement;
  readonly recovery: RunRecovery;
  /** Sessions of the sub-agents that work for this one. */
  readonly subAgentsOf: (sessionKey: string) => readonly string[];
}): RunStopper {
  const { clock, queue, settlement, recovery, subAgentsOf } = deps;
  /** Sessions in which nothing may begin now. */
  const held = new Set<string>();
  let stopping = false;

  function abort(sessionKey: string, runId?: string): readonly string[] {
    const wanted = queue
      .ofSession(sessionKey)
      .filter((run) => runId === undefined || run.request.runId === runId);
    const all = runId === undefined || wanted.some(({ state }) => state === 'running');
    for (const run of wanted) settlement.abort(run, 'rpc');
    const workers = all ? subAgentsOf(sessionKey).flatMap((key) => abort(key)) : [];
    return [...wanted.map((run) => run.request.runId), ...workers];
  }

  /** Aborts the runs; @returns whether they ended in time */
  async function stopped(runs: readonly ActiveRun[]): Promise<boolean> {
    for (const run of runs) settlement.abort(run, 'rpc');
    const over = Promise.allSettled(runs.map((run) => run.finished)).then(() => true);
    let timer: TimerHandle | undefined;
    const patience = new Promise<false>((resolve) => {
      timer = clock.schedule(STOP_PATIENCE, () => {
        resolve(false);
      });
    });
    const inTime = await Promise.race([over, patience]);
    if (timer !== undefined) clock.cancel(timer);
    return inTime;
  }

  async function stopAll(sessionKey: string): Promise<void> {
    await queue.allAccepted(sessionKey);
    for (const key of subAgentsOf(sessionKey)) abort(key);
    if (!(await stopped(queue.ofSession(sessionKey))))
      throw new GatewayError('unavailable', `Session ${sessionKey} is still active. Try again in a moment.`, {
        retryable: true,
        retryAfterMs: STOP_PATIENCE,
      });
  }

  function checkFree(sessionKey: string): void {
    if (!held.has(sessionKey)) return;
    throw new GatewayError(
      'unavailable',
      `Session ${sessionKey} is being reset or deleted. Try again in a moment.`,
      { retryable: true, retryAfterMs: 1_000 },
    );
  }

  return {
    abort,
    withoutRuns: async (sessionKey, work) => {
      checkFree(sessionKey);
      held.add(sessionKey);
      try {
        await stopAll(sessionKey);
        return await work();
      } finally {
        held.delete(sessionKey);
      }
    },
    stopAgent: async (agentId) => {
      await queue.allAccepted();
      return stopped(queue.all().filter((run) => run.agentId === agentId));
    },
    stop: async () => {
      stopping = true;
      await queue.allAccepted();
      for (const run of queue.all()) recovery.leaveForLater(run);
      const runs = queue.all();
      for (const run of runs) settlement.abort(run, 'shutdown');
      const patience = new Promise<void>((resolve) => clock.schedule(STOP_PATIENCE, resolve));
      await Promise.race([Promise.allSettled(runs.map((run) => run.finished)), patience]);
    },
    isStopping: () => stopping,
    checkOpen: () => {
      if (stopping)
        throw new GatewayError('unavailable', 'The gateway is shutting down.', { retryable: true });
    },
    checkFree,
  };
}
