// Words that strangers choose and people read: names, platforms, versions. Without characters that hide or reorder what
// stands there, and short. Pure.

/** Longest name, platform or version that is kept, in characters. */
const MAX_WORDS = 64;

/**
 * The text on one line without control, formatting and invisible characters (among them those that turn the direction of
 * writing), cut to `max` characters; `undefined` when nothing is left.
 */
export function plainText(text: string | undefined, max = MAX_WORDS): string | undefined {
  if (text === undefined) return undefined;
  // Much longer texts are not worth the work of looking at every character.
  const start = text.slice(0, max * 16);
  const words = start
    .replace(/\p{Cf}/gu, '')
    .replace(/[\p{C}\p{Z}\s]+/gu, ' ')
    .trim();
  const cut = Array.from(words).slice(0, max).join('').trim();
  return cut === '' ? undefined : cut;
}
