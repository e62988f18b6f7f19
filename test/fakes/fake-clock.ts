// Time under a test's control: nothing happens until the test lets time pass.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock, TimerHandle } from '../../src-main/shared/time.ts';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly task: () => void;
}

export class FakeClock implements Clock {
  readonly #timers = new Map<object, Timer>();
  #now: number;
  #order = 0;

  constructor(start: number | string = '2026-11-21T09:00:00Z') {
    this.#now = typeof start === 'string' ? Date.parse(start) : start;
  }

  now(): number {
    return this.#now;
  }

  schedule(delayMs: number, task: () => void): TimerHandle {
    const handle = {};
    this.#order += 1;
    this.#timers.set(handle, { at: this.#now + Math.max(0, delayMs), order: this.#order, task });
    return handle;
  }

  cancel(timer: TimerHandle): void {
    this.#timers.delete(timer as object);
  }

  /** How many timers wait. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Lets time pass; what becomes due runs in order, and promises settle in between. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (;;) {
      const next = this.#next();
      if (next === undefined || next[1].at > end) break;
      this.#timers.delete(next[0]);
      this.#now = Math.max(this.#now, next[1].at);
      next[1].task();
      await settle();
    }
    this.#now = end;
  }

  #next(): [object, Timer] | undefined {
    let best: [object, Timer] | undefined;
    for (const entry of this.#timers) {
      const sooner =
        best === undefined ||
        entry[1].at < best[1].at ||
        (entry[1].at === best[1].at && entry[1].order < best[1].order);
      if (sooner) best = entry;
    }
    return best;
  }
}

/** Lets everything run that waits for promises and for the next turns of the event loop, not for I/O. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await nextTurn();
}
