// What is attached to messages, as the model is told it: images for a model that takes them, texts as they are, and for the
// rest a note that it is there.

import type { AttachmentBlock } from '../../shared/protocol/chat.ts';
import type { PromptImage, PromptMessage } from './model.ts';

/** The newest images of a conversation; older ones are only named. */
const MAX_IMAGES = 8;

/**
 * @param load the file of an attachment, if it is there
 * @param takesImages `false`: images are only named
 */
export async function withAttachments(
  messages: readonly PromptMessage[],
  load: (sha256: string) => Promise<Buffer | undefined>,
  takesImages: boolean,
): Promise<readonly PromptMessage[]> {
  let room = takesImages ? MAX_IMAGES : 0;
  const told: PromptMessage[] = [];
  for (const message of [...messages].reverse()) {
    if (message.role === 'assistant' || message.attachments === undefined) {
      told.unshift(takesImages ? message : withoutImages(message));
      continue;
    }
    const { attachments, ...rest } = message;
    const images: PromptImage[] = [];
    const notes: string[] = [];
    for (const block of attachments) {
      const shown = block.type === 'file' || room > 0;
      const bytes = shown ? await load(block.sha256) : undefined;
      if (bytes === undefined) notes.push(`[${named(block)} is not shown]`);
      else if (block.type === 'file') notes.push(fenced(block, bytes.toString('utf8')));
      else {
        images.push({ mimeType: block.mimeType, bytes });
        room -= 1;
      }
    }
    const text = [rest.text, ...notes].filter((part) => part !== '').join('\n\n');
    told.unshift({ ...rest, text, ...(images.length === 0 ? {} : { images }) });
  }
  return told;
}

/** The newest images that are loaded already; older ones are only named, so that a long turn does not tell all it has seen. */
export function withNewestImages(messages: readonly PromptMessage[]): readonly PromptMessage[] {
  let room = MAX_IMAGES;
  return messages
    .toReversed()
    .map((message) => {
      const count = message.role === 'assistant' ? 0 : (message.images?.length ?? 0);
      if (count > room) return withoutImages(message);
      room -= count;
      return message;
    })
    .toReversed();
}

/** For a model that takes none: images that are loaded already are only named. */
export function withoutImages(message: PromptMessage): PromptMessage {
  if (message.role === 'assistant' || message.images === undefined) return message;
  const { images, ...rest } = message;
  return { ...rest, text: [rest.text, ...images.map(() => '[An image is not shown]')].join('\n\n') };
}

function named({ type, fileName }: AttachmentBlock): string {
  const kind = type === 'image' ? 'An image' : 'A file';
  return fileName === undefined ? kind : `${kind}, ${fileName},`;
}

/** Escaped like JSON, so that no text can look like its own end. */
function fenced({ fileName = 'text' }: AttachmentBlock, text: string): string {
  const name = fileName.replace(/[<>"]/g, '');
  return `<attached-file name="${name}">\n${text.replaceAll('</attached-file', '<\\/attached-file')}\n</attached-file>`;
}
