import { describe, expect, test } from 'vitest';
import { checkZone, momentOf, wallTime } from '../../../../src-main/gateway/cron/wall-clock.ts';

const at = (text: string): number => Date.parse(`${text}Z`);
const shown = (ms: number): string => new Date(ms).toISOString().slice(0, 16);

describe('when a clock in the zone shows a time', () => {
  test.each([
    ['UTC', '2027-06-01T12:00', '2027-06-01T12:00'],
    ['Asia/Kathmandu', '2027-06-01T12:00', '2027-06-01T06:15'],
    ['Pacific/Kiritimati', '2027-01-01T00:00', '2026-12-31T10:00'],
    ['America/New_York', '2027-03-14T01:59', '2027-03-14T06:59'],
    ['America/New_York', '2027-03-14T03:00', '2027-03-14T07:00'],
  ])('%s: %s is %s', (zone, wall, moment) => {
    expect(shown(momentOf(at(wall), zone))).toBe(moment);
    expect(shown(wallTime(at(moment), zone))).toBe(wall);
  });

  test.each([
    ['an hour', 'America/New_York', '2027-03-14T02:30', '2027-03-14T07:30'],
    ['half an hour', 'Australia/Lord_Howe', '2027-10-03T02:15', '2027-10-02T15:45'],
    ['a day', 'Pacific/Apia', '2011-12-30T09:00', '2011-12-30T19:00'],
  ])('where it skips %s, it comes as much later', (_, zone, wall, moment) => {
    expect(shown(momentOf(at(wall), zone))).toBe(moment);
  });

  test('what it shows twice is the first of both', () => {
    expect(shown(momentOf(at('2027-11-07T01:30'), 'America/New_York'))).toBe('2027-11-07T05:30');
    expect(shown(momentOf(at('2027-04-04T01:45'), 'Australia/Lord_Howe'))).toBe('2027-04-03T14:45');
  });

  test('parts of a second are left out', () => {
    expect(momentOf(at('2027-06-01T12:00') + 999, 'UTC')).toBe(at('2027-06-01T12:00'));
  });

  test('a zone that there is not is refused, also among many', () => {
    expect(() => {
      checkZone('Mars/Phobos');
    }).toThrow(RangeError);
    for (const zone of Intl.supportedValuesOf('timeZone')) checkZone(zone);
    expect(shown(wallTime(at('2027-06-01T12:00'), 'Asia/Kolkata'))).toBe('2027-06-01T17:30');
  });
});
