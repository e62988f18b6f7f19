// "remind me tomorrow at 9 to call Ana": what of, and when.

import type { CronSchedule } from '../../../shared/protocol/cron.ts';
import { parseSchedulePhrase, withoutClock } from '../../cron/phrases.ts';

export type ReminderRequest =
  | { readonly kind: 'set-reminder'; readonly text: string; readonly schedule: CronSchedule }
  /** `unclear` are the words that were meant as a time. */
  | { readonly kind: 'reminder-without-time'; readonly text: string; readonly unclear?: string };

const POLITE = String.raw`(?:(?:please|pls|hey|hi|hello|ok|okay|(?<question>(?:can|could|would|will) you(?: please)?)|i(?: would|['’]d)? (?:want|like|need)(?: you)? to)[,\s]{1,3}){0,4}`;
const LENGTH = String.raw`\d{1,3}[ -]?(?:seconds?|secs?|minutes?|mins?|hours?)`;
const NOUN = String.raw`(?:new )?(?:(?<kind>daily|weekly|monthly|yearly|hourly|${LENGTH}) )?(?:reminder|(?<alarm>alarm)(?: clock)?|(?<timer>timer))`;
const REQUEST = new RegExp(
  String.raw`^${POLITE}(?:remind (?:me|us)|(?<wake>wake me(?: up)?)|(?:set(?: up)?|create|add|make|schedule|start|i need) (?:me )?(?:an? |another |the )?${NOUN})\b`,
  'i',
);
/** May ask for something else as well, unless a time is named. */
const MAYBE = new RegExp(
  String.raw`^${POLITE}(?:${NOUN}\b|(?:notify|alert|ping|nudge) me\b|(?:do not|don['’]?t) (?:let me )?forget\b|remember(?= to\b)|(?=(?:every|each|daily|hourly|weekly|monthly|yearly|annually|(?:on )?(?:weekdays|weekends|(?:mon|tues|wednes|thurs|fri|satur|sun)days))\b))`,
  'i',
);
const TIME_FIRST = /^(.{1,120}?)[\s,:;–-]{1,3}(?:please )?remind (?:me|us)\b/is;
const THANKS = /[\s,]{0,2}\b(?:please|pls|thanks|thank you|thx)[.!]{0,3}$/i;

/** @returns `undefined` when the message asks for something else */
export async function reminderRequest(
  message: string,
  now: number,
  zone: string,
): Promise<ReminderRequest | undefined> {
  const sure = REQUEST.exec(message);
  if (sure !== null) return request(message, sure, now, zone);
  const first = TIME_FIRST.exec(message);
  if (first?.[1] !== undefined && (await reminderAt(first[1], '', now, zone)) !== undefined)
    return reminder(`${first[1]} ${withoutThanks(message.slice(first[0].length))}`, 'Reminder', now, zone);
  const maybe = MAYBE.exec(message);
  const found = maybe === null ? undefined : await request(message, maybe, now, zone);
  return found?.kind === 'set-reminder' || found?.unclear !== undefined ? found : undefined;
}

/**
 * The answer to the question when to remind of something.
 * @param unclear the words that were meant as a time before; an answer that only names an hour keeps their day
 * @returns `undefined` when the message says more, or nothing about a time
 */
export async function reminderAt(
  message: string,
  text: string,
  now: number,
  zone: string,
  unclear = '',
): Promise<ReminderRequest | undefined> {
  const said = withoutThanks(message);
  const day = withoutClock(said) === '' ? withoutClock(unclear) : '';
  const words = day === '' ? said : `${day} ${said}`;
  const phrase = await parseSchedulePhrase(words, now, zone);
  if (phrase.kind === 'schedule' && phrase.rest === '')
    return { kind: 'set-reminder', text: text || 'Reminder', schedule: phrase.schedule };
  if (phrase.kind !== 'unclear' || phrase.words !== words) return undefined;
  return { kind: 'reminder-without-time', text, unclear: words };
}

async function request(
  message: string,
  match: RegExpExecArray,
  now: number,
  zone: string,
): Promise<ReminderRequest> {
  const { question, kind = '', wake, alarm, timer } = match.groups ?? {};
  const said = withoutThanks(message.slice(match[0].length));
  const asked = question !== undefined && said.endsWith('?') ? said.slice(0, -1) : said;
  const name = wake ? 'Wake up' : alarm ? 'Alarm' : timer ? 'Timer' : 'Reminder';
  return reminder(`${kind.replace('-', ' ')} ${asked}`, name, now, zone, Boolean(wake ?? alarm));
}

/** @param name what it is called if it is of nothing */
async function reminder(
  asked: string,
  name: string,
  now: number,
  zone: string,
  early = false,
): Promise<ReminderRequest> {
  const phrase = await parseSchedulePhrase(asked, now, zone, early);
  switch (phrase.kind) {
    case 'none':
      return { kind: 'reminder-without-time', text: subject(asked) };
    case 'unclear': {
      const text = subject(asked.replace(phrase.words, ''));
      return { kind: 'reminder-without-time', text, unclear: phrase.words };
    }
    case 'schedule':
      return { kind: 'set-reminder', text: subject(phrase.rest) || name, schedule: phrase.schedule };
  }
}

function withoutThanks(asked: string): string {
  return asked.trim().replace(THANKS, '');
}

/** "to call Ana." becomes "Call Ana". */
function subject(rest: string): string {
  const bare = trimmed(rest, ' \t\r\n,.:;!–-').replace(/^(?:to|that|about|of|for|called|named)\s+/i, '');
  return bare.charAt(0).toLocaleUpperCase() + bare.slice(1);
}

/** Without those characters at either end. A pattern for the end would look at every run of them. */
function trimmed(text: string, characters: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && characters.includes(text.charAt(start))) start += 1;
  while (end > start && characters.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}
