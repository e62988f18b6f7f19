// Times of the day: "at 9", "8:30", "5 p.m.", "a quarter to six", "noon", "this evening". Hours without a.m. or p.m. are
// those of a 24-hour clock, as everywhere in Clawtray, as long as nobody can mean the other half of the day.

import { COUNT, numberOf } from './durations.ts';
import { findAll, UNCLEAR, type ClockTime, type DayPart, type Meaning, type Piece } from './pieces.ts';

const AT = '(?:(?:at|by|around|about)(?: about| around| exactly)? |@ ?)';
const HALF = String.raw` ?(?<half>[ap])\.? ?m\b\.?`;
const HOUR_WORD = '(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)';
const OCLOCK = String.raw` ?o['’]? ?clock\b`;
/** What follows a number that is no time of the day: "at 20 degrees", "at one of them". */
const NO_HOUR = String.raw`(?![.,:]?\d|[\d-]| ?[%°€$£]| (?:of|percent|degrees|euros?|dollars?|pounds?|minutes?|mins?|hours?|km|miles?|people)\b)`;
/** A number before an hour is minutes only if the sentence goes on as one does after a time. */
const AFTER_TIME = String.raw`(?= ?$| ?[ap]\.?m\b|[.,:;!?]| (?:to|that|about|in|at|on|and|every|each|o['’]?clock|today|tonight|tomorrow|this|next|please)\b)`;

const WRITTEN = new RegExp(
  String.raw`(?<![\w.:])(?<at>${AT})?(?<hour>\d{1,3})(?<mark>[:.h])(?<minute>\d{2})(?::(?<second>\d{2}))?(?![\d:]|\.\d)(?:${HALF}|\b)`,
  'gi',
);
const WITH_HALF = new RegExp(
  String.raw`(?<![\w.:])${AT}?(?<hour>\d{1,2}|${HOUR_WORD})(?<minute>[0-5]\d)?${HALF}`,
  'gi',
);
const BARE = new RegExp(
  String.raw`(?:\b(?:at|by) |@ ?|^for )(?<digits>\d{1,2}|\d{4}|${HOUR_WORD})(?:${OCLOCK}| ?hrs?\b| hours\b|${NO_HOUR}\b)`,
  'gi',
);
const FULL = new RegExp(String.raw`\b${AT}?(?<hour>\d{1,2}|${HOUR_WORD})${OCLOCK}(?:${HALF})?`, 'gi');
const SPOKEN = new RegExp(
  String.raw`\b(?<at>${AT})?(?<amount>(?:a )?(?:half|quarter)|${COUNT}(?<minutes> minutes?| mins?)?) (?<side>past|to|till) (?<hour>\d{1,2}|${HOUR_WORD})(?:${OCLOCK})?(?:${HALF}|(?![\w:]))`,
  'gi',
);
const SPOKEN_ENDS = new RegExp(AFTER_TIME, 'iy');
const NAMED = new RegExp(String.raw`\b${AT}?(?:12 )?(?<name>noon|midday|midnight)\b`, 'gi');
const PARTS =
  /\b(?:(?<the>(?:in|during) the |at |(?<this>(?:later )?this ))?(?:early |late )?(?<part>morning|afternoon|evening|night)|(?:later )?(?<tonight>tonight)|first thing(?: in the morning)?)\b/gi;
/** From one time to another, and a reminder comes once. Two bare numbers may be pages. */
const TIME_OF_DAY = String.raw`\d{1,2}(?:[:.]\d{2})?(?: ?[ap]\.?m\b\.?)?`;
const CERTAIN_TIME = String.raw`\d{1,2}(?:[:.]\d{2}(?: ?[ap]\.?m\b\.?)?| ?[ap]\.?m\b\.?)`;
const SPAN = new RegExp(
  [
    String.raw`\b(?:from|between) ${TIME_OF_DAY} ?(?:-|–|to|and|until|till) ?${TIME_OF_DAY}`,
    String.raw`(?<![\w.:-])(?:${AT}${TIME_OF_DAY} ?[-–] ?${TIME_OF_DAY}|${TIME_OF_DAY} ?[-–] ?${CERTAIN_TIME})(?![\w-])`,
    String.raw`\b${AT}?${CERTAIN_TIME} (?:to|until|till) ${CERTAIN_TIME}`,
  ].join('|'),
  'gi',
);
const ZONE = '(?:[ECMP][SD]?T|CES?T|EES?T|WES?T|BST|IST|JST|AE[SD]T|NZ[SD]T|GMT|UTC)';
/** Times of another place. Their names are words as well ("est"), so only capitals count. */
const ELSEWHERE = new RegExp(String.raw`(?<=(?:\d|[ap]\.?m\.?|[AP]M) )${ZONE}\b`, 'g');

/** Finds times and parts of the day. */
export function clockPieces(text: string): readonly Piece[] {
  return [
    ...findAll(text, WRITTEN, written),
    ...findAll(text, WITH_HALF, ({ groups }) =>
      clock(groups?.['hour'], groups?.['minute'], groups?.['half']),
    ),
    ...findAll(text, FULL, ({ groups }) => clock(groups?.['hour'], '0', groups?.['half'])),
    ...findAll(text, SPOKEN, (match) => spoken(match, text)),
    ...findAll(text, BARE, bare),
    ...findAll(text, NAMED, ({ groups }) =>
      exactly(groups?.['name']?.toLowerCase() === 'midnight' ? 24 : 12),
    ),
    ...findAll(text, PARTS, part),
    ...findAll(text, SPAN, () => UNCLEAR),
    ...findAll(text, ELSEWHERE, () => UNCLEAR),
  ];
}

function written({ groups }: RegExpExecArray): Meaning | undefined {
  const { at, hour, minute, second, mark, half } = groups ?? {};
  // "8.30" alone may be a price.
  if (mark !== ':' && at === undefined && half === undefined) return undefined;
  return clock(hour, minute, half, second);
}

function clock(hour = '0', minute = '0', half?: string, second = '0'): Meaning {
  const said = /^\d/.test(hour) ? Number(hour) : numberOf(hour);
  const pm = half?.toLowerCase() === 'p';
  if (half !== undefined && (said < 1 || said > (pm ? 23 : 12))) return UNCLEAR;
  const onClock = half === undefined || said > 12 ? said : (said % 12) + (pm ? 12 : 0);
  const time: ClockTime = {
    hour: onClock,
    minute: Number(minute),
    second: Number(second),
    exact: half !== undefined || hour.startsWith('0') || said > 12,
  };
  const isMidnight = said === 24 && time.minute + time.second === 0;
  return (time.hour > 23 && !isMidnight) || time.minute > 59 || time.second > 59
    ? UNCLEAR
    : { kind: 'clock', time };
}

function exactly(hour: number): Meaning {
  return { kind: 'clock', time: { hour, minute: 0, second: 0, exact: true } };
}

/** "at 9", "at five", "at 1730". */
function bare({ groups, 0: words }: RegExpExecArray): Omit<Piece, 'start' | 'end'> {
  const digits = groups?.['digits'] ?? '';
  const weak = !/clock$/i.test(words);
  if (!/^\d{3}/.test(digits)) return { meaning: clock(digits), weak };
  return { meaning: clock(digits.slice(0, -2).padStart(2, '0'), digits.slice(-2)), weak };
}

/** "half past 7", "five to six". */
function spoken(match: RegExpExecArray, text: string): Meaning | undefined {
  const { at, amount = '', minutes, side, hour, half } = match.groups ?? {};
  const past = side?.toLowerCase() === 'past';
  const named = /half$/i.test(amount) ? 30 : /quarter$/i.test(amount) ? 15 : undefined;
  const count = named ?? numberOf(amount.replace(/ min.*$/i, ''));
  // "5 to 6" may be how many.
  if (named === undefined && minutes === undefined) {
    if (count % 5 !== 0 || count > 25 || (!past && at === undefined)) return undefined;
  }
  SPOKEN_ENDS.lastIndex = match.index + match[0].length;
  if (named === undefined && half === undefined && !SPOKEN_ENDS.test(text)) return undefined;
  const full = clock(hour, '0', half);
  if (full.kind !== 'clock' || count > 59 || (!past && named === 30)) return UNCLEAR;
  const minute = (full.time.hour * 60 + (past ? count : -count) + 24 * 60) % (24 * 60);
  const time = { ...full.time, hour: Math.floor(minute / 60), minute: minute % 60 };
  return { kind: 'clock', time };
}

function part({ groups, 0: words }: RegExpExecArray): Omit<Piece, 'start' | 'end'> {
  const { the, this: now, tonight } = groups ?? {};
  const today = now !== undefined || tonight !== undefined;
  const named = (groups?.['part']?.toLowerCase() ?? (tonight === undefined ? 'morning' : 'night')) as DayPart;
  // "night" alone is a time of the day only beside a day: "tomorrow night".
  const weak = !today && the === undefined && !/first/i.test(words);
  return { meaning: { kind: 'part', part: named, today }, weak };
}
