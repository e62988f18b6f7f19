import { describe, expect, test } from 'vitest';
import { connectDialect, DIALECTS, type DialectClient } from '../fakes/dialects.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { startGateway, type TestGateway } from '../fakes/test-gateway.ts';
import { openWire } from '../fakes/wire-client.ts';
import { messageText } from '../../src-main/shared/protocol/chat.ts';

const [, , jsonRpc] = DIALECTS;

interface Line {
  readonly gateway: TestGateway;
  /** The program that makes calls. */
  readonly caller: DialectClient;
  /** The person who watches. */
  readonly person: NativeClient;
  readonly send: (message: object) => Promise<unknown>;
}

async function open(): Promise<Line> {
  const gateway = await startGateway();
  const caller = await connectDialect(jsonRpc!, gateway);
  const person = await connectNative(gateway);
  return { gateway, caller, person, send: (message) => caller.ask('sessions_send', { message }) };
}

describe('sessions_send', () => {
  test('is answered with ok for every kind, named by type or message_type', async () => {
    const { send } = await open();
    const messages = [
      { call_id: 'c-1', kind: 'call_started', to_number: '+123', prompt: 'Be kind', metadata: {} },
      { call_id: 'c-1', kind: 'transcript', speaker: 'user', text: 'Hello' },
      { call_id: 'c-1', kind: 'structured_data', data: { date: 'Friday' } },
      { call_id: 'c-1', kind: 'action', action: 'book' },
      { call_id: 'c-1', kind: 'error', error: 'noise' },
      { call_id: 'c-1', kind: 'call_ended', duration: 125.5, outcome: 'completed' },
      { kind: 'heartbeat' },
      { kind: 'error', message: 'no line' },
    ];
    for (const { kind, ...message } of messages) {
      for (const name of ['type', 'message_type']) {
        expect(await send({ [name]: kind, ...message }), `${name} ${kind}`).toMatchObject({
          result: { status: 'ok' },
        });
      }
    }
  });

  test.each([
    [{}],
    [{ message: null }],
    [{ message: 'call_started' }],
    [{ message: { type: 'call_started' } }],
    [{ message: { type: 'dance', call_id: 'c' } }],
    [{ message: { type: 'call_started', call_id: '../x', to_number: '+1' } }],
    [[]],
  ])('answers %j with -32600, and stores nothing', async (params) => {
    const { caller, person } = await open();
    expect(await caller.ask('sessions_send', params)).toMatchObject({
      error: { code: -32600, message: 'Invalid request' },
    });
    await expect(person.request('sessions.list', {})).resolves.toMatchObject({ totalCount: 0 });
  });

  test('makes the call a session with its transcript', async () => {
    const { person, send } = await open();
    await send({ type: 'call_started', call_id: 'c-1', to_number: '+123', prompt: 'Be kind' });
    await send({ type: 'transcript', call_id: 'c-1', speaker: 'user', text: 'Hello' });
    await send({ type: 'transcript', call_id: 'c-1', speaker: 'Assistant', text: 'Hi!' });
    await send({ type: 'call_ended', call_id: 'c-1', duration: 61, outcome: 'completed' });
    const { messages } = await person.request('chat.history', { sessionKey: 'call:c-1' });
    expect(messages.map((message) => [message.role, messageText(message)])).toEqual([
      ['assistant', 'Call to +123 started.\n\nBe kind'],
      ['user', 'Hello'],
      ['assistant', 'Hi!'],
      ['assistant', 'Call ended: completed after 61 s.'],
    ]);
    const { sessions } = await person.request('sessions.list', {});
    expect(sessions).toMatchObject([{ key: 'call:c-1', label: 'Call to +123' }]);
  });

  test('raises notifications for the start, the end, actions and errors without a call', async () => {
    const { person, send } = await open();
    await send({ type: 'call_started', call_id: 'c-1', to_number: '+123' });
    await send({ type: 'action', call_id: 'c-1', action: 'book a table' });
    await send({ type: 'call_ended', call_id: 'c-1', outcome: 'completed' });
    await send({ type: 'error', error: 'the line is dead' });
    await person.event('notification', ({ unread }) => unread === 4);
    const { notifications } = await person.request('notifications.list', {});
    expect(notifications.map(({ body, sessionKey }) => [body, sessionKey]).sort()).toEqual([
      ['Call ended: completed.', 'call:c-1'],
      ['Call to +123', 'call:c-1'],
      ['book a table', 'call:c-1'],
      ['the line is dead', undefined],
    ]);
  });

  test('of a thousand queued messages at once loses none', async () => {
    const { caller, person } = await open();
    for (let n = 0; n < 1_000; n += 1) {
      const message = { type: 'transcript', call_id: 'c-1', text: `line ${n}` };
      caller.wire.send({ jsonrpc: '2.0', id: `m${n}`, method: 'sessions_send', params: { message } });
    }
    await caller.wire.waitFor((frame) => frame['id'] === 'm999', 'last answer', 20_000);
    const refused = caller.wire.frames.filter((frame) => 'error' in frame);
    expect(refused).toEqual([]);
    await expect(person.request('chat.history', { sessionKey: 'call:c-1', limit: 1 })).resolves.toMatchObject(
      {
        totalMessages: 1_000,
      },
    );
  });

  test('of a thousand queued messages by a client that signs in by its address loses none', async () => {
    const { gateway, person } = await open();
    const wire = await openWire(`${gateway.url}/?token=${gateway.token}`);
    for (let n = 0; n < 1_000; n += 1) {
      const message = { message_type: 'transcript', call_id: 'c-2', text: `line ${n}` };
      wire.send({ jsonrpc: '2.0', id: n, method: 'sessions_send', params: { message } });
    }
    await wire.waitFor((frame) => frame['id'] === 999, 'last answer', 20_000);
    expect(wire.frames.filter((frame) => 'error' in frame)).toEqual([]);
    await expect(person.request('chat.history', { sessionKey: 'call:c-2', limit: 1 })).resolves.toMatchObject(
      {
        totalMessages: 1_000,
      },
    );
  });

  test('does not grow a small message into a huge one', async () => {
    const { person, send } = await open();
    const depth = 3_000;
    const data = JSON.parse('{"a":'.repeat(depth) + '1' + '}'.repeat(depth)) as object;
    await send({ type: 'structured_data', call_id: 'c-1', data });
    const { messages } = await person.request('chat.history', { sessionKey: 'call:c-1' });
    expect(JSON.stringify(messages).length).toBeLessThan(1_000_000);
  });
});
