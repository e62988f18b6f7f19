// What a run writes into its session: the question when it is accepted, the answer when it is over. Pure.

import { errorText } from '../../shared/logger.ts';
import type { ChatMessage, ContentBlock } from '../../shared/protocol/chat.ts';
import type { ModelStatus } from '../../shared/protocol/system.ts';
import type { RunEnd } from '../store/repositories/runs.ts';
import type { ActiveRun, RunRequest } from './active-run.ts';
import type { RunEnding } from './chat-events.ts';
import { withoutTokens } from '../heartbeat/reply.ts';
import { withoutStrayTokens } from '../heartbeat/stray-tokens.ts';
import { ModelError, type PromptMessage } from './model.ts';

/** A run that a crash cut off says so, so that the person can ask again. */
const INTERRUPTED_TEXT = 'Clawtray was closed before this was answered.';

/** What a run adds to its session when it is accepted. */
export function questionOf(request: RunRequest, timestamp: number): readonly ChatMessage[] {
  const { runId, message, source, client, attachments = [] } = request;
  const outputs = (client?.toolOutputs ?? []).map(({ callId, name, output }): ChatMessage => ({
    role: 'toolResult',
    content: output,
    timestamp,
    runId,
    toolCallId: callId,
    toolName: name,
    isError: false,
  }));
  if (message === '' && outputs.length > 0) return outputs;
  const user: ChatMessage = {
    role: 'user',
    content: attachments.length === 0 ? message : [...textBlocks(message), ...attachments],
    timestamp,
    idempotencyKey: `${runId}:user`,
    runId,
    ...(source === undefined ? {} : { source }),
  };
  return [...outputs, user];
}

function textBlocks(text: string): readonly ContentBlock[] {
  return text === '' ? [] : [{ type: 'text', text }];
}

/** Complete messages, then the rest of what was said when the turn was cut short. */
export function answerOf(
  run: ActiveRun,
  state: RunEnd,
  said: readonly ChatMessage[],
  ending: RunEnding,
  timestamp: number,
): readonly ChatMessage[] {
  if (state === 'done') return said;
  const partial: ChatMessage = {
    role: 'assistant',
    content: run.unsaved === '' ? [] : [{ type: 'text', text: run.unsaved }],
    timestamp,
    runId: run.request.runId,
    stopReason: state === 'failed' ? 'error' : ending.stopReason === 'timeout' ? 'timeout' : state,
    ...(state === 'interrupted' ? { errorMessage: INTERRUPTED_TEXT } : {}),
    ...(ending.error === undefined ? {} : { errorMessage: ending.error }),
  };
  return [...said, partial];
}

/**
 * What is kept of a message: nothing of the tokens that mean "nothing to tell".
 * @param quiet of a run that nobody follows, in which any token is for us; elsewhere only those that stand alone
 */
export function withoutTokensIn(message: ChatMessage, quiet: boolean): ChatMessage {
  const clean = quiet ? withoutTokens : withoutStrayTokens;
  if (message.role === 'user') return message;
  if (message.role === 'toolResult' && !quiet) return message;
  if (typeof message.content === 'string') return { ...message, content: clean(message.content) };
  return {
    ...message,
    content: message.content.flatMap((block): ContentBlock[] => {
      if (block.type === 'thinking' && quiet) return [];
      if (block.type !== 'text') return [block];
      const text = clean(block.text);
      return text === '' && block.text !== '' ? [] : [{ ...block, text }];
    }),
  };
}

/** The conversation with another last question. */
export function asked(
  messages: readonly PromptMessage[],
  prompt: string | undefined,
): readonly PromptMessage[] {
  const last = messages.findLastIndex(({ role }) => role === 'user');
  return prompt === undefined || last < 0 ? messages : messages.with(last, { role: 'user', text: prompt });
}

/**
 * What a run leaves behind that was cut off without a chance to say so.
 * @param steps what is known that it did
 */
export function cutOff(
  runId: string,
  steps: readonly ChatMessage[],
  timestamp: number,
): readonly ChatMessage[] {
  const answer: ChatMessage = {
    role: 'assistant',
    content: [],
    timestamp,
    runId,
    stopReason: 'interrupted',
    errorMessage: INTERRUPTED_TEXT,
  };
  return [...steps, ...unanswered(steps, runId, timestamp), answer];
}

/** Of the last calls those without a result: the first one was at work, or was about to be; the others had not begun. */
function unanswered(steps: readonly ChatMessage[], runId: string, timestamp: number): readonly ChatMessage[] {
  const last = steps.findLastIndex(({ role }) => role === 'assistant');
  const content = steps[last]?.content ?? '';
  const answered = steps.slice(last + 1).length;
  const calls = typeof content === 'string' ? [] : content.filter((block) => block.type === 'toolCall');
  return calls.slice(answered).map(({ id, name }, at): ChatMessage => ({
    role: 'toolResult',
    content: at === 0 ? UNKNOWN_RESULT : NOT_BEGUN,
    timestamp,
    runId,
    toolCallId: id,
    toolName: name,
    isError: true,
  }));
}

const UNKNOWN_RESULT =
  'Clawtray was closed while this was at work. Whether it was done, and how far, is not known: look before you do it again.';
const NOT_BEGUN = 'Clawtray was closed before this began. It was not done.';

/** @param model that failed */
export function describeFailure(error: unknown, model: ModelStatus | undefined): RunEnding {
  if (!(error instanceof ModelError)) return { error: errorText(error), errorKind: 'unknown' };
  const { provider, model: name } = model ?? {};
  return {
    error: error.message,
    errorKind: error.kind,
    passing: error.passing,
    errorDetail: {
      ...(provider === undefined || provider === '' ? {} : { provider }),
      ...(name === undefined || name === '' ? {} : { model: name }),
      failoverReason: error.reason,
      ...(error.httpStatus === undefined ? {} : { httpStatus: error.httpStatus }),
    },
  };
}
