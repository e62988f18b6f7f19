// Words as the full-text index knows them. Pure.

/** Scripts that write words without spaces: every character is a word of its own, and a word is a row of them. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu;
const WORD = /[\p{L}\p{N}\p{M}]+/gu;
const MAX_WORDS = 16;
/** Words of a message, for comparing long ones with short ones. */
const USUAL_LENGTH = 40;
/** Shorter words have to be whole, or half of everything would match. */
const MIN_PREFIX = 3;

/** A text as it goes into the index. */
export function indexedText(text: string): string {
  return text.replace(UNSPACED, ' $& ');
}

/** The words of what a person looks for, in lower case. */
export function searchWords(query: string): readonly string[] {
  return [...new Set(query.toLowerCase().match(WORD))].slice(0, MAX_WORDS);
}

/**
 * All of the words, in FTS5's language; every word is quoted, because FTS5's own operators must not be reachable from a
 * search field.
 * @param extent `beginnings`: a word in the text may go on after it
 */
export function matchExpression(words: readonly string[], extent: 'whole' | 'beginnings'): string {
  const open = (word: string): boolean => extent === 'beginnings' && word.length >= MIN_PREFIX;
  return words.map((word) => `"${indexedText(word).trim()}"${open(word) ? '*' : ''}`).join(' AND ');
}

/** How well a text fits: how often it has each word, whole ones first, and how much else it says. */
export function scoreOf(text: string, words: readonly string[]): number {
  const said = indexedText(text.toLowerCase()).match(WORD) ?? [];
  const length = 0.25 + (0.75 * said.length) / USUAL_LENGTH;
  const plain = (word: string): string => word.normalize('NFD').replace(/\p{M}/gu, '');
  const texts = said.map(plain);
  return words.reduce((score, word) => {
    const wanted = plain(word);
    const found = texts.reduce(
      (sum, one) => sum + (one === wanted ? 1 : one.startsWith(wanted) ? 0.5 : 0),
      0,
    );
    return score + found / (found + length);
  }, 0);
}
