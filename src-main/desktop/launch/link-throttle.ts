// A page can open addresses as often as it likes, and each would bring our window to the front: one a second is followed.

import { SECOND, type Clock } from '../../shared/time.ts';

export interface LinkThrottle {
  /** Whether this one is followed. */
  admit(): boolean;
}

const APART = SECOND;

export function createLinkThrottle(clock: Pick<Clock, 'now'>): LinkThrottle {
  let last: number | undefined;
  return {
    admit: () => {
      const now = clock.now();
      // A clock that was set back must not shut the door.
      if (last !== undefined && now >= last && now - last < APART) return false;
      last = now;
      return true;
    },
  };
}
