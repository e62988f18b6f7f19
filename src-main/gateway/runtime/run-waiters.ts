// Those who wait for the end of a run by its id, also before it was accepted.

import type { Clock } from '../../shared/time.ts';

export interface RunWaiters {
  /** Resolves true when the run ends, false when the time is over or the caller is gone. */
  wait(runId: string, timeoutMs: number, signal: AbortSignal): Promise<boolean>;
  readonly ended: (runId: string) => void;
}

export function createRunWaiters(clock: Clock): RunWaiters {
  const waiting = new Map<string, Set<(ended: boolean) => void>>();

  return {
    wait: (runId, timeoutMs, signal) =>
      new Promise((resolve) => {
        const finish = (ended: boolean): void => {
          clock.cancel(timer);
          signal.removeEventListener('abort', giveUp);
          const others = waiting.get(runId);
          others?.delete(finish);
          if (others?.size === 0) waiting.delete(runId);
          resolve(ended);
        };
        const giveUp = (): void => {
          finish(false);
        };
        const timer = clock.schedule(timeoutMs, giveUp);
        signal.addEventListener('abort', giveUp);
        const others = waiting.get(runId) ?? new Set();
        others.add(finish);
        waiting.set(runId, others);
      }),
    ended: (runId) => {
      for (const finish of [...(waiting.get(runId) ?? [])]) finish(true);
    },
  };
}
