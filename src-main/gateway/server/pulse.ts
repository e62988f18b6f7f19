// Something that repeats while somebody is there: pings, ticks. Owns one timer, none while it rests.

import type { Clock, TimerHandle } from '../../shared/time.ts';

export interface Pulse {
  start(): void;
  stop(): void;
  /** The interval has changed: the next beat comes one interval from now, if there is one at all. */
  restart(): void;
}

/** @param interval ms; a function is asked before every beat */
export function createPulse(clock: Clock, interval: number | (() => number), beat: () => void): Pulse {
  let timer: TimerHandle | undefined;

  function schedule(): void {
    timer = clock.schedule(typeof interval === 'number' ? interval : interval(), () => {
      schedule();
      beat();
    });
  }

  function stop(): void {
    if (timer !== undefined) clock.cancel(timer);
    timer = undefined;
  }

  return {
    start: () => {
      if (timer === undefined) schedule();
    },
    stop,
    restart: () => {
      if (timer === undefined) return;
      stop();
      schedule();
    },
  };
}
