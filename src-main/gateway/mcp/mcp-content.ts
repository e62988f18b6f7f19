// What a server answers, as an agent is told it: texts, images whose bytes are images, and a line for everything that cannot be
// told. Bounded, because a stranger writes it. Pure.

import type { CallToolResult, ReadResourceResult } from '@modelcontextprotocol/sdk/types.js';
import { ATTACHMENT_LIMITS, imageType } from '../attachments/attachment-input.ts';
import type { PromptImage } from '../runtime/model.ts';

export interface McpAnswer {
  readonly text: string;
  readonly isError: boolean;
  readonly images: readonly PromptImage[];
}

const MAX_TEXT = 60_000;
const MAX_IMAGES = 4;
const MAX_NAME = 512;

export function answerOfTool({ content, structuredContent, isError }: CallToolResult): McpAnswer {
  const images: PromptImage[] = [];
  const parts = content.map((block): string => {
    switch (block.type) {
      case 'text':
        return block.text;
      case 'image':
      case 'audio':
        return toldBytes(block.data, block.mimeType, images);
      case 'resource':
        return toldResource(block.resource, images);
      case 'resource_link':
        return `[link to ${named(block.name)}: ${named(block.uri)}]`;
    }
  });
  const text = parts.join('\n');
  const all = text === '' && structuredContent !== undefined ? JSON.stringify(structuredContent) : text;
  return { text: bounded(all), isError: isError === true, images };
}

export function answerOfResource({ contents }: ReadResourceResult): McpAnswer {
  const images: PromptImage[] = [];
  const text = contents.map((resource) => toldResource(resource, images)).join('\n');
  return { text: bounded(text), isError: false, images };
}

export function bounded(text: string): string {
  if (text === '') return '(no output)';
  return text.length <= MAX_TEXT
    ? text
    : `${text.slice(0, MAX_TEXT)}\n[${text.length - MAX_TEXT} characters left out]`;
}

function toldResource(resource: ReadResourceResult['contents'][number], images: PromptImage[]): string {
  const { uri, mimeType = 'unknown' } = resource;
  return 'text' in resource
    ? `[resource ${named(uri)}]\n${resource.text}`
    : `[resource ${named(uri)}]\n${toldBytes(resource.blob, mimeType, images)}`;
}

/** The bytes say what it is, not its sender. */
function toldBytes(base64: string, said: string, images: PromptImage[]): string {
  const bytes = Buffer.from(base64, 'base64');
  const what = `${named(said)}, ${bytes.length} bytes`;
  if (bytes.length > ATTACHMENT_LIMITS.maxImageBytes) return `[${what}: too large to be shown]`;
  const mimeType = imageType(bytes);
  if (mimeType === undefined) return `[${what}: cannot be shown]`;
  if (images.length >= MAX_IMAGES) return `[${what}: only ${MAX_IMAGES} images are shown at once]`;
  images.push({ mimeType, bytes });
  return `[image ${images.length}: ${mimeType}, ${bytes.length} bytes]`;
}

/** In one line, without what cannot be seen. */
function named(text: string): string {
  return text.replace(/[\p{C}\u2028\u2029]/gu, '').slice(0, MAX_NAME);
}
