// How numbers, dates and lists are written in the language of the interface. Whether a day has 12 or 24 hours is the
// person's own setting.

import type { Language } from '../../../src-main/shared/languages.ts';

/** In English, days come before months: the world's order, not America's. */
const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', de: 'de-DE', 'zh-CN': 'zh-CN' };

const { hourCycle } = new Intl.DateTimeFormat(undefined, { hour: 'numeric' }).resolvedOptions();
const halfDays = hourCycle === 'h12' || hourCycle === 'h11';
const clockFormat = {
  hour: halfDays ? 'numeric' : '2-digit',
  minute: '2-digit',
  ...(hourCycle === undefined ? {} : { hourCycle }),
} as const;

function formatsOf(language: Language) {
  const locale = LOCALES[language];
  const date = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(locale, options);
  return {
    clock: date(clockFormat),
    clockWithSeconds: date({ ...clockFormat, second: '2-digit' }),
    weekday: date({ weekday: 'long' }),
    shortWeekday: date({ weekday: 'short' }),
    dayMonth: date({ day: 'numeric', month: 'short' }),
    dayMonthYear: date({ day: 'numeric', month: 'short', year: 'numeric' }),
    /** A day that is no moment: of a calendar, in UTC. */
    calendarDay: date({ day: 'numeric', month: 'short', timeZone: 'UTC' }),
    longDay: date({ weekday: 'long', day: 'numeric', month: 'long' }),
    monthYear: date({ month: 'long', year: 'numeric' }),
    exact: date({
      weekday: 'long',
      day: 'numeric',
      month: 'long',
      year: 'numeric',
      second: '2-digit',
      ...clockFormat,
    }),
    number: new Intl.NumberFormat(locale),
    shortNumber: new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 }),
    dollars: new Intl.NumberFormat(locale, {
      style: 'currency',
      currency: 'USD',
      currencyDisplay: 'narrowSymbol',
    }),
    list: new Intl.ListFormat(locale, { type: 'conjunction' }),
  };
}

let current = formatsOf('en');

/** Formats of the language that the page speaks now. Kept in none, because the language can change. */
export function formats(): ReturnType<typeof formatsOf> {
  return current;
}

export function formatFor(language: Language): void {
  current = formatsOf(language);
}
