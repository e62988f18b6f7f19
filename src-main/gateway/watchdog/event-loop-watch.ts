// Notices when this process did not react for a while: somebody's heavy work on its one thread keeps connections, timers and,
// in the desktop app, tray and windows from answering. It is logged, and a problem says so for some time.

import type { Logger } from '../../shared/logger.ts';
import { MINUTE, SECOND, type Clock, type TimerHandle } from '../../shared/time.ts';
import type { Problems } from '../problems.ts';

export interface EventLoopWatch {
  /** The computer has slept, which looks the same and is none. */
  resumed(): void;
  stop(): void;
}

const CODE = 'event-loop-blocked';
const EVERY = SECOND;
/** People notice a second; a garbage collection or a loaded machine may take one. */
const WORTH_TELLING = 2 * SECOND;
/** How long after the last time the problem is shown. */
const SHOWN_FOR = 10 * MINUTE;

/** @param deps.elapsed monotonic time, ms */
export function watchEventLoop(deps: {
  readonly clock: Clock;
  readonly elapsed: () => number;
  readonly problems: Pick<Problems, 'set' | 'clear'>;
  readonly log: Logger;
}): EventLoopWatch {
  const { clock, elapsed, problems, log } = deps;
  let last = elapsed();
  let clearing: TimerHandle | undefined;
  let timer = clock.schedule(EVERY, check);

  function check(): void {
    const late = elapsed() - last - EVERY;
    last = elapsed();
    timer = clock.schedule(EVERY, check);
    if (late >= WORTH_TELLING) tell(late);
  }

  function tell(blockedMs: number): void {
    const seconds = (blockedMs / SECOND).toFixed(1);
    log.warn('the process did not react', { blockedMs: Math.round(blockedMs) });
    problems.set(
      CODE,
      `Clawtray did not react for ${seconds} seconds. If that happens again, look at what it was doing in the log.`,
    );
    if (clearing !== undefined) clock.cancel(clearing);
    clearing = clock.schedule(SHOWN_FOR, clear);
  }

  function clear(): void {
    clearing = undefined;
    problems.clear(CODE);
  }

  return {
    resumed: () => {
      last = elapsed();
      clock.cancel(timer);
      timer = clock.schedule(EVERY, check);
    },
    stop: () => {
      clock.cancel(timer);
      if (clearing !== undefined) clock.cancel(clearing);
    },
  };
}
