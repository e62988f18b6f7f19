// A conversation as a client tells it, in our terms, and what of it is new in this request. Pure.

import { GatewayError } from '../../../shared/errors.ts';
import { isJsonObject } from '../../../shared/json.ts';
import { readAttachments } from '../../attachments/attachment-input.ts';
import type { PromptImage, PromptMessage, ToolCall } from '../../runtime/model.ts';
import type { ToolOutput } from '../../runtime/client-turn.ts';
import { invalid } from './schema.ts';

export interface ToldConversation {
  /** What the system and the developer say. */
  readonly instructions: readonly string[];
  readonly messages: readonly PromptMessage[];
}

export interface NewInput {
  /** The person's words; empty when tools have answered instead. */
  readonly message: string;
  readonly toolOutputs: readonly ToolOutput[];
  /** What came with the person's words. */
  readonly images: readonly PromptImage[];
}

/** Longest message, characters: that of `chat.send`. */
const MAX_MESSAGE = 400_000;

type ToolMessage = Extract<PromptMessage, { role: 'tool' }>;

/**
 * The end of the conversation that asks for an answer: the last words of the person, or the last results of tools.
 * @param field where the conversation stands in the request
 * @throws HttpError 400 when there is none
 */
export function newInput(messages: readonly PromptMessage[], field: 'messages' | 'input'): NewInput {
  const last = messages.findLastIndex(({ role }) => role !== 'assistant');
  const message = messages[last];
  const images = message?.role === 'user' ? (message.images ?? []) : [];
  if (
    message === undefined ||
    (message.role === 'user' && message.text.trim() === '' && images.length === 0)
  ) {
    throw invalid(`Missing user message in \`${field}\`.`, field);
  }
  if (message.role === 'user') return { message: bounded(message.text, field), toolOutputs: [], images };
  const toolOutputs: ToolOutput[] = [];
  for (const result of messages.slice(0, last + 1).reverse()) {
    if (result.role !== 'tool') break;
    toolOutputs.unshift({ callId: result.callId, name: result.name, output: bounded(result.text, field) });
  }
  return { message: '', toolOutputs, images: [] };
}

function bounded(text: string, field: string): string {
  if (text.length <= MAX_MESSAGE) return text;
  throw invalid(`A message is longer than ${MAX_MESSAGE} characters.`, field, 'context_length_exceeded');
}

/**
 * Providers refuse calls without results and results without calls, so they are refused here, with the place.
 * @throws HttpError 400
 */
export function checkCalls(messages: readonly PromptMessage[], field: string): void {
  let open: ToolCall[] = [];
  for (const [index, message] of messages.entries()) {
    if (message.role === 'tool') {
      const found = open.findIndex(({ id }) => id === message.callId);
      if (found < 0) throw unknownCall(message.callId, field);
      open.splice(found, 1);
    } else {
      if (open.length > 0) throw unanswered(open, field);
      if (message.role === 'assistant') open = [...message.toolCalls];
    }
    if (index === messages.length - 1 && open.length > 0) throw unanswered(open, field);
  }
}

export function unknownCall(callId: string, field: string): Error {
  return invalid(`No tool call found for the tool output with call id ${callId.slice(0, 128)}.`, field);
}

function unanswered(calls: readonly ToolCall[], field: string): Error {
  const ids = calls.map(({ id }) => id.slice(0, 128)).join(', ');
  return invalid(`Tool calls must be followed by their results. Missing: ${ids}.`, field);
}

/** Results know only the id of their call; providers want the tool's name as well. */
export function withToolNames(messages: readonly PromptMessage[]): readonly PromptMessage[] {
  const names = new Map<string, string>();
  return messages.map((message): PromptMessage => {
    if (message.role === 'assistant') for (const { id, name } of message.toolCalls) names.set(id, name);
    return message.role === 'tool' ? named(message, names) : message;
  });
}

const named = (message: ToolMessage, names: ReadonlyMap<string, string>): ToolMessage => ({
  ...message,
  name: names.get(message.callId) ?? message.name,
});

/** Whether the client keeps the conversation itself, instead of leaving that to a session. */
export function isOwnConversation(messages: readonly PromptMessage[]): boolean {
  return messages.length > 1;
}

interface ContentPart {
  readonly type: string;
  readonly text?: string | null | undefined;
  readonly refusal?: string | null | undefined;
  readonly image_url?: unknown;
}

/** What can be said by parts of a content that are images. */
const IMAGE_PARTS: ReadonlySet<string> = new Set(['image_url', 'input_image']);
const MAX_IMAGES = 8;

/** A user's message with its images. @throws HttpError 400 */
export function userMessage(
  content: string | readonly ContentPart[] | null | undefined,
  field: string,
): PromptMessage {
  if (typeof content === 'string' || content == null) return { role: 'user', text: content ?? '' };
  const pictures = content.filter(({ type }) => IMAGE_PARTS.has(type));
  const text = contentText(
    content.filter(({ type }) => !IMAGE_PARTS.has(type)),
    field,
  );
  if (pictures.length > MAX_IMAGES) throw invalid(`At most ${MAX_IMAGES} images can be sent.`, field);
  const images = pictures.map((part) => imageOf(part, field));
  return { role: 'user', text, ...(images.length === 0 ? {} : { images }) };
}

function imageOf({ image_url: written }: ContentPart, field: string): PromptImage {
  const url = typeof written === 'string' ? written : isJsonObject(written) ? written['url'] : undefined;
  if (typeof url !== 'string' || !/^data:/i.test(url))
    throw invalid('An image must be sent as a data URL: this gateway fetches nothing for others.', field);
  try {
    const [image] = readAttachments([{ content: url }]);
    if (image?.kind === 'image') return { mimeType: image.mimeType, bytes: image.bytes };
  } catch (error) {
    if (error instanceof GatewayError) throw invalid(error.message, field);
    throw error;
  }
  throw invalid('An image must be PNG, JPEG, GIF or WebP.', field);
}

const TEXT_PARTS = new Set(['text', 'input_text', 'output_text']);

/** @throws HttpError 400 for anything but text */
export function contentText(
  content: string | readonly ContentPart[] | null | undefined,
  field: string,
): string {
  if (typeof content === 'string') return content;
  return (content ?? [])
    .map((part) => {
      if (TEXT_PARTS.has(part.type)) return part.text ?? '';
      if (part.type === 'refusal') return part.refusal ?? '';
      throw invalid(`This gateway takes no ${part.type.slice(0, 64)}. Send text.`, field);
    })
    .join('\n');
}
