import { describe, expect, test } from 'vitest';
import { createEventBus, type BusEvent } from '../../../src-main/gateway/event-bus.ts';
import { createProblems } from '../../../src-main/gateway/problems.ts';
import { RecordingLog } from '../../fakes/recording-log.ts';

describe('the event bus', () => {
  test('tells all listeners, also when one of them fails, and logs the failure', () => {
    const log = new RecordingLog();
    const bus = createEventBus(log);
    const heard: BusEvent[] = [];
    bus.subscribe(() => {
      throw new Error('no');
    });
    const unsubscribe = bus.subscribe((event) => heard.push(event));
    bus.publish('tick', { ts: 1 });
    unsubscribe();
    bus.publish('tick', { ts: 2 });
    expect(heard).toEqual([{ event: 'tick', payload: { ts: 1 }, meta: {} }]);
    expect(log.unexpected()).toHaveLength(2);
  });
});

describe('the problems', () => {
  test('are one per code, keep their beginning, and tell only changes', () => {
    let now = 1;
    let changes = 0;
    const problems = createProblems(
      () => now,
      () => (changes += 1),
    );
    problems.set('storage', 'full');
    now = 2;
    problems.set('storage', 'full');
    problems.set('storage', 'still full');
    expect(problems.list()).toEqual([{ code: 'storage', message: 'still full', sinceMs: 1 }]);
    problems.clear('storage');
    problems.clear('storage');
    expect(problems.list()).toEqual([]);
    expect(changes).toBe(3);
  });
});
