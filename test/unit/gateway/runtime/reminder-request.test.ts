import { describe, expect, test } from 'vitest';
import { parseIntent, type Intent } from '../../../../src-main/gateway/runtime/offline/intents.ts';

const NOW = Date.parse('2026-11-21T10:00:00Z');
const intent = (sentence: string): Promise<Intent> => parseIntent(sentence, NOW, 'UTC');

describe('ways to ask for a reminder', () => {
  test.each([
    ['can you remind me to call Ana tomorrow at 9?', 'Call Ana'],
    ['could you please remind me tomorrow at 9 to call Ana, thanks!', 'Call Ana'],
    ['hey, remind me tomorrow at 9 to call Ana please', 'Call Ana'],
    ['I want you to remind me tomorrow at 9 to call Ana', 'Call Ana'],
    ['tomorrow at 9 remind me to call Ana', 'Call Ana'],
    ['tomorrow at 9, please remind me to call Ana', 'Call Ana'],
    ['remind me, please, tomorrow at 9, to call Ana', 'Call Ana'],
    ['remind me: call Ana tomorrow at 9', 'Call Ana'],
    ['reminder to call Ana tomorrow at 9', 'Call Ana'],
    ['set reminder tomorrow 9am call Ana', 'Call Ana'],
    ['create a reminder called Dentist tomorrow at 9', 'Dentist'],
    ['i need a reminder to call Ana tomorrow at 9', 'Call Ana'],
    ['don’t let me forget to call Ana tomorrow at 9', 'Call Ana'],
    ['remember to call Ana tomorrow at 9', 'Call Ana'],
    ['ping me tomorrow at 9', 'Reminder'],
    ['wake me at 9 tomorrow', 'Wake up'],
    ['can you wake me up tomorrow at 9?', 'Wake up'],
    ['set an alarm for 9', 'Alarm'],
  ])('%s', async (sentence, text) => {
    const schedule = { kind: 'at', at: '2026-11-22T09:00:00.000Z' };
    expect(await intent(sentence)).toEqual({ kind: 'set-reminder', text, schedule });
  });

  test.each([
    ['set a timer for 10 minutes', 'Timer'],
    ['timer 10 min', 'Timer'],
    ['set a 10 minute timer', 'Timer'],
    ['10-minute timer for the eggs', 'The eggs'],
  ])('%s', async (sentence, text) => {
    const schedule = { kind: 'at', at: '2026-11-21T10:10:00.000Z' };
    expect(await intent(sentence)).toEqual({ kind: 'set-reminder', text, schedule });
  });
});

describe('what only looks like one', () => {
  test.each([
    ['remember to be nice', { kind: 'remember', text: 'to be nice' }],
    ['every cloud has a silver lining', { kind: 'unknown' }],
    ['notify me when the build is done', { kind: 'unknown' }],
    ['in half an hour', { kind: 'unknown' }],
    ['what did I ask you to remind me of', { kind: 'unknown' }],
  ])('%s', async (sentence, expected) => {
    expect(await intent(sentence)).toEqual(expected);
  });
});
