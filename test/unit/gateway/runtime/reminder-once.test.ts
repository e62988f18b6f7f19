import { beforeAll, describe, expect, test } from 'vitest';
import { parseIntent } from '../../../../src-main/gateway/runtime/offline/intents.ts';

const ZONE = 'Europe/Berlin';
/** A Saturday, ten in the morning. */
const NOW = Date.parse('2026-11-21T10:00:00+01:00');

beforeAll(() => {
  process.env.TZ = ZONE;
});

/** When and of what the sentence reminds, as a person in the zone would say it. */
async function reminder(sentence: string): Promise<string> {
  const intent = await parseIntent(sentence, NOW, ZONE);
  if (intent.kind !== 'set-reminder') return intent.kind;
  if (intent.schedule.kind !== 'at') return `repeats: ${intent.text}`;
  const when = new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE, dateStyle: 'short', timeStyle: 'medium' });
  return `${when.format(new Date(intent.schedule.at))} ${intent.text}`;
}

describe('a reminder after some time', () => {
  test.each([
    ['remind me in one minute to stretch', '2026-11-21 10:01:00 Stretch'],
    ['remind me in a minute to stretch', '2026-11-21 10:01:00 Stretch'],
    ['remind me in 90 seconds to look', '2026-11-21 10:01:30 Look'],
    ['remind me in 20 minutes to take the bread out', '2026-11-21 10:20:00 Take the bread out'],
    ['remind me to take the bread out in 20 minutes', '2026-11-21 10:20:00 Take the bread out'],
    ['remind me, in 10 minutes, to stretch', '2026-11-21 10:10:00 Stretch'],
    ['Remind me that in 10 minutes the pizza is ready.', '2026-11-21 10:10:00 The pizza is ready'],
    ['REMIND ME IN 10 MINUTES TO STRETCH', '2026-11-21 10:10:00 STRETCH'],
    ['please remind me in 10 minutes to stretch', '2026-11-21 10:10:00 Stretch'],
    ['create a reminder to stretch in 10 minutes', '2026-11-21 10:10:00 Stretch'],
    ['remind me in 5 minutes', '2026-11-21 10:05:00 Reminder'],
    ['remind me in half an hour to call Ana', '2026-11-21 10:30:00 Call Ana'],
    ['remind me in an hour to call Ana', '2026-11-21 11:00:00 Call Ana'],
    ['remind me in an hour and a half to call Ana', '2026-11-21 11:30:00 Call Ana'],
    ['remind me in 2 hours and 30 minutes to call Ana', '2026-11-21 12:30:00 Call Ana'],
    ['remind me in 10 minutes to buy 3 apples at the shop', '2026-11-21 10:10:00 Buy 3 apples at the shop'],
    ['remind me in 3 days to call Ana', '2026-11-24 09:00:00 Call Ana'],
    ['remind me in 20 mins to take the pizza out', '2026-11-21 10:20:00 Take the pizza out'],
    ['remind me in twenty-five minutes to look', '2026-11-21 10:25:00 Look'],
    ['remind me in 1h30 to look', '2026-11-21 11:30:00 Look'],
    ['remind me in 2.5 hours to look', '2026-11-21 12:30:00 Look'],
    ['remind me in ten minutes’ time to look', '2026-11-21 10:10:00 Look'],
    ['remind me half an hour from now to look', '2026-11-21 10:30:00 Look'],
    ['remind me in 2 days at 3pm to look', '2026-11-23 15:00:00 Look'],
    ['remind me in a month to look', '2026-12-21 09:00:00 Look'],
    ['remind me to meditate for 20 minutes at 7pm', '2026-11-21 19:00:00 Meditate for 20 minutes'],
  ])('%s', async (sentence, expected) => {
    expect(await reminder(sentence)).toBe(expected);
  });
});

describe('a reminder at a time of the day', () => {
  test.each([
    ['remind me at 11 to call Ana', '2026-11-21 11:00:00 Call Ana'],
    ['remind me at 21:30 to call Ana', '2026-11-21 21:30:00 Call Ana'],
    ['remind me at 5:15pm to leave', '2026-11-21 17:15:00 Leave'],
    ['remind me at 5 p.m. to leave', '2026-11-21 17:00:00 Leave'],
    ['remind me at 9 pm to call Ana', '2026-11-21 21:00:00 Call Ana'],
    ['remind me at 8 in the evening to call Ana', '2026-11-21 20:00:00 Call Ana'],
    ['remind me at 8 tonight to call Ana', '2026-11-21 20:00:00 Call Ana'],
    ['remind me at noon to eat', '2026-11-21 12:00:00 Eat'],
    ['remind me at 12 pm to eat', '2026-11-21 12:00:00 Eat'],
    ['remind me at midnight to sleep', '2026-11-22 00:00:00 Sleep'],
    ['remind me at 12 am to sleep', '2026-11-22 00:00:00 Sleep'],
    ['remind me about the meeting at 3pm', '2026-11-21 15:00:00 The meeting'],
    ['remind me to check in at 3pm', '2026-11-21 15:00:00 Check in'],
    ['remind me to turn the lights on at 8pm', '2026-11-21 20:00:00 Turn the lights on'],
    ['set a reminder for 5pm to call mom', '2026-11-21 17:00:00 Call mom'],
    ['set a reminder to call mom at 5pm', '2026-11-21 17:00:00 Call mom'],
    ['remind me a quarter past 3pm to leave', '2026-11-21 15:15:00 Leave'],
    ['remind me at 5 to six pm to leave', '2026-11-21 17:55:00 Leave'],
    ['remind me at half past 7 to leave', '2026-11-22 07:30:00 Leave'],
    ['remind me at 1730 to leave', '2026-11-21 17:30:00 Leave'],
    ['remind me tonight at 2 to look', '2026-11-22 02:00:00 Look'],
    ['remind me at noon to book the table for 8pm', '2026-11-21 12:00:00 Book the table for 8pm'],
    ['remind me to pay 8.30 euros at 5pm', '2026-11-21 17:00:00 Pay 8.30 euros'],
    ['remind me to sit in the sun at 3pm', '2026-11-21 15:00:00 Sit in the sun'],
    // Past already today.
    ['remind me at 9 to call Ana', '2026-11-22 09:00:00 Call Ana'],
    ['remind me at 9am to call Ana', '2026-11-22 09:00:00 Call Ana'],
    ['remind me at 10:00 to call Ana', '2026-11-22 10:00:00 Call Ana'],
    ['remind me in the morning to call Ana', '2026-11-22 09:00:00 Call Ana'],
  ])('%s', async (sentence, expected) => {
    expect(await reminder(sentence)).toBe(expected);
  });

  test.each(['remind me tonight to call Ana', 'remind me this evening to call Ana'])(
    '%s: today, when it is evening',
    async (sentence) => {
      expect(await reminder(sentence)).toMatch(/^2026-11-21 (1[7-9]|2[0-3]):00:00 Call Ana$/);
    },
  );
});

describe('a reminder on a day', () => {
  test.each([
    ['remind me tomorrow to call Ana', '2026-11-22 09:00:00 Call Ana'],
    ['remind me tomorrow', '2026-11-22 09:00:00 Reminder'],
    ['remind me tomorrow at 9 to call Ana', '2026-11-22 09:00:00 Call Ana'],
    ['add a reminder tomorrow at 9: dentist', '2026-11-22 09:00:00 Dentist'],
    ['remind me tomorrow at 9 to buy tickets for Friday', '2026-11-22 09:00:00 Buy tickets for Friday'],
    ['remind me on Monday to call Ana', '2026-11-23 09:00:00 Call Ana'],
    ['remind me Monday at 9 to call Ana', '2026-11-23 09:00:00 Call Ana'],
    ['remind me on Monday at 8:30 to call Ana', '2026-11-23 08:30:00 Call Ana'],
    ['remind me next Monday to call Ana', '2026-11-23 09:00:00 Call Ana'],
    ['remind me on 24 December to call Ana', '2026-12-24 09:00:00 Call Ana'],
    ['remind me on December 24 at 6pm to call Ana', '2026-12-24 18:00:00 Call Ana'],
    ['remind me on 2026-12-24 at 18:00 to call Ana', '2026-12-24 18:00:00 Call Ana'],
    ['remind me on 1 January to call Ana', '2027-01-01 09:00:00 Call Ana'],
    ['remind me of Ana’s birthday on 3 May', '2027-05-03 09:00:00 Ana’s birthday'],
    ['remind me to call Ana tomorrow at 9', '2026-11-22 09:00:00 Call Ana'],
    ['remind me at 7 tomorrow evening to call Ana', '2026-11-22 19:00:00 Call Ana'],
    ['remind me first thing tomorrow to call Ana', '2026-11-22 09:00:00 Call Ana'],
    ['remind me the day after tomorrow at 8 to call Ana', '2026-11-23 08:00:00 Call Ana'],
    ['remind me tues at 3pm to call Ana', '2026-11-24 15:00:00 Call Ana'],
    ['remind me next week on Tuesday to call Ana', '2026-11-24 09:00:00 Call Ana'],
    ['remind me to call Ana on Monday about the trip at 3pm', '2026-11-23 15:00:00 Call Ana about the trip'],
    ['remind me tomorrow to meet Bob at 9 Main Street', '2026-11-22 09:00:00 Meet Bob at 9 Main Street'],
    ['remind me tomorrow that the shop closes at 6pm', '2026-11-22 09:00:00 The shop closes at 6pm'],
    ['remind me on the 15th to pay', '2026-12-15 09:00:00 Pay'],
    ['remind me on the 31st to pay', '2026-12-31 09:00:00 Pay'],
    ['remind me on 29 February to celebrate', '2028-02-29 09:00:00 Celebrate'],
    ['remind me on Thursday 24 December to call Ana', '2026-12-24 09:00:00 Call Ana'],
    ['remind me at the end of the month to pay', '2026-11-30 09:00:00 Pay'],
    // It is Saturday now.
    ['remind me on Saturday at 11 to call Ana', '2026-11-21 11:00:00 Call Ana'],
    ['remind me on Saturday at 9 to call Ana', '2026-11-28 09:00:00 Call Ana'],
    ['remind me on Saturday to call Ana', '2026-11-28 09:00:00 Call Ana'],
  ])('%s', async (sentence, expected) => {
    expect(await reminder(sentence)).toBe(expected);
  });
});
