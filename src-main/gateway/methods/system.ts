// health, status, system-presence, system-event.

import * as z from 'zod/mini';
import type { PresenceEntry } from '../../shared/protocol/connect.ts';
import type { SystemEventParams } from '../../shared/protocol/system.ts';
import { MAIN_SESSION_KEY } from '../../shared/session-key.ts';
import type { Beacons } from '../presence/beacons.ts';
import type { SessionService } from '../sessions/session-service.ts';
import type { StatusReporter } from '../status.ts';
import { defineMethod, type Method } from './method.ts';

const optional = z.exactOptional;
const word = optional(z.string().check(z.minLength(1), z.maxLength(256)));
const words = optional(z.array(z.string().check(z.minLength(1), z.maxLength(128))).check(z.maxLength(64)));
const MAX_EVENT = 4_000;

export interface SystemMethodDeps {
  readonly status: StatusReporter;
  readonly sessions: SessionService;
  readonly beacons: Beacons;
  readonly presence: () => readonly PresenceEntry[];
  readonly now: () => number;
}

export function systemMethods(deps: SystemMethodDeps): readonly Method[] {
  const { status, sessions, beacons, presence, now } = deps;
  return [
    defineMethod({
      name: 'health',
      // Everybody may ask, also nodes and those without any scope.
      scope: undefined,
      role: 'any',
      params: z.strictObject({ probe: optional(z.boolean()) }),
      handle: () => status.health(),
    }),
    defineMethod({
      name: 'status',
      scope: 'operator.read',
      params: z.strictObject({}),
      handle: () => status.status(),
    }),
    defineMethod({
      name: 'system-presence',
      scope: 'operator.read',
      params: z.strictObject({}),
      handle: () => presence(),
    }),
    defineMethod({
      name: 'system-event',
      scope: 'operator.admin',
      params: z.strictObject({
        text: z.string().check(z.minLength(1), z.maxLength(MAX_EVENT)),
        deviceId: word,
        instanceId: word,
        host: word,
        ip: word,
        mode: word,
        version: word,
        platform: word,
        deviceFamily: word,
        modelIdentifier: word,
        lastInputSeconds: optional(z.int().check(z.gte(0))),
        reason: word,
        roles: words,
        scopes: words,
        tags: words,
      }),
      handle: async (params) => {
        // Who says where it is tells that it is there; everything else is something that the agent ought to know.
        if (isBeacon(params)) beacons.report({ ...withoutUndefined(params), ts: now() });
        else await sessions.add(MAIN_SESSION_KEY, systemMessage(params.text, now()), 'system-event');
        return { ok: true };
      },
    }),
  ];
}

function isBeacon({ instanceId, deviceId, host }: SystemEventParams): boolean {
  return instanceId !== undefined || deviceId !== undefined || host !== undefined;
}

function withoutUndefined(params: SystemEventParams): Omit<PresenceEntry, 'ts'> {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));
}

function systemMessage(text: string, at: number): Parameters<SessionService['add']>[1] {
  return {
    role: 'assistant',
    content: [{ type: 'text', text }],
    timestamp: at,
    source: { kind: 'system-event' },
  };
}
