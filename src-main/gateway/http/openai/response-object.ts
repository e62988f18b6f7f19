// The response object of `/v1/responses` and the items in it. Pure.

import { randomUUID } from 'node:crypto';
import type { TokenUsage } from '../../../shared/protocol/chat.ts';
import { promptTokens } from '../../usage/token-usage.ts';
import type { RunOutcome } from '../../runtime/active-run.ts';
import type { ToolCall } from '../../runtime/model.ts';
import type { ResponsesBody } from './responses-request.ts';

export type ResponseItem = Readonly<Record<string, unknown>> & { readonly id: string };

/** What is the same in every state of one response. */
export interface ResponseHead {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly createdAt: number;
  readonly model: string;
  readonly body: ResponsesBody;
}

export type ResponseStatus = 'in_progress' | 'completed' | 'incomplete' | 'failed';

export function responseObject(
  { id, createdAt, model, body }: ResponseHead,
  status: ResponseStatus,
  facts: {
    readonly output?: readonly ResponseItem[];
    readonly usage?: TokenUsage | undefined;
    readonly incompleteReason?: string | undefined;
    readonly error?: string;
  } = {},
): Record<string, unknown> {
  const { output = [], usage, incompleteReason, error } = facts;
  return {
    id,
    object: 'response',
    created_at: createdAt,
    status,
    model,
    output,
    error: error === undefined ? null : { code: 'server_error', message: error },
    incomplete_details: incompleteReason === undefined ? null : { reason: incompleteReason },
    instructions: body.instructions ?? null,
    metadata: body.metadata ?? {},
    max_output_tokens: body.max_output_tokens ?? null,
    parallel_tool_calls: true,
    previous_response_id: body.previous_response_id ?? null,
    temperature: body.temperature ?? null,
    tool_choice: body.tool_choice ?? 'auto',
    tools: body.tools ?? [],
    top_p: body.top_p ?? null,
    // Only what the provider reported.
    usage:
      usage === undefined
        ? null
        : {
            input_tokens: promptTokens(usage),
            ...(usage.cacheRead === undefined
              ? {}
              : { input_tokens_details: { cached_tokens: usage.cacheRead } }),
            output_tokens: usage.output,
            ...(usage.reasoning === undefined
              ? {}
              : { output_tokens_details: { reasoning_tokens: usage.reasoning } }),
            total_tokens: usage.totalTokens,
          },
  };
}

/** How a run that has an answer ended, in OpenAI's words. */
export function endOf({ stopReason }: RunOutcome): {
  readonly status: 'completed' | 'incomplete';
  readonly incompleteReason?: string;
} {
  if (stopReason === 'length') return { status: 'incomplete', incompleteReason: 'max_output_tokens' };
  if (stopReason === 'content-filter') return { status: 'incomplete', incompleteReason: 'content_filter' };
  return { status: 'completed' };
}

export const newMessageId = (): string => `msg_${randomUUID()}`;

export const textPart = (text: string): Record<string, unknown> => ({
  type: 'output_text',
  text,
  annotations: [],
});

/** @param final whether it is the answer, and not what is said before a call */
export function messageItem(id: string, text: string, final: boolean): ResponseItem {
  return {
    id,
    type: 'message',
    role: 'assistant',
    status: 'completed',
    content: [textPart(text)],
    ...(final ? { phase: 'final_answer' } : {}),
  };
}

export function callItem({ id, name, args }: ToolCall): ResponseItem {
  return {
    id: `fc_${randomUUID()}`,
    type: 'function_call',
    call_id: id,
    name,
    arguments: JSON.stringify(args),
    status: 'completed',
  };
}

/** What a run that is over has to show: its words, then its calls. */
export function outputOf({ text, clientCalls }: RunOutcome): readonly ResponseItem[] {
  const calls = clientCalls.map(callItem);
  return text === '' && calls.length > 0
    ? calls
    : [messageItem(newMessageId(), text, calls.length === 0), ...calls];
}
