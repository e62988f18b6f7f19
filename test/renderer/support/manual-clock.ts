// Time that passes only when a test says so.

import type { Clock, TimerHandle } from '../../../src-main/shared/time.ts';

export class ManualClock implements Clock {
  #now = Date.now();
  readonly #timers = new Map<TimerHandle, { readonly at: number; readonly task: () => void }>();

  now(): number {
    return this.#now;
  }

  schedule(delayMs: number, task: () => void): TimerHandle {
    const handle = {};
    this.#timers.set(handle, { at: this.#now + delayMs, task });
    return handle;
  }

  cancel(timer: TimerHandle): void {
    this.#timers.delete(timer);
  }

  /** How many timers wait. */
  get pending(): number {
    return this.#timers.size;
  }

  advance(ms: number): void {
    this.#now += ms;
    for (const [handle, { at, task }] of [...this.#timers].sort(([, a], [, b]) => a.at - b.at)) {
      if (at > this.#now || !this.#timers.delete(handle)) continue;
      task();
    }
  }
}
