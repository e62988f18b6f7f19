// What comes again: "every day", "each Monday and Friday", "every 90 minutes", "on the first Monday of every month".

import { DAY, HOUR, MINUTE } from '../../../shared/time.ts';
import { findDurations, type Duration } from './durations.ts';
import { findAll, UNCLEAR, type DayPart, type Meaning, type Piece, type Repeat } from './pieces.ts';

const EVERY = '(?:every|each)(?: single)?';
const WEEKDAY =
  '(?:monday|mon|tuesday|tues|tue|wednesday|weds|wed|thursday|thurs|thur|thu|friday|fri|saturday|sat|sunday|sun)';
const LIST = String.raw`${WEEKDAY}s?\b(?:(?:, and |, | and | & |/)(?:${EVERY} )?(?:on )?${WEEKDAY}s?\b){0,6}`;
const RANGE = String.raw`${WEEKDAY}s? ?(?:-|–|to|through|thru|till|until) ?${WEEKDAY}s?\b`;
const DAYS = 'sun|mon|tue|wed|thu|fri|sat'.split('|');
const ORDINAL = String.raw`(?:\d{1,2}(?:st|nd|rd|th)|first|second|third|fourth|last)`;
const PLACES = ['', 'first', 'second', 'third', 'fourth'];

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
/** Every other week may begin with this one or the next. */
const UNSAID = new RegExp(
  [
    String.raw`${EVERY} (?:other|second|third|fourth|2nd|3rd|4th|alternate|few|couple of|now and then|once in a while|so often|time)(?: (?:hours?|days?|weeks?|months?|years?|morning|evening|night|${WEEKDAY}))?`,
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
  if (word === 'fortnightly') return repeats({ kind: 'interval', ms: 14 * DAY });
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
  if (months === 0) return total < MINUTE ? UNCLEAR : repeats({ kind: 'interval', ms: total });
  if (total > 0 || (months !== 1 && months !== 12)) return UNCLEAR;
  return repeats({ kind: months === 1 ? 'monthly' : 'yearly' });
}

function onDays({ 0: words, groups }: RegExpExecArray): Meaning | undefined {
  const names = [...words.matchAll(WEEKDAYS)];
  const days = names.map(([name]) => DAYS.indexOf(name.slice(0, 3).toLowerCase()));
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
  // Of this month, then: a single day.
  if (!recurs) return weekday === undefined ? undefined : UNCLEAR;
  const number =
    place === 'last' ? 'L' : String(/^\d/.test(place) ? Number.parseInt(place, 10) : PLACES.indexOf(place));
  if (weekday === undefined)
    return number === 'L' || (Number(number) >= 1 && Number(number) <= 31)
      ? repeats({ kind: 'monthly', day: number })
      : UNCLEAR;
  return number === 'L' || (Number(number) >= 1 && Number(number) <= 4)
    ? weekdays(`${DAYS.indexOf(weekday)}#${number}`)
    : UNCLEAR;
}

function weekdays(days: string, part?: DayPart): Meaning {
  return repeats({ kind: 'weekdays', days, part });
}

function repeats(repeat: Repeat): Meaning {
  return { kind: 'repeat', repeat };
}
