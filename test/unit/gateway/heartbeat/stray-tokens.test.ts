import { describe, expect, test } from 'vitest';
import {
  createStrayTokenFilter,
  withoutStrayTokens,
} from '../../../../src-main/gateway/heartbeat/stray-tokens.ts';

/** The same text in pieces of every size: what has been shown by then never holds a part of a token. */
function streamed(text: string): readonly string[] {
  return Array.from({ length: Math.min(text.length, 12) }, (_, index) => {
    const filter = createStrayTokenFilter();
    let shown = '';
    for (let at = 0; at < text.length; at += index + 1) shown += filter.push(text.slice(at, at + index + 1));
    return shown + filter.end();
  });
}

const TOKENS = [
  'HEARTBEAT_OK',
  'NO_REPLY',
  'heartbeat_ok',
  'Heartbeat OK',
  'HEARTBEAT-OK',
  '**HEARTBEAT_OK**',
];
const MORE = [
  '`NO_REPLY`',
  '“HEARTBEAT_OK”.',
  '> HEARTBEAT_OK',
  '- NO_REPLY',
  '✅ HEARTBEAT_OK',
  '  NO_REPLY!  ',
];

describe.each([...TOKENS, ...MORE])('%j on a line of its own', (token) => {
  test.each([
    ['alone', token, ''],
    ['first', `${token}\nThe answer is 4.`, 'The answer is 4.'],
    ['last', `The answer is 4.\n${token}`, 'The answer is 4.\n'],
    ['in between', `One.\n\n${token}\n\nTwo.`, 'One.\n\n\nTwo.'],
    ['before a line break of Windows', `One.\r\n${token}\r\nTwo.`, 'One.\r\nTwo.'],
  ])('is taken out: %s', (_where, text, rest) => {
    expect(withoutStrayTokens(text)).toBe(rest);
    for (const shown of streamed(text)) expect(shown).toBe(rest);
  });
});

test.each([
  'The token HEARTBEAT_OK means that nothing happened.',
  'HEARTBEAT_OK is the token.',
  'HEARTBEAT_OKAY',
  'NO_REPLY_ADDRESS=x',
  'no-reply@example.com',
  'No reply yet from Ana.',
  'Heart',
  'heartbeat',
  'No',
  '```\nconst a = 1;\n```',
  '',
  '\n\n',
])('%j stays as it is', (text) => {
  expect(withoutStrayTokens(text)).toBe(text);
  for (const shown of streamed(text)) expect(shown).toBe(text);
});

test('what cannot become a token any more is shown at once', () => {
  const filter = createStrayTokenFilter();
  expect(filter.push('HEART')).toBe('');
  expect(filter.push('ED disagreement')).toBe('HEARTED disagreement');
  expect(filter.push(' goes on')).toBe(' goes on');
  expect(filter.push('\nNO_')).toBe('\n');
  expect(filter.push('REPLY')).toBe('');
  expect(filter.end()).toBe('');
});
