// The real time, with leaps: for tests over real sockets that cannot wait until tomorrow.

import type { Clock, TimerHandle } from '../../src-main/shared/time.ts';

interface Timer {
  at: number;
  readonly task: () => void;
  timeout: NodeJS.Timeout;
}

const LONGEST = 2_147_483_647;

export class LeapingClock implements Clock {
  readonly #timers = new Map<object, Timer>();
  #offset: number;

  /** @param start the moment that it is now; the real one if left out */
  constructor(start?: string) {
    this.#offset = start === undefined ? 0 : Date.parse(start) - Date.now();
  }

  now(): number {
    return Date.now() + this.#offset;
  }

  schedule(delayMs: number, task: () => void): TimerHandle {
    const handle = {};
    const at = this.now() + Math.max(0, delayMs);
    this.#timers.set(handle, { at, task, timeout: this.#arm(handle, at) });
    return handle;
  }

  cancel(timer: TimerHandle): void {
    const known = this.#timers.get(timer as object);
    if (known === undefined) return;
    clearTimeout(known.timeout);
    this.#timers.delete(timer as object);
  }

  /**
   * It is `ms` later at once; timers that are due then run now, in their order. Less than nothing sets the clock back, which
   * makes no timer later.
   */
  leap(ms: number): void {
    this.#offset += ms;
    if (ms < 0) for (const timer of this.#timers.values()) timer.at += ms;
    const waiting = [...this.#timers].sort(([, a], [, b]) => a.at - b.at);
    for (const [handle, timer] of waiting) {
      clearTimeout(timer.timeout);
      if (timer.at <= this.now()) this.#run(handle);
      else timer.timeout = this.#arm(handle, timer.at);
    }
  }

  #arm(handle: object, at: number): NodeJS.Timeout {
    const delay = Math.min(Math.max(0, at - this.now()), LONGEST);
    return setTimeout(() => {
      this.#run(handle);
    }, delay).unref();
  }

  #run(handle: object): void {
    const timer = this.#timers.get(handle);
    this.#timers.delete(handle);
    timer?.task();
  }
}
