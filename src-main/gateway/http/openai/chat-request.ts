// The body of `POST /v1/chat/completions`, and what it asks of us.

import * as z from 'zod/mini';
import type { ModelSettings, PromptMessage, ToolChoice, ToolDescription } from '../../runtime/model.ts';
import {
  checkCalls,
  contentText,
  userMessage,
  withToolNames,
  type ToldConversation,
} from './conversation.ts';
import {
  callArguments,
  commonFields,
  functionShape,
  invalid,
  list,
  MAX_TOOLS,
  penalty,
  tokenLimit,
  toolDescription,
} from './schema.ts';

const content = z.nullish(
  z.union([
    z.string(),
    list(
      z.looseObject({
        type: z.string(),
        text: z.nullish(z.string()),
        refusal: z.nullish(z.string()),
      }),
    ),
  ]),
);

const toolCall = z.looseObject({
  id: z.string(),
  function: z.looseObject({ name: z.string(), arguments: z.string() }),
});

export const chatSchema = z.looseObject({
  ...commonFields,
  messages: list(
    z.looseObject({
      role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
      content,
      tool_calls: z.nullish(list(toolCall)),
      tool_call_id: z.nullish(z.string()),
    }),
  ),
  n: z.nullish(z.literal(1)),
  stream_options: z.nullish(z.looseObject({ include_usage: z.nullish(z.boolean()) })),
  tools: z.nullish(
    z
      .array(z.looseObject({ type: z.literal('function'), function: z.looseObject(functionShape) }))
      .check(z.maxLength(MAX_TOOLS)),
  ),
  tool_choice: z.nullish(
    z.union([
      z.enum(['auto', 'none', 'required']),
      z.looseObject({ type: z.literal('function'), function: z.looseObject({ name: z.string() }) }),
    ]),
  ),
  max_tokens: tokenLimit,
  max_completion_tokens: tokenLimit,
  frequency_penalty: penalty,
  presence_penalty: penalty,
  seed: z.nullish(z.int()),
  stop: z.nullish(z.union([z.string(), z.array(z.string()).check(z.maxLength(4))])),
});

export type ChatBody = z.infer<typeof chatSchema>;

/** @throws HttpError 400 */
export function toldInChat(body: ChatBody): ToldConversation {
  const instructions: string[] = [];
  const messages: PromptMessage[] = [];
  for (const [index, message] of body.messages.entries()) {
    const field = `messages.${index}`;
    if (message.role === 'user') {
      messages.push(userMessage(message.content, `${field}.content`));
      continue;
    }
    const text = contentText(message.content, `${field}.content`);
    switch (message.role) {
      case 'system':
      case 'developer':
        if (text !== '') instructions.push(text);
        break;
      case 'assistant': {
        const toolCalls = (message.tool_calls ?? []).map(({ id, function: { name, arguments: args } }) => ({
          id,
          name,
          args: callArguments(args, `${field}.tool_calls`),
        }));
        messages.push({ role: 'assistant', text, toolCalls });
        break;
      }
      case 'tool':
        if (message.tool_call_id == null) throw invalid('A tool message needs its tool_call_id.', field);
        messages.push({ role: 'tool', callId: message.tool_call_id, name: '', text, isError: false });
        break;
    }
  }
  checkCalls(messages, 'messages');
  return { instructions, messages: withToolNames(messages) };
}

export function chatTools(body: ChatBody): readonly ToolDescription[] {
  return (body.tools ?? []).map((tool) => toolDescription(tool.function));
}

export function chatToolChoice(body: ChatBody): ToolChoice | undefined {
  const { tool_choice: choice } = body;
  if (choice == null) return undefined;
  return typeof choice === 'string' ? choice : { name: choice.function.name };
}

export function chatSettings(body: ChatBody): ModelSettings {
  const { stop } = body;
  return {
    maxOutputTokens: body.max_completion_tokens ?? body.max_tokens ?? undefined,
    temperature: body.temperature ?? undefined,
    topP: body.top_p ?? undefined,
    frequencyPenalty: body.frequency_penalty ?? undefined,
    presencePenalty: body.presence_penalty ?? undefined,
    seed: body.seed ?? undefined,
    stop: stop == null ? undefined : typeof stop === 'string' ? [stop] : stop,
  };
}
