import { describe, expect, it } from 'vitest';
import { commandParts, visibleCommand } from '../../src-renderer/features/approvals/command-parts.ts';

describe('a command cut for the eye', () => {
  it('shows what cannot be seen by its code point and look-alikes with theirs', () => {
    expect(
      commandParts('ls \u202Eаb', [
        { startIndex: 4, endIndex: 5, kind: 'look-alike', shown: 'U+0430' },
        { startIndex: 3, endIndex: 4, kind: 'direction', shown: 'U+202E' },
      ]),
    ).toEqual([
      { kind: 'text', text: 'ls ' },
      { kind: 'hidden', shown: 'U+202E' },
      { kind: 'look-alike', text: 'а', shown: 'U+0430' },
      { kind: 'text', text: 'b' },
    ]);
  });

  it('can be told in one line', () => {
    const spans = [{ startIndex: 0, endIndex: 1, kind: 'look-alike', shown: 'U+0430' }] as const;
    expect(visibleCommand('аb \\\n  c', spans)).toBe('а[U+0430]b \\ ⏎ c');
  });

  it('loses nothing to spans that make no sense', () => {
    const odd = [
      { startIndex: 1, endIndex: 1, kind: 'control', shown: 'x' },
      { startIndex: -4, endIndex: 2, kind: 'control', shown: 'x' },
      { startIndex: 2, endIndex: 99, kind: 'control', shown: 'x' },
    ] as const;
    expect(commandParts('abc', odd)).toEqual([{ kind: 'text', text: 'abc' }]);
  });
});
