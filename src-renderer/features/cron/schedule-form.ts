// A schedule as a form holds it while it is written: in words, once, at an interval, or by a cron expression. Pure.

import type { CronSchedule } from '../../../src-main/shared/protocol/cron.ts';
import { DAY, HOUR, MINUTE } from '../../../src-main/shared/time.ts';

export const SCHEDULE_KINDS = ['words', 'at', 'every', 'cron'] as const;
export const UNITS = { minutes: MINUTE, hours: HOUR, days: DAY } as const;
export type Unit = keyof typeof UNITS;

export interface ScheduleForm {
  readonly kind: (typeof SCHEDULE_KINDS)[number];
  /** What only the gateway understands. */
  readonly words: string;
  /** As a date field writes it, in the person's zone: `2026-11-22T08:30`. */
  readonly at: string;
  readonly amount: string;
  readonly unit: Unit;
  readonly expression: string;
}

export function formOf(schedule: CronSchedule | undefined): ScheduleForm {
  const empty: ScheduleForm = { kind: 'cron', words: '', at: '', amount: '1', unit: 'hours', expression: '' };
  if (schedule === undefined) return empty;
  switch (schedule.kind) {
    case 'at':
      return { ...empty, kind: 'at', at: localText(Date.parse(schedule.at)) };
    case 'every': {
      const unit =
        (['days', 'hours', 'minutes'] as const).find((one) => schedule.everyMs % UNITS[one] === 0) ??
        'minutes';
      return { ...empty, kind: 'every', amount: String(schedule.everyMs / UNITS[unit]), unit };
    }
    case 'cron':
      return { ...empty, expression: schedule.expr };
  }
}

/**
 * @param zone the person's; a cron expression means its clock
 * @returns `undefined` while something is missing, and for words
 */
export function scheduleOf(form: ScheduleForm, zone: string): CronSchedule | undefined {
  switch (form.kind) {
    case 'words':
      return undefined;
    case 'at': {
      const at = Date.parse(form.at);
      return Number.isNaN(at) ? undefined : { kind: 'at', at: new Date(at).toISOString() };
    }
    case 'every': {
      const everyMs = Number(form.amount) * UNITS[form.unit];
      return Number.isFinite(everyMs) && everyMs > 0 ? { kind: 'every', everyMs } : undefined;
    }
    case 'cron': {
      const expr = form.expression.trim().replace(/\s+/g, ' ');
      return expr === '' ? undefined : { kind: 'cron', expr, tz: zone };
    }
  }
}

function localText(at: number): string {
  if (Number.isNaN(at)) return '';
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
