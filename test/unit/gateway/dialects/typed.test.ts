import { describe, expect, test } from 'vitest';
import { createTypedDialect } from '../../../../src-main/gateway/dialects/typed.ts';
import { GatewayError } from '../../../../src-main/shared/errors.ts';
import type { InboxNotification } from '../../../../src-main/shared/protocol/notifications.ts';

const dialect = createTypedDialect(() => Date.parse('2026-11-21T09:00:00Z'));
const decode = (frame: unknown): ReturnType<typeof dialect.decode> =>
  dialect.decode(typeof frame === 'string' ? frame : JSON.stringify(frame));
const timestamp = '2026-11-21T09:00:00.000Z';

describe('reading', () => {
  test('a message with and without an id', () => {
    expect(
      decode({ type: 'chat', id: 'msg-001', payload: { text: 'hi' }, timestamp: 'x', extra: 1 }),
    ).toEqual({
      kind: 'single',
      entry: { kind: 'request', id: 'msg-001', method: 'typed.chat', params: { text: 'hi' } },
    });
    expect(decode({ type: 'status' })).toMatchObject({
      entry: { kind: 'request', id: null, params: undefined },
    });
  });

  test.each<[unknown, string]>([
    ['{', 'parse-error'],
    ['[]', 'invalid-request'],
    ['null', 'invalid-request'],
    [{}, 'invalid-request'],
    [{ type: 5 }, 'invalid-request'],
    [{ type: 'chat', payload: 'hi' }, 'invalid-request'],
    [{ type: 'chat', payload: [] }, 'invalid-request'],
    [{ type: 'chat', id: {} }, 'invalid-request'],
  ])('refuses %j', (frame, kind) => {
    expect(decode(frame)).toMatchObject({ kind: 'single', entry: { kind: 'fault', error: { kind } } });
  });
});

describe('writing', () => {
  test('an answer has the type that belongs to its request, its id, and the time', () => {
    expect(JSON.parse(dialect.response('msg-001', { text: 'Hello' }, 'typed.chat'))).toEqual({
      type: 'response',
      id: 'msg-001',
      payload: { text: 'Hello' },
      timestamp,
    });
    expect(JSON.parse(dialect.response(null, {}, 'typed.status'))).toEqual({
      type: 'status',
      payload: {},
      timestamp,
    });
  });

  test('an error has a word as its code', () => {
    const error = new GatewayError('unauthorized', 'Authentication required.');
    expect(JSON.parse(dialect.error('1', error, undefined))).toEqual({
      type: 'error',
      id: '1',
      payload: { code: 'AUTH_REQUIRED', message: 'Authentication required.' },
      timestamp,
    });
  });

  test('of all events only notifications are told', () => {
    const notification: InboxNotification = {
      id: 'n',
      kind: 'reminder',
      source: 'reminder',
      state: 'unread',
      title: 'Reminder',
      body: 'Stretch',
      createdAtMs: 1,
    };
    const event = dialect.event({ event: 'notification', payload: { notification, unread: 1 }, meta: {} });
    if (event?.form !== 'whole') throw new Error('nothing');
    expect(event.frames.map((text) => JSON.parse(text) as unknown)).toEqual([
      { type: 'notification', payload: notification, timestamp },
    ]);
    expect(dialect.event({ event: 'tick', payload: { ts: 1 }, meta: {} })).toBeUndefined();
  });
});
