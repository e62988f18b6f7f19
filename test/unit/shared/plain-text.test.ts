import { describe, expect, test } from 'vitest';
import { plainText } from '../../../src-main/shared/plain-text.ts';

describe('words of strangers', () => {
  test.each([
    ['Ada’s phone', 'Ada’s phone'],
    ['  two\t\n spaces  ', 'two spaces'],
    ['über – 日本語 – العربية', 'über – 日本語 – العربية'],
    ['pass\u202eexe.txt', 'passexe.txt'],
    ['zero\u200bwidth\ufeff', 'zerowidth'],
    ['a\u0000b\u001b[2Jc', 'a b [2Jc'],
    ['line\u2028and\u2029paragraph', 'line and paragraph'],
    ['half \ud800 a pair', 'half a pair'],
    ['no\u00a0break', 'no break'],
  ])('%j is read as %j', (text, expected) => {
    expect(plainText(text)).toBe(expected);
  });

  test.each([undefined, '', ' ', '\u200b\u2060', '\u0000\n'])('%j is nothing', (text) => {
    expect(plainText(text)).toBeUndefined();
  });

  test('are cut between characters, however long they are', () => {
    expect(plainText('😀'.repeat(1_000_000), 3)).toBe('😀😀😀');
    expect(plainText('ab cd', 3)).toBe('ab');
  });

  test('stay the same when they are cleaned again', () => {
    const once = plainText(' x\u202e\u0007y '.repeat(40));
    expect(plainText(once)).toBe(once);
  });
});
