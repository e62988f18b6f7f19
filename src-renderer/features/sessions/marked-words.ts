// Which parts of a text are the words that it was looked for, the way the gateway's index compares them: without case and
// accents, and from the beginning of a word. Pure.

export interface TextPart {
  readonly text: string;
  readonly marked: boolean;
}

const WORD = /[\p{L}\p{N}\p{M}]+/gu;
/** Scripts without spaces: a word begins anywhere. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const LETTER = /[\p{L}\p{N}\p{M}]/u;
/** Shorter words have to be whole. */
const MIN_PREFIX = 3;

/** @returns the text in parts, in order and complete; neighbours differ in whether they are marked */
export function markedWords(text: string, query: string): readonly TextPart[] {
  const characters = Array.from(text);
  const plain = characters.map(plainOf);
  const words = [...new Set(query.match(WORD))].map((word) => Array.from(word, plainOf));
  const marked = characters.map(() => false);
  for (const word of words) {
    for (let at = 0; at + word.length <= plain.length; at += 1) {
      if (standsAt(plain, word, at)) marked.fill(true, at, at + word.length);
    }
  }
  return joined(characters, marked);
}

/** A mark of its own, such as a combining accent, becomes nothing. */
function plainOf(character: string): string {
  return character.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

function standsAt(text: readonly string[], word: readonly string[], at: number): boolean {
  if (!word.every((character, index) => text[at + index] === character)) return false;
  if (UNSPACED.test(word[0] ?? '')) return true;
  const begins = !LETTER.test(text[at - 1] ?? '');
  const ends = !LETTER.test(text[at + word.length] ?? '');
  return begins && (ends || word.length >= MIN_PREFIX);
}

function joined(characters: readonly string[], marked: readonly boolean[]): readonly TextPart[] {
  const parts: { text: string; marked: boolean }[] = [];
  characters.forEach((character, index) => {
    const last = parts.at(-1);
    const isMarked = marked[index] === true;
    if (last?.marked === isMarked) last.text += character;
    else parts.push({ text: character, marked: isMarked });
  });
  return parts;
}
