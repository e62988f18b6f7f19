// `POST /v1/chat/completions`: a turn of an agent in the form of OpenAI's chat completions, whole or as a stream.

import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../shared/time.ts';
import type { TokenUsage } from '../../../shared/protocol/chat.ts';
import { promptTokens } from '../../usage/token-usage.ts';
import type { RunOutcome, RunRequest } from '../../runtime/active-run.ts';
import type { AgentDirectory } from '../../agents/agent-directory.ts';
import type { ModelDirectory } from '../../runtime/model-directory.ts';
import type { ToolCall } from '../../runtime/model.ts';
import type { AttachmentService } from '../../attachments/attachment-service.ts';
import type { Toolbox } from '../../tools/tool.ts';
import { createEventStream } from '../event-stream.ts';
import { openAIError } from '../http-error.ts';
import { sendJson } from '../responses.ts';
import type { Exchange } from '../route.ts';
import { resolveTarget, sessionFor, type AgentTarget } from './agent-target.ts';
import { failureOf, type ApiRuns } from './api-run.ts';
import {
  chatSchema,
  chatSettings,
  chatToolChoice,
  chatTools,
  toldInChat,
  type ChatBody,
} from './chat-request.ts';
import { checkTools, missedCall } from './client-tools.ts';
import { isOwnConversation, newInput } from './conversation.ts';
import { parseBody } from './schema.ts';

export interface ChatCompletionsDeps {
  readonly runs: ApiRuns;
  readonly models: ModelDirectory;
  readonly agents: AgentDirectory;
  readonly toolbox: Toolbox;
  readonly attachments: AttachmentService;
  readonly clock: Clock;
}

export async function chatCompletions(exchange: Exchange, deps: ChatCompletionsDeps): Promise<void> {
  const { request, response, signal } = exchange;
  const body = parseBody(chatSchema, await exchange.readJson());
  const target = await resolveTarget(request, body.model, deps);
  const run = await asRun(exchange, body, target, deps);
  const head = {
    id: run.runId,
    created: Math.floor(deps.clock.now() / 1000),
    model: target.written,
  };
  if (body.stream === true) {
    await streamed(exchange, body, run, head, deps.runs);
    return;
  }
  const { outcome: ended } = await deps.runs.start(run, signal);
  const outcome = await ended;
  const failure = failureOf(outcome) ?? missedCall(outcome, run.client?.toolChoice);
  if (failure !== undefined) throw failure;
  sendJson(response, 200, {
    ...head,
    object: 'chat.completion',
    choices: [
      { index: 0, message: messageOf(outcome), logprobs: null, finish_reason: finishReason(outcome) },
    ],
    ...(outcome.usage === undefined ? {} : { usage: usageOf(outcome.usage) }),
  });
}

async function asRun(
  { request }: Exchange,
  body: ChatBody,
  target: AgentTarget,
  { toolbox, agents, attachments }: ChatCompletionsDeps,
): Promise<RunRequest> {
  const { instructions, messages } = toldInChat(body);
  const tools = chatTools(body);
  const toolChoice = chatToolChoice(body);
  checkTools(tools, toolChoice, (name) => toolbox.has(name));
  const { message, toolOutputs, images } = newInput(messages, 'messages');
  const { sessionKey } = sessionFor(request, body.user, target.agentId, 'openai', agents);
  return {
    runId: `chatcmpl_${randomUUID()}`,
    sessionKey,
    message,
    attachments: await attachments.acceptImages(sessionKey, images, target.model),
    model: target.model,
    extraInstructions: instructions.length === 0 ? undefined : instructions.join('\n\n'),
    client: {
      conversation: isOwnConversation(messages) ? messages : undefined,
      toolOutputs,
      tools,
      toolChoice,
      settings: chatSettings(body),
    },
  };
}

async function streamed(
  { response, signal }: Exchange,
  body: ChatBody,
  run: RunRequest,
  head: Readonly<Record<string, unknown>>,
  runs: ApiRuns,
): Promise<void> {
  const stream = createEventStream(response);
  const chunk = (delta: Record<string, unknown>, reason: string | null = null): void => {
    stream.send({
      ...head,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta, finish_reason: reason }],
    });
  };
  const begin = (): void => {
    if (!stream.begun()) chunk({ role: 'assistant', content: '' });
  };
  const onText = (content: string): void => {
    begin();
    chunk({ content });
  };
  const { outcome: ended } = await runs.start({ ...run, client: { ...run.client, onText } }, signal);
  begin();
  const outcome = await ended;
  const failure = failureOf(outcome) ?? missedCall(outcome, run.client?.toolChoice);
  if (failure === undefined) {
    for (const [index, call] of outcome.clientCalls.entries())
      chunk({ tool_calls: [{ index, ...toolCallOf(call) }] });
    chunk({}, finishReason(outcome));
    if (body.stream_options?.include_usage === true && outcome.usage !== undefined) {
      stream.send({ ...head, object: 'chat.completion.chunk', choices: [], usage: usageOf(outcome.usage) });
    }
  } else stream.send(openAIError(failure));
  stream.end();
}

function messageOf({ text, clientCalls }: RunOutcome): Record<string, unknown> {
  const calls = clientCalls.length === 0 ? {} : { tool_calls: clientCalls.map(toolCallOf) };
  return {
    role: 'assistant',
    content: text === '' && clientCalls.length > 0 ? null : text,
    refusal: null,
    ...calls,
  };
}

function toolCallOf({ id, name, args }: ToolCall): Record<string, unknown> {
  return { id, type: 'function', function: { name, arguments: JSON.stringify(args) } };
}

function finishReason({ clientCalls, stopReason }: RunOutcome): string {
  if (clientCalls.length > 0) return 'tool_calls';
  if (stopReason === 'length') return 'length';
  return stopReason === 'content-filter' ? 'content_filter' : 'stop';
}

/** Only what the provider reported. */
function usageOf(usage: TokenUsage): Record<string, unknown> {
  return {
    prompt_tokens: promptTokens(usage),
    completion_tokens: usage.output,
    total_tokens: usage.totalTokens,
    ...(usage.cacheRead === undefined ? {} : { prompt_tokens_details: { cached_tokens: usage.cacheRead } }),
    ...(usage.reasoning === undefined
      ? {}
      : { completion_tokens_details: { reasoning_tokens: usage.reasoning } }),
  };
}
