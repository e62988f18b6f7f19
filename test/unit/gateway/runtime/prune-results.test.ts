import { describe, expect, test } from 'vitest';
import type { PromptMessage } from '../../../../src-main/gateway/runtime/model.ts';
import { pruneResults, totalSize } from '../../../../src-main/gateway/runtime/prune-results.ts';

const result = (callId: string, text: string): PromptMessage => ({
  role: 'tool',
  callId,
  name: 'read',
  text,
  isError: false,
});
const long = (n: number): PromptMessage => result(`c${n}`, `${n}${'x'.repeat(10_000)}${n}`);
const textOf = (message: PromptMessage | undefined): string => message?.text ?? '';

describe('what tools answered', () => {
  test('stays as it is while everything fits', () => {
    const messages = [long(1), long(2)];
    expect(pruneResults(messages, 20_004)).toBe(messages);
  });

  test('is shortened to its ends, the oldest first, and only as far as it must be', () => {
    const messages = [long(1), long(2), long(3), long(4), long(5), long(6)];
    const pruned = pruneResults(messages, 53_500);
    expect(textOf(pruned[0])).toMatch(/^1x+\n\[… 7002 characters left out …\]\nx+1$/);
    expect(pruned.slice(1)).toEqual(messages.slice(1));
  });

  test('is left out when that is not enough, but not what is worked with now', () => {
    const messages = [long(1), long(2), long(3), long(4), long(5), long(6)];
    const pruned = pruneResults(messages, 10);
    expect(textOf(pruned[0])).toContain('left out to save room');
    expect(textOf(pruned[1])).toContain('left out to save room');
    expect(pruned.slice(2)).toEqual(messages.slice(2));
    expect(totalSize(pruneResults(messages, 10, 0))).toBeLessThan(1_000);
  });

  test('keeps its place and its call, and people’s words are never touched', () => {
    const said: PromptMessage = { role: 'user', text: 'y'.repeat(10_000) };
    const pruned = pruneResults([said, long(1), said], 0, 0);
    expect(pruned[0]).toBe(said);
    expect(pruned[1]).toMatchObject({ role: 'tool', callId: 'c1', name: 'read', isError: false });
  });
});
