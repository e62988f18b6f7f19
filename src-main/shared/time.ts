// Time as a dependency, so that tests can fake it. The real ones live with whoever has a global timer.

/** A pending timer; opaque. */
export type TimerHandle = object | number;

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `task` once after `delayMs`. Whether that keeps a process alive is its host's decision. */
  schedule(delayMs: number, task: () => void): TimerHandle;
  cancel(timer: TimerHandle): void;
}

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Longest delay that timers take without overflowing (2^31 - 1 ms). */
export const MAX_TIMER_DELAY = 2_147_483_647;
