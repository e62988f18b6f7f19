// The messages of `sessions_send` (agenticai client): one schema per kind, and one tidy form for the service.

import * as z from 'zod/mini';

export type CallMessage =
  | {
      readonly kind: 'call_started';
      readonly callId: string;
      readonly toNumber: string;
      readonly prompt: string | undefined;
    }
  | {
      readonly kind: 'transcript';
      readonly callId: string;
      readonly fromAgent: boolean;
      readonly text: string;
    }
  | { readonly kind: 'structured_data'; readonly callId: string; readonly data: unknown }
  | { readonly kind: 'action'; readonly callId: string; readonly name: string; readonly data: unknown }
  | {
      readonly kind: 'call_ended';
      readonly callId: string;
      readonly outcome: string;
      readonly seconds: number | undefined;
      readonly transcript: string | undefined;
    }
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'error'; readonly callId: string | undefined; readonly text: string };

const MAX_TEXT = 400_000;
const text = z.string().check(z.maxLength(MAX_TEXT));
const optionalText = z.optional(z.nullable(text));
const callId = z.string().check(z.minLength(1), z.maxLength(200), z.regex(/^[^\s\p{Cc}/\\]+$/u));

/** Data that is nested deeper than this is no data that a call produced. */
const MAX_DEPTH = 500;

/** `type`, or `message_type` as the public Python client writes it. */
const named = z.pipe(
  z.looseObject({}).check(z.refine((message) => isNestedAtMost(message, MAX_DEPTH))),
  z.transform((message) => ({ ...message, type: message['type'] ?? message['message_type'] })),
);

const started = z.looseObject({
  type: z.literal('call_started'),
  call_id: callId,
  to_number: z.string().check(z.maxLength(100)),
  prompt: optionalText,
});
const transcript = z.looseObject({
  type: z.literal('transcript'),
  call_id: callId,
  speaker: optionalText,
  role: optionalText,
  text: optionalText,
  transcript: optionalText,
});
const structuredData = z.looseObject({
  type: z.literal('structured_data'),
  call_id: callId,
  data: z.optional(z.unknown()),
});
const action = z.looseObject({
  type: z.literal('action'),
  call_id: callId,
  action: optionalText,
  action_type: optionalText,
  name: optionalText,
});
const ended = z.looseObject({
  type: z.literal('call_ended'),
  call_id: callId,
  duration: z.optional(z.nullable(z.number().check(z.gte(0)))),
  outcome: optionalText,
  full_transcript: optionalText,
});
const heartbeat = z.looseObject({ type: z.literal('heartbeat') });
const error = z.looseObject({
  type: z.literal('error'),
  call_id: z.optional(z.nullable(callId)),
  error: optionalText,
  error_message: optionalText,
  message: optionalText,
});

const anyMessage = z.discriminatedUnion('type', [
  started,
  transcript,
  structuredData,
  action,
  ended,
  heartbeat,
  error,
]);

export const callMessageSchema = z.pipe(z.pipe(named, anyMessage), z.transform(tidy));

const AGENT_SPEAKERS = new Set(['assistant', 'agent', 'ai', 'bot']);

function tidy(message: z.infer<typeof anyMessage>): CallMessage {
  switch (message.type) {
    case 'call_started':
      return {
        kind: message.type,
        callId: message.call_id,
        toNumber: message.to_number,
        prompt: message.prompt ?? undefined,
      };
    case 'transcript':
      return {
        kind: message.type,
        callId: message.call_id,
        fromAgent: AGENT_SPEAKERS.has((message.speaker ?? message.role ?? '').toLowerCase()),
        text: message.text ?? message.transcript ?? '',
      };
    case 'structured_data':
      return { kind: message.type, callId: message.call_id, data: message.data ?? rest(message) };
    case 'action':
      return {
        kind: message.type,
        callId: message.call_id,
        name: message.action ?? message.action_type ?? message.name ?? 'unnamed',
        data: rest(message),
      };
    case 'call_ended':
      return {
        kind: message.type,
        callId: message.call_id,
        outcome: message.outcome ?? 'unknown',
        seconds: message.duration ?? undefined,
        transcript: message.full_transcript ?? undefined,
      };
    case 'heartbeat':
      return { kind: message.type };
    case 'error':
      return {
        kind: message.type,
        callId: message.call_id ?? undefined,
        text: message.error ?? message.error_message ?? message.message ?? 'unknown error',
      };
  }
}

/** What a message carries beside its envelope. */
function rest(message: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(message).filter(([key]) => key !== 'type' && key !== 'message_type' && key !== 'call_id'),
  );
}

/** Whether a JSON value has at most this many levels. */
export function isNestedAtMost(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((inner) => isNestedAtMost(inner, levels - 1));
}
