// Notices that the clock went on while nobody looked (the computer slept, or the clock was set ahead), and that it was set
// back. Small steps back are waited out: what has run in that time must not run again. After three hours or more the new
// time counts, as cron(8) has it.

import { HOUR, SECOND, type Clock } from '../../shared/time.ts';

export type ClockJump =
  /** Nobody looked from `from` on, ms. */
  { readonly kind: 'ahead'; readonly from: number } | { readonly kind: 'back' };

export interface ClockWatch {
  /** Somebody will look again after so many ms. */
  expect(delay: number): void;
  /** Nobody will look. */
  rest(): void;
  /** The jump since the last look, if there was one. */
  look(): ClockJump | undefined;
  /** Whether the clock shows a time long before that one. */
  wasSetBack(lastSeen: number | undefined): boolean;
}

/** A busy computer is as late. */
const TOLERANCE = 30 * SECOND;
const CORRECTION = 3 * HOUR;

export function createClockWatch(clock: Clock): ClockWatch {
  let looked: { readonly at: number; readonly until: number } | undefined;

  return {
    expect: (delay) => {
      const at = clock.now();
      looked = { at, until: at + delay };
    },
    rest: () => {
      looked = undefined;
    },
    look: () => {
      if (looked === undefined) return undefined;
      const now = clock.now();
      const { at, until } = looked;
      if (now > until + TOLERANCE) {
        looked = { at: now, until: now };
        return { kind: 'ahead', from: at };
      }
      if (now <= at - CORRECTION) {
        looked = { at: now, until: now };
        return { kind: 'back' };
      }
      return undefined;
    },
    wasSetBack: (lastSeen) => lastSeen !== undefined && clock.now() <= lastSeen - CORRECTION,
  };
}
