import { afterEach, describe, expect, test } from 'vitest';
import { parseSchedulePhrase } from '../../../../src-main/gateway/cron/phrases.ts';

const ZONE = 'Europe/Berlin';
const hostZone = process.env.TZ;

/** When the phrase comes, as a clock in the zone shows it. */
async function comes(phrase: string, now: string): Promise<string> {
  const found = await parseSchedulePhrase(phrase, Date.parse(now), ZONE);
  if (found.kind !== 'schedule' || found.schedule.kind !== 'at') return found.kind;
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE, dateStyle: 'short', timeStyle: 'short' });
  return clock.format(new Date(found.schedule.at));
}

afterEach(() => {
  if (hostZone === undefined) delete process.env.TZ;
  else process.env.TZ = hostZone;
});

describe('the zone', () => {
  // There it is another day than in Berlin.
  test.each(['Pacific/Kiritimati', 'America/Los_Angeles'])(
    'is the person’s, not that of %s',
    async (host) => {
      process.env.TZ = host;
      const now = '2026-11-21T23:30:00+01:00';
      expect(await comes('tomorrow at 9', now)).toBe('2026-11-22 09:00');
      expect(await comes('on Sunday', now)).toBe('2026-11-22 09:00');
      expect(await comes('on 22 November at 8', now)).toBe('2026-11-22 08:00');
      expect(await comes('tonight', now)).toBe('unclear');
      expect(await comes('last night', now)).toBe('unclear');
    },
  );
});

describe('the night when the clock changes', () => {
  test('hours from now are hours', async () => {
    expect(await comes('in 4 hours', '2026-03-28T23:00:00+01:00')).toBe('2026-03-29 04:00');
    expect(await comes('in 4 hours', '2026-10-24T23:00:00+02:00')).toBe('2026-10-25 02:00');
  });

  test('days from now are days', async () => {
    expect(await comes('in 2 days at 9', '2026-03-27T23:00:00+01:00')).toBe('2026-03-29 09:00');
  });

  test('a time that the clock leaves out comes as much later', async () => {
    expect(await comes('at 2:30am', '2026-03-28T23:00:00+01:00')).toBe('2026-03-29 03:30');
  });
});

describe('the end of a month', () => {
  const now = '2027-01-31T14:30:00+01:00';

  test.each([
    ['in a month', '2027-02-28 09:00'],
    ['on the 31st', '2027-03-31 09:00'],
    ['tomorrow', '2027-02-01 09:00'],
    ['at midnight', '2027-02-01 00:00'],
  ])('%s', async (phrase, expected) => {
    expect(await comes(phrase, now)).toBe(expected);
  });
});

describe('the rest', () => {
  const rest = async (text: string): Promise<unknown> =>
    parseSchedulePhrase(text, Date.parse('2026-11-21T10:00:00Z'), 'UTC');

  test('keeps all words of a long text', async () => {
    const words = 'a lot to do '.repeat(100).trim();
    expect(await rest(`in 5 minutes ${words}`)).toMatchObject({ rest: ` ${words}` });
  });

  test('of a text that is too long may end with a time of its own', async () => {
    expect(await rest(`${'a lot to do '.repeat(100)}tomorrow`)).toEqual({ kind: 'none' });
  });
});
