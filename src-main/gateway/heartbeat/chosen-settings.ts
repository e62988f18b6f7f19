// How agents' heartbeats were set at run time: over what the configuration says, as with everything that is changed about
// agents at run time, until it is given back to the configuration. Owns that choice; knows nothing of when they beat.

import * as z from 'zod/mini';
import { GatewayError } from '../../shared/errors.ts';
import type { HeartbeatChange } from '../../shared/protocol/heartbeat.ts';
import { MINUTE } from '../../shared/time.ts';
import { isZone, minutesOf } from '../day-window.ts';
import type { Store } from '../store/open-store.ts';
import type { SettingsRepository } from '../store/repositories/settings.ts';
import type { AgentHeartbeat } from './heartbeat-settings.ts';

export interface ChosenHeartbeats {
  /**
   * What holds: the choices over the configuration's settings. An agent that is set here has a heartbeat.
   * @param known ids of the agents that there are
   */
  over(
    configured: ReadonlyMap<string, AgentHeartbeat>,
    known: readonly string[],
  ): ReadonlyMap<string, AgentHeartbeat>;
  /** @throws GatewayError `invalid-params` */
  change(agentId: string, change: HeartbeatChange): Promise<void>;
  /** The agent's heartbeat is again as the configuration says. */
  forget(agentId: string): Promise<void>;
}

const KEY = 'heartbeat-settings';
/** More than there can be agents; the oldest choices go first. */
const MAX_AGENTS = 200;
const USUAL: AgentHeartbeat = { everyMs: 0, ackMaxChars: 300, tokensPerDay: 500_000 };

const choice = z.object({
  everyMs: z.optional(z.int().check(z.gte(0))),
  /** `null`: all hours. */
  activeHours: z.optional(
    z.nullable(z.object({ start: z.string(), end: z.string(), timezone: z.optional(z.string()) })),
  ),
  tokensPerDay: z.optional(z.int().check(z.gte(0))),
});
type Choice = z.infer<typeof choice>;
const choices = z.catch(z.record(z.string(), choice), {});

export function createChosenHeartbeats(deps: {
  readonly store: Store;
  readonly settings: SettingsRepository;
  readonly hostZone: string;
  readonly now: () => number;
}): ChosenHeartbeats {
  const { store, settings, hostZone, now } = deps;
  const all = (): Record<string, Choice> => choices.parse(settings.get(KEY) ?? {});

  function save(agentId: string, next: Choice | undefined): Promise<void> {
    return store.write(() => {
      const { [agentId]: _before, ...others } = all();
      const entries = Object.entries(others).slice(-(MAX_AGENTS - 1));
      if (next !== undefined) entries.push([agentId, next]);
      settings.set(KEY, Object.fromEntries(entries), now());
    });
  }

  return {
    over: (configured, known) => {
      const chosen = all();
      const merged = new Map(configured);
      for (const id of known) {
        const own = chosen[id];
        if (own !== undefined) merged.set(id, merge(merged.get(id) ?? USUAL, own, hostZone));
      }
      return merged;
    },
    change: async (agentId, { everyMs, activeHours, tokensPerDay }) => {
      check({ everyMs, activeHours, tokensPerDay });
      await save(agentId, {
        ...all()[agentId],
        ...(everyMs === undefined ? {} : { everyMs }),
        ...(activeHours === undefined ? {} : { activeHours }),
        ...(tokensPerDay === undefined ? {} : { tokensPerDay }),
      });
    },
    forget: (agentId) => save(agentId, undefined),
  };
}

function merge(base: AgentHeartbeat, chosen: Choice, hostZone: string): AgentHeartbeat {
  const { activeHours: configured, ...rest } = base;
  const { activeHours: own } = chosen;
  const hours = own === undefined ? configured : own;
  return {
    ...rest,
    chosen: true,
    everyMs: chosen.everyMs ?? rest.everyMs,
    tokensPerDay: chosen.tokensPerDay ?? rest.tokensPerDay,
    ...(hours === undefined || hours === null
      ? {}
      : { activeHours: { start: hours.start, end: hours.end, timezone: hours.timezone ?? hostZone } }),
  };
}

function check({ everyMs = 0, activeHours, tokensPerDay: _any }: HeartbeatChange): void {
  if (everyMs !== 0 && everyMs < MINUTE)
    throw new GatewayError('invalid-params', 'everyMs is a minute (60000) at least, or 0 for none.');
  if (activeHours === undefined || activeHours === null) return;
  const { start, end, timezone } = activeHours;
  if (minutesOf(start) === undefined || minutesOf(end) === undefined)
    throw new GatewayError('invalid-params', 'activeHours has start and end as HH:MM.');
  if (minutesOf(start) === minutesOf(end))
    throw new GatewayError('invalid-params', 'activeHours begins when it ends, so no hour is left.');
  if (timezone !== undefined && !isZone(timezone))
    throw new GatewayError('invalid-params', `There is no time zone "${timezone.slice(0, 64)}".`);
}
