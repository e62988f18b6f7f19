import { describe, expect, it } from 'vitest';
import { formOf, scheduleOf } from '../../src-renderer/features/cron/schedule-form.ts';

describe('a schedule in a form', () => {
  it.each([
    { kind: 'at', at: '2030-03-01T08:30:00.000Z' },
    { kind: 'every', everyMs: 90 * 60_000 },
    { kind: 'every', everyMs: 3 * 86_400_000 },
    { kind: 'cron', expr: '30 8 * * 1-5', tz: 'Europe/Lisbon' },
  ] as const)('comes back as it was: %j', (schedule) => {
    expect(scheduleOf(formOf(schedule), 'Europe/Lisbon')).toEqual(schedule);
  });

  it.each([
    { at: '', kind: 'at' },
    { amount: '0', kind: 'every' },
    { amount: 'x', kind: 'every' },
    { expression: '  ', kind: 'cron' },
  ] as const)('is none while something is missing: %j', (part) => {
    expect(scheduleOf({ ...formOf(undefined), ...part }, 'UTC')).toBeUndefined();
  });
});
