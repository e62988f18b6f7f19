// The real clock. Timers do not keep the process alive: whoever wants it alive holds a socket or a window.

import type { Clock } from '../shared/time.ts';
import { MAX_TIMER_DELAY } from '../shared/time.ts';

export const systemClock: Clock = {
  now: () => Date.now(),
  schedule: (delayMs, task) => setTimeout(task, Math.min(Math.max(0, delayMs), MAX_TIMER_DELAY)).unref(),
  cancel: (timer) => {
    clearTimeout(timer as NodeJS.Timeout);
  },
};
