// sessions.*: list, preview, create, name, begin anew, delete, stop, and the subscriptions to what happens in them.

import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { GatewayError } from '../../shared/errors.ts';
import type { MethodParams } from '../../shared/protocol/methods.ts';
import { resolveSessionKey } from '../../shared/session-key.ts';
import type {
  SessionPreview,
  SessionsCreateResult,
  SessionsPatchResult,
} from '../../shared/protocol/sessions.ts';
import { MINUTE } from '../../shared/time.ts';
import type { AttachmentService } from '../attachments/attachment-service.ts';
import { ModelError } from '../runtime/model.ts';
import type { ModelDirectory } from '../runtime/model-directory.ts';
import type { RunService } from '../runtime/run-service.ts';
import { previewItems } from '../sessions/preview.ts';
import type { SessionLifecycle } from '../sessions/session-lifecycle.ts';
import type { SessionService } from '../sessions/session-service.ts';
import type { RequestId } from '../dialects/dialect.ts';
import { errorShape } from '../dialects/native.ts';
import { checkedMessage, MAX_MESSAGE } from './chat.ts';
import { ATTACHMENTS } from './attachment-fields.ts';
import { createIdempotency } from './idempotency.ts';
import { defineMethod, type Method } from './method.ts';
import { CREATE_DECLINED, DELETE_DECLINED, PATCH_DECLINED } from './session-declined.ts';
import { entryOf, trimmedRow } from './session-rows.ts';
import { checkSettings, SETTING_FIELDS, thinkingOf } from './session-settings.ts';

const optional = z.exactOptional;
const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;
const MAX_SUBSCRIPTIONS = 256;
const MAX_PREVIEWS = 64;
const DEFAULT_PREVIEW = { limit: 12, maxChars: 240 } as const;
const MAX_PREVIEW_MESSAGES = 50;
const filled = z.string().check(z.minLength(1));
const session = { key: filled, agentId: optional(filled) };

export interface SessionMethodDeps {
  readonly sessions: SessionService;
  readonly lifecycle: SessionLifecycle;
  readonly runs: RunService;
  readonly models: ModelDirectory;
  readonly attachments: AttachmentService;
  readonly storePath: string;
  readonly now: () => number;
}

export function sessionMethods(deps: SessionMethodDeps): readonly Method[] {
  const { sessions, lifecycle, runs, models, attachments, storePath, now } = deps;
  const creations = createIdempotency(now);
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
        archived: optional(z.union([z.boolean(), z.literal('all')])),
        pinned: optional(z.boolean()),
        group: optional(filled.check(z.maxLength(512))),
        spawnedBy: optional(filled),
        excludeSubagents: optional(z.boolean()),
        excludeCron: optional(z.boolean()),
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
          archived: params.archived === 'all' ? undefined : (params.archived ?? false),
          pinned: params.pinned,
          category: params.group,
          spawnedBy: params.spawnedBy === undefined ? undefined : resolveSessionKey(params.spawnedBy),
          requireInteraction: params.requireLastInteraction,
          sortBy: params.sortBy,
          excludedNames: [
            ...(params.excludeSubagents === true ? ['subagent:'] : []),
            ...(params.excludeCron === true ? ['cron:'] : []),
          ],
        });
        const end = offset + rows.length;
        return {
          ts: now(),
          path: storePath,
          count: rows.length,
          totalCount: total,
          hasMore: end < total,
          nextOffset: end < total ? end : null,
          sessions: rows.map((row) => trimmedRow(row, params)),
        };
      },
    }),
    defineMethod({
      name: 'sessions.preview',
      scope: 'operator.read',
      params: z.strictObject({
        keys: z.array(filled).check(z.minLength(1)),
        limit: optional(z.int().check(z.gte(1))),
        maxChars: optional(z.int().check(z.gte(20))),
      }),
      handle: ({ keys, limit = DEFAULT_PREVIEW.limit, maxChars = DEFAULT_PREVIEW.maxChars }) => {
        const count = Math.min(limit, MAX_PREVIEW_MESSAGES);
        return {
          ts: now(),
          previews: keys.slice(0, MAX_PREVIEWS).map((key) => preview(sessions, key, count, maxChars)),
        };
      },
    }),
    defineMethod({
      name: 'sessions.create',
      scope: 'operator.write',
      params: z.strictObject({
        ...CREATE_DECLINED,
        key: optional(filled),
        agentId: optional(filled),
        label: optional(filled.check(z.maxLength(512))),
        model: optional(filled.check(z.maxLength(512))),
        thinkingLevel: optional(filled),
        category: optional(filled.check(z.maxLength(512))),
        message: optional(z.string().check(z.maxLength(MAX_MESSAGE))),
        task: optional(z.string().check(z.maxLength(MAX_MESSAGE))),
        timeoutMs: optional(z.int().check(z.gte(0))),
        idempotencyKey: optional(filled.check(z.maxLength(256))),
        // There are no hooks that would hear of it.
        emitCommandHooks: optional(z.boolean()),
      }),
      handle: (params, { requestId }) => {
        const { idempotencyKey } = params;
        const create = (): Promise<SessionsCreateResult> => createSession(deps, params, requestId);
        return idempotencyKey === undefined ? create() : creations.once(idempotencyKey, create);
      },
    }),
    defineMethod({
      name: 'sessions.patch',
      scope: 'operator.write',
      params: z.strictObject({
        ...PATCH_DECLINED,
        ...SETTING_FIELDS,
        ...session,
        expectedSessionId: optional(filled),
        label: optional(z.nullable(filled.check(z.maxLength(512)))),
      }),
      handle: async ({ key: written, agentId, label, expectedSessionId, ...params }) => {
        const key = resolveSessionKey(written, agentId);
        const settings = await checkSettings(params, sessions.find(key)?.settings.model, models);
        if (label === undefined && Object.keys(settings).length === 0)
          throw new GatewayError(
            'invalid-params',
            'invalid sessions.patch params: nothing to change. Give what is to be set, or null to take it away.',
          );
        const record = await lifecycle.patch(key, { label, settings }, { expectedSessionId });
        const resolved = await resolvedModel(models, record.settings.model);
        return {
          ok: true,
          path: storePath,
          key,
          entry: entryOf(record),
          ...(resolved === undefined ? {} : { resolved }),
        };
      },
    }),
    defineMethod({
      name: 'sessions.send',
      scope: 'operator.write',
      params: z.strictObject({
        ...session,
        message: z.string().check(z.maxLength(MAX_MESSAGE)),
        thinking: optional(z.string()),
        attachments: optional(ATTACHMENTS),
        timeoutMs: optional(z.int().check(z.gte(0))),
        idempotencyKey: optional(filled.check(z.maxLength(256))),
      }),
      handle: async ({ key: written, agentId, idempotencyKey, ...params }, { requestId }) => {
        const key = resolveSessionKey(written, agentId);
        if (sessions.find(key) === undefined)
          throw new GatewayError(
            'not-found',
            `There is no session ${key}. Make it with sessions.create, or send with chat.send.`,
          );
        const message = checkedMessage(params);
        const attached = await attachments.accept(key, params.attachments);
        return runs.start({
          runId: idempotencyKey ?? randomUUID(),
          sessionKey: key,
          message,
          ...(attached.length === 0 ? {} : { attachments: attached }),
          timeoutMs: params.timeoutMs,
          thinking: thinkingOf(params.thinking),
          requestId,
        });
      },
    }),
    defineMethod({
      name: 'sessions.reset',
      scope: 'operator.admin',
      params: z.strictObject({
        ...session,
        reason: optional(z.enum(['new', 'reset'])),
        expectedSessionId: optional(filled),
      }),
      handle: async ({ key: written, agentId, reason = 'reset', expectedSessionId }) => {
        const key = resolveSessionKey(written, agentId);
        const record = await lifecycle.reset(key, reason, { expectedSessionId });
        return { ok: true, key, entry: entryOf(record) };
      },
    }),
    defineMethod({
      name: 'sessions.delete',
      scope: 'operator.admin',
      params: z.strictObject({
        ...DELETE_DECLINED,
        ...session,
        deleteTranscript: optional(z.boolean()),
        expectedSessionId: optional(filled),
        expectedSessionUpdatedAt: optional(z.number().check(z.gte(0))),
        // There are no hooks that would hear of it.
        emitLifecycleHooks: optional(z.boolean()),
      }),
      handle: async ({ key: written, agentId, deleteTranscript = false, ...params }) => {
        const key = resolveSessionKey(written, agentId);
        const { expectedSessionId, expectedSessionUpdatedAt } = params;
        const result = await lifecycle.delete(key, {
          deleteTranscript,
          expectedSessionId,
          expectedSessionUpdatedAt,
        });
        return { ok: true, key, ...result };
      },
    }),
    defineMethod({
      name: 'sessions.abort',
      scope: 'operator.write',
      params: z.strictObject({
        key: optional(filled),
        agentId: optional(filled),
        runId: optional(filled),
        clearQueued: optional(z.boolean()),
      }),
      handle: ({ key: written, agentId, runId, clearQueued }) => {
        if (written === undefined && runId === undefined)
          throw new GatewayError('invalid-params', 'invalid sessions.abort params: key or runId is needed');
        const key =
          written === undefined ? runs.find(runId ?? '')?.sessionKey : resolveSessionKey(written, agentId);
        const target = runId ?? (clearQueued === true ? undefined : runs.inFlight(key ?? '')?.runId);
        const stopsSome = key !== undefined && (target !== undefined || clearQueued === true);
        const [abortedRunId] = stopsSome ? runs.abort(key, target) : [];
        return abortedRunId === undefined
          ? { ok: true, abortedRunId: null, status: 'no-active-run' }
          : { ok: true, abortedRunId, status: 'aborted' };
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

async function createSession(
  { lifecycle, runs, sessions, models }: SessionMethodDeps,
  params: NonNullable<MethodParams<'sessions.create'>>,
  requestId: RequestId,
): Promise<SessionsCreateResult> {
  const runId = params.idempotencyKey ?? randomUUID();
  // After a restart the run still knows which session was made for it.
  const key =
    runs.find(runId)?.sessionKey ??
    resolveSessionKey(params.key ?? `dashboard:${randomUUID()}`, params.agentId);
  const { label, model, thinkingLevel, category } = params;
  const current = sessions.find(key)?.settings.model;
  const settings = await checkSettings({ model, thinkingLevel, category }, current, models);
  const record = await lifecycle.create(key, { label, settings });
  const made = { ok: true, key, sessionId: record.sessionId, entry: entryOf(record) } as const;
  const message = [params.message, params.task].find((text) => text !== undefined && text.trim() !== '');
  if (message === undefined) return { ...made, runStarted: false };
  try {
    await runs.start({ runId, sessionKey: key, message, timeoutMs: params.timeoutMs, requestId });
    return { ...made, runStarted: true, runId, status: 'started' };
  } catch (error) {
    // The session is there, so this is no failure of the whole.
    if (error instanceof GatewayError) return { ...made, runStarted: false, runError: errorShape(error) };
    throw error;
  }
}

function preview(sessions: SessionService, written: string, limit: number, maxChars: number): SessionPreview {
  const key = keyOrNothing(written);
  if (key === undefined) return { key: written, status: 'error', items: [] };
  if (sessions.find(key) === undefined) return { key: written, status: 'missing', items: [] };
  const items = previewItems(sessions.messages(key, limit, 0), maxChars);
  return { key: written, status: items.length === 0 ? 'empty' : 'ok', items };
}

/** One key that cannot be one does not spoil the answer about the others. */
function keyOrNothing(written: string): string | undefined {
  try {
    return resolveSessionKey(written);
  } catch (error) {
    if (error instanceof GatewayError) return undefined;
    throw error;
  }
}

/** `undefined` when the model that is configured elsewhere cannot be used. */
async function resolvedModel(
  models: ModelDirectory,
  wanted: string | undefined,
): Promise<SessionsPatchResult['resolved']> {
  try {
    const { provider, model } = (await models.resolve(wanted)).status;
    return { modelProvider: provider, model };
  } catch (error) {
    if (error instanceof ModelError) return undefined;
    throw error;
  }
}
