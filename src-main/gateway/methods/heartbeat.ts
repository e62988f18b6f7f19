// Two things of that name: `heartbeat.pong`, with which a client of the gateway course says that it is still there, and
// the agent's heartbeat (last-heartbeat, set-heartbeats, wake, and the gateway API page's heartbeat_trigger).

import * as z from 'zod/mini';
import { GatewayError } from '../../shared/errors.ts';
import { DAY } from '../../shared/time.ts';
import type { AgentDirectory } from '../agents/agent-directory.ts';
import type { ChosenHeartbeats } from '../heartbeat/chosen-settings.ts';
import type { HeartbeatService } from '../heartbeat/heartbeat-service.ts';
import { heartbeatStatus } from '../heartbeat/heartbeat-status.ts';
import { defineCompatMethod, defineMethod, type Method } from './method.ts';

const optional = z.exactOptional;
const filled = z.string().check(z.minLength(1));
const agentId = filled.check(z.maxLength(64));
const time = z.string().check(z.maxLength(5));
/** Longest text that an agent is woken with. */
const MAX_WAKE_TEXT = 8_000;

export interface HeartbeatMethodDeps {
  readonly heartbeats: HeartbeatService;
  readonly chosenHeartbeats: ChosenHeartbeats;
  readonly agents: AgentDirectory;
  readonly now: () => number;
}

export function heartbeatMethods(deps: HeartbeatMethodDeps): readonly Method[] {
  const { heartbeats, chosenHeartbeats, agents, now } = deps;
  return [
    defineCompatMethod({
      name: 'heartbeat.pong',
      dialects: ['json-rpc'],
      scope: undefined,
      params: z.looseObject({
        seq: z.int(),
        client_load: optional(z.nullable(z.number().check(z.gte(0), z.lte(1_000_000)))),
      }),
      handle: ({ seq, client_load }, { answerHeartbeat }) => {
        if (!answerHeartbeat(seq, client_load ?? undefined, now())) {
          throw new GatewayError('invalid-params', `There was no heartbeat.ping with seq ${seq}.`);
        }
        return { ok: true };
      },
    }),
    defineMethod({
      name: 'last-heartbeat',
      scope: 'operator.read',
      params: z.strictObject({}),
      handle: () => heartbeats.last() ?? null,
    }),
    defineMethod({
      name: 'set-heartbeats',
      scope: 'operator.admin',
      params: z.strictObject({ enabled: z.boolean() }),
      handle: async ({ enabled }) => {
        await heartbeats.setEnabled(enabled);
        return { ok: true, enabled };
      },
    }),
    defineMethod({
      name: 'heartbeat.status',
      scope: 'operator.read',
      params: z.strictObject({ agentId: optional(filled.check(z.maxLength(64))) }),
      handle: ({ agentId }) => heartbeats.status(agentId),
    }),
    defineMethod({
      name: 'heartbeat.history',
      scope: 'operator.read',
      params: z.strictObject({
        agentId: optional(filled.check(z.maxLength(64))),
        status: optional(z.enum(['all', 'sent', 'ok-token', 'skipped', 'failed'])),
        limit: optional(z.int().check(z.gte(1), z.lte(200))),
        offset: optional(z.int().check(z.gte(0))),
      }),
      handle: ({ agentId, status, limit = 50, offset = 0 }) =>
        heartbeats.history({
          agentId,
          status: status === 'all' ? undefined : status,
          limit,
          offset,
        }),
    }),
    defineMethod({
      name: 'heartbeat.trigger',
      scope: 'operator.write',
      params: z.strictObject({ agentId: optional(agentId), dryRun: optional(z.boolean()) }),
      handle: (wanted) => heartbeats.beat(wanted),
    }),
    defineMethod({
      name: 'heartbeat.configure',
      scope: 'operator.admin',
      params: z.strictObject({
        agentId,
        everyMs: optional(z.int().check(z.gte(0), z.lte(366 * DAY))),
        activeHours: optional(
          z.nullable(
            z.strictObject({ start: time, end: time, timezone: optional(filled.check(z.maxLength(64))) }),
          ),
        ),
        tokensPerDay: optional(z.int().check(z.gte(0))),
        reset: optional(z.literal(true)),
      }),
      handle: async ({ agentId: named, reset, ...change }) => {
        const { id } = agents.require(named);
        if (reset === undefined) await chosenHeartbeats.change(id, change);
        else if (Object.keys(change).length === 0) await chosenHeartbeats.forget(id);
        else throw new GatewayError('invalid-params', 'With reset nothing else can be given.');
        heartbeats.check();
        const [status] = heartbeats.status(id).agents;
        if (status === undefined) throw new GatewayError('internal', 'The heartbeat has no status.');
        return status;
      },
    }),
    defineMethod({
      name: 'wake',
      scope: 'operator.write',
      // OpenClaw leaves its params open.
      params: z.looseObject({
        mode: z.enum(['now', 'next-heartbeat']),
        text: filled.check(z.maxLength(MAX_WAKE_TEXT)),
        sessionKey: optional(filled.check(z.maxLength(512))),
        agentId: optional(filled.check(z.maxLength(64))),
      }),
      handle: async (params) => {
        await heartbeats.wake(params);
        return { ok: true };
      },
    }),
    defineCompatMethod({
      name: 'typed.heartbeat_trigger',
      dialects: ['typed'],
      scope: 'operator.write',
      params: z.looseObject({ dry_run: optional(z.boolean()) }),
      handle: async ({ dry_run = false }, { connectionId }) =>
        heartbeatStatus(await heartbeats.beat({ dryRun: dry_run, origin: connectionId })),
    }),
  ];
}
