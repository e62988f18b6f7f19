// Which models failed a moment ago and are left in peace for a while, as long as there is another one to ask. In memory: a
// restart, and a change of the models' configuration, give everybody another chance.

import type { FailureReason } from '../../shared/protocol/chat.ts';
import type { ModelStatus } from '../../shared/protocol/system.ts';
import { MINUTE, SECOND } from '../../shared/time.ts';
import type { ModelError } from './model.ts';

export interface Cooldown {
  readonly reason: FailureReason;
  /** In words for the person. */
  readonly message: string;
  /** ms since the epoch. */
  readonly until: number;
}

type Which = Pick<ModelStatus, 'provider' | 'model'>;

export interface Cooldowns {
  readonly of: (which: Which) => Cooldown | undefined;
  failed(which: Which, error: ModelError): void;
  succeeded(which: Which): void;
}

/** After the first failure; doubled with each further one. Other failures say nothing about the next request. */
const FIRST: Readonly<Partial<Record<FailureReason, number>>> = {
  auth: MINUTE,
  billing: 5 * MINUTE,
  rate_limit: 30 * SECOND,
  overloaded: 30 * SECOND,
  server_error: 30 * SECOND,
  network: 15 * SECOND,
  timeout: 30 * SECOND,
  model_not_found: MINUTE,
};
const LONGEST = 10 * MINUTE;
const MAX_KNOWN = 256;

/** Failures of the account or of the way to it; the others may be one model's alone. */
const OF_PROVIDER: ReadonlySet<FailureReason> = new Set(['auth', 'billing', 'network']);

interface Entry extends Cooldown {
  readonly failures: number;
}

/** @param settings an object that is another one when the configuration of the models has changed */
export function createCooldowns(now: () => number, settings: () => object): Cooldowns {
  let settled = settings();
  let known = new Map<string, Entry>();

  function entries(): Map<string, Entry> {
    if (settings() !== settled) {
      settled = settings();
      known = new Map();
    }
    return known;
  }

  return {
    of: (which) => {
      const all = entries();
      const found = [all.get(which.provider), all.get(nameOf(which))]
        .filter((entry) => entry !== undefined)
        .filter(({ until }) => until > now());
      return found.reduce<Entry | undefined>(
        (longest, entry) => (longest !== undefined && longest.until >= entry.until ? longest : entry),
        undefined,
      );
    },
    failed: (which, { reason, message, retryAfterMs = 0 }) => {
      const first = FIRST[reason];
      if (first === undefined) return;
      const all = entries();
      const key = OF_PROVIDER.has(reason) ? which.provider : nameOf(which);
      const failures = (all.get(key)?.failures ?? 0) + 1;
      const pause = Math.min(LONGEST, Math.max(first * 2 ** Math.min(failures - 1, 10), retryAfterMs));
      // The newest last, so that the oldest is forgotten first.
      all.delete(key);
      all.set(key, { reason, message, failures, until: now() + pause });
      for (const oldest of all.keys()) {
        if (all.size <= MAX_KNOWN) break;
        all.delete(oldest);
      }
    },
    succeeded: (which) => {
      const all = entries();
      all.delete(which.provider);
      all.delete(nameOf(which));
    },
  };
}

const nameOf = ({ provider, model }: Which): string => `${provider}/${model}`;
