import { beforeAll, describe, expect, test } from 'vitest';
import { parseIntent } from '../../../../src-main/gateway/runtime/offline/intents.ts';
import { reminderAt } from '../../../../src-main/gateway/runtime/offline/reminder-request.ts';
import { workOf } from '../../../fakes/work-time.ts';

const NOW = Date.parse('2026-11-21T09:00:00Z');
/** A chat message may be several times as long. */
const LENGTH = 60_000;
const fill = (text: string): string => text.repeat(Math.ceil(LENGTH / text.length));

beforeAll(async () => {
  // The library for dates loads with the first sentence.
  await parseIntent('remind me tomorrow at 9', NOW, 'UTC');
});

// While a sentence is being understood the whole gateway waits, so no sentence may take long, however odd it is.
describe('a very long sentence is understood without a pause that anybody notices', () => {
  test.each([
    ['times one after the other', `remind me ${fill('in 5 minutes ')}`],
    ['words', `remind me ${fill('a ')}`],
    ['days', `remind me on ${fill('Monday, ')}`],
    ['days of a recurrence', `every ${fill('monday and ')}`],
    ['dates', `remind me ${fill('2026-12-24 ')}`],
    ['numbers', `remind me at ${fill('1')}`],
    ['a long query', `what do you know about ${fill('a ')}`],
    ['spaces before a time', `remind me x${fill(' ')}y at 5pm`],
    ['spaces after every', `remind me every${fill(' ')}y`],
    ['spaces after a time', `remind me every day at 5${fill(' ')}y`],
    ['full stops', `remind me x${fill('. ')}y`],
  ])('%s', async (_name, sentence) => {
    expect(await workOf(() => parseIntent(sentence, NOW, 'UTC'))).toBeLessThan(1_500);
  });
});

test('a very long answer to the question when is no time, and that is seen at once', async () => {
  for (const answer of ['5pm ', 'at 5 ', 'tomorrow at 5 ']) {
    const work = await workOf(async () => {
      expect(await reminderAt(fill(answer), 'Call Ana', NOW, 'UTC', 'tomorrow')).toBeUndefined();
    });
    expect(work).toBeLessThan(1_500);
  }
});
