import { describe, expect, test, vi } from 'vitest';
import { createLanes, type Lanes } from '../../../../src-main/gateway/runtime/lanes.ts';
import { settle } from '../../../fakes/fake-clock.ts';

interface Work {
  readonly lanes: Lanes;
  /** Ids in the order in which they began. */
  readonly begun: string[];
  readonly errors: unknown[];
  readonly add: (lane: string, id: string) => void;
  readonly finish: (id: string, error?: Error) => Promise<void>;
}

function createWork(maxConcurrent = 4, maxWaitingPerLane = 3): Work {
  const begun: string[] = [];
  const errors: unknown[] = [];
  const running = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();
  const lanes = createLanes({ maxConcurrent }, (error) => errors.push(error));
  return {
    lanes,
    begun,
    errors,
    add: (lane, id) => {
      lanes.enqueue(
        lane,
        {
          id,
          run: () => {
            begun.push(id);
            return new Promise((resolve, reject) => {
              running.set(id, { resolve, reject });
            });
          },
        },
        maxWaitingPerLane,
      );
    },
    finish: async (id, error) => {
      const task = running.get(id);
      if (error === undefined) task?.resolve();
      else task?.reject(error);
      await settle();
    },
  };
}

describe('one lane', () => {
  test('runs one task at a time, in order', async () => {
    const { add, begun, finish, lanes } = createWork();
    for (const id of ['a', 'b', 'c']) add('x', id);
    expect(begun).toEqual(['a']);
    expect(lanes.ids('x')).toEqual(['a', 'b', 'c']);
    await finish('a');
    expect(begun).toEqual(['a', 'b']);
    await finish('b');
    await finish('c');
    expect(begun).toEqual(['a', 'b', 'c']);
    expect(lanes.ids('x')).toEqual([]);
  });

  test('refuses what waits beyond its limit, and says what to do', () => {
    const { add } = createWork(4, 2);
    for (const id of ['a', 'b', 'c']) add('x', id);
    expect(() => {
      add('x', 'd');
    }).toThrow('2 messages wait in this session already. Wait for an answer, or stop the run.');
  });

  test('goes on after a task that failed', async () => {
    const { add, begun, errors, finish } = createWork();
    add('x', 'a');
    add('x', 'b');
    const problem = new Error('no');
    await finish('a', problem);
    expect(errors).toEqual([problem]);
    expect(begun).toEqual(['a', 'b']);
  });

  test('lets go of a task that has not begun, not of one that runs', async () => {
    const { add, begun, finish, lanes } = createWork();
    for (const id of ['a', 'b', 'c']) add('x', id);
    expect(lanes.remove('x', 'a')).toBe(false);
    expect(lanes.remove('x', 'b')).toBe(true);
    expect(lanes.remove('x', 'b')).toBe(false);
    expect(lanes.remove('y', 'b')).toBe(false);
    await finish('a');
    expect(begun).toEqual(['a', 'c']);
  });
});

describe('several lanes', () => {
  test('run side by side, up to the limit of all', async () => {
    const { add, begun, finish } = createWork(2);
    for (const lane of ['x', 'y', 'z']) add(lane, lane);
    expect(begun).toEqual(['x', 'y']);
    await finish('x');
    expect(begun).toEqual(['x', 'y', 'z']);
  });

  test('a lane that never empties does not keep another one from its turn', async () => {
    const { add, begun, finish } = createWork(1);
    for (const id of ['x1', 'x2', 'x3']) add('x', id);
    add('y', 'y1');
    await finish('x1');
    await finish(begun.at(-1)!);
    expect(begun).toContain('y1');
  });

  test('a task may add another one to its own lane', async () => {
    const { add, begun, finish } = createWork(1);
    add('x', 'a');
    add('x', 'b');
    await finish('a');
    add('x', 'c');
    await finish('b');
    expect(begun).toEqual(['a', 'b', 'c']);
  });

  test('nobody is told of an error that did not happen', async () => {
    const onError = vi.fn();
    const lanes = createLanes({ maxConcurrent: 1 }, onError);
    lanes.enqueue('x', { id: 'a', run: () => Promise.resolve() }, 1);
    await settle();
    expect(onError).not.toHaveBeenCalled();
    expect(lanes.ids('x')).toEqual([]);
  });
});
