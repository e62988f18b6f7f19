// The gateway course's `[gateway]` keys for the life of a connection: heartbeat and rate limit. A value that makes no
// sense is told and replaced by its default alone, so that a slip there takes neither the port nor the sign-in with it.

import * as z from 'zod/mini';
import { isJsonObject } from '../../shared/json.ts';
import { SECOND } from '../../shared/time.ts';
import type { GatewaySection } from '../config/schema.ts';
import type { Problems } from '../problems.ts';

export interface HeartbeatSettings {
  /** Between two pings, ms. */
  readonly interval: number;
  /** A connection is closed only after this much silence, ms. */
  readonly timeout: number;
  /** And only when more pings than this in a row were not answered. */
  readonly maxMissed: number;
  /** Whether notifications ride on the pings. */
  readonly proactive: boolean;
}

export interface RateLimitSettings {
  /** As configured; `undefined` leaves it to the dialect (`isLimited`). */
  readonly enabled: boolean | undefined;
  readonly perSecond: number;
  readonly perMinute: number;
  /** Messages that may come at once. */
  readonly burst: number;
  /** For how long nothing is executed once the limit was passed, ms. */
  readonly cooldown: number;
}

export interface LifecycleSettings {
  readonly heartbeat: HeartbeatSettings;
  readonly rateLimit: RateLimitSettings;
  /** What is wrong with the configuration, one sentence each. */
  readonly mistakes: readonly string[];
}

interface Key {
  /** As the course writes it. */
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly otherwise: number;
}

const HEARTBEAT = {
  interval: { name: 'heartbeat_interval', from: 1, to: 3_600, otherwise: 30 },
  timeout: { name: 'heartbeat_timeout', from: 1, to: 86_400, otherwise: 90 },
  maxMissed: { name: 'heartbeat_max_missed', from: 0, to: 1_000, otherwise: 3 },
} as const;

const RATE = {
  perSecond: { name: 'messages_per_second', from: 1, to: 1_000_000, otherwise: 10 },
  perMinute: { name: 'messages_per_minute', from: 1, to: 1_000_000, otherwise: 200 },
  burst: { name: 'burst_size', from: 1, to: 1_000_000, otherwise: 20 },
  cooldown: { name: 'cooldown_seconds', from: 0, to: 86_400, otherwise: 60 },
} as const;

/** These keys as a schema, for what is about to be written: nothing wrong gets in that way. Spelling unified. */
export function lifecycleShape() {
  const number = ({ from, to }: Key) => z.optional(z.number().check(z.gte(from), z.lte(to)));
  const flag = z.optional(z.boolean());
  return {
    heartbeatInterval: number(HEARTBEAT.interval),
    heartbeatTimeout: number(HEARTBEAT.timeout),
    heartbeatMaxMissed: number(HEARTBEAT.maxMissed),
    proactiveNotifications: flag,
    rateLimit: z.optional(
      z.looseObject({
        enabled: flag,
        messagesPerSecond: number(RATE.perSecond),
        messagesPerMinute: number(RATE.perMinute),
        burstSize: number(RATE.burst),
        cooldownSeconds: number(RATE.cooldown),
      }),
    ),
  };
}

/** @param gateway the `gateway` section with its spelling unified (camel case) */
export function lifecycleSettings(gateway: GatewaySection): LifecycleSettings {
  const mistakes: string[] = [];
  const { rateLimit = {} } = gateway;
  if (!isJsonObject(rateLimit)) mistakes.push('gateway.rate_limit must be a table; it is not used.');
  const rates = isJsonObject(rateLimit) ? rateLimit : {};

  const number = (section: Readonly<Record<string, unknown>>, at: string, key: Key): number => {
    const value = section[camelCase(key.name)];
    if (value === undefined) return key.otherwise;
    const parsed = z.number().check(z.gte(key.from), z.lte(key.to)).safeParse(value);
    if (parsed.success) return parsed.data;
    mistakes.push(
      `${at}.${key.name} must be a number from ${key.from} to ${key.to}; ${key.otherwise} is used.`,
    );
    return key.otherwise;
  };
  const flag = <Otherwise>(value: unknown, name: string, otherwise: Otherwise): boolean | Otherwise => {
    if (value === undefined || typeof value === 'boolean') return value ?? otherwise;
    mistakes.push(`${name} must be true or false; it is not used.`);
    return otherwise;
  };

  return {
    heartbeat: {
      interval: number(gateway, 'gateway', HEARTBEAT.interval) * SECOND,
      timeout: number(gateway, 'gateway', HEARTBEAT.timeout) * SECOND,
      maxMissed: number(gateway, 'gateway', HEARTBEAT.maxMissed),
      proactive: flag(gateway.proactiveNotifications, 'gateway.proactive_notifications', true),
    },
    rateLimit: {
      enabled: flag(rates['enabled'], 'gateway.rate_limit.enabled', undefined),
      perSecond: number(rates, 'gateway.rate_limit', RATE.perSecond),
      perMinute: number(rates, 'gateway.rate_limit', RATE.perMinute),
      burst: number(rates, 'gateway.rate_limit', RATE.burst),
      cooldown: number(rates, 'gateway.rate_limit', RATE.cooldown) * SECOND,
    },
    mistakes,
  };
}

function camelCase(key: string): string {
  return key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

export interface Lifecycle {
  heartbeat(): HeartbeatSettings;
  rateLimit(): RateLimitSettings;
  /** The configuration was read again. */
  reload(): void;
}

/** Keeps the settings that hold now; what is wrong with them shows among the gateway's problems. */
export function createLifecycle(gateway: () => GatewaySection, problems: Problems): Lifecycle {
  let current = read();

  function read(): LifecycleSettings {
    const settings = lifecycleSettings(gateway());
    if (settings.mistakes.length === 0) problems.clear('config-lifecycle');
    else problems.set('config-lifecycle', settings.mistakes.join(' '));
    return settings;
  }

  return {
    heartbeat: () => current.heartbeat,
    rateLimit: () => current.rateLimit,
    reload: () => {
      current = read();
    },
  };
}
