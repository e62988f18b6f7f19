// sessions.search, sessions.describe, sessions.resolve: finding a session by what was said in it, by its key, its id, its label.

import * as z from 'zod/mini';
import { GatewayError } from '../../shared/errors.ts';
import type { SessionsResolveResult } from '../../shared/protocol/sessions.ts';
import { resolveSessionKey } from '../../shared/session-key.ts';
import type { MessageSearch } from '../sessions/message-search.ts';
import type { SessionService } from '../sessions/session-service.ts';
import type { SessionMark, SessionRecord } from '../store/repositories/sessions.ts';
import { defineMethod, type Method } from './method.ts';
import { RESOLVE_DECLINED } from './session-declined.ts';
import { trimmedRow } from './session-rows.ts';

const optional = z.exactOptional;
const filled = z.string().check(z.minLength(1));
const DEFAULT_MATCHES = 10;

export interface SessionFindDeps {
  readonly sessions: SessionService;
  readonly search: MessageSearch;
}

export function sessionFindMethods({ sessions, search }: SessionFindDeps): readonly Method[] {
  return [
    defineMethod({
      name: 'sessions.search',
      scope: 'operator.read',
      params: z.strictObject({
        query: filled.check(z.maxLength(4096)),
        agentId: optional(filled),
        sessionKeys: optional(z.array(filled).check(z.minLength(1), z.maxLength(200))),
        limit: optional(z.int().check(z.gte(1), z.lte(25))),
      }),
      handle: ({ query, agentId, sessionKeys, limit = DEFAULT_MATCHES }) =>
        search.find({
          query,
          agentId,
          sessionKeys: sessionKeys?.map((key) => resolveSessionKey(key, agentId)),
          limit,
        }),
    }),
    defineMethod({
      name: 'sessions.describe',
      scope: 'operator.read',
      params: z.strictObject({
        key: filled,
        agentId: optional(filled),
        includeDerivedTitles: optional(z.boolean()),
        includeLastMessage: optional(z.boolean()),
      }),
      handle: ({ key, agentId, ...wanted }) => {
        const row = sessions.describe(resolveSessionKey(key, agentId));
        return { session: row === undefined ? null : trimmedRow(row, wanted) };
      },
    }),
    defineMethod({
      name: 'sessions.resolve',
      scope: 'operator.read',
      params: z.strictObject({
        ...RESOLVE_DECLINED,
        key: optional(filled),
        sessionId: optional(filled),
        label: optional(filled.check(z.maxLength(512))),
        agentId: optional(filled),
        allowMissing: optional(z.boolean()),
        // Every session here belongs to an agent that is known, so these change nothing.
        includeGlobal: optional(z.boolean()),
        includeUnknown: optional(z.boolean()),
      }),
      handle: (params): SessionsResolveResult => {
        const { key, sessionId, label, agentId, allowMissing = false } = params;
        const written = key ?? sessionId ?? label;
        if (written === undefined)
          throw new GatewayError(
            'invalid-params',
            'invalid sessions.resolve params: give a key, a sessionId or a label',
          );
        const found = wanted(sessions, params);
        if (found !== undefined && (agentId === undefined || found.agentId === agentId))
          return { ok: true, key: found.key, agentId: found.agentId, ...displayName(found) };
        if (allowMissing) return { ok: false };
        throw new GatewayError('not-found', `No session found: ${written.slice(0, 128)}`);
      },
    }),
  ];
}

/** Whoever gives several marks means the session that has the first of them. */
function wanted(
  sessions: SessionService,
  params: SessionMark & { readonly key?: string | undefined },
): SessionRecord | undefined {
  const { key, sessionId, label, agentId } = params;
  if (key !== undefined) return sessions.find(resolveSessionKey(key, agentId));
  return sessions.findBy({ sessionId, label, agentId });
}

function displayName({ label, title }: SessionRecord): { displayName?: string } {
  const name = label ?? title;
  return name === undefined ? {} : { displayName: name };
}
