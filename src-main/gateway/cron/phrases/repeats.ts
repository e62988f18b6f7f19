// What comes again: "every day", "each Monday and Friday", "every 90 minutes", "every other Friday", "on the first Monday of
// every month". "Every second Friday" is every other one: that of the month is "the second Friday of the month".

import { DAY, HOUR, MINUTE } from '../../../shared/time.ts';
import { COUNT, findDurations, numberOf, type Duration } from './durations.ts';
import { findAll, UNCLEAR, type DayPart, type Meaning, type Piece, type Repeat } from './pieces.ts';

const EVERY = '(?:every|each)(?: single)?';
const WEEKDAY =
  '(?:monday|mon|tuesday|tues|tue|wednesday|weds|wed|thursday|thurs|thur|thu|friday|fri|saturday|sat|sunday|sun)';
const LIST = String.raw`${WEEKDAY}s?\b(?:(?:, and |, | and | & |/)(?:${EVERY} )?(?:on )?${WEEKDAY}s?\b){0,6}`;
const RANGE = String.raw`${WEEKDAY}s? ?(?:-|–|to|through|thru|till|until) ?${WEEKDAY}s?\b`;
const DAYS = 'sun|mon|tue|wed|thu|fri|sat'.split('|');
const ORDINAL = String.raw`(?:\d{1,2}(?:st|nd|rd|th)|first|second|third|fourth|fifth|last)`;
const PLACES = ['', 'first', 'second', 'third', 'fourth', 'fifth'];
/** Every other one. */
const OTHER = `(?:${EVERY} (?:other|second|2nd|alternate)|alternate)`;
const IN_WEEKS = String.raw`(?:${OTHER} weeks?|${EVERY} (?<count>${COUNT}) weeks|${EVERY} fortnight|fortnightly)`;
const WEEKS_ON = new RegExp(String.raw`\b${IN_WEEKS},? (?:on )?(?<list>${LIST})`, 'gi');
const ON_IN_WEEKS = new RegExp(String.raw`\b(?:on )?(?<list>${LIST}),? ${IN_WEEKS}\b`, 'gi');
const OTHER_DAYS = new RegExp(String.raw`\b${OTHER} (?<list>${LIST})`, 'gi');
const OTHER_NAMED = new RegExp(
  String.raw`\b${OTHER} (?<name>days?|weeks?|weekends?|mornings?|afternoons?|evenings?|nights?|hours?)\b`,
  'gi',
);
/** Of the month: nothing else has a first and a last Friday. */
const FIRST_OR_LAST = new RegExp(
  String.raw`\b${EVERY} (?<place>first|1st|last) (?<weekday>${WEEKDAY})\b`,
  'gi',
);

const WEEKDAYS = new RegExp(String.raw`\b${WEEKDAY}s?\b`, 'gi');
const IS_RANGE = new RegExp(RANGE, 'i');
const ON_DAYS = new RegExp(
  String.raw`\b(?:(?<every>${EVERY} (?:week )?(?:on )?)(?:${RANGE}|${LIST})|(?:on |^)(?:${RANGE}|${LIST})|(?:from )?${RANGE})`,
  'gi',
);
const NAMED = new RegExp(
  String.raw`\b(?:${EVERY} (?<day>day|week ?days?|work(?:ing)? ?days?|business days?|weekend days?|weekends?|mornings?|afternoons?|evenings?|nights?|week|month|year)|on (?<plural>weekdays|work ?days|weekends)|(?<adverb>daily|weekdays|hourly|nightly|weekly|fortnightly|monthly|yearly|annually)|once (?:a|per|every|each) (?<once>hour|day|week|month|year))\b`,
  'gi',
);
/** Before a length of time. */
const BEFORE_INTERVAL = new RegExp(String.raw`\b${EVERY} $`, 'i');
const LONGEST_EVERY = 13;
/** Days; longer ones are rather said in months. */
const LONGEST_RHYTHM = 364;
const UNCOUNTED = new RegExp(String.raw`\b${EVERY} (?:(?<hour>hour)(?<half> and a half)?|minute)\b`, 'gi');
const PLACE = String.raw`(?:the )?(?<place>${ORDINAL})`;
const OF_MONTH = new RegExp(
  String.raw`\b(?:${EVERY} |on |by )?${PLACE} (?:(?<weekday>${WEEKDAY}) |(?<day>day) )?(?:of|in) (?:the|every|each) month\b`,
  'gi',
);
const IN_MONTH = new RegExp(
  String.raw`\b(?:${EVERY} month|monthly),? on ${PLACE}(?: (?:(?<weekday>${WEEKDAY})|(?<day>day)))?\b`,
  'gi',
);
const END_OF_MONTH =
  /\b(?:(?:at |by )?(?:the )?end of (?:every|each) month|(?:every|each) month at the end)\b/gi;
/** "Every third Friday" is that of the month for some, and every third one for others. */
const UNSAID = new RegExp(
  [
    String.raw`${EVERY} (?:third|fourth|3rd|4th|few|couple of|now and then|once in a while|so often|time)(?: (?:hours?|days?|weeks?|months?|years?|morning|evening|night|${WEEKDAY}))?`,
    String.raw`${EVERY} (?:other|second|2nd|alternate)(?: (?:months?|years?))?`,
    String.raw`(?:twice|thrice|\w{1,9} times) (?:a|per|every|each) (?:hour|day|week|month|year)`,
    'bi-?weekly|bi-?monthly|quarterly|bi-?annually|regularly',
    String.raw`${EVERY} ${ORDINAL}`,
  ]
    .map((pattern) => String.raw`\b(?:${pattern})\b`)
    .join('|'),
  'gi',
);

/** Finds recurrences. */
export function repeatPieces(text: string): readonly Piece[] {
  return [
    ...findAll(text, UNSAID, () => UNCLEAR),
    ...findAll(text, WEEKS_ON, ({ groups }) => inWeeks(groups ?? {})),
    ...findAll(text, ON_IN_WEEKS, ({ groups }) => inWeeks(groups ?? {})),
    ...findAll(text, OTHER_DAYS, ({ groups }) => inWeeks(groups ?? {})),
    ...findAll(text, OTHER_NAMED, ({ groups }) => other(groups?.['name'] ?? '')),
    ...findAll(text, FIRST_OR_LAST, ({ groups }) => placed(groups ?? {})),
    ...findAll(text, NAMED, ({ groups }) => named(groups ?? {})),
    ...intervals(text),
    ...findAll(text, UNCOUNTED, ({ groups }) => uncounted(groups ?? {})),
    ...findAll(text, ON_DAYS, onDays),
    ...findAll(text, OF_MONTH, ofMonth),
    ...findAll(text, IN_MONTH, ofMonth),
    ...findAll(text, END_OF_MONTH, () => repeats({ kind: 'monthly', day: 'L' })),
  ];
}

function named({ day, plural, adverb, once }: Record<string, string | undefined>): Meaning {
  const word = (day ?? plural ?? adverb ?? once ?? '').toLowerCase().replace(' ', '');
  const part = /^(?:morning|afternoon|evening|night)/.exec(word)?.[0] as DayPart | undefined;
  if (part !== undefined) return weekdays('*', part);
  if (word === 'day' || word === 'daily') return weekdays('*');
  if (word.startsWith('weekend')) return weekdays('6,0');
  if (/^(?:weekday|work|business)/.test(word)) return weekdays('1-5');
  if (word.startsWith('hour')) return repeats({ kind: 'interval', ms: HOUR });
  if (word === 'fortnightly') return repeats({ kind: 'rhythm', count: 2, unit: 'weeks' });
  if (word.startsWith('week')) return repeats({ kind: 'weekly' });
  return repeats(word.startsWith('month') ? { kind: 'monthly' } : { kind: 'yearly' });
}

function intervals(text: string): readonly Piece[] {
  return findDurations(text).flatMap(({ start, end, duration }) => {
    const before =
      BEFORE_INTERVAL.exec(text.slice(Math.max(0, start - LONGEST_EVERY), start))?.[0].length ?? 0;
    return before === 0 ? [] : [{ start: start - before, end, meaning: interval(duration) }];
  });
}

function uncounted({ hour, half }: Record<string, string | undefined>): Meaning {
  const ms = hour === undefined ? MINUTE : half === undefined ? HOUR : 90 * MINUTE;
  return repeats({ kind: 'interval', ms });
}

function interval(duration: Duration | undefined): Meaning {
  if (duration === undefined) return UNCLEAR;
  const { months, days, ms } = duration;
  const total = days * DAY + ms;
  // Whole days have a time of the day, if one is said.
  if (months === 0 && ms === 0 && days > 1 && days <= LONGEST_RHYTHM)
    return repeats(
      days % 7 === 0
        ? { kind: 'rhythm', count: days / 7, unit: 'weeks' }
        : { kind: 'rhythm', count: days, unit: 'days' },
    );
  if (months === 0) return total < MINUTE ? UNCLEAR : repeats({ kind: 'interval', ms: total });
  if (total > 0 || (months !== 1 && months !== 12)) return UNCLEAR;
  return repeats({ kind: months === 1 ? 'monthly' : 'yearly' });
}

/** "every other Monday and Thursday", "every 3 weeks on Friday". */
function inWeeks({ count, list }: Record<string, string | undefined>): Meaning {
  const weeks = count === undefined ? 2 : numberOf(count);
  const days = [...new Set([...(list ?? '').matchAll(WEEKDAYS)].map(([name]) => dayNumber(name)))].join(',');
  if (weeks === 1) return weekdays(days);
  return weeks < 1 || weeks * 7 > LONGEST_RHYTHM
    ? UNCLEAR
    : repeats({ kind: 'rhythm', count: weeks, unit: 'weeks', days });
}

function other(name: string): Meaning {
  const word = name.toLowerCase().replace(/s$/, '');
  switch (word) {
    case 'hour':
      return repeats({ kind: 'interval', ms: 2 * HOUR });
    case 'week':
      return repeats({ kind: 'rhythm', count: 2, unit: 'weeks' });
    case 'weekend':
      return repeats({ kind: 'rhythm', count: 2, unit: 'weeks', days: '6,0' });
    case 'day':
      return repeats({ kind: 'rhythm', count: 2, unit: 'days' });
    default:
      return repeats({ kind: 'rhythm', count: 2, unit: 'days', part: word as DayPart });
  }
}

function placed({ place = '', weekday = '' }: Record<string, string | undefined>): Meaning {
  return weekdays(`${dayNumber(weekday)}#${place.toLowerCase() === 'last' ? 'L' : 1}`);
}

function onDays({ 0: words, groups }: RegExpExecArray): Meaning | undefined {
  const names = [...words.matchAll(WEEKDAYS)];
  const days = names.map(([name]) => dayNumber(name));
  if (IS_RANGE.test(words)) return weekdays(between(days[0] ?? 0, days[1] ?? 0));
  // "on Monday" is one Monday; "on Mondays" and "every Monday" are all of them.
  const plural = names.some(([name]) => name.toLowerCase().endsWith('days'));
  return groups?.['every'] === undefined && !plural ? undefined : weekdays([...new Set(days)].join(','));
}

function between(first: number, last: number): string {
  const days = [first];
  for (let day = first; day !== last; days.push(day)) day = (day + 1) % 7;
  const listed = days.join(',');
  return listed === '1,2,3,4,5' ? '1-5' : listed;
}

function ofMonth({ 0: words, groups }: RegExpExecArray): Meaning | undefined {
  const place = (groups?.['place'] ?? '').toLowerCase();
  const weekday = groups?.['weekday']?.slice(0, 3).toLowerCase();
  const recurs = /\b(?:every|each|monthly)\b/i.test(words);
  // Of this month, then: a single day. A weekday is rather that of every month; its next runs are shown.
  if (!recurs && (weekday === undefined || !/\bthe month$/i.test(words))) return undefined;
  const number =
    place === 'last' ? 'L' : String(/^\d/.test(place) ? Number.parseInt(place, 10) : PLACES.indexOf(place));
  if (weekday === undefined)
    return number === 'L' || (Number(number) >= 1 && Number(number) <= 31)
      ? repeats({ kind: 'monthly', day: number })
      : UNCLEAR;
  return number === 'L' || (Number(number) >= 1 && Number(number) <= 5)
    ? weekdays(`${dayNumber(weekday)}#${number}`)
    : UNCLEAR;
}

function dayNumber(name: string): number {
  return DAYS.indexOf(name.slice(0, 3).toLowerCase());
}

function weekdays(days: string, part?: DayPart): Meaning {
  return repeats({ kind: 'weekdays', days, part });
}

function repeats(repeat: Repeat): Meaning {
  return { kind: 'repeat', repeat };
}
