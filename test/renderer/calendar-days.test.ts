import { afterEach, beforeEach, expect, it } from 'vitest';
import { byDay, moved, rangeAround } from '../../src-renderer/features/cron/calendar/calendar-days.ts';

const zone = process.env.TZ;
beforeEach(() => {
  process.env.TZ = 'Europe/Berlin';
});
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

const local = (at: number): string => new Date(at).toLocaleString('sv-SE');

it('begins with today, and days at midnight, also where the clocks change', () => {
  const { from, to, days } = rangeAround('week', Date.parse('2027-03-22T10:00:00Z'));
  expect(local(from)).toBe('2027-03-22 00:00:00');
  expect(local(to)).toBe('2027-03-29 00:00:00');
  expect(days).toHaveLength(7);
  expect(to - (days[6] ?? 0)).toBe(23 * 3_600_000);
});

it('shows the whole weeks of a month', () => {
  const { from, to, days } = rangeAround('month', Date.parse('2027-02-10T10:00:00Z'));
  expect([local(from), local(to), days.length]).toEqual(['2027-02-01 00:00:00', '2027-03-01 00:00:00', 28]);
  expect(rangeAround('month', Date.parse('2026-11-10T10:00:00Z')).days).toHaveLength(42);
  expect(local(moved('month', Date.parse('2027-01-31T10:00:00Z'), 1))).toBe('2027-02-01 00:00:00');
});

it('puts each run into its day', () => {
  const range = rangeAround('week', Date.parse('2027-03-22T10:00:00Z'));
  const run = (at: string) => ({ jobId: at, name: at, atMs: Date.parse(at), lastAtMs: 0, count: 1 });
  const days = byDay([run('2027-03-21T23:30:00Z'), run('2027-03-28T21:59:00Z')], range);
  expect(days.map((list) => list.length)).toEqual([1, 0, 0, 0, 0, 0, 1]);
});
