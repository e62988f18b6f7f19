import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { parseWith } from '../../../src-main/gateway/validation.ts';
import { GatewayError } from '../../../src-main/shared/errors.ts';

const schema = z.strictObject({
  name: z.string().check(z.minLength(2), z.maxLength(4)),
  list: z.optional(z.array(z.int().check(z.gte(1), z.lt(10))).check(z.maxLength(2))),
  mode: z.optional(z.enum(['a', 'b'])),
  schedule: z.optional(
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('at'), at: z.string() }),
      z.strictObject({ kind: z.literal('every'), everyMs: z.int() }),
    ]),
  ),
});

function message(value: unknown): string {
  try {
    parseWith(schema, value, 'demo params');
  } catch (error) {
    if (error instanceof GatewayError && error.kind === 'invalid-params') return error.message;
    throw error;
  }
  return 'fine';
}

describe('what is told about wrong params', () => {
  test.each<[unknown, string]>([
    [{ name: 'abc', list: [1], mode: 'a', schedule: { kind: 'at', at: 'x' } }, 'fine'],
    [{}, 'invalid demo params: at /name: must be string'],
    [{ name: 'a' }, 'invalid demo params: at /name: must not have fewer than 2 characters'],
    [{ name: 'abcde' }, 'invalid demo params: at /name: must not have more than 4 characters'],
    [{ name: 'abc', list: [1, 'x'] }, 'invalid demo params: at /list/1: must be number'],
    [{ name: 'abc', list: [0] }, 'invalid demo params: at /list/0: must be >= 1'],
    [{ name: 'abc', list: [10] }, 'invalid demo params: at /list/0: must be < 10'],
    [{ name: 'abc', list: [1, 2, 3] }, 'invalid demo params: at /list: must not have more than 2 items'],
    [{ name: 'abc', mode: 'c' }, 'invalid demo params: at /mode: must be one of "a", "b"'],
    [{ name: 'abc', extra: 1 }, "invalid demo params: at root: unexpected property 'extra'"],
    [{ name: 'abc', schedule: { kind: 'at' } }, 'invalid demo params: at /schedule/at: must be string'],
    [
      { name: 'abc', schedule: { kind: 'never' } },
      'invalid demo params: at /schedule/kind: must be one of the known kinds',
    ],
    [null, 'invalid demo params: at root: must be object'],
    [[], 'invalid demo params: at root: must be object'],
    ['text', 'invalid demo params: at root: must be object'],
  ])('%j: %s', (value, expected) => {
    expect(message(value)).toBe(expected);
  });

  test('names the first three things and how many more there are', () => {
    const told = message({ name: 1, list: ['a', 'b'], mode: 1, schedule: {} });
    expect(told.match(/at \//g)).toHaveLength(3);
    expect(told).toMatch(/; and \d more$/);
  });
});
