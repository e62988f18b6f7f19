import { describe, expect, test } from 'vitest';
import { wordsOf } from '../../../../src-main/gateway/heartbeat/reply.ts';

describe('an answer that says nothing', () => {
  test.each([
    'HEARTBEAT_OK',
    ' HEARTBEAT_OK\n',
    'HEARTBEAT_OK.',
    '**HEARTBEAT_OK**',
    '`HEARTBEAT_OK`',
    'NO_REPLY',
    '"NO_REPLY"',
    '*NO_REPLY*',
    '',
    '  \n',
    'HEARTBEAT_OK\n\nI looked at the inbox and the calendar; both are quiet.',
    'Everything is quiet.\n\nHEARTBEAT_OK',
  ])('%j', (answer) => {
    expect(wordsOf(answer)).toBeUndefined();
  });
});

describe('an answer that says something', () => {
  test.each([
    ['The build is red.', 'The build is red.'],
    ['I would say HEARTBEAT_OK but the build is red.', 'I would say HEARTBEAT_OK but the build is red.'],
    ['HEARTBEAT_OKAY then', 'HEARTBEAT_OKAY then'],
    ['NO_REPLY needed, but call Ana.', 'NO_REPLY needed, but call Ana.'],
    [`HEARTBEAT_OK ${'x'.repeat(301)}`, 'x'.repeat(301)],
    [`${'x'.repeat(301)}\nHEARTBEAT_OK`, 'x'.repeat(301)],
  ])('%.40j', (answer, told) => {
    expect(wordsOf(answer)).toBe(told);
  });
});
