// Requests that wait for their answer, each with its own time limit.

import type { Clock, TimerHandle } from '../shared/time.ts';
import { NoAnswerError } from './client-error.ts';

interface Pending {
  readonly resolve: (payload: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: TimerHandle;
}

export class PendingRequests {
  readonly #pending = new Map<string, Pending>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(id: string, method: string, timeoutMs: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const timer = this.#clock.schedule(timeoutMs, () => {
        this.reject(
          id,
          new NoAnswerError(`${method} was not answered within ${Math.round(timeoutMs / 1000)} s.`),
        );
      });
      this.#pending.set(id, { resolve, reject, timer });
    });
  }

  resolve(id: string, payload: unknown): void {
    this.#take(id)?.resolve(payload);
  }

  reject(id: string, error: Error): void {
    this.#take(id)?.reject(error);
  }

  rejectAll(error: Error): void {
    for (const id of [...this.#pending.keys()]) this.reject(id, error);
  }

  #take(id: string): Pending | undefined {
    const found = this.#pending.get(id);
    if (found === undefined) return undefined;
    this.#pending.delete(id);
    this.#clock.cancel(found.timer);
    return found;
  }
}
