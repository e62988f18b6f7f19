// Days of the calendar: "tomorrow", "Monday", "24 December", "2026-12-24". chrono finds them; its other findings are left
// alone, because times, durations and recurrences have stricter rules here.

import type { ParsedResult } from 'chrono-node/en';
import { DAY, HOUR, MINUTE, SECOND } from '../../../shared/time.ts';
import { findAll, UNCLEAR, type Day, type Meaning, type Piece, type Sentence } from './pieces.ts';
import { dayFrom, dayOf, momentOf, wallTime, weekdayOf } from '../wall-clock.ts';

/** Words that are days only where a preposition says so. */
const DAY_OR_WORD = /^(?:sun|sat|wed|mon|march|may|weekend|weekday)$/i;
const BEFORE = /(?:\b(?:this coming|coming|on the|by the|at the|on|by|at)) $/i;
const FIXED = /\b(?:this|next|last|past)\b/i;
/** Day and month, or month and day: both orders are in use. */
const NUMERIC = /^(\d{1,2})[/.-](\d{1,2})(?:[/.-]\d{2,4})?$/;
const OF_MONTH =
  /\b(?:on |by )?(?<the>the )?(?<day>\d{1,2})(?:st|nd|rd|th)\b(?<of> of (?:this|the) month)?|\b(?:on|by) the first(?: of the month)?\b/gi;
const IN_MONTH =
  /\b(?:in|next|this|last) (?:january|february|march|april|may|june|july|august|september|october|november|december)\b(?! \d{1,2}\b)/gi;
/** Short names that chrono does not know. */
const SHORT_WEEKDAY = /\b(?:(?:on|by) )?(?:(?<next>next|last) )?(?<name>tues|weds)\b/gi;

/** Finds days. chrono loads with the first sentence. */
export async function dayPieces(sentence: Sentence, now: number, zone: string): Promise<readonly Piece[]> {
  const { Chrono, casual } = await import('chrono-node/en');
  const calendar = new Chrono({ parsers: casual.parsers, refiners: [] });
  const today = dayOf(wallTime(now, zone));
  // chrono sees the wall at noon, so that no change of the clock lies between it and any day.
  const reference = { instant: new Date(today + 12 * HOUR), timezone: 0 };
  const found = calendar.parse(sentence.text, reference).map((result) => piece(result, sentence, zone));
  return [
    ...found.filter((day) => day !== undefined),
    ...findAll(sentence.text, OF_MONTH, (match) => ofMonth(match, sentence)),
    ...findAll(sentence.text, IN_MONTH, () => UNCLEAR),
    ...findAll(sentence.text, SHORT_WEEKDAY, (match) => shortWeekday(match, today)),
  ];
}

function piece(result: ParsedResult, { text, head }: Sentence, zone: string): Piece | undefined {
  const end = result.index + result.text.length;
  const before = BEFORE.exec(text.slice(Math.max(0, result.index - 16), result.index))?.[0] ?? '';
  const start = result.index - before.length;
  if (before === '' && start > head && DAY_OR_WORD.test(result.text)) return undefined;
  const meaning = meaningOf(result, zone);
  if (meaning === undefined) return undefined;
  // "24/7" is a date only behind "on".
  return { start, end, meaning, weak: before === '' && NUMERIC.test(result.text) };
}

function meaningOf({ start, end, text }: ParsedResult, zone: string): Meaning | undefined {
  const tags = start.tags();
  if (tags.has('result/relativeDate') || tags.has('casualReference/now')) return undefined;
  const [year, month, day] = [start.get('year') ?? 0, start.get('month') ?? 0, start.get('day') ?? 0];
  const midnight = dayFrom(year, month, day);
  if (start.isCertain('hour')) return start.isCertain('day') ? moment(start, midnight, zone) : undefined;
  if (start.isCertain('weekday')) {
    if (midnight === undefined || /weekday/i.test(text)) return UNCLEAR;
    return date({ kind: 'date', day: midnight, moves: FIXED.test(text) ? 'never' : 'weekly' });
  }
  if (!start.isCertain('day')) return undefined;
  const [, first, second] = NUMERIC.exec(text) ?? [];
  const ambiguous = first !== second && Number(first) <= 12 && Number(second) <= 12;
  if (ambiguous || end != null) return UNCLEAR;
  if (start.isCertain('year'))
    return midnight === undefined ? UNCLEAR : date({ kind: 'date', day: midnight, moves: 'never' });
  const leap = midnight ?? (month === 2 && day === 29 ? dayFrom(nextLeapYear(year), month, day) : undefined);
  return leap === undefined ? UNCLEAR : date({ kind: 'date', day: leap, moves: 'yearly' });
}

/** An ISO time; without an offset it is one of the wall. */
function moment(at: ParsedResult['start'], midnight: number | undefined, zone: string): Meaning {
  const [hour, minute, second] = [at.get('hour') ?? 0, at.get('minute') ?? 0, at.get('second') ?? 0];
  if (midnight === undefined || hour > 23 || minute > 59 || second > 59) return UNCLEAR;
  const wall = midnight + hour * HOUR + minute * MINUTE + second * SECOND;
  const offset = at.isCertain('timezoneOffset') ? at.get('timezoneOffset') : null;
  return { kind: 'moment', at: offset === null ? momentOf(wall, zone) : wall - offset * MINUTE };
}

function date(day: Day): Meaning {
  return { kind: 'day', day };
}

function shortWeekday({ groups }: RegExpExecArray, today: number): Meaning {
  if (groups?.['next'] !== undefined) return UNCLEAR;
  const weekday = groups?.['name']?.toLowerCase() === 'tues' ? 2 : 3;
  return date({ kind: 'date', day: today + ((weekday - weekdayOf(today) + 7) % 7) * DAY, moves: 'weekly' });
}

/** "on the 15th". */
function ofMonth(match: RegExpExecArray, { head }: Sentence): Omit<Piece, 'start' | 'end'> | undefined {
  const [words] = match;
  const { the, of } = match.groups ?? {};
  const day = Number(match.groups?.['day'] ?? '1');
  const led = /^(?:on|by)\b/i.test(words) || (match.index <= head && the !== undefined);
  if (!led && of === undefined) return undefined;
  const meaning = day < 1 || day > 31 ? UNCLEAR : date({ kind: 'of-month', day });
  return { meaning, weak: of === undefined };
}

function nextLeapYear(year: number): number {
  let leap = year;
  while (dayFrom(leap, 2, 29) === undefined) leap += 1;
  return leap;
}
