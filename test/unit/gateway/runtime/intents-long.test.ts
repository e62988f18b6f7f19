import { beforeAll, describe, expect, test } from 'vitest';
import { parseIntent } from '../../../../src-main/gateway/runtime/offline/intents.ts';

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
    // Work of this process, not time: another program may have the processor meanwhile.
    const before = process.cpuUsage();
    await parseIntent(sentence, NOW, 'UTC');
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(1_500);
  });
});
