// "0 17 * * 5 every 2 weeks from 2026-11-27": the times of a cron expression, but only in every so manieth week or day.
// Cron cannot say that, and an interval in milliseconds does not keep its place on the clock. It stands in the expression
// itself, so that clients which know nothing of it show it, and hand it back as it was. Pure.

export interface CronRhythm {
  /** A cron expression. */
  readonly cron: string;
  readonly count: number;
  readonly unit: 'days' | 'weeks';
  /** YYYY-MM-DD, in the schedule's zone: the first day, or a day of the first week. Weeks begin on Monday. */
  readonly from: string;
}

/** Of an expression with single spaces: with any number of them it could be read in too many ways. */
const FORM =
  /^(?<cron>\S.*?) every (?<count>[1-9]\d{0,2}) (?<unit>days|weeks) from (?<from>\d{4}-\d{2}-\d{2})$/i;

/** `undefined` for an expression that is cron and nothing more. */
export function readRhythm(expression: string): CronRhythm | undefined {
  const groups = FORM.exec(expression.trim().replace(/\s+/g, ' '))?.groups;
  if (groups === undefined) return undefined;
  const { cron = '', count, unit, from = '' } = groups;
  return { cron, count: Number(count), unit: unit?.toLowerCase() === 'days' ? 'days' : 'weeks', from };
}

export function writeRhythm({ cron, count, unit, from }: CronRhythm): string {
  return `${cron} every ${count} ${unit} from ${from}`;
}
