import { describe, expect, test } from 'vitest';
import { withoutTokens, wordsOf } from '../../../../src-main/gateway/heartbeat/reply.ts';
import { OK_FORMS } from '../../../fakes/ok-forms.ts';

describe('an answer that says nothing', () => {
  test.each(OK_FORMS)('%j', (answer) => {
    expect(wordsOf(answer)).toBeUndefined();
  });
});

describe('an answer that says something', () => {
  test.each([
    ['The build is red.', 'The build is red.'],
    ['I would say HEARTBEAT_OK but the build is red.', 'I would say but the build is red.'],
    ['HEARTBEAT_OKAY then', 'HEARTBEAT_OKAY then'],
    ['MY_HEARTBEAT_OK_FLAG is set', 'MY_HEARTBEAT_OK_FLAG is set'],
    ['There was no reply from Ana.', 'There was no reply from Ana.'],
    ['Ana wrote NO_REPLY into the form again.', 'Ana wrote into the form again.'],
    [`HEARTBEAT_OK ${'x'.repeat(301)}`, 'x'.repeat(301)],
    [`${'x'.repeat(301)}\nHEARTBEAT_OK`, 'x'.repeat(301)],
    [`**HEARTBEAT_OK**\n\n${'y'.repeat(301)}`, 'y'.repeat(301)],
  ])('%.40j', (answer, told) => {
    expect(wordsOf(answer)).toBe(told);
  });

  test('with no words dropped beside the token, they are told', () => {
    expect(wordsOf('HEARTBEAT_OK. Backup done.', 0)).toBe('Backup done.');
    expect(wordsOf('**HEARTBEAT_OK**', 0)).toBeUndefined();
  });
});

test.each(OK_FORMS)('nothing of the token is left of %j', (form) => {
  for (const text of [form, `Before. ${form}`, `${form} after`, `${'z'.repeat(400)}\n${form}`])
    expect(withoutTokens(text)).not.toMatch(/heartbeat.?ok|no_reply/iu);
});

test('a text without a token stays as it is', () => {
  const text = 'Ünïcode ﬁ  two spaces\n\n\n\nand &amp; \\_ escapes ';
  expect(withoutTokens(text)).toBe(text);
});
