// How the heartbeats of the agents are set: `agents.defaults.heartbeat` and `agents.list[].heartbeat` of the configuration.
// What cannot be understood counts as not said. Pure.

import * as z from 'zod/mini';
import type { HeartbeatSettings } from '../../shared/protocol/heartbeat.ts';
import { DEFAULT_AGENT_ID } from '../../shared/session-key.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../shared/time.ts';
import type { GatewayConfig } from '../config/schema.ts';
import { isZone, minutesOf } from '../day-window.ts';

export interface AgentHeartbeat extends HeartbeatSettings {
  /** Words beside HEARTBEAT_OK that are dropped with it, characters. */
  readonly ackMaxChars: number;
}

/** OpenClaw's. */
const DEFAULT_EVERY = 30 * MINUTE;
const DEFAULT_ACK = 300;
/** A day has 48 heartbeats by default: some ten thousand tokens each. */
const DEFAULT_TOKENS = 500_000;
/** A model's turn costs more than it can tell in less time. */
const SHORTEST = MINUTE;
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY };

const time = z.string().check(z.refine((text) => minutesOf(text) !== undefined));
const section = z.looseObject({
  every: z.catch(z.optional(z.union([z.string(), z.number()])), undefined),
  model: z.catch(z.optional(z.string().check(z.minLength(1))), undefined),
  ackMaxChars: z.catch(z.optional(z.int().check(z.gte(0))), undefined),
  tokensPerDay: z.catch(z.optional(z.int().check(z.gte(0))), undefined),
  activeHours: z.catch(
    z.optional(z.looseObject({ start: time, end: time, timezone: z.optional(z.string()) })),
    undefined,
  ),
});
type Section = z.infer<typeof section>;
const listed = z.array(z.unknown());
const entry = z.looseObject({ id: z.string(), heartbeat: z.optional(z.unknown()) });

/**
 * The agents that have a heartbeat: those with settings of their own, or the main agent when none has.
 * @param known ids of the agents that there are
 */
export function heartbeatsOf(
  { agents }: Pick<GatewayConfig, 'agents'>,
  known: readonly string[],
  hostZone: string,
): ReadonlyMap<string, AgentHeartbeat> {
  const defaults = sectionOf((agents.defaults as { heartbeat?: unknown } | undefined)?.heartbeat) ?? {};
  const own = new Map<string, Section>();
  for (const item of listed.safeParse(agents.list).data ?? []) {
    const { id = '', heartbeat } = entry.safeParse(item).data ?? {};
    const settings = sectionOf(heartbeat);
    if (settings !== undefined) own.set(id.toLowerCase(), settings);
  }
  const beating = own.size > 0 ? known.filter((id) => own.has(id)) : [DEFAULT_AGENT_ID];
  return new Map(beating.map((id) => [id, settingsOf({ ...defaults, ...own.get(id) }, hostZone)]));
}

function sectionOf(written: unknown): Section | undefined {
  return written === undefined ? undefined : section.safeParse(written).data;
}

function settingsOf(said: Section, hostZone: string): AgentHeartbeat {
  const { every, activeHours, model, ackMaxChars = DEFAULT_ACK, tokensPerDay = DEFAULT_TOKENS } = said;
  const zone = activeHours?.timezone ?? 'user';
  const everyMs = every === undefined ? DEFAULT_EVERY : (durationOf(every) ?? DEFAULT_EVERY);
  return {
    everyMs: everyMs === 0 ? 0 : Math.max(SHORTEST, everyMs),
    ackMaxChars,
    tokensPerDay,
    ...(model === undefined ? {} : { model }),
    ...(activeHours === undefined
      ? {}
      : {
          activeHours: {
            start: activeHours.start,
            end: activeHours.end,
            timezone: zone === 'user' || zone === 'local' || !isZone(zone) ? hostZone : zone,
          },
        }),
  };
}

/** `30m`, `1h30m`, `0m`; a bare number counts minutes, as OpenClaw reads it. */
function durationOf(written: string | number): number | undefined {
  const text = String(written).trim().toLowerCase();
  if (/^\d+(?:\.\d+)?$/.test(text)) return Math.round(Number(text) * MINUTE);
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d)\s*)+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  return Math.round(
    parts.reduce((sum, [, number, unit]) => sum + Number(number) * (UNITS[unit ?? ''] ?? 0), 0),
  );
}
