// How memories are looked for: which words of a question count, and how what is found is put in order. Pure.

import { indexedText, searchWords } from '../sessions/search-words.ts';

/** Words that say nothing about what is meant, English and German. */
const COMMON = new Set(
  (
    'a about an and any are as at be but by can could did do does for from had has have he her his how i if in into is it ' +
    'its just me my no not of on or our she so tell that the their them there they this to us was we were what when where ' +
    'which who why will with would you your ' +
    'aber als am an auf aus bei bin bist das dem den der des die dir du ein eine einem einen einer er es für hat habe ich ' +
    'ihr im in ist ja kann mein meine mich mir mit nach nicht noch oder sie sind so über um und uns von war was wer wie ' +
    'wir wird wo zu zum zur'
  ).split(' '),
);
const UNSPACED = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]+$/u;
/** A shorter beginning of a word would fit half of everything. */
const MIN_PREFIX = 3;
/** Of a word in the middle of another one. */
const MIN_PART = 4;

/** The words of a question that count: all of them when they are all common. */
export function telling(question: string): readonly string[] {
  const words = searchWords(question).flatMap(pairs);
  const rare = words.filter((word) => !COMMON.has(word));
  return rare.length === 0 ? words : rare;
}

/** Chinese and the like have no spaces, so a row of characters is looked for in pairs. */
function pairs(word: string): readonly string[] {
  const characters = word.match(/./gsu) ?? [];
  if (characters.length < 3 || !UNSPACED.test(word)) return [word];
  return characters.slice(1).map((character, n) => `${characters[n] ?? ''}${character}`);
}

/** Any of the words, or what begins with it, in FTS5's language; quoted, so that its own operators cannot be reached. */
export function anyOf(words: readonly string[]): string {
  return words
    .map(
      (word) =>
        `"${indexedText(word).trim()}"${word.length >= MIN_PREFIX && !UNSPACED.test(word) ? '*' : ''}`,
    )
    .join(' OR ');
}

/** Words that may stand inside a longer one: `Frist` in `Kündigungsfrist`. */
export function partsOf(words: readonly string[]): readonly string[] {
  return words.filter((word) => word.length >= MIN_PART || UNSPACED.test(word));
}

/** Whether a text has enough of a question to be told without being asked for. */
export function fitsWell(text: string, words: readonly string[]): boolean {
  const plain = (value: string): string => value.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');
  const said = plain(text);
  const found = words.filter((word) => said.includes(plain(word))).length;
  return found >= Math.min(2, Math.ceil(words.length / 3));
}
