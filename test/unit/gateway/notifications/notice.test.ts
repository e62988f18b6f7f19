import { expect, test } from 'vitest';
import { noticeOf } from '../../../../src-main/gateway/notifications/notice.ts';
import type { InboxNotification } from '../../../../src-main/shared/protocol/notifications.ts';

const base: InboxNotification = {
  id: 'n-1',
  kind: 'reminder',
  source: 'reminder',
  state: 'unread',
  title: 'Reminder',
  body: 'Meeting at 3 PM',
  createdAtMs: Date.parse('2026-03-20T10:15:23Z'),
};

test('a reminder is what to be reminded of', () => {
  expect(noticeOf({ ...base, sessionKey: 'agent:main:main' })).toEqual({
    type: 'reminder',
    msg: 'Meeting at 3 PM',
    id: 'n-1',
    channel: 'default',
    created_at: '2026-03-20T10:15:23.000Z',
  });
});

test.each([
  ['job', 'job_result'],
  ['call', 'call'],
  ['message', 'message'],
  ['alert', 'alert'],
] as const)('a %s is a %s, with its title', (kind, type) => {
  expect(noticeOf({ ...base, kind, title: 'Backup', body: 'done' })).toMatchObject({
    type,
    msg: 'Backup: done',
  });
  expect(noticeOf({ ...base, kind, title: 'Backup', body: '' })).toMatchObject({ msg: 'Backup' });
});

test('a long text is cut, never inside a character', () => {
  const { msg } = noticeOf({ ...base, body: '😀'.repeat(100_000) });
  expect(msg).toBe(`${'😀'.repeat(500)}…`);
});
