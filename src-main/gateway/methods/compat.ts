// The seed documents' own names, params and results, mapped on the same services as the native methods.

import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { GatewayError } from '../../shared/errors.ts';
import { resolveSessionKey } from '../../shared/session-key.ts';
import { callMessageSchema } from '../calls/call-message.ts';
import type { CallService } from '../calls/call-service.ts';
import { channelOf } from '../dialects/json-rpc.ts';
import type { RunOutcome, RunService } from '../runtime/run-service.ts';
import type { StatusReporter } from '../status.ts';
import { MAX_MESSAGE } from './chat.ts';
import { defineCompatMethod, type Method } from './method.ts';

export interface CompatMethodDeps {
  readonly runs: RunService;
  readonly calls: CallService;
  readonly status: StatusReporter;
}

const optional = z.exactOptional;
const text = z.string().check(z.maxLength(MAX_MESSAGE));
const name = z.string().check(z.minLength(1), z.maxLength(512));

export function compatMethods({ runs, calls, status }: CompatMethodDeps): readonly Method[] {
  return [
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
      handle: async (params, { subscriptions }) => {
        const message = filled(params.message ?? params.text, 'message');
        const sessionKey = resolveSessionKey(params.sessionKey ?? params.channel ?? 'default');
        const channel = channelOf(sessionKey);
        subscriptions.channels.add(channel);
        const started = await runs.start({
          runId: params.idempotencyKey ?? randomUUID(),
          sessionKey,
          message,
        });
        return { status: started.status, run_id: started.runId, channel };
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
      scope: 'operator.write',
      params: z.looseObject({ message: z.optional(z.unknown()) }),
      handle: async ({ message }) => {
        const parsed = callMessageSchema.safeParse(message);
        // The client library's documentation promises exactly this answer.
        if (!parsed.success) throw new GatewayError('invalid-request', 'Invalid request');
        await calls.receive(parsed.data);
        return { status: 'ok' };
      },
    }),
    // Gateway API page: one request, one answer at the end of the run.
    defineCompatMethod({
      name: 'typed.chat',
      dialects: ['typed'],
      scope: 'operator.write',
      params: z.looseObject({ text: optional(text) }),
      handle: async (params) => {
        const message = filled(params.text, 'payload.text');
        const runId = randomUUID();
        await runs.start({ runId, sessionKey: resolveSessionKey('default'), message });
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

function filled(value: string | undefined, where: string): string {
  if (value === undefined || value.trim() === '')
    throw new GatewayError('invalid-params', `${where} must not be empty`);
  return value;
}

/** `tokens_used` is null when the provider reported none. */
function typedResponse(outcome: RunOutcome): Record<string, unknown> {
  if (outcome.state === 'failed') throw new GatewayError('unavailable', outcome.error ?? 'The run failed.');
  return {
    text: outcome.text,
    tool_calls: outcome.toolCalls,
    tokens_used: outcome.usage?.totalTokens ?? null,
    ...(outcome.state === 'done' ? {} : { stopped: true }),
  };
}
