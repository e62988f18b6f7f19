// The gateway course's rate limit: which messages count, for whom, and what is remembered of those who came too often.
//
// Each connection has an allowance of its own. Two things keep many connections from being a way around it: a cooldown
// outlasts the connection that earned it, so a client that comes back finds it again; and all connections of one address
// share ten times the allowance. The latter does not hold on this machine, where every program has the same address.

import { GatewayError } from '../../shared/errors.ts';
import type { Clock } from '../../shared/time.ts';
import type { DialectName } from '../dialects/dialect.ts';
import { Allowance, ByteAllowance } from './allowance.ts';
import type { Connection, Established } from './connection.ts';
import type { RateLimitSettings } from './lifecycle-settings.ts';

/** What one connection has used up. */
export interface Usage {
  readonly messages: Allowance;
  readonly bytes: ByteAllowance;
}

export interface Refusal {
  readonly error: GatewayError;
  /** To be closed with 4003: the client does not stop. */
  readonly close: boolean;
}

export interface RateLimiter {
  /**
   * Counts a message.
   * @param method what it asks for; `undefined` when that cannot be read
   * @param length of its frame, characters; its share for an entry of a batch
   * @returns why it is not executed, or `undefined` when it is
   */
  refuse(
    connection: Connection,
    established: Established,
    method: string | undefined,
    length: number,
  ): Refusal | undefined;
  /** A connection is gone; what it had coming is kept for its next one. */
  closed(connection: Connection): void;
  /** Messages that were refused since the start. */
  hits(): number;
}

/** Clients flush whole queues of the first, and must be able to send the second whenever they are asked. */
const EXEMPT: ReadonlySet<string> = new Set(['sessions_send', 'heartbeat.pong']);
const EXEMPT_BYTES = { burst: 67_108_864, perSecond: 1_048_576 } as const;
/** Connections of one address together may send this many times what one may. */
const ADDRESS_FACTOR = 10;
const MAX_REMEMBERED = 1_000;

/** On unless it is switched off; in the native dialect only when it is switched on. */
function isLimited(dialect: DialectName, { enabled }: RateLimitSettings): boolean {
  return enabled ?? dialect !== 'native';
}

export function createRateLimiter(clock: Clock, settings: () => RateLimitSettings): RateLimiter {
  /** Until when a client that is gone is still cooling down. */
  const remembered = new Map<string, number>();
  const addresses = new Map<string, { readonly messages: Allowance; connections: number }>();
  let hits = 0;

  function usageOf(connection: Connection, established: Established, now: number): Usage {
    if (connection.usage !== undefined) return connection.usage;
    const usage = { messages: new Allowance(), bytes: new ByteAllowance() };
    connection.usage = usage;
    const until = remembered.get(identity(connection, established)) ?? 0;
    if (until > now) usage.messages.coolDown(now, until - now);
    const { address, loopback } = connection.peer;
    if (!loopback) {
      const shared = addresses.get(address) ?? { messages: new Allowance(), connections: 0 };
      shared.connections += 1;
      addresses.set(address, shared);
    }
    return usage;
  }

  function refusal(retryAfterMs: number, close = false): Refusal {
    hits += 1;
    return {
      error: new GatewayError('rate-limited', 'Rate limit exceeded', {
        retryable: true,
        retryAfterMs: Math.ceil(retryAfterMs),
      }),
      close,
    };
  }

  function remember(key: string, until: number, now: number): void {
    for (const [known, end] of remembered) if (end <= now) remembered.delete(known);
    const [oldest] = remembered.keys();
    if (remembered.size >= MAX_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
    remembered.set(key, until);
  }

  return {
    refuse: (connection, established, method, length) => {
      const current = settings();
      if (!isLimited(established.dialect.name, current)) return undefined;
      const now = clock.now();
      const usage = usageOf(connection, established, now);
      if (method !== undefined && EXEMPT.has(method)) {
        const wait = usage.bytes.take(now, length, EXEMPT_BYTES);
        return wait === 0 ? undefined : refusal(wait);
      }
      const own = usage.messages.take(now, current);
      if (own.kind === 'refused') return refusal(own.retryAfterMs, own.incorrigible);
      const shared = addresses.get(connection.peer.address)?.messages.take(now, times(current));
      return shared?.kind === 'refused' ? refusal(shared.retryAfterMs) : undefined;
    },

    closed: (connection) => {
      const { usage, established, peer } = connection;
      if (usage === undefined || established === undefined) return;
      const now = clock.now();
      const until = usage.messages.cooldownEnd(now);
      if (until !== undefined) remember(identity(connection, established), until, now);
      const shared = addresses.get(peer.address);
      if (shared === undefined) return;
      shared.connections -= 1;
      if (shared.connections === 0) addresses.delete(peer.address);
    },

    hits: () => hits,
  };
}

/** For all connections of an address together; none of them is held back for what the others did. */
function times(settings: RateLimitSettings): RateLimitSettings {
  return {
    ...settings,
    perSecond: settings.perSecond * ADDRESS_FACTOR,
    perMinute: settings.perMinute * ADDRESS_FACTOR,
    burst: settings.burst * ADDRESS_FACTOR,
    cooldown: 0,
  };
}

/** Who a client says it is, and where it is: as much as is known of those that have no device. */
function identity({ peer }: Connection, { principal, dialect }: Established): string {
  const { id, displayName = '', instanceId = '' } = principal.client;
  return JSON.stringify([peer.address, dialect.name, id, displayName, instanceId, peer.userAgent ?? '']);
}
