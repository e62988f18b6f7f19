import { expect, test } from 'vitest';
import { createSerialQueue } from '../../../src-main/shared/serial-queue.ts';

test('work waits for the work before it, also when that fails', async () => {
  const inTurn = createSerialQueue();
  const told: string[] = [];
  const work =
    (name: string, fails = false) =>
    async (): Promise<string> => {
      told.push(`${name} begins`);
      await Promise.resolve();
      told.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    };
  const results = await Promise.allSettled([inTurn(work('one', true)), inTurn(work('two'))]);
  expect(told).toEqual(['one begins', 'one ends', 'two begins', 'two ends']);
  expect(results).toMatchObject([{ reason: { message: 'one' } }, { value: 'two' }]);
});
