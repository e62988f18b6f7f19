// One turn of an agent: model, tool calls, results, model again, until it stops. Knows nothing of sessions or sockets;
// what happened is handed out as messages in the order in which it happened.

import type { ChatMessage, ContentBlock, TokenUsage } from '../../shared/protocol/chat.ts';
import { offeredTools, type ClientTurn } from './client-turn.ts';
import {
  ModelError,
  type LanguageModel,
  type ModelSettings,
  type PromptMessage,
  type ToolCall,
} from './model.ts';
import { runTools, type ToolSteps } from './tool-steps.ts';

export interface TurnLimits {
  /** How often the model may be asked. */
  readonly maxSteps: number;
  /** Tokens, in and out, as far as the provider reports them. */
  readonly maxTokens: number;
}

export const USUAL_LIMITS: TurnLimits = { maxSteps: 50, maxTokens: 2_000_000 };

export interface TurnInput extends ToolSteps {
  readonly model: LanguageModel;
  readonly system: string;
  readonly messages: readonly PromptMessage[];
  /** What the program that asks brings along. */
  readonly client?: ClientTurn | undefined;
  readonly limits?: TurnLimits | undefined;
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
  /** Keeps the conversation within what the model can be told, before every request. */
  readonly fit?: ((messages: readonly PromptMessage[]) => readonly PromptMessage[]) | undefined;
  /** The model says that the conversation is too long for it. @returns a shorter one; `undefined` when there is none */
  readonly shorten?:
    ((messages: readonly PromptMessage[]) => Promise<readonly PromptMessage[] | undefined>) | undefined;
  /**
   * Called with every message that is complete: the model's words with its tool calls, then the results. What it names is
   * done only when this is.
   */
  readonly onMessage: (message: ChatMessage) => void | Promise<void>;
}

export interface TurnResult {
  readonly stopReason: string;
  /** Calls of the program's own tools, which it runs itself: the turn ends with them. */
  readonly clientCalls: readonly ToolCall[];
}

/** @throws ModelError, or the abort reason of the context's signal */
export async function runTurn(input: TurnInput): Promise<TurnResult> {
  const { client, limits = USUAL_LIMITS, fit } = input;
  let messages = [...input.messages];
  const clientTools = new Set(client?.tools?.map(({ name }) => name));
  let tokens = 0;
  for (let step = 0; step < limits.maxSteps; step += 1) {
    if (fit !== undefined) messages = [...fit(messages)];
    const { answer, asked } = await answerTo(input, messages);
    messages = [...asked];
    await input.onMessage(answerMessage(input, answer));
    tokens += answer.usage?.totalTokens ?? 0;
    if (answer.toolCalls.length === 0) return { stopReason: answer.stopReason, clientCalls: [] };
    if (tokens > limits.maxTokens) throw tooMuch(`used ${tokens.toLocaleString('en')} tokens`);
    messages.push({ role: 'assistant', text: answer.text, toolCalls: answer.toolCalls });
    const own = answer.toolCalls.filter(({ name }) => !clientTools.has(name));
    messages.push(...(await runTools(input, own)));
    const clientCalls = answer.toolCalls.filter(({ name }) => clientTools.has(name));
    if (clientCalls.length > 0) return { stopReason: 'tool-calls', clientCalls };
    messages.push(...((await input.steering?.()) ?? []));
  }
  throw tooMuch(`called tools ${limits.maxSteps} times`);
}

function tooMuch(what: string): ModelError {
  return new ModelError(
    'unknown',
    `The model ${what} without coming to an answer, so it was stopped. What it did until then is done; ask it to go on if it should.`,
  );
}

/** @returns the answer, and the conversation as the model was told it in the end */
async function answerTo(
  input: TurnInput,
  messages: readonly PromptMessage[],
): Promise<{ readonly answer: Answer; readonly asked: readonly PromptMessage[] }> {
  try {
    return { answer: await oneAnswer(input, messages), asked: messages };
  } catch (error) {
    if (!(error instanceof ModelError) || error.reason !== 'context_overflow') throw error;
    input.context.signal.throwIfAborted();
    const shorter = await input.shorten?.(messages);
    if (shorter === undefined) throw error;
    return { answer: await oneAnswer(input, shorter), asked: shorter };
  }
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
  let toolCalls: ToolCall[] = [];
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
      case 'restart':
        toolCalls = [];
        thinking = '';
        break;
      case 'end':
        ({ stopReason, usage } = { usage: undefined, ...event });
        break;
    }
  }
  context.signal.throwIfAborted();
  // What was said stays, and what it would have done is not done.
  if (stopReason === 'content-filter')
    throw new ModelError(
      'refusal',
      `${input.model.status.label} broke off its answer: its provider’s content rules forbid it.`,
    );
  return { text, thinking, toolCalls, stopReason, usage };
}

function answerMessage(input: TurnInput, answer: Answer): ChatMessage {
  const { status, fallback } = input.model;
  const { provider, model } = status;
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
    ...(fallback === undefined ? {} : { fallback }),
    stopReason: answer.toolCalls.length > 0 ? 'toolUse' : answer.stopReason,
    ...(answer.usage === undefined ? {} : { usage: answer.usage }),
  };
}
