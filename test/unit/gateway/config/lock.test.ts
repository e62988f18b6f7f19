import { existsSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { withConfigLock } from '../../../../src-main/gateway/config/lock.ts';
import { createGate, temporaryFolder } from '../../../fakes/temporary.ts';

const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('one writer at a time, and the lock is gone afterwards, also when the work fails', async () => {
  const file = path.join(temporaryFolder(), 'config.lock');
  const gate = createGate();
  const order: string[] = [];
  const first = withConfigLock(file, pause, async () => {
    await gate.opened;
    order.push('first');
    throw new Error('failed');
  });
  const second = withConfigLock(file, pause, async () => {
    order.push('second');
  });
  await pause();
  gate.open();
  await expect(first).rejects.toThrow('failed');
  await second;
  expect(order).toEqual(['first', 'second']);
  expect(existsSync(file)).toBe(false);
});

test.each([
  ['of a process that is gone', '2147483646\n', 0],
  ['of an earlier process with the same id', `${process.pid}\n`, 0],
  ['without a name, from long ago', '', 60],
])('a lock %s is taken over', async (_what, text, age) => {
  const file = path.join(temporaryFolder(), 'config.lock');
  writeFileSync(file, text);
  const then = Date.now() / 1_000 - age;
  utimesSync(file, then, then);
  expect(await withConfigLock(file, pause, async () => 'done')).toBe('done');
});
