// The browser's time for those who take time as a dependency.

import type { Clock } from '../../src-main/shared/time.ts';

export const browserClock: Clock = {
  now: () => Date.now(),
  schedule: (delayMs, task) => window.setTimeout(task, delayMs),
  cancel: (timer) => {
    if (typeof timer === 'number') window.clearTimeout(timer);
  },
};
