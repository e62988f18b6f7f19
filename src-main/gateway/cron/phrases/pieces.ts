// What a sentence says about time, piece by piece: "tomorrow", "at 9", "every Monday". The files beside this one find
// pieces; choose.ts picks the ones that are meant, and resolve.ts makes a schedule of them.

export type DayPart = 'morning' | 'afternoon' | 'evening' | 'night';

export interface ClockTime {
  /** 24 is the midnight that ends a day, and more are the hours after it. */
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Morning or afternoon is settled: "5pm", "17:00", "05:00". */
  readonly exact: boolean;
}

export interface DateDay {
  readonly kind: 'date';
  /** A midnight on the wall. */
  readonly day: number;
  /** By how much it moves on until it lies ahead. */
  readonly moves: 'never' | 'weekly' | 'yearly';
  /** The day of the week that it was said to be. */
  readonly weekday?: number | undefined;
}

export type Day =
  | DateDay
  | { readonly kind: 'of-month'; readonly day: number }
  /** A week without a day, by its Monday. */
  | { readonly kind: 'week'; readonly monday: number };

export type Repeat =
  | { readonly kind: 'interval'; readonly ms: number }
  /** Days of the week as cron writes them. */
  | { readonly kind: 'weekdays'; readonly days: string; readonly part?: DayPart | undefined }
  /** Every so many days or weeks; of those weeks the days that are named. */
  | {
      readonly kind: 'rhythm';
      readonly count: number;
      readonly unit: 'days' | 'weeks';
      /** As cron writes them. */
      readonly days?: string | undefined;
      readonly part?: DayPart | undefined;
    }
  /** A day of the month as cron writes it; without one it must be named elsewhere. */
  | { readonly kind: 'monthly'; readonly day?: string | undefined }
  | { readonly kind: 'weekly' }
  | { readonly kind: 'yearly' };

export type Meaning =
  | { readonly kind: 'moment'; readonly at: number }
  | { readonly kind: 'day'; readonly day: Day }
  | { readonly kind: 'clock'; readonly time: ClockTime }
  | { readonly kind: 'part'; readonly part: DayPart; readonly today: boolean }
  | { readonly kind: 'repeat'; readonly repeat: Repeat }
  /** About time, but not a time: "25:00", "last week", "every other month". */
  | { readonly kind: 'unclear' };

export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly meaning: Meaning;
  /** Means a time only where the schedule stands anyway: "at 9" may be an address, "the 2nd" a floor. */
  readonly weak?: boolean | undefined;
}

/** A text with single spaces, and how its first characters may be read. */
export interface Sentence {
  readonly text: string;
  /** Where the sentence begins after words that only lead to it ("for", "that"). */
  readonly head: number;
  /** Nothing comes after `text`. */
  readonly complete: boolean;
}

/** Every match of a global pattern, as a piece. */
export function findAll(
  text: string,
  pattern: RegExp,
  read: (match: RegExpExecArray) => Meaning | Omit<Piece, 'start' | 'end'> | undefined,
): readonly Piece[] {
  const pieces: Piece[] = [];
  for (const match of text.matchAll(pattern)) {
    const found = read(match);
    if (found === undefined) continue;
    const span = { start: match.index, end: match.index + match[0].length };
    pieces.push('kind' in found ? { ...span, meaning: found } : { ...span, ...found });
  }
  return pieces;
}

/** Of pieces that overlap, the longest; of equally long ones, the first. In the order of the text. */
export function withoutOverlaps(pieces: readonly Piece[]): readonly Piece[] {
  const kept: Piece[] = [];
  const byLength = pieces.toSorted((a, b) => b.end - b.start - (a.end - a.start));
  for (const piece of byLength)
    if (kept.every((other) => piece.end <= other.start || other.end <= piece.start)) kept.push(piece);
  return kept.toSorted((a, b) => a.start - b.start);
}

export const UNCLEAR: Meaning = { kind: 'unclear' };
