import { describe, expect, test } from 'vitest';
import { createDeltaPacer, type DeltaPacer } from '../../../../src-main/gateway/runtime/delta-pacer.ts';
import { FakeClock } from '../../../fakes/fake-clock.ts';

function create(): { pacer: DeltaPacer; sent: string[]; clock: FakeClock } {
  const clock = new FakeClock();
  const sent: string[] = [];
  return { pacer: createDeltaPacer(clock, (text) => sent.push(text)), sent, clock };
}

describe('DeltaPacer', () => {
  test('sends the first piece at once and collects those that follow', async () => {
    const { pacer, sent, clock } = create();
    for (const piece of ['Hel', 'lo', ' you']) pacer.push(piece);
    expect(sent).toEqual(['Hel']);
    await clock.advance(25);
    expect(sent).toEqual(['Hel', 'lo you']);
  });

  test('sends a piece at once that comes after a pause', async () => {
    const { pacer, sent, clock } = create();
    pacer.push('a');
    await clock.advance(100);
    pacer.push('b');
    expect(sent).toEqual(['a', 'b']);
  });

  test('flush sends what is held back, once', async () => {
    const { pacer, sent, clock } = create();
    pacer.push('a');
    pacer.push('b');
    pacer.flush();
    pacer.flush();
    await clock.advance(1_000);
    expect(sent).toEqual(['a', 'b']);
    expect(clock.pending).toBe(0);
  });

  test('loses and doubles nothing, however the pieces come', async () => {
    const { pacer, sent, clock } = create();
    const pieces = Array.from({ length: 200 }, (_, index) => `${index} `);
    for (const [index, piece] of pieces.entries()) {
      pacer.push(piece);
      await clock.advance((index * 7) % 13);
    }
    pacer.flush();
    expect(sent.join('')).toBe(pieces.join(''));
    expect(sent.length).toBeLessThan(pieces.length);
  });

  test('sends nothing when there is nothing', () => {
    const { pacer, sent } = create();
    pacer.push('');
    pacer.flush();
    expect(sent).toEqual([]);
  });
});
