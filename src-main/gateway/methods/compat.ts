// The seed documents' own names, params and results, mapped on the same services as the native methods.

import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { GatewayError } from '../../shared/errors.ts';
import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import { APPROVAL_DECISIONS } from '../../shared/protocol/approvals.ts';
import { MAIN_SESSION_KEY, resolveSessionKey } from '../../shared/session-key.ts';
import { callMessageSchema, isNestedAtMost } from '../calls/call-message.ts';
import type { ApprovalService } from '../approvals/approval-service.ts';
import { execApprovalsFile, type ExecPolicy } from '../approvals/exec-policy.ts';
import type { CallService } from '../calls/call-service.ts';
import type { ChannelService } from '../channels/channel-service.ts';
import type { HeartbeatService } from '../heartbeat/heartbeat-service.ts';
import { ModelError } from '../runtime/model.ts';
import type { ModelDirectory } from '../runtime/model-directory.ts';
import type { RunService } from '../runtime/run-service.ts';
import type { StatusReporter } from '../status.ts';
import { MAX_MESSAGE } from './chat.ts';
import { whoIs } from './approval-answers.ts';
import { defineCompatMethod, joinChannel, type Method } from './method.ts';
import { typedResponse } from './typed-response.ts';

export interface CompatMethodDeps {
  readonly runs: RunService;
  readonly calls: CallService;
  readonly status: StatusReporter;
  readonly channels: ChannelService;
  readonly heartbeats: HeartbeatService;
  readonly models: ModelDirectory;
  readonly approvals: ApprovalService;
  readonly execPolicy: ExecPolicy;
}

const optional = z.exactOptional;
const text = z.string().check(z.maxLength(MAX_MESSAGE));
const name = z.string().check(z.minLength(1), z.maxLength(512));

/** Longest context of a typed chat, bytes of its JSON. */
const MAX_CONTEXT = 32_768;
const context = z
  .looseObject({})
  .check(
    z.refine(
      (value) => isNestedAtMost(value, 50) && Buffer.byteLength(JSON.stringify(value)) <= MAX_CONTEXT,
      `must be an object of at most ${MAX_CONTEXT} bytes and 50 levels`,
    ),
  );

export function compatMethods(deps: CompatMethodDeps): readonly Method[] {
  const { runs, calls, status, channels, heartbeats, models } = deps;
  return [
    ...overviewMethods(deps),
    // Gateway course: the answer names the run, the words come as chat.stream and chat.complete.
    defineCompatMethod({
      name: 'chat.send',
      dialects: ['json-rpc'],
      scope: 'operator.write',
      params: z.looseObject({
        message: optional(text),
        text: optional(text),
        channel: optional(name),
        sessionKey: optional(name),
        idempotencyKey: optional(name),
      }),
      handle: async (params, { subscriptions, requestId }) => {
        const message = filled(params.message ?? params.text, 'message');
        const sessionKey = sessionOf(params, subscriptions.current, channels);
        const channel = joinChannel(subscriptions, sessionKey);
        const started = await runs.start({
          runId: params.idempotencyKey ?? randomUUID(),
          sessionKey,
          message,
          requestId,
        });
        const id = channels.idOf(sessionKey);
        return {
          status: started.status,
          run_id: started.runId,
          channel,
          ...(id === undefined ? {} : { channel_id: id }),
        };
      },
    }),
    defineCompatMethod({
      name: 'system.status',
      scope: 'operator.read',
      params: z.looseObject({}),
      handle: () => status.systemStatus(),
    }),
    // agenticai: a client may flush a thousand of these after a reconnect.
    defineCompatMethod({
      name: 'sessions_send',
      bulk: true,
      scope: 'operator.write',
      params: z.unknown(),
      handle: async (params) => {
        const parsed = callMessageSchema.safeParse(isJsonObject(params) ? params['message'] : undefined);
        // The client library's documentation promises exactly this answer.
        if (!parsed.success) throw new GatewayError('invalid-request', 'Invalid request');
        await calls.receive(parsed.data);
        if (parsed.data.kind === 'heartbeat') heartbeats.clientAlive();
        return { status: 'ok' };
      },
    }),
    // Gateway API page: one request, one answer at the end of the run.
    defineCompatMethod({
      name: 'typed.chat',
      dialects: ['typed'],
      scope: 'operator.write',
      params: z.looseObject({
        text: optional(text),
        context: optional(z.nullable(context)),
        options: z.nullish(
          z.looseObject({
            model: optional(z.nullable(z.string().check(z.maxLength(256)))),
            no_memory: optional(z.nullable(z.boolean())),
          }),
        ),
      }),
      handle: async (params, { progress, requestId }) => {
        const message = filled(params.text, 'payload.text');
        const { model, no_memory } = params.options ?? {};
        const runId = randomUUID();
        await runs.start({
          runId,
          sessionKey: MAIN_SESSION_KEY,
          message,
          requestId,
          onTool: progress,
          model: await usableModel(models, model ?? ''),
          withoutMemory: no_memory ?? false,
          data: filledContext(params.context),
        });
        const outcome = await runs.outcome(runId);
        if (outcome === undefined) throw new GatewayError('internal', 'The run is gone.');
        return typedResponse(outcome);
      },
    }),
    defineCompatMethod({
      name: 'typed.status',
      dialects: ['typed'],
      scope: 'operator.read',
      params: z.looseObject({}),
      handle: () => status.systemStatus(),
    }),
  ];
}

/** The gateway overview's names for approvals. */
function overviewMethods({ approvals, execPolicy }: CompatMethodDeps): readonly Method[] {
  return [
    defineCompatMethod({
      name: 'exec.approvals.list',
      scope: 'operator.approvals',
      params: z.looseObject({}),
      handle: () => ({ approvals: approvals.list() }),
    }),
    defineCompatMethod({
      name: 'exec.approvals.resolve',
      scope: 'operator.approvals',
      params: z.looseObject({ id: name, decision: z.enum(APPROVAL_DECISIONS) }),
      handle: async ({ id, decision }, { principal }) => {
        await approvals.resolve(id, decision, whoIs(principal));
        return { ok: true };
      },
    }),
    defineCompatMethod({
      name: 'exec.approvals.overrides',
      scope: 'operator.admin',
      params: z.looseObject({}),
      handle: () => execPolicy.snapshot(),
    }),
    defineCompatMethod({
      name: 'exec.approvals.overrides.set',
      scope: 'operator.admin',
      params: z.looseObject({ file: execApprovalsFile, baseHash: optional(name) }),
      handle: ({ file, baseHash }) => execPolicy.replace(file, baseHash),
    }),
  ];
}

/** A session's own key goes where native clients mean it to go; a channel has to be there. */
function sessionOf(
  { sessionKey, channel }: { sessionKey?: string; channel?: string },
  current: string,
  channels: ChannelService,
): string {
  if (sessionKey !== undefined) return resolveSessionKey(sessionKey);
  return channel === undefined ? current : channels.resolve(channel);
}

/** @throws GatewayError `not-found`, before anything is stored */
async function usableModel(models: ModelDirectory, written: string): Promise<string | undefined> {
  if (written.trim() === '') return undefined;
  const model = await models.named(written.trim());
  if (model === undefined) return undefined;
  try {
    await models.resolve(model);
    return model;
  } catch (error) {
    throw error instanceof ModelError ? new GatewayError('not-found', error.message) : error;
  }
}

function filledContext(value: JsonObject | null | undefined): JsonObject | undefined {
  return value === null || value === undefined || Object.keys(value).length === 0 ? undefined : value;
}

function filled(value: string | undefined, where: string): string {
  if (value === undefined || value.trim() === '')
    throw new GatewayError('invalid-params', `${where} must not be empty`);
  return value;
}
