// The body of `POST /v1/responses`, and what it asks of us.

import * as z from 'zod/mini';
import type { ModelSettings, PromptMessage, ToolChoice, ToolDescription } from '../../runtime/model.ts';
import { contentText, userMessage, withToolNames, type ToldConversation } from './conversation.ts';
import {
  callArguments,
  commonFields,
  functionShape,
  invalid,
  list,
  MAX_TOOLS,
  tokenLimit,
  toolDescription,
} from './schema.ts';

const parts = list(
  z.looseObject({ type: z.string(), text: z.nullish(z.string()), refusal: z.nullish(z.string()) }),
);

const item = z.looseObject({
  type: z.nullish(z.string()),
  role: z.nullish(z.enum(['system', 'developer', 'user', 'assistant'])),
  content: z.nullish(z.union([z.string(), parts])),
  call_id: z.nullish(z.string()),
  name: z.nullish(z.string()),
  arguments: z.nullish(z.string()),
  output: z.nullish(z.union([z.string(), parts])),
});

export const responsesSchema = z.looseObject({
  ...commonFields,
  input: z.union([z.string(), list(item)]),
  instructions: z.nullish(z.string()),
  previous_response_id: z.nullish(z.string().check(z.maxLength(256))),
  tools: z.nullish(
    z.array(z.looseObject({ type: z.literal('function'), ...functionShape })).check(z.maxLength(MAX_TOOLS)),
  ),
  tool_choice: z.nullish(
    z.union([
      z.enum(['auto', 'none', 'required']),
      z.looseObject({ type: z.literal('function'), name: z.string() }),
    ]),
  ),
  max_output_tokens: tokenLimit,
  metadata: z.nullish(z.record(z.string(), z.string())),
});

export type ResponsesBody = z.infer<typeof responsesSchema>;

/** @throws HttpError 400 */
export function toldInResponses(body: ResponsesBody): ToldConversation {
  const instructions = body.instructions == null || body.instructions === '' ? [] : [body.instructions];
  const messages: PromptMessage[] = [];
  const items =
    typeof body.input === 'string' ? [{ role: 'user' as const, content: body.input }] : body.input;
  for (const [index, entry] of items.entries()) {
    const field = `input.${index}`;
    const said = readItem(entry, field);
    if (said === undefined) continue;
    if (typeof said === 'string') instructions.push(said);
    else addMessage(messages, said);
  }
  return { instructions, messages: withToolNames(messages) };
}

/** @returns a message, an instruction, or `undefined` for what means nothing here */
function readItem(entry: z.infer<typeof item>, field: string): PromptMessage | string | undefined {
  switch (entry.type ?? 'message') {
    case 'message':
      return readMessage(entry, field);
    case 'function_call': {
      if (entry.call_id == null || entry.name == null)
        throw invalid('A function_call needs call_id and name.', field);
      const args = callArguments(entry.arguments ?? '', `${field}.arguments`);
      return { role: 'assistant', text: '', toolCalls: [{ id: entry.call_id, name: entry.name, args }] };
    }
    case 'function_call_output': {
      if (entry.call_id == null) throw invalid('A function_call_output needs its call_id.', field);
      const text = contentText(entry.output, `${field}.output`);
      return { role: 'tool', callId: entry.call_id, name: '', text, isError: false };
    }
    case 'reasoning':
    case 'item_reference':
      return undefined;
    default:
      throw invalid(`This gateway does not know items of type ${String(entry.type).slice(0, 64)}.`, field);
  }
}

function readMessage(entry: z.infer<typeof item>, field: string): PromptMessage | string {
  if (entry.role === 'user') return userMessage(entry.content, `${field}.content`);
  const text = contentText(entry.content, `${field}.content`);
  switch (entry.role) {
    case 'system':
    case 'developer':
      return text;
    case 'assistant':
      return { role: 'assistant', text, toolCalls: [] };
    case null:
    case undefined:
      throw invalid('A message needs a role.', field);
  }
}

/** Calls that follow the agent's words, or each other, are one turn of the agent. */
function addMessage(messages: PromptMessage[], message: PromptMessage): void {
  const last = messages.at(-1);
  if (message.role === 'assistant' && message.toolCalls.length > 0 && last?.role === 'assistant') {
    messages[messages.length - 1] = { ...last, toolCalls: [...last.toolCalls, ...message.toolCalls] };
  } else messages.push(message);
}

export function responsesTools(body: ResponsesBody): readonly ToolDescription[] {
  return (body.tools ?? []).map(toolDescription);
}

export function responsesToolChoice(body: ResponsesBody): ToolChoice | undefined {
  const { tool_choice: choice } = body;
  if (choice == null) return undefined;
  return typeof choice === 'string' ? choice : { name: choice.name };
}

export function responsesSettings(body: ResponsesBody): ModelSettings {
  return {
    maxOutputTokens: body.max_output_tokens ?? undefined,
    temperature: body.temperature ?? undefined,
    topP: body.top_p ?? undefined,
  };
}
