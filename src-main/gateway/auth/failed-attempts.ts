// Slows down and locks out those who guess secrets. Counts per address and per browser origin, so that a web page in the
// person's own browser gets no free guesses from loopback.

import { MINUTE, SECOND } from '../../shared/time.ts';

export interface AttemptSource {
  readonly address: string;
  readonly loopback: boolean;
  readonly origin: string | undefined;
}

export type AttemptVerdict =
  { readonly allowed: true } | { readonly allowed: false; readonly retryAfterMs: number };

export interface FailedAttempts {
  /** Asked before a secret is looked at. */
  check(source: AttemptSource): AttemptVerdict;
  /** Records a wrong secret; answers how long the refusal should be held back. */
  record(source: AttemptSource): number;
  forgive(source: AttemptSource): void;
}

const MAX_FAILURES = 10;
const WINDOW = MINUTE;
const LOCKOUT = 5 * MINUTE;
const MAX_ENTRIES = 10_000;
const FIRST_DELAY = 250;
const MAX_DELAY = 5 * SECOND;

interface Entry {
  failures: number;
  windowStart: number;
  lockedUntil: number;
}

export function createFailedAttempts(now: () => number): FailedAttempts {
  const entries = new Map<string, Entry>();

  const keyOf = (source: AttemptSource): string =>
    source.origin === undefined ? source.address : `origin ${source.origin}`;

  /** A person's own programs on this machine are delayed, never locked out. */
  const mayBeLocked = (source: AttemptSource): boolean => !source.loopback || source.origin !== undefined;

  function entryFor(source: AttemptSource): Entry {
    const key = keyOf(source);
    const known = entries.get(key);
    if (known !== undefined && now() - known.windowStart < WINDOW) return known;
    if (known !== undefined && known.lockedUntil > now()) return known;
    const entry = { failures: 0, windowStart: now(), lockedUntil: 0 };
    entries.delete(key);
    entries.set(key, entry);
    if (entries.size > MAX_ENTRIES) evictOldest();
    return entry;
  }

  function evictOldest(): void {
    const oldest = entries.keys().next();
    if (oldest.done !== true) entries.delete(oldest.value);
  }

  return {
    check: (source) => {
      const entry = entries.get(keyOf(source));
      if (entry === undefined || entry.lockedUntil <= now()) return { allowed: true };
      return { allowed: false, retryAfterMs: entry.lockedUntil - now() };
    },
    record: (source) => {
      const entry = entryFor(source);
      entry.failures += 1;
      if (entry.failures >= MAX_FAILURES && mayBeLocked(source)) entry.lockedUntil = now() + LOCKOUT;
      return Math.min(FIRST_DELAY * 2 ** (entry.failures - 1), MAX_DELAY);
    },
    forgive: (source) => {
      entries.delete(keyOf(source));
    },
  };
}
