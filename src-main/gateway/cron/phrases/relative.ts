// Times that count from now: "in 20 minutes", "2 weeks from now", "the day after tomorrow".

import { DAY } from '../../../shared/time.ts';
import { findDurations, type Duration, type FoundDuration } from './durations.ts';
import { findAll, UNCLEAR, type Meaning, type Piece, type Sentence } from './pieces.ts';
import { addMonths, dayOf, wallTime, weekdayOf } from '../wall-clock.ts';

/** Years of more than four digits are no ISO times, and nobody means them. */
const LAST_DAY = Date.UTC(9999, 0);
const IN = /\b(?:in|after) (?:(?:just|about|around|roughly|approximately|like) )?$/i;
const LONGEST_IN = 25;
const FROM_NOW = / (?:from now|later)\b/iy;
const AGO = / ago\b/iy;
const AFTER_IN = /(?:['’]s?)?(?: time\b)?(?: from now\b)?(?: or so\b)?/iy;
const DAYS = /\b(?:(?:on )?(?:the )?day after tomorrow|next week)\b/gi;
const VAGUE = new RegExp(
  [
    '(?:in |after )?(?:a few|several|some|the next few|a) (?:seconds|minutes|hours|days|weeks|months|years|bit|while)',
    '(?:this|next|last|past) (?:month|quarter|year)',
    '(?:this|last|past) week|last night',
    String.raw`(?:sometime|later)(?= (?:today|tomorrow|this|next|on|in)\b)`,
    '(?:at|around|by|before|after|during) (?:my |the )?(?:breakfast|lunch|dinner|supper|work|school|sunrise|sunset|dawn|dusk|bed)(?: ?time)?',
  ]
    .map((pattern) => String.raw`\b${pattern}\b`)
    .join('|'),
  'gi',
);

/** Finds what counts from now. */
export function relativePieces(sentence: Sentence, now: number, zone: string): readonly Piece[] {
  const today = dayOf(wallTime(now, zone));
  return [
    ...findDurations(sentence.text)
      .map((found) => fromNow(found, sentence, now, today))
      .filter((piece) => piece !== undefined),
    ...findAll(sentence.text, DAYS, ([words]) => namedDay(words, today)),
    ...findAll(sentence.text, VAGUE, () => UNCLEAR),
  ];
}

/** A length of time that begins now, not one that something takes ("for 20 minutes"). */
function fromNow(
  found: FoundDuration,
  { text, head }: Sentence,
  now: number,
  today: number,
): Piece | undefined {
  const { start, end } = found;
  const ago = matchAt(AGO, text, end);
  if (ago > 0) return { start, end: end + ago, meaning: UNCLEAR };
  const meaning = ahead(found.duration, now, today);
  const before = IN.exec(text.slice(Math.max(0, start - LONGEST_IN), start))?.[0].length ?? 0;
  if (before > 0) return { start: start - before, end: end + matchAt(AFTER_IN, text, end), meaning };
  const after = matchAt(FROM_NOW, text, end);
  // At the head of the sentence nothing else is needed: "(set a timer for) 10 minutes".
  return after > 0 || start === head ? { start, end: end + after, meaning } : undefined;
}

function matchAt(pattern: RegExp, text: string, index: number): number {
  pattern.lastIndex = index;
  return pattern.exec(text)?.[0].length ?? 0;
}

function ahead(duration: Duration | undefined, now: number, today: number): Meaning {
  if (duration === undefined) return UNCLEAR;
  const { months, days, ms } = duration;
  const day = addMonths(today, months) + days * DAY;
  if (!(day < LAST_DAY)) return UNCLEAR;
  if (ms === 0) return { kind: 'day', day: { kind: 'date', day, moves: 'never' } };
  return { kind: 'moment', at: now + (day - today) + ms };
}

function namedDay(words: string, today: number): Meaning {
  if (words.toLowerCase() !== 'next week')
    return { kind: 'day', day: { kind: 'date', day: today + 2 * DAY, moves: 'never' } };
  const sinceMonday = (weekdayOf(today) + 6) % 7;
  return { kind: 'day', day: { kind: 'week', monday: today + (7 - sinceMonday) * DAY } };
}
