// Lengths of time in words: "half an hour", "2 hours and 30 minutes", "twenty-five minutes".

import { DAY, HOUR, MINUTE, SECOND } from '../../../shared/time.ts';

/** Months have no length in milliseconds; whole days are counted on the calendar. */
export interface Duration {
  readonly months: number;
  readonly days: number;
  readonly ms: number;
}

export interface FoundDuration {
  readonly start: number;
  readonly end: number;
  /** `undefined` when it is no time at all, or of no certain length ("half a month"). */
  readonly duration: Duration | undefined;
}

const WORDS =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS: Readonly<Record<string, number>> = {
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  ninety: 90,
};

const WORD = `(?:(?:${Object.keys(TENS).join('|')})(?:[ -](?:${WORDS.slice(1, 10).join('|')}))?|${WORDS.toReversed().join('|')})`;
/** Whole numbers, in digits or words. */
export const COUNT = String.raw`(?:\d{1,6}|${WORD})`;
const NUMBER = String.raw`(?:\d{1,6}(?:[.,]\d{1,2})?|${WORD}|a couple(?: of)?|an?)`;
const UNIT =
  '(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|wks?|fortnights?|months?|years?|yrs?)';

const PART = new RegExp(
  [
    String.raw`(?:(?:an? |one )?(?<quarter>quarter)|(?<quarters>three quarters)) (?:of an )?hour`,
    String.raw`(?<hours>\d{1,2}) ?h ?(?:(?<two>\d{2})|(?<minutes>\d{1,2}) ?m(?:in(?:ute)?s?)?)`,
    String.raw`(?<half>(?:a )?half)(?: an?)? (?<halved>${UNIT})`,
    String.raw`(?<count>${NUMBER})(?<before> and a half)? ?(?<unit>${UNIT})(?<after> and a half)?`,
    String.raw`(?<digits>\d{1,6}(?:[.,]\d{1,2})?) ?(?<short>[smhdw])`,
  ]
    .map((pattern) => String.raw`(?<![\w.,-])${pattern}\b`)
    .join('|'),
  'gi',
);
const BETWEEN_PARTS = /^,? (?:and )?$/;

/** Finds lengths of time, as long as they go: "2 hours and 30 minutes" is one. */
export function findDurations(text: string): readonly FoundDuration[] {
  const found: FoundDuration[] = [];
  for (const match of text.matchAll(PART)) {
    const part = {
      start: match.index,
      end: match.index + match[0].length,
      duration: partOf(match.groups ?? {}),
    };
    const last = found.at(-1);
    if (last !== undefined && BETWEEN_PARTS.test(text.slice(last.end, part.start)))
      found.splice(-1, 1, { start: last.start, end: part.end, duration: sum(last.duration, part.duration) });
    else found.push(part);
  }
  return found;
}

function sum(one: Duration | undefined, other: Duration | undefined): Duration | undefined {
  if (one === undefined || other === undefined) return undefined;
  return { months: one.months + other.months, days: one.days + other.days, ms: one.ms + other.ms };
}

function partOf(groups: Readonly<Record<string, string | undefined>>): Duration | undefined {
  const { quarter, quarters, hours, two, minutes, halved, count, before, unit, after, digits, short } =
    groups;
  if (quarter !== undefined || quarters !== undefined) return milliseconds((quarter ? 15 : 45) * MINUTE);
  if (hours !== undefined) return milliseconds(Number(hours) * HOUR + Number(two ?? minutes) * MINUTE);
  if (halved !== undefined) return amount(0.5, halved.toLowerCase());
  const more = before === undefined && after === undefined ? 0 : 0.5;
  return amount(numberOf(count ?? digits ?? '') + more, (unit ?? short ?? '').toLowerCase());
}

/** The value of a number in digits or words. */
export function numberOf(written: string): number {
  const text = written.toLowerCase();
  if (text === 'a' || text === 'an') return 1;
  if (text.startsWith('a couple')) return 2;
  if (/^\d/.test(text)) return Number(text.replace(',', '.'));
  const [tens = '', ones] = text.split(/[ -]/);
  return (TENS[tens] ?? WORDS.indexOf(tens)) + (ones === undefined ? 0 : WORDS.indexOf(ones));
}

function amount(count: number, unit: string): Duration | undefined {
  if (count === 0) return undefined;
  const whole = Number.isInteger(count);
  if (/^(?:month|y)/.test(unit)) {
    const months = count * (unit.startsWith('m') ? 1 : 12);
    return Number.isInteger(months) ? { months, days: 0, ms: 0 } : undefined;
  }
  const days = { d: 1, w: 7, f: 14 }[unit.charAt(0)];
  if (days !== undefined)
    return whole ? { months: 0, days: count * days, ms: 0 } : milliseconds(count * days * DAY);
  return milliseconds(count * (unit.startsWith('s') ? SECOND : unit.startsWith('m') ? MINUTE : HOUR));
}

function milliseconds(ms: number): Duration {
  return { months: 0, days: 0, ms };
}
