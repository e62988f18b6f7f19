// agent, agent.wait and send: turns and messages for programs.

import * as z from 'zod/mini';
import { GatewayError } from '../../shared/errors.ts';
import type { AgentResult, AgentRunStatus } from '../../shared/protocol/agent.ts';
import { agentOfSession, resolveSessionKey } from '../../shared/session-key.ts';
import { SECOND } from '../../shared/time.ts';
import type { NotificationService } from '../notifications/notification-service.ts';
import type { RunOutcome } from '../runtime/active-run.ts';
import type { RunService } from '../runtime/run-service.ts';
import type { SessionService } from '../sessions/session-service.ts';
import type { RunRecord } from '../store/repositories/runs.ts';
import { MAX_MESSAGE } from './chat.ts';
import { createIdempotency } from './idempotency.ts';
import { thinkingOf } from './session-settings.ts';
import { defineMethod, type Method } from './method.ts';

const optional = z.exactOptional;
const filled = z.string().check(z.minLength(1));
const key = filled.check(z.maxLength(256));
const text = z.string();

const DEFAULT_WAIT = 30 * SECOND;
const MAX_WAIT = 3_600 * SECOND;
const MAX_INSTRUCTIONS = 20_000;

/** The one channel that this gateway has of its own: the session and the inbox of the person at this computer. */
const OWN_CHANNELS: ReadonlySet<string> = new Set(['clawtray', 'inbox', 'webchat', 'last']);

const DELIVERY = {
  to: optional(text),
  replyTo: optional(text),
  sessionId: optional(text),
  deliver: optional(z.boolean()),
  bestEffortDeliver: optional(z.boolean()),
  channel: optional(text),
  replyChannel: optional(text),
  accountId: optional(text),
  replyAccountId: optional(text),
  threadId: optional(text),
  groupId: optional(text),
  groupChannel: optional(text),
  groupSpace: optional(text),
};

export interface AgentMethodDeps {
  readonly runs: RunService;
  readonly sessions: SessionService;
  readonly notifications: NotificationService;
  readonly now: () => number;
}

export function agentMethods({ runs, sessions, notifications, now }: AgentMethodDeps): readonly Method[] {
  const idempotency = createIdempotency(now);

  return [
    defineMethod({
      name: 'agent',
      scope: 'operator.write',
      params: z.strictObject({
        message: filled.check(z.maxLength(MAX_MESSAGE)),
        idempotencyKey: key,
        agentId: optional(filled),
        sessionKey: optional(text),
        provider: optional(text),
        model: optional(text),
        timeout: optional(z.int().check(z.gte(0))),
        extraSystemPrompt: optional(text.check(z.maxLength(MAX_INSTRUCTIONS))),
        // Where an answer goes in gateways that have messaging channels; here it stays in the session.
        ...DELIVERY,
        thinking: optional(text),
        lane: optional(text),
        label: optional(filled.check(z.maxLength(512))),
        voiceWakeTrigger: optional(text),
      }),
      handle: async (params, { conclude }) => {
        const runId = params.idempotencyKey;
        const sessionKey = resolveSessionKey(filledOr(params.sessionKey, 'main'), params.agentId);
        const acceptedAt = now();
        const { status } = await runs.start({
          runId,
          sessionKey,
          message: params.message,
          model: modelName(params.provider, params.model),
          timeoutMs: (params.timeout ?? 0) * SECOND,
          thinking: thinkingOf(params.thinking),
          extraInstructions: params.extraSystemPrompt,
        });
        void runs.outcome(runId)?.then((outcome) => {
          conclude(resultOf(runId, outcome));
        });
        return {
          runId,
          sessionKey,
          agentId: agentOfSession(sessionKey),
          status: status === 'started' ? 'accepted' : status,
          acceptedAt,
        };
      },
    }),
    defineMethod({
      name: 'agent.wait',
      scope: 'operator.write',
      params: z.strictObject({ runId: filled, timeoutMs: optional(z.int().check(z.gte(0))) }),
      handle: async ({ runId, timeoutMs }, { signal }) => {
        const record = await runs.waitFor(runId, Math.min(timeoutMs ?? DEFAULT_WAIT, MAX_WAIT), signal);
        if (record?.endedAt === undefined) return { runId, status: 'timeout' };
        return {
          runId,
          status: record.state === 'failed' ? 'error' : 'ok',
          startedAt: record.acceptedAt,
          endedAt: record.endedAt,
          stopReason: stopReasonOf(record),
        };
      },
    }),
    defineMethod({
      name: 'send',
      scope: 'operator.write',
      params: z.strictObject({
        to: filled.check(z.maxLength(512)),
        message: optional(text.check(z.maxLength(MAX_MESSAGE))),
        channel: optional(text),
        accountId: optional(text),
        threadId: optional(text),
        sessionKey: optional(text),
        agentId: optional(filled),
        silent: optional(z.boolean()),
        idempotencyKey: key,
      }),
      handle: async (params) => {
        const { message: body } = params;
        if (body === undefined || body.trim() === '')
          throw new GatewayError('invalid-params', 'The message is empty. This gateway sends text.');
        const channel = filledOr(params.channel, 'clawtray');
        if (!OWN_CHANNELS.has(channel)) {
          throw new GatewayError(
            'invalid-params',
            `The channel "${channel.slice(0, 64)}" is not configured. This gateway delivers to its own sessions and inbox: leave channel out.`,
          );
        }
        const sessionKey = resolveSessionKey(filledOr(params.sessionKey, params.to), params.agentId);
        return idempotency.once(`send:${params.idempotencyKey}`, async () => {
          const message = await sessions.inject(sessionKey, body, params.idempotencyKey);
          if (params.silent !== true)
            await notifications.raise({
              kind: 'message',
              title: 'Message',
              body,
              sessionKey,
            });
          return { ok: true, channel: 'clawtray', sessionKey, messageId: message.__openclaw?.id ?? '' };
        });
      },
    }),
  ];
}

function filledOr(value: string | undefined, otherwise: string): string {
  return value === undefined || value.trim() === '' ? otherwise : value;
}

/** `provider/model`, whichever way it was written. */
function modelName(provider: string | undefined, model: string | undefined): string | undefined {
  if (model === undefined || model === '') return undefined;
  return provider === undefined || provider === '' ? model : `${provider}/${model}`;
}

function resultOf(runId: string, outcome: RunOutcome): AgentResult {
  const timedOut = outcome.stopReason === 'timeout';
  const status: AgentRunStatus = timedOut ? 'timeout' : outcome.state === 'failed' ? 'error' : 'ok';
  return {
    runId,
    status,
    summary: outcome.error ?? (outcome.state === 'done' ? 'completed' : 'stopped'),
    result: {
      payloads: outcome.text === '' ? [] : [{ text: outcome.text }],
      meta: { durationMs: outcome.durationMs, stopReason: outcome.stopReason },
    },
  };
}

function stopReasonOf({ state }: RunRecord): string {
  switch (state) {
    case 'accepted':
    case 'done':
      return 'stop';
    case 'failed':
      return 'error';
    case 'aborted':
    case 'interrupted':
      return state;
  }
}
