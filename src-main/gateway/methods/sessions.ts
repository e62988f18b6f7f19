// sessions.*: list, and the subscriptions to what happens in them.

import * as z from 'zod/mini';
import { resolveSessionKey } from '../../shared/session-key.ts';
import type { SessionRow } from '../../shared/protocol/sessions.ts';
import type { SessionService } from '../sessions/session-service.ts';
import { defineMethod, type Method } from './method.ts';

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
        limit: z.exactOptional(z.int().check(z.gte(1))),
        offset: z.exactOptional(z.int().check(z.gte(0))),
        includeDerivedTitles: z.exactOptional(z.boolean()),
        includeLastMessage: z.exactOptional(z.boolean()),
        search: z.exactOptional(z.string().check(z.maxLength(256))),
      }),
      handle: (params) => {
        const limit = Math.min(params.limit ?? DEFAULT_LIMIT, MAX_LIMIT);
        const offset = params.offset ?? 0;
        const { rows, total } = sessions.list({ limit, offset, search: params.search });
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
      params: z.strictObject({ key: z.string().check(z.minLength(1)) }),
      handle: (params, { subscriptions }) => {
        const key = resolveSessionKey(params.key);
        subscriptions.messages.add(key);
        // The oldest subscription makes room: a client that follows this many sessions has left the first.
        const [oldest] = subscriptions.messages;
        if (subscriptions.messages.size > MAX_SUBSCRIPTIONS && oldest !== undefined)
          subscriptions.messages.delete(oldest);
        return { subscribed: true, key };
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
