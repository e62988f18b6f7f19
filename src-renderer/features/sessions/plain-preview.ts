// The gateway's preview of a message is its raw text; in one line its Markdown is only in the way.

const LINK = /!?\[([^\]]*)\]\([^)]*\)/g;
/** With the language of what follows; the end is often cut off. */
const FENCE = /```\w*/g;
/** Headings, quotes and list marks, where a line or a sentence begins; a number may also end a sentence. */
const BLOCK_MARKS = /(^|\s)(?:#{1,6}|>|[-*+])(?=\s)|^\d+\.(?=\s)/gm;
const EMPHASIS = /(\*\*|__|~~|`+)(\S(?:.*?\S)?)\1/g;

export function plainPreview(text: string): string {
  return text
    .replace(FENCE, ' ')
    .replace(LINK, '$1')
    .replace(EMPHASIS, '$2')
    .replace(BLOCK_MARKS, '$1')
    .replace(/\s+/g, ' ')
    .trim();
}
