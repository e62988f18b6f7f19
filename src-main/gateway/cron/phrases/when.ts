// Pieces put together: what "every Monday", "at 9" and "in the evening" say in common. Pieces that contradict each other
// say nothing.

import { DAY } from '../../../shared/time.ts';
import type { ClockTime, DateDay, Day, DayPart, Piece, Repeat } from './pieces.ts';
import { weekdayOf } from '../wall-clock.ts';

export interface When {
  readonly moment?: number | undefined;
  readonly repeat?: Repeat | undefined;
  readonly day?: Day | undefined;
  readonly times: readonly ClockTime[];
  readonly part?: DayPart | undefined;
  /** The part is one of today: "this evening". */
  readonly today: boolean;
}

/** @returns `undefined` when the pieces do not go together */
export function whenOf(pieces: readonly Piece[]): When | undefined {
  let when: When = { times: [], today: false };
  for (const { meaning } of pieces) {
    switch (meaning.kind) {
      case 'unclear':
        return undefined;
      case 'moment':
        if (pieces.length > 1) return undefined;
        return { ...when, moment: meaning.at };
      case 'clock':
        when = { ...when, times: [...when.times, meaning.time] };
        break;
      case 'part':
        if (when.part !== undefined && when.part !== meaning.part) return undefined;
        when = { ...when, part: meaning.part, today: when.today || meaning.today };
        break;
      case 'repeat':
        when = { ...when, repeat: bothRepeats(when.repeat, meaning.repeat) };
        if (when.repeat === undefined) return undefined;
        break;
      case 'day': {
        const day = when.day === undefined ? meaning.day : bothDays(when.day, meaning.day);
        if (day === undefined) return undefined;
        when = { ...when, day };
      }
    }
  }
  return when;
}

/** Nothing can be added. */
export function isWhole({ moment, repeat, day, times, part }: When): boolean {
  if (moment !== undefined || repeat?.kind === 'interval') return true;
  return (times.length > 0 || part !== undefined) && (day !== undefined || !lacksDay(repeat));
}

/** What is said in another place of the sentence, if it is only what is missing here. */
export function completed(when: When, more: When): When | undefined {
  if (more.moment !== undefined || more.repeat?.kind === 'interval') return undefined;
  const addsTime = more.times.length > 0 || more.part !== undefined;
  if (addsTime && (when.times.length > 0 || when.part !== undefined)) return undefined;
  if (more.repeat !== undefined && (when.repeat !== undefined || when.day !== undefined)) return undefined;
  if (more.day !== undefined && (when.day !== undefined || !lacksDay(when.repeat))) return undefined;
  return {
    repeat: when.repeat ?? more.repeat,
    day: when.day ?? more.day,
    times: [...when.times, ...more.times],
    part: when.part ?? more.part,
    today: when.today || more.today,
  };
}

function lacksDay(repeat: Repeat | undefined): boolean {
  switch (repeat?.kind) {
    case undefined:
    case 'weekly':
    case 'yearly':
      return true;
    case 'monthly':
      return repeat.day === undefined;
    case 'interval':
    case 'weekdays':
    case 'rhythm':
      return false;
  }
}

/** "every two weeks" and "on Mondays". */
function bothRepeats(one: Repeat | undefined, other: Repeat): Repeat | undefined {
  if (one === undefined) return other;
  const [rhythm, weekdays] = one.kind === 'rhythm' ? [one, other] : [other, one];
  const fits = rhythm.kind === 'rhythm' && rhythm.unit === 'weeks' && rhythm.days === undefined;
  if (!fits || weekdays.kind !== 'weekdays' || weekdays.days === '*') return undefined;
  return { ...rhythm, days: weekdays.days, part: weekdays.part };
}

/** "next week" and "Tuesday", "Friday" and "27 November". */
function bothDays(one: Day, other: Day): Day | undefined {
  if (one.kind === 'of-month' || other.kind === 'of-month') return undefined;
  if (one.kind === 'week') return other.kind === 'date' ? inWeek(one.monday, other) : undefined;
  if (other.kind === 'week') return inWeek(other.monday, one);
  if (one.moves === 'weekly') return { ...other, weekday: weekdayOf(one.day) };
  if (other.moves === 'weekly') return { ...one, weekday: weekdayOf(other.day) };
  return one.day === other.day ? one : undefined;
}

function inWeek(monday: number, { day, moves }: DateDay): Day | undefined {
  if (moves !== 'weekly') return undefined;
  return { kind: 'date', day: monday + ((weekdayOf(day) + 6) % 7) * DAY, moves: 'never' };
}
