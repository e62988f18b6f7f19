// sessions.*: list, and the subscriptions to what happens in them.

import * as z from 'zod/mini';
import { resolveSessionKey } from '../../shared/session-key.ts';
import type { SessionRow } from '../../shared/protocol/sessions.ts';
import { MINUTE } from '../../shared/time.ts';
import type { SessionService } from '../sessions/session-service.ts';
import { defineMethod, type Method } from './method.ts';

const optional = z.exactOptional;
const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;
const MAX_SUBSCRIPTIONS = 256;

export interface SessionMethodDeps {
  readonly sessions: SessionService;
  readonly storePath: string;
  readonly now: () => number;
}

export function sessionMethods({ sessions, storePath, now }: SessionMethodDeps): readonly Method[] {
  return [
    defineMethod({
      name: 'sessions.list',
      scope: 'operator.read',
      params: z.strictObject({
        limit: optional(z.int().check(z.gte(1))),
        offset: optional(z.int().check(z.gte(0))),
        activeMinutes: optional(z.int().check(z.gte(1))),
        agentId: optional(z.string().check(z.minLength(1))),
        includeDerivedTitles: optional(z.boolean()),
        includeLastMessage: optional(z.boolean()),
        search: optional(z.string().check(z.maxLength(256))),
        label: optional(z.string().check(z.minLength(1), z.maxLength(512))),
        sortBy: optional(z.enum(['updatedAt', 'lastInteractionAt'])),
        requireLastInteraction: optional(z.boolean()),
        // Every session here belongs to an agent that is known, so these change nothing.
        includeGlobal: optional(z.boolean()),
        includeUnknown: optional(z.boolean()),
        configuredAgentsOnly: optional(z.boolean()),
      }),
      handle: (params) => {
        const limit = Math.min(params.limit ?? DEFAULT_LIMIT, MAX_LIMIT);
        const offset = params.offset ?? 0;
        const { rows, total } = sessions.list({
          limit,
          offset,
          search: params.search,
          agentId: params.agentId,
          label: params.label,
          updatedSince:
            params.activeMinutes === undefined ? undefined : now() - params.activeMinutes * MINUTE,
        });
        const end = offset + rows.length;
        return {
          ts: now(),
          path: storePath,
          count: rows.length,
          totalCount: total,
          hasMore: end < total,
          nextOffset: end < total ? end : null,
          sessions: rows.map((row) => trimmed(row, params)),
        };
      },
    }),
    defineMethod({
      name: 'sessions.subscribe',
      scope: 'operator.read',
      params: z.strictObject({}),
      handle: (_params, { subscriptions }) => {
        subscriptions.sessions = true;
        return { subscribed: true };
      },
    }),
    defineMethod({
      name: 'sessions.messages.subscribe',
      scope: 'operator.read',
      params: z.strictObject({
        key: z.string().check(z.minLength(1)),
        agentId: optional(z.string().check(z.minLength(1))),
      }),
      handle: (params, { subscriptions }) => {
        const key = resolveSessionKey(params.key, params.agentId);
        subscriptions.messages.add(key);
        // The oldest subscription makes room: a client that follows this many sessions has left the first.
        const [oldest] = subscriptions.messages;
        if (subscriptions.messages.size > MAX_SUBSCRIPTIONS && oldest !== undefined)
          subscriptions.messages.delete(oldest);
        return { subscribed: true, key };
      },
    }),
    defineMethod({
      name: 'sessions.messages.unsubscribe',
      scope: 'operator.read',
      params: z.strictObject({
        key: z.string().check(z.minLength(1)),
        agentId: optional(z.string().check(z.minLength(1))),
      }),
      handle: (params, { subscriptions }) => {
        const key = resolveSessionKey(params.key, params.agentId);
        subscriptions.messages.delete(key);
        return { subscribed: false, key };
      },
    }),
  ];
}

/** Titles and previews only for those who asked. */
function trimmed(
  row: SessionRow,
  wanted: { includeDerivedTitles?: boolean | undefined; includeLastMessage?: boolean | undefined },
): SessionRow {
  const { derivedTitle, lastMessagePreview, ...rest } = row;
  return {
    ...rest,
    ...(wanted.includeDerivedTitles === true && derivedTitle !== undefined ? { derivedTitle } : {}),
    ...(wanted.includeLastMessage === true && lastMessagePreview !== undefined ? { lastMessagePreview } : {}),
  };
}
