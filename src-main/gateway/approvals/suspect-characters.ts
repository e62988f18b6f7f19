// Characters in a command that a person cannot see, or would take for others: what is shown has to be what runs. Pure.

import type { SuspectSpan } from '../../shared/protocol/approvals.ts';

/** At most this many are reported; one is reason enough to look closely. */
const MAX_SPANS = 100;

/** They turn the direction in which what follows is written (Unicode's bidirectional algorithm, section 2). */
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
/** Line breaks and tabulators of a script are shown as such. */
const CONTROL = /(?![\n\t])\p{Cc}/u;
const INVISIBLE =
  /\p{Cf}|\p{Co}|\p{Cn}|\p{Cs}|(?! )\p{Z}|\u115f|\u1160|\u3164|\uffa0|\u2800|\p{Variation_Selector}/u;
/** Letters, digits and signs beyond ASCII that mean nothing to a shell but look as if they did, or like Latin letters. */
const LOOK_ALIKE =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Lisu}]|[\u00b4\u02b9-\u02bc\u02ca\u02cb\u0131\u017f\u037e\u2010-\u2015\u2018-\u201f\u2024\u2032-\u2037\u2044\u204e\u2052\u2053\u2215\u2216\u2223\u2227\u2236\u2212\u23d0\u2500\u2502\u29f5\u29f8\u29f9\u2758\ua789\ua78c\uff01-\uff5e]|[\u{1d400}-\u{1d7ff}\u{1f130}-\u{1f189}]/u;

/** The places where `text` is not what it looks like, in order. */
export function suspectSpans(text: string): readonly SuspectSpan[] {
  const spans: SuspectSpan[] = [];
  let index = 0;
  for (const character of text) {
    const startIndex = index;
    index += character.length;
    const kind = kindOf(character);
    if (kind === undefined) continue;
    const shown = codePoint(character);
    const last = spans.at(-1);
    if (last?.kind === kind && last.endIndex === startIndex) {
      spans[spans.length - 1] = { ...last, endIndex: index, shown: extend(last.shown, shown) };
    } else if (spans.length < MAX_SPANS) {
      spans.push({ startIndex, endIndex: index, kind, shown });
    } else break;
  }
  return spans;
}

/** The sentences about them that stand above the command. */
export function suspectWarnings(spans: readonly SuspectSpan[]): readonly string[] {
  const kinds = new Set(spans.map(({ kind }) => kind));
  return [...kinds].map((kind) => WARNINGS[kind]);
}

const WARNINGS: Readonly<Record<SuspectSpan['kind'], string>> = {
  control: 'The command contains control characters.',
  invisible: 'The command contains characters that cannot be seen.',
  direction: 'The command contains characters that change the order in which it is shown.',
  'look-alike': 'The command contains characters that look like others.',
};

function kindOf(character: string): SuspectSpan['kind'] | undefined {
  if (character >= ' ' && character <= '~') return undefined;
  if (DIRECTION.test(character)) return 'direction';
  if (CONTROL.test(character)) return 'control';
  if (INVISIBLE.test(character)) return 'invisible';
  return LOOK_ALIKE.test(character) ? 'look-alike' : undefined;
}

const MAX_SHOWN = 64;

function extend(shown: string, next: string): string {
  if (shown.endsWith('…')) return shown;
  return shown.length > MAX_SHOWN ? `${shown} …` : `${shown} ${next}`;
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
