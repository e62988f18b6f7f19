// Finds the line of a key in a configuration file of any of the three formats, to point a person at it. Reads the text, not
// the grammar: good enough to show a place, never used to change one. Pure.

/**
 * @param place the key's path, in the spelling of the schema (camel case)
 * @returns the line, from 1; that of the nearest parent that is found; `undefined` when not even the first is
 */
export function lineOf(text: string, place: readonly string[]): number | undefined {
  const lines = text.split('\n');
  let found: number | undefined;
  let from = 0;
  for (const key of place) {
    // Positions in lists have no name of their own.
    if (/^\d+$/.test(key)) continue;
    const at = lines.findIndex((line, index) => index >= from && names(line, key));
    if (at === -1) break;
    found = at + 1;
    from = at;
  }
  return found;
}

/** Whether a line has the key: `key:`, `"key":`, `key =`, or as a part of `[a.key]`. */
function names(line: string, key: string): boolean {
  const spelled = [key, key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)].map((name) =>
    name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
  );
  const any = `(?:${spelled.join('|')})`;
  const code = line.replace(/^\s*(?:#|\/\/).*$/, '');
  return (
    new RegExp(`(?:^|[\\s{,.])["']?${any}["']?\\s*[:=]`).test(code) ||
    new RegExp(`^\\s*\\[{1,2}(?:[^\\]]*\\.)?\\s*["']?${any}["']?\\s*(?:\\.[^\\]]*)?\\]`).test(code)
  );
}
