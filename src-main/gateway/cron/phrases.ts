// Schedules in words ("in ten minutes", "every weekday at 8:30") to schedules. English only. Finds all that is said about
// time, picks what is meant, and asks back rather than guess.

import type { CronSchedule } from '../../shared/protocol/cron.ts';
import { choose } from './phrases/choose.ts';
import { clockPieces } from './phrases/clock.ts';
import { dayPieces } from './phrases/days.ts';
import { withoutOverlaps, type Sentence } from './phrases/pieces.ts';
import { relativePieces } from './phrases/relative.ts';
import { repeatPieces } from './phrases/repeats.ts';
import { resolve } from './phrases/resolve.ts';

export type SchedulePhrase =
  | {
      readonly kind: 'schedule';
      readonly schedule: CronSchedule;
      /** The text without the words that named the time. */
      readonly rest: string;
    }
  /** Something is said about a time that is past, impossible or ambiguous: its words. */
  | { readonly kind: 'unclear'; readonly words: string }
  | { readonly kind: 'none' };

/** Nobody says so much about a time; what comes later belongs to the words of the reminder. */
const MAX_LENGTH = 600;
/** Words that only lead to the time: "(set a reminder) for 5pm", "(remind me) that in 10 minutes …". */
const LEAD = /^(?:(?:that|for|again|please|the|on|at|by|early|late)\b|[ ,:;–-])*/i;

/**
 * Finds the schedule in a sentence.
 * @param now the moment that relative phrases count from
 * @param zone IANA zone of the person
 * @param early small hours are those of the morning, as for an alarm
 */
export async function parseSchedulePhrase(
  text: string,
  now: number,
  zone: string,
  early = false,
): Promise<SchedulePhrase> {
  const words = text.trim().split(/\s+/).join(' ');
  const sentence = sentenceOf(words);
  const pieces = withoutOverlaps([
    ...repeatPieces(sentence.text),
    ...relativePieces(sentence, now, zone),
    ...clockPieces(sentence.text),
    ...(await dayPieces(sentence, now, zone)),
  ]);
  const choice = choose(sentence, pieces);
  if (choice.kind !== 'when') return choice;
  const schedule = resolve(choice.when, now, zone, early);
  if (schedule === undefined) return { kind: 'unclear', words: choice.words };
  return { kind: 'schedule', schedule, rest: choice.rest + words.slice(sentence.text.length) };
}

/**
 * What is said about days and rhythms, without the times of the clock: "tomorrow at 5" becomes "tomorrow". A text that is too
 * long to be only about a time stays as it is.
 */
export function withoutClock(text: string): string {
  const words = text.trim().split(/\s+/).join(' ');
  if (words.length > MAX_LENGTH) return words;
  let rest = '';
  let from = 0;
  for (const { start, end } of withoutOverlaps(clockPieces(words))) {
    rest += words.slice(from, start);
    from = end;
  }
  const left = (rest + words.slice(from)).replace(/\b(?:at|by|around)\s*$/i, '').trim();
  return left.slice(LEAD.exec(left)?.[0].length ?? 0);
}

function sentenceOf(words: string): Sentence {
  const complete = words.length <= MAX_LENGTH;
  const text = complete ? words : words.slice(0, Math.max(0, words.lastIndexOf(' ', MAX_LENGTH)));
  return { text, head: LEAD.exec(text)?.[0].length ?? 0, complete };
}
