// How long to wait before the next attempt.

export interface BackoffPolicy {
  /** Delay before the first retry. */
  readonly baseMs: number;
  /** No delay is longer than this. */
  readonly maxMs: number;
  /** Share of the delay that is drawn at random, 0 (none) to 1 (all of it). */
  readonly jitter: number;
}

/**
 * Exponential backoff: `base`, twice that, and so on up to `max`.
 * @param attempt 0 for the first retry
 * @param random a number in [0, 1)
 */
export function backoffDelay(policy: BackoffPolicy, attempt: number, random: number): number {
  const full = Math.min(policy.baseMs * 2 ** Math.min(attempt, 30), policy.maxMs);
  return Math.round(full * (1 - policy.jitter) + full * policy.jitter * random);
}
