// The last few messages of a session in short, for lists and menus.

import { messageText, type ChatMessage } from '../../shared/protocol/chat.ts';
import type { SessionPreviewItem } from '../../shared/protocol/sessions.ts';

/**
 * What was said, oldest first; messages without words are left out.
 * @param maxChars longest text of one message, characters
 */
export function previewItems(
  messages: readonly ChatMessage[],
  maxChars: number,
): readonly SessionPreviewItem[] {
  return messages.flatMap((message) => {
    const text = messageText(message).trim();
    if (text === '') return [];
    return [{ role: roleOf(message), text: shorten(text, maxChars) }];
  });
}

function roleOf({ role }: ChatMessage): SessionPreviewItem['role'] {
  switch (role) {
    case 'user':
    case 'assistant':
      return role;
    case 'toolResult':
      return 'tool';
  }
}

function shorten(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  // Half of a surrogate pair is no character.
  return `${text.slice(0, maxChars - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
