import { beforeAll, describe, expect, test } from 'vitest';
import { parseIntent, type Intent } from '../../../../src-main/gateway/runtime/offline/intents.ts';

const ZONE = 'Europe/Berlin';
/** A Saturday, ten in the morning. */
const NOW = Date.parse('2026-11-21T10:00:00+01:00');
const intent = (sentence: string): Promise<Intent> => parseIntent(sentence, NOW, ZONE);

beforeAll(() => {
  process.env.TZ = ZONE;
});

describe('a sentence without a time', () => {
  test.each([
    'remind me',
    'remind me to call Ana',
    'remind me when I get home to call Ana',
    'remind me in 10 to call Ana',
    'remind me in -5 minutes to call Ana',
    'remind me in 5-10 minutes to call Ana',
    'remind me before 5pm to call Ana',
    'remind me about tomorrow',
    'remind me to buy tickets for Friday',
    'remind me to pay before Friday',
    'remind me every 3 May about Ana’s birthday',
  ])('%s', async (sentence) => {
    expect(await intent(sentence)).toEqual({
      kind: 'reminder-without-time',
      text: expect.any(String) as string,
    });
  });
});

describe('a time that is past, impossible or ambiguous', () => {
  test.each([
    ['remind me yesterday to call Ana', 'yesterday'],
    ['remind me last Monday to call Ana', 'last Monday'],
    ['remind me last night to call Ana', 'last night'],
    ['remind me 2 hours ago to call Ana', '2 hours ago'],
    ['remind me this morning to call Ana', 'this morning'],
    ['remind me on 24 December 2020 to call Ana', 'on 24 December 2020'],
    ['remind me on the 31st of June to call Ana', 'on the 31st of June'],
    ['remind me on Monday 24 December to call Ana', 'on Monday 24 December'],
    ['remind me at 25:00 to call Ana', 'at 25:00'],
    ['remind me tomorrow to call Ana at 25:00', 'at 25:00'],
    ['remind me in 0 minutes to call Ana', 'in 0 minutes'],
    ['remind me in 999999 years to call Ana', 'in 999999 years'],
    ['remind me after lunch to call Ana', 'after lunch'],
    ['remind me in a few minutes to call Ana', 'in a few minutes'],
    ['remind me next month to call Ana', 'next month'],
    ['remind me in May to call Ana', 'in May'],
    ['remind me on 3/4 to call Ana', 'on 3/4'],
    ['remind me at 9 or 10 to call Ana', 'at 9 or 10'],
    ['remind me on Monday or Tuesday to call Ana', 'on Monday or Tuesday'],
    ['remind me tomorrow before 9 to call Ana', 'tomorrow before 9'],
    ['remind me tomorrow at midnight to call Ana', 'tomorrow at midnight'],
    ['remind me at 9am EST to call Ana', 'at 9am EST'],
    ['remind me 10 minutes before the meeting', '10 minutes before'],
    ['remind me to confirm the Friday meeting at 3pm', 'at 3pm'],
    // Five in the morning is rarely meant, and five in the afternoon is not said.
    ['remind me at 5 to call Ana', 'at 5'],
    ['remind me at 5 to 6', 'at 5 to 6'],
    ['remind me tomorrow at 5 to call Ana', 'tomorrow at 5'],
  ])('%s', async (sentence, unclear) => {
    expect(await intent(sentence)).toMatchObject({ kind: 'reminder-without-time', unclear });
  });
});

describe('five o’clock', () => {
  test('in the morning is what an alarm means', async () => {
    expect(await intent('wake me at 5')).toMatchObject({ schedule: { at: '2026-11-22T04:00:00.000Z' } });
  });

  test('in the morning is what is said late in the evening', async () => {
    const evening = Date.parse('2026-11-21T22:00:00+01:00');
    expect(await parseIntent('remind me at 5 to leave', evening, ZONE)).toMatchObject({
      schedule: { at: '2026-11-22T04:00:00.000Z' },
    });
  });

  test('is what 05:00 says', async () => {
    expect(await intent('remind me tomorrow at 05:00 to leave')).toMatchObject({
      schedule: { at: '2026-11-22T04:00:00.000Z' },
    });
  });
});
