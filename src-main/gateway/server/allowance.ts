// How many messages one sender may send, and what becomes of it when it sends more. Only counters; who a sender is, and
// which messages count, is decided in rate-limit.ts.

import { SECOND } from '../../shared/time.ts';
import type { RateLimitSettings } from './lifecycle-settings.ts';

export type Verdict =
  | { readonly kind: 'accepted' }
  | {
      readonly kind: 'refused';
      readonly retryAfterMs: number;
      /** It went on through a whole cooldown: nothing that it was told helped. */
      readonly incorrigible: boolean;
    };

/** A cooldown is looked at in this many parts; who sends in every one of them has not paused at all. */
const PARTS = 4;
const EVERY_PART = 2 ** PARTS - 1;
/** Refusals in one cooldown that are answered; more of them are an attack. */
const MAX_REFUSED = 5_000;
const SLOTS = 60;

const ACCEPTED: Verdict = { kind: 'accepted' };

interface Cooldown {
  readonly from: number;
  readonly until: number;
  /** One bit for each part in which something was sent. */
  parts: number;
  refused: number;
}

/** A bucket for the second and the burst, the last sixty seconds, and the cooldown after either ran out. */
export class Allowance {
  #tokens: number | undefined;
  #filledAt = 0;
  #seconds: SlidingMinute | undefined;
  #cooldown: Cooldown | undefined;

  /** Counts a message that came at `now`. */
  take(now: number, settings: RateLimitSettings): Verdict {
    const cooling = this.#cool(now);
    if (cooling !== undefined) return cooling;
    this.#fill(now, settings);
    const seconds = (this.#seconds ??= new SlidingMinute());
    const tokens = this.#tokens ?? 0;
    const untilToken = tokens >= 1 ? 0 : Math.ceil(((1 - tokens) / settings.perSecond) * SECOND);
    const wait = Math.max(untilToken, seconds.untilRoom(now, settings.perMinute));
    if (wait === 0) {
      this.#tokens = tokens - 1;
      seconds.add();
      return ACCEPTED;
    }
    if (settings.cooldown === 0) return { kind: 'refused', retryAfterMs: wait, incorrigible: false };
    this.coolDown(now, settings.cooldown);
    return { kind: 'refused', retryAfterMs: settings.cooldown, incorrigible: false };
  }

  /** Lets nothing through for a while, ms. */
  coolDown(now: number, duration: number): void {
    this.#cooldown = { from: now, until: now + duration, parts: 1, refused: 1 };
  }

  /** When the cooldown ends; `undefined` when there is none at `now`. */
  cooldownEnd(now: number): number | undefined {
    const until = this.#cooldown?.until;
    return until === undefined || until <= now ? undefined : until;
  }

  /** What a cooldown says to a message, or nothing when it is over. */
  #cool(now: number): Verdict | undefined {
    const cooldown = this.#cooldown;
    // A clock that was set back must not make it longer.
    if (cooldown === undefined || now < cooldown.from) {
      this.#cooldown = undefined;
      return undefined;
    }
    const length = cooldown.until - cooldown.from;
    const part = Math.floor(((now - cooldown.from) / length) * PARTS);
    cooldown.refused += 1;
    if (part < PARTS) {
      cooldown.parts |= 1 << part;
      const incorrigible = cooldown.refused > MAX_REFUSED;
      return { kind: 'refused', retryAfterMs: cooldown.until - now, incorrigible };
    }
    if (cooldown.parts === EVERY_PART && part === PARTS) {
      this.coolDown(now, length);
      return { kind: 'refused', retryAfterMs: length, incorrigible: true };
    }
    this.#cooldown = undefined;
    this.#tokens = undefined;
    this.#seconds = undefined;
    return undefined;
  }

  #fill(now: number, { burst, perSecond }: RateLimitSettings): void {
    const elapsed = Math.max(0, now - this.#filledAt);
    this.#filledAt = now;
    this.#tokens = Math.min(burst, (this.#tokens ?? burst) + (elapsed / SECOND) * perSecond);
  }
}

/** How many messages came in the last sixty seconds, exact to the second. */
class SlidingMinute {
  readonly #slots = new Uint32Array(SLOTS);
  #second = 0;
  #count = 0;

  add(): void {
    const slot = this.#second % SLOTS;
    this.#slots[slot] = (this.#slots[slot] ?? 0) + 1;
    this.#count += 1;
  }

  /** Milliseconds until fewer than `limit` are counted, 0 if that is so now. */
  untilRoom(now: number, limit: number): number {
    this.#advance(Math.floor(now / SECOND));
    let left = this.#count;
    for (let ahead = 1; left >= limit && ahead <= SLOTS; ahead += 1) {
      left -= this.#slots[(this.#second + ahead) % SLOTS] ?? 0;
      if (left < limit) return ahead * SECOND - (now % SECOND);
    }
    return 0;
  }

  #advance(second: number): void {
    // Nothing is in order any more once the clock was set back, so nothing counts.
    const passed = second < this.#second ? SLOTS : Math.min(SLOTS, second - this.#second);
    for (let step = 1; step <= passed; step += 1) {
      const slot = (second - passed + step) % SLOTS;
      this.#count -= this.#slots[slot] ?? 0;
      this.#slots[slot] = 0;
    }
    this.#second = second;
  }
}

/** Bytes of what is not counted: a large store that fills slowly. */
export class ByteAllowance {
  #left: number | undefined;
  #filledAt = 0;

  /** @returns 0, or the milliseconds until there is room for that much */
  take(now: number, bytes: number, limits: { readonly burst: number; readonly perSecond: number }): number {
    const elapsed = Math.max(0, now - this.#filledAt);
    this.#filledAt = now;
    this.#left = Math.min(limits.burst, (this.#left ?? limits.burst) + (elapsed / SECOND) * limits.perSecond);
    if (this.#left < bytes) return Math.ceil(((bytes - this.#left) / limits.perSecond) * SECOND);
    this.#left -= bytes;
    return 0;
  }
}
