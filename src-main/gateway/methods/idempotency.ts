// Requests that are sent again with the same key: done once, answered the same way each time. OpenClaw's bounds: five
// minutes, a thousand keys.

import { MINUTE } from '../../shared/time.ts';

export interface Idempotency {
  /** Does the work, or answers what it answered under this key before. A failure is not kept. */
  once<T>(key: string, work: () => Promise<T>): Promise<T>;
}

const TTL = 5 * MINUTE;
const MAX_KEYS = 1_000;

export function createIdempotency(now: () => number): Idempotency {
  /** In the order of their beginning. */
  const known = new Map<string, { readonly at: number; readonly answer: Promise<unknown> }>();

  function forgetOld(): void {
    for (const [key, { at }] of known) {
      if (known.size <= MAX_KEYS && at > now() - TTL) return;
      known.delete(key);
    }
  }

  return {
    once: async <T>(key: string, work: () => Promise<T>): Promise<T> => {
      forgetOld();
      const earlier = known.get(key);
      if (earlier !== undefined) return earlier.answer as Promise<T>;
      const answer = work();
      known.set(key, { at: now(), answer });
      try {
        return await answer;
      } catch (error) {
        known.delete(key);
        throw error;
      }
    },
  };
}
