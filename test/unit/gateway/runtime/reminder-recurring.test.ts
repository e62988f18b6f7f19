import { beforeAll, describe, expect, test } from 'vitest';
import { parseIntent } from '../../../../src-main/gateway/runtime/offline/intents.ts';

const ZONE = 'Europe/Berlin';
const NOW = Date.parse('2026-11-21T10:00:00+01:00');

beforeAll(() => {
  process.env.TZ = ZONE;
});

async function reminder(sentence: string): Promise<string> {
  const intent = await parseIntent(sentence, NOW, ZONE);
  if (intent.kind !== 'set-reminder') return intent.kind;
  const { schedule, text } = intent;
  switch (schedule.kind) {
    case 'at':
      return `once: ${text}`;
    case 'every':
      return `every ${schedule.everyMs / 60_000} min: ${text}`;
    case 'cron':
      return `${schedule.expr}: ${text}`;
  }
}

describe('a reminder that comes again on days', () => {
  test.each([
    ['remind me every day at 9 to call Ana', '0 9 * * *: Call Ana'],
    ['remind me every day at noon to eat', '0 12 * * *: Eat'],
    ['remind me every day at midnight to sleep', '0 0 * * *: Sleep'],
    ['remind me every day at 12 am to sleep', '0 0 * * *: Sleep'],
    ['remind me every day at 12pm to eat', '0 12 * * *: Eat'],
    ['remind me every day at 5 p.m. to leave', '0 17 * * *: Leave'],
    ['remind me daily to call Ana', '0 9 * * *: Call Ana'],
    ['remind me to call Ana every day at 5pm', '0 17 * * *: Call Ana'],
    ['remind me every day to call Ana at 5pm', '0 17 * * *: Call Ana'],
    ['remind me at 5 every day to call Ana', '0 5 * * *: Call Ana'],
    ['daily standup at 9:30', '30 9 * * *: Standup'],
    ['remind me every morning at 7 to run', '0 7 * * *: Run'],
    ['remind me every evening to run', '0 18 * * *: Run'],
    ['remind me every evening at 7 to run', '0 19 * * *: Run'],
    ['remind me every evening at 19:00 to run', '0 19 * * *: Run'],
    ['remind me every weekday at 8:30 to check the calendar', '30 8 * * 1-5: Check the calendar'],
    ['every weekday at 8.30 remind me to check the calendar', '30 8 * * 1-5: Check the calendar'],
    ['remind me at 8:30 every weekday to check the calendar', '30 8 * * 1-5: Check the calendar'],
    ['remind me every weekend at 10 to run', '0 10 * * 6,0: Run'],
    ['remind me every Monday to call Ana', '0 9 * * 1: Call Ana'],
    ['remind me on Mondays at 8:30 to call Ana', '30 8 * * 1: Call Ana'],
    ['remind me every Tuesday and Thursday at 6pm to run', '0 18 * * 2,4: Run'],
    ['remind me every Monday, Wednesday and Friday at 7 to run', '0 7 * * 1,3,5: Run'],
    ['remind me at noon every Friday to eat', '0 12 * * 5: Eat'],
    ['remind me every month on the 15th at 9 to pay rent', '0 9 15 * *: Pay rent'],
    ['remind me monthly on the 1st to pay rent', '0 9 1 * *: Pay rent'],
    ['remind me on the 1st of every month to pay rent', '0 9 1 * *: Pay rent'],
    ['remind me on the last day of every month to pay rent', '0 9 L * *: Pay rent'],
    ['remind me on the first Monday of every month at 10 to pay', '0 10 * * 1#1: Pay'],
    ['remind me to pay every last Friday of the month', '0 9 * * 5#L: Pay'],
    ['remind me every year on 3 May about Ana’s birthday', '0 9 3 5 *: Ana’s birthday'],
    ['remind me of Ana’s birthday every year on May 3', '0 9 3 5 *: Ana’s birthday'],
    ['remind me to take my pills every day at 8am and 8pm', '0 8,20 * * *: Take my pills'],
    ['remind me every night at 11 to lock the door', '0 23 * * *: Lock the door'],
    ['remind me every Sunday evening at 7 to back up', '0 19 * * 0: Back up'],
    ['remind me every weekday morning to stand up', '0 9 * * 1-5: Stand up'],
    ['remind me every week on Tuesday at 10 to plan', '0 10 * * 2: Plan'],
    ['remind me Monday to Friday at 8 to take pills', '0 8 * * 1-5: Take pills'],
    ['remind me every Mon, Wed & Fri at 7 to run', '0 7 * * 1,3,5: Run'],
    ['set a daily reminder at 9 to drink water', '0 9 * * *: Drink water'],
    ['Mondays at 8 take out the trash', '0 8 * * 1: Take out the trash'],
    ['remind me every second Friday at 5pm to run', '0 17 * * 5 every 2 weeks from 2026-11-27: Run'],
    ['every other Friday call Ana', '0 9 * * 5 every 2 weeks from 2026-11-27: Call Ana'],
    ['remind me every two weeks on Friday at 5pm to run', '0 17 * * 5 every 2 weeks from 2026-11-27: Run'],
    ['remind me fortnightly on Mondays at 8 to run', '0 8 * * 1 every 2 weeks from 2026-11-23: Run'],
    ['remind me to run on Fridays at 5pm every other week', '0 17 * * 5 every 2 weeks from 2026-11-27: Run'],
    ['remind me on Fridays every other week at 5pm to run', '0 17 * * 5 every 2 weeks from 2026-11-27: Run'],
    ['remind me every 3 weeks on Mon and Thu at 7 to run', '0 7 * * 1,4 every 3 weeks from 2026-11-23: Run'],
    [
      'remind me every 3 days at 9 to water the plants',
      '0 9 * * * every 3 days from 2026-11-22: Water the plants',
    ],
    [
      'remind me every 3 days at 11 to water the plants',
      '0 11 * * * every 3 days from 2026-11-21: Water the plants',
    ],
    ['remind me every other day at 9 to run', '0 9 * * * every 2 days from 2026-11-22: Run'],
    ['remind me every second evening to run', '0 18 * * * every 2 days from 2026-11-21: Run'],
    ['remind me every two weeks at 9 to run', '0 9 * * * every 14 days from 2026-11-22: Run'],
    ['remind me every other weekend to run', '0 9 * * 6,0 every 2 weeks from 2026-11-22: Run'],
    ['remind me every second Friday of the month to run', '0 9 * * 5#2: Run'],
    ['remind me on the second Friday of the month at 5pm to run', '0 17 * * 5#2: Run'],
    ['remind me every last Friday at 4pm to run', '0 16 * * 5#L: Run'],
    ['remind me every first Monday to pay', '0 9 * * 1#1: Pay'],
    ['EVERY DAY AT 9AM CHECK THE MAIL', '0 9 * * *: CHECK THE MAIL'],
  ])('%s', async (sentence, expected) => {
    expect(await reminder(sentence)).toBe(expected);
  });

  test('runs in the zone of the person, without a stagger', async () => {
    const intent = await parseIntent('remind me every day at 9 to call Ana', NOW, ZONE);
    expect(intent).toMatchObject({ schedule: { tz: ZONE, staggerMs: 0 } });
  });
});

describe('a reminder that comes again after some time', () => {
  test.each([
    ['remind me every minute to blink', 'every 1 min: Blink'],
    ['remind me every hour to drink', 'every 60 min: Drink'],
    ['remind me every other hour to drink', 'every 120 min: Drink'],
    ['remind me every other week to run', 'every 20160 min: Run'],
    ['remind me every other day to run', 'every 2880 min: Run'],
    ['remind me every two hours to drink', 'every 120 min: Drink'],
    ['remind me every 90 minutes to drink', 'every 90 min: Drink'],
    ['every 15 minutes check the oven', 'every 15 min: Check the oven'],
    ['remind me to look up every twenty-five mins', 'every 25 min: Look up'],
    ['remind me every half hour to drink', 'every 30 min: Drink'],
    ['remind me every hour and a half to drink', 'every 90 min: Drink'],
    ['remind me every two weeks to water the plants', 'every 20160 min: Water the plants'],
    ['remind me every 3 days to water the plants', 'every 4320 min: Water the plants'],
  ])('%s', async (sentence, expected) => {
    expect(await reminder(sentence)).toBe(expected);
  });

  test('counts from now', async () => {
    const intent = await parseIntent('remind me every hour to drink', NOW, ZONE);
    expect(intent).toMatchObject({ schedule: { anchorMs: NOW } });
  });
});

describe('what cannot be scheduled', () => {
  test.each([
    'remind me every day at 25:00 to call Ana',
    'remind me every day at 9:75 to call Ana',
    'remind me every 0 minutes to drink',
    'remind me every month on the 42nd to pay rent',
    'remind me every third Friday to run',
    'remind me every other month to pay',
    'remind me twice a day to take pills',
    'remind me every month to pay rent',
    'remind me every 3 months to change the filter',
    'remind me every 30 seconds to blink',
    'remind me every hour until 5pm to drink',
    'remind me every hour on weekdays to drink',
    'remind me every day at 8:30 and 20:00 to take pills',
    'remind me every morning at 3pm to run',
  ])('%s: asks back instead of guessing', async (sentence) => {
    expect(await reminder(sentence)).toBe('reminder-without-time');
  });

  test('every two weeks is not taken as once', async () => {
    expect(await reminder('remind me every two weeks to water the plants')).not.toMatch(/^once/);
  });
});
