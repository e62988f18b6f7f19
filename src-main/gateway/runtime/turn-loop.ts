// One turn of an agent: model, tool calls, results, model again, until it stops. Knows nothing of sessions or sockets;
// what happened is handed out as messages in the order in which it happened.

import type { ChatMessage, ContentBlock, TokenUsage } from '../../shared/protocol/chat.ts';
import type { ToolContext, ToolStep, Toolbox, UsedTool } from '../tools/tool.ts';
import { offeredTools, type ClientTurn } from './client-turn.ts';
import {
  ModelError,
  type LanguageModel,
  type ModelSettings,
  type PromptMessage,
  type ToolCall,
} from './model.ts';

export interface TurnInput {
  readonly model: LanguageModel;
  readonly system: string;
  readonly messages: readonly PromptMessage[];
  readonly toolbox: Toolbox;
  /** What the program that asks brings along. */
  readonly client?: ClientTurn | undefined;
  readonly context: ToolContext;
  readonly now: () => number;
  /** Called with every piece of text as it arrives. */
  readonly onText: (text: string) => void;
  /** How the model is to write, beside what the program asks for. */
  readonly settings?: ModelSettings | undefined;
  /** Called with every piece of the model's thoughts. */
  readonly onThinking?: ((text: string) => void) | undefined;
  /** Whether its thoughts stand in its messages. */
  readonly keepThinking?: boolean | undefined;
  /** Messages that were sent meanwhile and are to be taken in between two steps. */
  readonly steering?: (() => Promise<readonly PromptMessage[]>) | undefined;
  /** Called before and after every tool. */
  readonly onTool: (step: ToolStep) => void;
  /** Called with what a tool shows while it works. */
  readonly onToolOutput?: ((call: Omit<UsedTool, 'isError'>, text: string) => void) | undefined;
  /** Called with every message that is complete: the model's words with its tool calls, then the results. */
  readonly onMessage: (message: ChatMessage) => void;
}

export interface TurnResult {
  readonly stopReason: string;
  /** Calls of the program's own tools, which it runs itself: the turn ends with them. */
  readonly clientCalls: readonly ToolCall[];
}

const MAX_STEPS = 12;

/** @throws ModelError, or the abort reason of the context's signal */
export async function runTurn(input: TurnInput): Promise<TurnResult> {
  const { toolbox, context, client } = input;
  const messages = [...input.messages];
  const clientTools = new Set(client?.tools?.map(({ name }) => name));
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const answer = await oneAnswer(input, messages);
    input.onMessage(answerMessage(input, answer));
    if (answer.toolCalls.length === 0) return { stopReason: answer.stopReason, clientCalls: [] };
    messages.push({ role: 'assistant', text: answer.text, toolCalls: answer.toolCalls });
    const clientCalls = answer.toolCalls.filter(({ name }) => clientTools.has(name));
    for (const call of answer.toolCalls) {
      if (clientTools.has(call.name)) continue;
      const used = { id: call.id, tool: call.name, args: call.args };
      input.onTool({ phase: 'start', call: used });
      let working = true;
      const result = await toolbox.invoke(call, {
        ...context,
        onOutput: (text) => {
          if (working) input.onToolOutput?.(used, text);
        },
      });
      working = false;
      context.signal.throwIfAborted();
      input.onTool({ phase: 'end', call: used, result });
      input.onMessage({
        role: 'toolResult',
        content: result.text,
        timestamp: input.now(),
        toolCallId: call.id,
        toolName: call.name,
        isError: result.isError,
      });
      const { text, isError } = result;
      messages.push({ role: 'tool', callId: call.id, name: call.name, text, isError });
    }
    if (clientCalls.length > 0) return { stopReason: 'tool-calls', clientCalls };
    messages.push(...((await input.steering?.()) ?? []));
  }
  throw new ModelError('unknown', `The model called tools ${MAX_STEPS} times without coming to an answer.`);
}

interface Answer {
  readonly text: string;
  readonly thinking: string;
  readonly toolCalls: readonly ToolCall[];
  readonly stopReason: string;
  readonly usage: TokenUsage | undefined;
}

async function oneAnswer(input: TurnInput, messages: readonly PromptMessage[]): Promise<Answer> {
  const { model, system, toolbox, client, context, onText } = input;
  const toolCalls: ToolCall[] = [];
  let text = '';
  let thinking = '';
  let stopReason = 'stop';
  let usage: TokenUsage | undefined;
  context.signal.throwIfAborted();
  for await (const event of model.stream({
    system,
    messages,
    tools: offeredTools(toolbox.describe(), client),
    toolChoice: client?.toolChoice,
    settings: { ...input.settings, ...client?.settings },
    signal: context.signal,
  })) {
    context.signal.throwIfAborted();
    switch (event.type) {
      case 'text':
        text += event.text;
        onText(event.text);
        break;
      case 'thinking':
        thinking += event.text;
        input.onThinking?.(event.text);
        break;
      case 'tool-call':
        toolCalls.push(event.call);
        break;
      case 'end':
        ({ stopReason, usage } = { usage: undefined, ...event });
        break;
    }
  }
  context.signal.throwIfAborted();
  return { text, thinking, toolCalls, stopReason, usage };
}

function answerMessage(input: TurnInput, answer: Answer): ChatMessage {
  const { provider, model } = input.model.status;
  const content: ContentBlock[] = [];
  if (input.keepThinking === true && answer.thinking !== '')
    content.push({ type: 'thinking', thinking: answer.thinking });
  if (answer.text !== '') content.push({ type: 'text', text: answer.text });
  for (const { id, name, args } of answer.toolCalls)
    content.push({ type: 'toolCall', id, name, arguments: args });
  return {
    role: 'assistant',
    content,
    timestamp: input.now(),
    provider,
    model,
    stopReason: answer.toolCalls.length > 0 ? 'toolUse' : answer.stopReason,
    ...(answer.usage === undefined ? {} : { usage: answer.usage }),
  };
}
