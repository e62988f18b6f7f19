// The gateway's preview of a message is its raw text; in one line its Markdown is only in the way.

const LINK = /!?\[([^\]]*)\]\([^)]*\)/g;
/** Headings, quotes, list marks and fences, where a line or a sentence begins; a number may also end a sentence. */
const BLOCK_MARKS = /(^|\s)(?:#{1,6}|>|[-*+]|```\w*)(?=\s)|^\d+\.(?=\s)/gm;
const EMPHASIS = /(\*\*|__|~~|`+)(\S(?:.*?\S)?)\1/g;

export function plainPreview(text: string): string {
  return text
    .replace(LINK, '$1')
    .replace(EMPHASIS, '$2')
    .replace(BLOCK_MARKS, '$1')
    .replace(/\s+/g, ' ')
    .trim();
}
