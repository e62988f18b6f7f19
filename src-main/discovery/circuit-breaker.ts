// Gives up on what fails again and again, and tries it again later: after five failures in a minute for five minutes, then
// for twice as long each time, at most an hour.

import { backoffDelay } from '../shared/backoff.ts';
import { HOUR, MINUTE, type Clock, type TimerHandle } from '../shared/time.ts';

export interface CircuitBreaker {
  /** Counts a failure; with the one too many it rests, and `onTrip` is called. */
  failed(): void;
  readonly resting: boolean;
  /** Ends the wait for another try. */
  close(): void;
}

const FAILURES = 5;
const WINDOW = MINUTE;
const REST = { baseMs: 5 * MINUTE, maxMs: HOUR, jitter: 0 };

export function createCircuitBreaker(deps: {
  readonly clock: Clock;
  readonly onTrip: () => void;
  /** Time to try again. */
  readonly onRetry: () => void;
}): CircuitBreaker {
  const { clock } = deps;
  let failures: number[] = [];
  let trips = 0;
  let timer: TimerHandle | undefined;

  return {
    failed: () => {
      if (timer !== undefined) return;
      const now = clock.now();
      failures = [...failures.filter((at) => now - at < WINDOW && at <= now), now];
      if (failures.length < FAILURES) return;
      failures = [];
      timer = clock.schedule(backoffDelay(REST, trips, 0), () => {
        timer = undefined;
        deps.onRetry();
      });
      trips += 1;
      deps.onTrip();
    },
    get resting() {
      return timer !== undefined;
    },
    close: () => {
      if (timer !== undefined) clock.cancel(timer);
      timer = undefined;
    },
  };
}
