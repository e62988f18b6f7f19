import { describe, expect, test } from 'vitest';
import { isJsonObject, parseJson } from '../../../src-main/shared/json.ts';

describe('parseJson', () => {
  test.each(['', '{', 'undefined', '{"a":1,}', "{'a':1}", '\u0000', 'NaN', '[1,2', '"\n"'])(
    'answers undefined for %j',
    (text) => {
      expect(parseJson(text)).toBeUndefined();
    },
  );

  test('reads what is JSON', () => {
    expect(parseJson('null')).toBeNull();
    expect(parseJson(' [1] ')).toEqual([1]);
  });

  test('keeps a key named __proto__ as an ordinary one', () => {
    const value = parseJson('{"__proto__":{"polluted":true}}');
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('does not overflow the stack on deep nesting', () => {
    const depth = 200_000;
    expect(parseJson('['.repeat(depth) + ']'.repeat(depth))).toBeInstanceOf(Array);
  });
});

describe('isJsonObject', () => {
  test('is true for objects only', () => {
    expect([{}, { a: 1 }].every(isJsonObject)).toBe(true);
    expect([null, undefined, [], 'a', 1, true].some(isJsonObject)).toBe(false);
  });
});
