// A file of the memory as passages that can be found: paragraphs, and each entry of a list for itself. Pure.

export interface Passage {
  /** From 1, both included. */
  readonly firstLine: number;
  readonly lastLine: number;
  readonly text: string;
}

/** Characters; a longer paragraph becomes several passages. */
const LONG = 800;
const MAX_TEXT = 4_000;
const MAX_PASSAGES = 2_000;

const HEADING = /^#{1,6}\s/;
/** An entry that is not indented. */
const ENTRY = /^(?:[-*+]|\d+[.)])\s/;

export function passagesOf(lines: readonly string[]): readonly Passage[] {
  const passages: Passage[] = [];
  let begin = 0;
  let length = 0;

  /** @param end the first line that does not belong to it */
  function close(end: number): void {
    const text = lines.slice(begin, end).join('\n').trim();
    // A heading alone says where something stands, not what.
    const isHeading = end === begin + 1 && HEADING.test(text);
    if (text !== '' && !isHeading && passages.length < MAX_PASSAGES)
      passages.push({ firstLine: begin + 1, lastLine: end, text: text.slice(0, MAX_TEXT) });
    begin = end;
    length = 0;
  }

  for (const [at, line] of lines.entries()) {
    if (line.trim() === '') {
      close(at);
      begin = at + 1;
      continue;
    }
    if (at > begin && (HEADING.test(line) || ENTRY.test(line) || length > LONG)) close(at);
    length += line.length;
    if (HEADING.test(line)) close(at + 1);
  }
  close(lines.length);
  return passages;
}
