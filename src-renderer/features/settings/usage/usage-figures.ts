// Numbers of usage as people read them, and the days of a chart. Pure.

import type { UsageCostResult, UsageTotals } from '../../../../src-main/shared/protocol/usage.ts';
import { DAY } from '../../../../src-main/shared/time.ts';
import { formats } from '../../../app/i18n/formats.ts';

export function tokens(count: number): string {
  const { number, shortNumber } = formats();
  return (count < 10_000 ? number : shortNumber).format(count);
}

/** US dollars; small amounts keep the digits that say something. */
export function dollars(amount: number): string {
  const format = formats().dollars;
  return amount > 0 && amount < 0.01 ? `< ${format.format(0.01)}` : format.format(amount);
}

export interface UsageDay {
  /** `YYYY-MM-DD` */
  readonly date: string;
  readonly totalTokens: number;
  readonly totalCost: number;
  /** There was something to pay, and nobody knows how much. */
  readonly unpriced: boolean;
}

/** Every day from the first to the last, also those on which nothing was asked. */
export function daysOf({ startDate, endDate, daily }: UsageCostResult): readonly UsageDay[] {
  const known = new Map<string, UsageTotals>(daily.map((day) => [day.date, day]));
  const days: UsageDay[] = [];
  const last = Date.parse(`${endDate}T00:00:00Z`);
  for (let at = Date.parse(`${startDate}T00:00:00Z`); at <= last && days.length < 366; at += DAY) {
    const date = new Date(at).toISOString().slice(0, 10);
    const { totalTokens = 0, totalCost = 0, missingCostEntries = 0 } = known.get(date) ?? {};
    days.push({ date, totalTokens, totalCost, unpriced: totalCost === 0 && missingCostEntries > 0 });
  }
  return days;
}
