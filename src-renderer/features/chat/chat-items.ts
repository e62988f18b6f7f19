// What the list shows: messages grouped by the run that they belong to, tool results beside their calls, days between.
// Pure; items that did not change keep their identity, so that only what changed is drawn again.

import {
  messageText,
  type ChatMessage,
  type MessageSource,
  type ContentBlock,
  type ToolCallBlock,
} from '../../../src-main/shared/protocol/chat.ts';
import type { ChatEntry, LiveRun } from './chat-state.ts';

export interface ToolUse {
  readonly id: string;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** ms since the epoch. */
  readonly calledAt: number;
  /** Not there when the run was cut off. */
  readonly result: ChatMessage | undefined;
}

export type Outcome = 'error' | 'interrupted' | 'aborted' | 'timeout' | 'length';

export type ChatItem =
  | { readonly kind: 'day'; readonly id: string; readonly at: number; readonly first: boolean }
  | { readonly kind: 'user'; readonly id: string; readonly message: ChatMessage }
  | { readonly kind: 'event'; readonly id: string; readonly message: ChatMessage }
  | {
      readonly kind: 'answer';
      readonly id: string;
      readonly message: ChatMessage;
      readonly tools: readonly ToolUse[];
      readonly outcome: Outcome | undefined;
      /** The words to send again; only where the conversation ended like this. */
      readonly retryText: string | undefined;
    }
  | { readonly kind: 'live'; readonly id: string; readonly runId: string; readonly queued: boolean };

export function buildItems(
  entries: readonly ChatEntry[],
  runs: readonly LiveRun[],
  before: readonly ChatItem[],
): readonly ChatItem[] {
  const ordered = groupByRun(entries);
  const results = toolResults(entries);
  const lastUser = ordered.findLast(({ message }) => message.role === 'user')?.message;
  const waiting = new Map(runs.map((run) => [run.runId, run]));
  const items: ChatItem[] = [];
  let day = '';
  ordered.forEach((entry, index) => {
    const { message } = entry;
    const date = new Date(message.timestamp).toDateString();
    // A message that waited over midnight stays with its day.
    if (date !== day && !isContinuation(ordered[index - 1], entry)) {
      day = date;
      items.push({ kind: 'day', id: `day:${entry.id}`, at: message.timestamp, first: items.length === 0 });
    }
    const item = toItem(entry, results, lastUser);
    if (item !== undefined) items.push(item);
    const { runId } = message;
    const run = runId === undefined ? undefined : waiting.get(runId);
    if (run !== undefined && ordered[index + 1]?.message.runId !== runId) {
      items.push(liveItem(run));
      waiting.delete(run.runId);
    }
  });
  for (const run of waiting.values()) items.push(liveItem(run));
  return reuse(items, before);
}

/** A message that was sent while another was answered stands before its own answer, not before the other one. */
function groupByRun(entries: readonly ChatEntry[]): readonly ChatEntry[] {
  const firstOf = new Map<string, number>();
  for (const { message, order } of entries) {
    const { runId } = message;
    if (runId !== undefined && !firstOf.has(runId)) firstOf.set(runId, order);
  }
  const group = ({ message, order }: ChatEntry): number =>
    message.runId === undefined ? order : (firstOf.get(message.runId) ?? order);
  return [...entries].sort((a, b) => group(a) - group(b) || a.order - b.order);
}

function isContinuation(previous: ChatEntry | undefined, entry: ChatEntry): boolean {
  return entry.message.runId !== undefined && previous?.message.runId === entry.message.runId;
}

/** Some models begin to count their calls anew with every answer. */
const callKey = (runId: string | undefined, callId: string): string => `${runId ?? ''} ${callId}`;

function toolResults(entries: readonly ChatEntry[]): ReadonlyMap<string, ChatMessage> {
  return new Map(
    entries.flatMap(({ message }) =>
      message.toolCallId === undefined ? [] : [[callKey(message.runId, message.toolCallId), message]],
    ),
  );
}

/** Something happened, and nobody said it. */
const EVENTS: ReadonlySet<MessageSource['kind']> = new Set(['cron', 'call-event', 'system-event']);

function toItem(
  { id, message }: ChatEntry,
  results: ReadonlyMap<string, ChatMessage>,
  lastUser: ChatMessage | undefined,
): ChatItem | undefined {
  if (message.role === 'user') return { kind: 'user', id, message };
  // Shown with the call that it answers.
  if (message.role === 'toolResult') return undefined;
  if (message.source !== undefined && EVENTS.has(message.source.kind)) return { kind: 'event', id, message };
  const outcome = outcomeOf(message);
  const isLast = lastUser !== undefined && lastUser.runId === message.runId;
  const retryText = isLast && message.runId !== undefined ? messageText(lastUser) : undefined;
  const tools = toolCalls(message.content).map((call) => ({
    id: call.id,
    name: call.name,
    args: call.arguments,
    calledAt: message.timestamp,
    result: results.get(callKey(message.runId, call.id)),
  }));
  return { kind: 'answer', id, message, tools, outcome, retryText };
}

function outcomeOf({ stopReason }: ChatMessage): Outcome | undefined {
  switch (stopReason) {
    case 'error':
    case 'interrupted':
    case 'aborted':
    case 'timeout':
    case 'length':
      return stopReason;
    default:
      return undefined;
  }
}

function toolCalls(content: string | readonly ContentBlock[]): readonly ToolCallBlock[] {
  return typeof content === 'string' ? [] : content.filter((block) => block.type === 'toolCall');
}

function liveItem(run: LiveRun): ChatItem {
  return { kind: 'live', id: `live:${run.runId}`, runId: run.runId, queued: run.status === 'queued' };
}

function reuse(items: readonly ChatItem[], before: readonly ChatItem[]): readonly ChatItem[] {
  const known = new Map(before.map((item) => [item.id, item]));
  return items.map((item) => {
    const old = known.get(item.id);
    return old !== undefined && sameItem(old, item) ? old : item;
  });
}

function sameItem(a: ChatItem, b: ChatItem): boolean {
  if (a.kind === 'answer' && b.kind === 'answer') {
    return (
      a.message === b.message &&
      a.outcome === b.outcome &&
      a.retryText === b.retryText &&
      a.tools.every((tool, index) => tool.result === b.tools[index]?.result)
    );
  }
  if (a.kind === 'live' && b.kind === 'live') return a.queued === b.queued;
  if (a.kind === 'day' && b.kind === 'day') return a.first === b.first;
  return a.kind === b.kind && 'message' in a && 'message' in b && a.message === b.message;
}
