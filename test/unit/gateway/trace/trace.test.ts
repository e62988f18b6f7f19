import { describe, expect, test } from 'vitest';
import { createTrace, withoutSecrets, type Trace } from '../../../../src-main/gateway/trace/trace.ts';
import type { TraceEntry, TraceEvent } from '../../../../src-main/shared/protocol/trace.ts';
import { FakeClock } from '../../../fakes/fake-clock.ts';

interface Made {
  readonly trace: Trace;
  readonly clock: FakeClock;
  readonly published: TraceEvent[];
  readonly told: TraceEntry[];
}

function create(): Made {
  const clock = new FakeClock();
  const published: TraceEvent[] = [];
  const told: TraceEntry[] = [];
  const trace = createTrace({
    clock,
    elapsed: () => 0,
    publish: (event) => published.push(event),
    redact: (text) => withoutSecrets(text, 'hunter2hunter2'),
  });
  return { trace, clock, published, told };
}

const receive = (trace: Trace, msgId: string | number | null, method = 'chat.send', channel = 'x'): void => {
  trace.report({ kind: 'recv', msgId, method, channel, size: 1 });
};

describe('a trace that nobody watches', () => {
  test('is not active, and needs no timer', () => {
    const { trace, clock } = create();
    expect([trace.active, clock.pending]).toEqual([false, 0]);
  });

  test('is not active any more when the last watcher left', () => {
    const { trace } = create();
    const stop = trace.listen(() => undefined);
    trace.subscribe('c');
    stop();
    expect(trace.active).toBe(true);
    trace.unsubscribe('c');
    expect(trace.active).toBe(false);
  });
});

describe('a trace that is subscribed to', () => {
  test('tells many messages with one event, in order', async () => {
    const { trace, clock, published } = create();
    trace.subscribe('c');
    receive(trace, 'a');
    receive(trace, 'b');
    expect(published).toEqual([]);
    await clock.advance(100);
    expect(published.map(({ entries }) => entries.map(({ msgId }) => msgId))).toEqual([['a', 'b']]);
    await clock.advance(1_000);
    expect([published.length, clock.pending]).toEqual([1, 0]);
  });

  test('keeps no more than it can tell, and says how much it left out', async () => {
    const { trace, clock, published } = create();
    trace.subscribe('c');
    for (let n = 0; n < 1_200; n += 1) receive(trace, n);
    await clock.advance(100);
    expect(published[0]?.entries).toHaveLength(500);
    expect(published[0]?.dropped).toBe(700);
    receive(trace, 'later');
    await clock.advance(100);
    expect(published[1]).toMatchObject({ dropped: 0, entries: [{ msgId: 'later' }] });
  });
});

describe('what clients wrote', () => {
  const told = (msgId: string | number | null, method = 'm', channel = 'c'): TraceEntry => {
    const { trace, told: entries } = create();
    trace.listen((entry) => entries.push(entry));
    receive(trace, msgId, method, channel);
    return entries[0]!;
  };

  test.each([
    ['a b\nc\u001b[2J', 'a?b?c?[2J'],
    ['\u202eevil', '?evil'],
    [7, '7'],
    [null, '-'],
    ['', '-'],
    ['x'.repeat(1_000_000), 'x'.repeat(64)],
  ])('is fit to print: %.20j', (id, shown) => {
    expect(told(id).msgId).toBe(shown);
  });

  test('never holds a secret', () => {
    const secrets = ['hunter2hunter2', 'oc_local_abcdef123456', 'my-oc_local_abcdef123456!'];
    for (const secret of secrets) {
      const text = JSON.stringify(told(secret, secret, secret));
      expect(text).not.toMatch(/hunter2|abcdef/);
    }
  });
});
