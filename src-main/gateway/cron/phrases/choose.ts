// Which pieces of a sentence say when, and which belong to what a person wants to be reminded of. The time stands first
// ("tomorrow at 9 to buy tickets for Friday"), or last, or is the only one; half of it may stand first and half last
// ("every day to call Ana at 5pm").

import type { Piece, Sentence } from './pieces.ts';
import { completed, isWhole, whenOf, type When } from './when.ts';

export type Choice =
  | { readonly kind: 'when'; readonly when: When; readonly words: string; readonly rest: string }
  /** Something is said about the time, but not a time: the words of it. */
  | { readonly kind: 'unclear'; readonly words: string }
  | { readonly kind: 'none' };

/** Pieces that stand side by side. */
interface Group {
  readonly start: number;
  readonly end: number;
  readonly pieces: readonly Piece[];
}

const BETWEEN = /^[ ,]*(?:(?:and|&|on|at) )?$/i;
/** All that may come behind a time that stands last. */
const END = /^[\s.,!?;:)…]*$/;
/** A time behind one of these is about something else: "the tickets for Friday", "the 5pm train". */
const LEADS_ELSEWHERE =
  /\b(?:to|is|was|are|starts|begins|ends|opens|closes|for|from|before|after|until|till|since|between|than|about|of|per|every|each|the|an?|my|our|your|his|her|their|its) $/i;
const LONGEST_LEAD = 10;
/** "Monday’s meeting". */
const OWNS = /^['’]s?\b/i;
/** A time before one of these is only half of what is said. */
const GOES_ON =
  /^[ ,]*(?:(?:until|till|except|starting|unless|but not|before|after)\b(?: \d\S*)?|or\b(?: \S+)?)/i;
const TIME_FOLLOWS = /^[ ,]*(?:or|from|between|of|to) $/i;

/** Picks the pieces that are meant. */
export function choose(sentence: Sentence, pieces: readonly Piece[]): Choice {
  const { text, head, complete } = sentence;
  const groups = groupsOf(text, pieces);
  const meant = groups.filter((group) => isSchedule(group, text));
  const first = groups.find(({ start }) => start <= head);
  const last = meant.findLast(({ end }) => complete && END.test(text.slice(end)));
  if (first !== undefined) return chosen(sentence, groups, first, last === undefined ? [] : [last]);
  const others = meant.filter((group) => group !== last && group.pieces.some(({ weak }) => weak !== true));
  if (last !== undefined) {
    // "the Friday meeting at 3pm": today, or on Friday?
    const uncertain = saysOnlyTime(last) && groups.some(namesDays) && !others.some(namesDays);
    return uncertain ? unclear(text, last.start, last.end) : chosen(sentence, groups, last, others);
  }
  const [only, ...more] = others;
  if (only === undefined) return { kind: 'none' };
  const choice = chosen(sentence, groups, only, more);
  const alone = choice.kind === 'when' && choice.words === text.slice(only.start, only.end);
  // Of two times that do not go together nobody knows which one is meant.
  return alone && more.length > 0 ? unclear(text, only.start, only.end) : choice;
}

/** The group, and the first of the others that says what it lacks. */
function chosen(
  { text, head }: Sentence,
  groups: readonly Group[],
  group: Group,
  others: readonly Group[],
): Choice {
  const when = whenOf(group.pieces);
  const end = endOfTime(text, groups, group);
  if (when === undefined || end > group.end) return unclear(text, group.start, end);
  const words = text.slice(group.start, group.end);
  if (isWhole(when)) return { kind: 'when', when, words, rest: without(text, head, group) };
  // "that the shop closes at 6pm" is all about the shop.
  const clause = /^ that\b/i.test(text.slice(group.end));
  for (const other of clause ? [] : others) {
    if (other === group) continue;
    const added = whenOf(other.pieces);
    if (added === undefined) return unclear(text, other.start, other.end);
    const both = completed(when, added);
    if (both === undefined) continue;
    const [former, latter] = group.start < other.start ? [group, other] : [other, group];
    const rest = without(without(text, head, latter), head, former);
    return { kind: 'when', when: both, words: `${words} ${text.slice(other.start, other.end)}`, rest };
  }
  return { kind: 'when', when, words, rest: without(text, head, group) };
}

function groupsOf(text: string, pieces: readonly Piece[]): readonly Group[] {
  const groups: Group[] = [];
  for (const piece of pieces) {
    const last = groups.at(-1);
    if (last !== undefined && BETWEEN.test(text.slice(last.end, piece.start)))
      groups.splice(-1, 1, { start: last.start, end: piece.end, pieces: [...last.pieces, piece] });
    else groups.push({ start: piece.start, end: piece.end, pieces: [piece] });
  }
  // "night" alone is no time: "say good night".
  return groups.filter(
    ({ pieces: [first, ...more] }) =>
      more.length > 0 || first?.meaning.kind !== 'part' || first.weak !== true,
  );
}

function isSchedule({ start, end }: Group, text: string): boolean {
  return (
    !LEADS_ELSEWHERE.test(text.slice(Math.max(0, start - LONGEST_LEAD), start)) && !OWNS.test(text.slice(end))
  );
}

/** Where the words about the time end: later than the group when something restricts it. */
function endOfTime(text: string, groups: readonly Group[], { end }: Group): number {
  const next = groups.find(({ start }) => start >= end);
  if (next !== undefined && TIME_FOLLOWS.test(text.slice(end, next.start))) return next.end;
  return end + (GOES_ON.exec(text.slice(end))?.[0].length ?? 0);
}

/** The text without a group and without the punctuation around it. */
function without(text: string, head: number, { start, end }: Group): string {
  const before = start <= head ? '' : text.slice(0, start).replace(/[ ,;:–-]{1,3}$/, '');
  const after = text.slice(end);
  return END.test(after) ? before : `${before} ${after.replace(/^[ ,;]{1,3}/, '')}`;
}

function saysOnlyTime(group: Group): boolean {
  return group.pieces.every(({ meaning: { kind } }) => kind === 'clock' || kind === 'part');
}

function namesDays(group: Group): boolean {
  return group.pieces.some(({ meaning: { kind } }) => kind === 'day' || kind === 'repeat');
}

function unclear(text: string, start: number, end: number): Choice {
  return { kind: 'unclear', words: text.slice(start, end).trim() };
}
