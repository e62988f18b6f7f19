// OpenClaw's transcripts, one JSON object a line, as messages of ours. The lines form a tree; what counts is the way from
// its beginning to its newest line. Broken lines are counted and passed over.

import { createHash } from 'node:crypto';
import { isJsonObject, parseJson, type JsonObject } from '../../shared/json.ts';
import type { ChatMessage, ContentBlock, TokenUsage } from '../../shared/protocol/chat.ts';
import type { Line } from './read-lines.ts';

export interface ImportedMessage {
  /** The same each time that the same line is read. */
  readonly id: string;
  readonly message: ChatMessage;
}

export interface Transcript {
  readonly messages: readonly ImportedMessage[];
  /** Lines that are no JSON, or too long. */
  readonly brokenLines: number;
  /** Messages on ways that the conversation left. */
  readonly abandoned: number;
  /** Images and the like, which stand as a word in their message. */
  readonly leftOut: number;
}

interface Entry {
  readonly id: string | undefined;
  readonly parentId: string | undefined;
  readonly imported: ImportedMessage | undefined;
}

/** Longest text of one message that is kept, characters. */
const MAX_TEXT = 400_000;
const MAX_ENTRIES = 200_000;
const SHORTENED = '\n\n… (shortened)';

export async function readTranscript(sessionId: string, lines: AsyncIterable<Line>): Promise<Transcript> {
  const entries: Entry[] = [];
  let brokenLines = 0;
  const counts = { leftOut: 0 };
  for await (const { number, text } of lines) {
    if (text?.trim() === '') continue;
    const value = text === undefined ? undefined : parseJson(text);
    if (!isJsonObject(value) || entries.length >= MAX_ENTRIES) {
      brokenLines += 1;
      continue;
    }
    // The header's id is the session's.
    const id = value['type'] === 'session' ? undefined : idOf(value['id']);
    const message = messageOf(value, counts);
    const name = createHash('sha256')
      .update(`${sessionId}\n${id ?? `line ${number}`}`)
      .digest('hex')
      .slice(0, 32);
    entries.push({
      id,
      parentId: idOf(value['parentId']),
      imported: message === undefined ? undefined : { id: `openclaw-${name}`, message },
    });
  }
  const taken = onTheWay(entries);
  const count = (of: readonly Entry[]): number => of.filter(({ imported }) => imported !== undefined).length;
  return {
    messages: unique(taken.flatMap(({ imported }) => imported ?? [])),
    brokenLines,
    abandoned: count(entries) - count(taken),
    leftOut: counts.leftOut,
  };
}

/** From the newest line back to the first; in a file without a tree, or with a broken one, every line. */
function onTheWay(entries: readonly Entry[]): readonly Entry[] {
  if (entries.some(({ id, imported }) => imported !== undefined && id === undefined)) return entries;
  const places = new Map(
    entries.flatMap(({ id }, index) => (id === undefined ? [] : [[id, index] as const])),
  );
  const way: Entry[] = [];
  let index = entries.findLastIndex(({ id }) => id !== undefined);
  for (;;) {
    const entry = entries[index];
    if (entry === undefined) return entries;
    way.push(entry);
    if (entry.parentId === undefined) break;
    const parent = places.get(entry.parentId);
    // A parent that is missing was on a broken line; one that comes later would lead round in a circle.
    if (parent === undefined || parent >= index) return entries;
    index = parent;
  }
  return way.reverse();
}

function unique(messages: readonly ImportedMessage[]): readonly ImportedMessage[] {
  return [...new Map(messages.map((message) => [message.id, message])).values()];
}

function messageOf(line: JsonObject, counts: { leftOut: number }): ChatMessage | undefined {
  const at = momentOf(line['timestamp']);
  switch (line['type']) {
    case 'message':
      return isJsonObject(line['message']) ? spoken(line['message'], at, counts) : undefined;
    case 'compaction':
    case 'branch_summary':
      return summary(line['summary'], at);
    // The oldest transcripts had the message on the line itself.
    case undefined:
      return spoken(line, at, counts);
    default:
      // Changes of model and level, extensions' own notes, the header.
      return undefined;
  }
}

function summary(text: unknown, at: number | undefined): ChatMessage | undefined {
  if (typeof text !== 'string' || text.trim() === '') return undefined;
  return {
    role: 'assistant',
    content: [{ type: 'text', text: shortened(text) }],
    timestamp: at ?? 0,
    source: { kind: 'inject', label: 'Summary of what was said before' },
  };
}

function spoken(
  message: JsonObject,
  at: number | undefined,
  counts: { leftOut: number },
): ChatMessage | undefined {
  const timestamp = momentOf(message['timestamp']) ?? at ?? 0;
  const content = contentOf(message['content'], counts);
  switch (message['role']) {
    case 'user':
      return content === undefined ? undefined : { role: 'user', content, timestamp };
    case 'assistant':
      return content === undefined && typeof message['errorMessage'] !== 'string'
        ? undefined
        : { role: 'assistant', content: content ?? [], timestamp, ...assistantFacts(message) };
    case 'toolResult':
    case 'tool':
      return {
        role: 'toolResult',
        content: content ?? '',
        timestamp,
        toolCallId: words(message['toolCallId'] ?? message['tool_call_id']) ?? '',
        toolName: words(message['toolName'] ?? message['name']) ?? 'tool',
        isError: message['isError'] === true,
      };
    default:
      return undefined;
  }
}

function assistantFacts(message: JsonObject): Partial<ChatMessage> {
  const provider = words(message['provider']);
  const model = words(message['model']);
  const usage = usageOf(message['usage']);
  const stopReason = words(message['stopReason']);
  const errorMessage = words(message['errorMessage']);
  return {
    ...(provider === undefined ? {} : { provider }),
    ...(model === undefined ? {} : { model }),
    ...(usage === undefined ? {} : { usage }),
    ...(stopReason === undefined ? {} : { stopReason }),
    ...(errorMessage === undefined ? {} : { errorMessage: shortened(errorMessage) }),
  };
}

function usageOf(value: unknown): TokenUsage | undefined {
  if (!isJsonObject(value)) return undefined;
  const [input, output, total] = ['input', 'output', 'totalTokens'].map((name) => value[name]);
  if (!isCount(input) || !isCount(output)) return undefined;
  return { input, output, totalTokens: isCount(total) ? total : input + output };
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0;

function contentOf(
  value: unknown,
  counts: { leftOut: number },
): string | readonly ContentBlock[] | undefined {
  if (typeof value === 'string') return value === '' ? undefined : shortened(value);
  if (!Array.isArray(value)) return undefined;
  let room = MAX_TEXT;
  const blocks = value.flatMap((block): readonly ContentBlock[] => {
    const taken = isJsonObject(block) ? blockOf(block, room, counts) : undefined;
    if (taken?.type === 'text') room -= taken.text.length;
    return taken === undefined ? [] : [taken];
  });
  return blocks.length === 0 ? undefined : blocks;
}

function blockOf(block: JsonObject, room: number, counts: { leftOut: number }): ContentBlock | undefined {
  switch (block['type']) {
    case 'text':
    case 'input_text':
    case 'output_text': {
      const text = block['text'];
      return typeof text === 'string' && room > 0 ? { type: 'text', text: shortened(text, room) } : undefined;
    }
    case 'toolCall':
    case 'tool_use': {
      const given = block['arguments'] ?? block['input'];
      return {
        type: 'toolCall',
        id: words(block['id']) ?? '',
        name: words(block['name']) ?? 'tool',
        arguments: isJsonObject(given) && JSON.stringify(given).length <= MAX_TEXT ? given : {},
      };
    }
    case 'thinking':
      // Written for the model of that time, signed by its provider, and of no use to another.
      return undefined;
    default:
      counts.leftOut += 1;
      return { type: 'text', text: `[${words(block['type'])?.slice(0, 40) ?? 'something'} left out]` };
  }
}

function shortened(text: string, length = MAX_TEXT): string {
  return text.length <= length ? text : text.slice(0, Math.max(0, length - SHORTENED.length)) + SHORTENED;
}

const words = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value.slice(0, 512) : undefined;

const idOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** Milliseconds from a number or an ISO 8601 text. */
function momentOf(value: unknown): number | undefined {
  const at = typeof value === 'number' ? value : typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isFinite(at) && at >= 0 && at <= 8_640_000_000_000_000 ? Math.floor(at) : undefined;
}
