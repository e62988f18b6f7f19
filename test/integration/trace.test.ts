import { describe, expect, test } from 'vitest';
import { traceLine, type TraceEntry } from '../../src-main/shared/protocol/trace.ts';
import { connectCourse } from '../fakes/course-client.ts';
import { connectDialect, DIALECTS } from '../fakes/dialects.ts';
import { LeapingClock } from '../fakes/leaping-clock.ts';
import { modelConfig, says, startModelServer } from '../fakes/model-server.ts';
import { connectNative } from '../fakes/native-client.ts';
import { waitUntil } from '../fakes/temporary.ts';
import { startGateway, type TestGateway } from '../fakes/test-gateway.ts';

interface Traced {
  readonly gateway: TestGateway;
  readonly entries: TraceEntry[];
  /** Lines about the message with this id, in order. */
  readonly lines: (msgId: string) => readonly string[];
}

/** A gateway with a model, as `clawtray gateway --debug` starts it. */
async function debugged(): Promise<Traced> {
  const entries: TraceEntry[] = [];
  const model = await startModelServer(says('Hello! How is the weather today?'));
  const gateway = await startGateway({
    config: modelConfig(model),
    onTrace: (entry) => entries.push(entry),
  });
  return {
    gateway,
    entries,
    lines: (msgId) => entries.filter((entry) => entry.msgId === msgId).map((entry) => traceLine(entry)),
  };
}

const TIME = String.raw`\[DEBUG\] \d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z`;

describe('the debug lines of a chat', () => {
  test('are the course’s: received, routed, streamed, completed', async () => {
    const { gateway, lines } = await debugged();
    const client = await connectCourse(gateway);
    const id = client.post('chat.send', { message: 'hi' });
    await client.notification('chat.complete');
    const [received, routed, answered, ...rest] = lines(id);
    expect(received).toMatch(
      new RegExp(`^${TIME} RECV msg_id=${id} method=chat\\.send channel=default size=\\d+B$`),
    );
    expect(routed).toMatch(new RegExp(`^${TIME} ROUTE msg_id=${id} → ReasoningLayer latency=\\d+\\.\\dms$`));
    expect(answered).toMatch(new RegExp(`^${TIME} SEND msg_id=${id} method=chat\\.send size=\\d+B$`));
    const streamed = rest.slice(0, -1);
    expect(streamed.length).toBeGreaterThan(0);
    for (const [index, line] of streamed.entries()) {
      expect(line).toMatch(
        new RegExp(`^${TIME} SEND msg_id=${id} method=chat\\.stream chunk=${index} size=\\d+B$`),
      );
    }
    expect(rest.at(-1)).toMatch(
      new RegExp(`^${TIME} SEND msg_id=${id} method=chat\\.complete tokens=12 duration=\\d+ms$`),
    );
  });

  test.each(DIALECTS)('come in every dialect: $name', async (dialect) => {
    const { gateway, entries } = await debugged();
    const client = await connectDialect(dialect, gateway);
    await client.chat('hi');
    const id = entries.find((entry) => entry.kind === 'route' && entry.target === 'ReasoningLayer')?.msgId;
    const kinds = entries.filter(({ msgId }) => msgId === id).map(({ kind }) => kind);
    expect(kinds.slice(0, 2)).toEqual(['recv', 'route']);
    expect(entries.find((entry) => entry.kind === 'recv' && entry.msgId === id)).toMatchObject({
      method: dialect.name === 'typed' ? 'chat' : 'chat.send',
      channel: 'default',
      dialect: dialect.name,
    });
    const sent = entries.filter((entry) => entry.kind === 'send' && entry.msgId === id);
    expect(sent.length).toBeGreaterThan(0);
  });

  test('give the size of the frame in bytes', async () => {
    const { gateway, entries } = await debugged();
    const client = await connectCourse(gateway);
    const frame = JSON.stringify({ jsonrpc: '2.0', id: 'ü', method: 'system.status', params: {} });
    client.wire.send(frame);
    const answer = await client.answer('ü');
    const [received, , sent] = entries.filter(({ msgId }) => msgId === 'ü');
    expect(received).toMatchObject({ size: Buffer.byteLength(frame) });
    expect(sent).toMatchObject({ size: Buffer.byteLength(JSON.stringify(answer)) });
  });

  test('name the channel that a message is for', async () => {
    const { gateway, entries } = await debugged();
    const client = await connectCourse(gateway);
    await client.call('channel.create', { name: 'coding' });
    await client.call('chat.send', { message: 'hi', channel: 'coding' });
    await client.call('channel.switch', { channel_id: 'coding' });
    await client.call('system.status');
    const native = await connectNative(gateway);
    await native.call('chat.history', { sessionKey: 'agent:main:coding' });
    const channels = entries.flatMap((entry) =>
      entry.kind === 'recv' ? [`${entry.method} ${entry.channel}`] : [],
    );
    expect(channels).toEqual([
      'auth.handshake default',
      'channel.create default',
      'chat.send coding',
      'channel.switch default',
      'system.status coding',
      'connect default',
      'chat.history coding',
    ]);
  });

  test('tell of errors with their code, and route nothing then', async () => {
    const { gateway, lines } = await debugged();
    const client = await connectCourse(gateway);
    const id = client.post('chat.sendd');
    await client.answer(id);
    expect(lines(id).map((line) => line.replace(/^.*Z /, '').replace(/\d+B/, '?B'))).toEqual([
      `RECV msg_id=${id} method=chat.sendd channel=default size=?B`,
      `SEND msg_id=${id} method=chat.sendd error=-32601 size=?B`,
    ]);
  });
});

describe('secrets', () => {
  test('are not in the lines, wherever a client puts them', async () => {
    const { gateway, entries } = await debugged();
    const { token } = gateway;
    const client = await connectCourse(gateway);
    client.wire.send({ jsonrpc: '2.0', id: token, method: `chat.${token}`, params: { channel: token } });
    await client.answer(token);
    const native = await connectNative(gateway);
    await native.refusal(token, { sessionKey: token });
    await connectDialect(DIALECTS[3]!, gateway);
    const refused = connectCourse({ url: gateway.url, token: `${token}x` });
    await expect(refused).rejects.toThrow();
    expect(entries.length).toBeGreaterThan(8);
    expect(JSON.stringify(entries)).not.toContain(token);
    expect(JSON.stringify(entries)).not.toContain(token.slice(10, 30));
  });

  test('nor is anything that was said', async () => {
    const { gateway, entries } = await debugged();
    const client = await connectCourse(gateway);
    await client.chat('my diary is under the mattress');
    expect(JSON.stringify(entries)).not.toMatch(/diary|mattress|weather/);
  });
});

describe('the trace', () => {
  test('comes to an admin who asked for it, until he asks no more', async () => {
    const clock = new LeapingClock();
    const gateway = await startGateway({ clock });
    const admin = await connectNative(gateway);
    await expect(admin.request('trace.subscribe', {})).resolves.toEqual({ subscribed: true });
    const course = await connectCourse(gateway);
    await course.call('system.status');
    const seen = (): readonly TraceEntry[] => admin.events('trace').flatMap(({ entries }) => entries);
    const has = (method: string): boolean =>
      seen().some((entry) => entry.kind === 'recv' && entry.method === method);
    await admin.event('trace', () => has('system.status'));
    expect(seen().map(({ kind, msgId }) => `${kind} ${msgId}`)).toEqual(
      expect.arrayContaining(['recv msg-001', 'recv msg-002', 'route msg-002', 'send msg-002']),
    );
    await expect(admin.request('trace.unsubscribe', {})).resolves.toEqual({ subscribed: false });
    const before = admin.events('trace').length;
    await course.call('channel.list');
    clock.leap(1_000);
    await admin.request('health', {});
    expect(admin.events('trace')).toHaveLength(before);
    expect(has('channel.list')).toBe(false);
  });

  test('does not tell about itself', async () => {
    const clock = new LeapingClock();
    const gateway = await startGateway({ clock });
    const admin = await connectNative(gateway);
    await admin.request('trace.subscribe', {});
    await admin.request('health', {});
    clock.leap(100);
    await admin.event('trace');
    clock.leap(100);
    await admin.request('status', {});
    clock.leap(100);
    await admin.event('trace', ({ entries }) =>
      entries.some((entry) => entry.kind === 'recv' && entry.method === 'status'),
    );
    const methods = admin
      .events('trace')
      .flatMap(({ entries }) => entries.flatMap((entry) => ('method' in entry ? [entry.method] : [])));
    expect(methods).not.toContain('trace');
    expect(methods).toEqual(expect.arrayContaining(['health', 'status']));
  });

  test('is for admins only, and only for those who asked', async () => {
    const gateway = await startGateway();
    const writer = await connectNative(gateway, { scopes: ['operator.write'] });
    const admin = await connectNative(gateway);
    const bystander = await connectNative(gateway);
    for (const method of ['trace.subscribe', 'trace.unsubscribe']) {
      expect((await writer.refusal(method)).detailCode).toBe('MISSING_SCOPE');
    }
    await admin.request('trace.subscribe', {});
    await admin.event('trace');
    for (const client of [writer, bystander]) {
      await client.request('health', {});
      expect(client.events('trace')).toEqual([]);
    }
  });

  test('comes in the course’s dialect, too', async () => {
    const client = await connectCourse(await startGateway(), { scopes: ['operator.admin'] });
    await client.call('trace.subscribe');
    await client.call('system.status');
    const told = await client.notification('event', ({ event }) => event === 'trace');
    expect(told['payload']).toMatchObject({ dropped: 0, entries: expect.any(Array) as unknown[] });
  });

  test('costs nothing any more when its watcher is gone', async () => {
    const gateway = await startGateway();
    const admin = await connectNative(gateway);
    await admin.request('trace.subscribe', {});
    await admin.close();
    const other = await connectNative(gateway);
    await waitUntil(
      async () => ((await other.request('status', {})).connections === 1 ? true : undefined),
      'the watcher to be gone',
    );
    await other.request('health', {});
    expect(other.events('trace')).toEqual([]);
  });
});

describe('gateway.methods', () => {
  test('lists every method with its scope and its dialects', async () => {
    const client = await connectNative(await startGateway());
    const { methods } = await client.request('gateway.methods', {});
    const find = (name: string, dialect: string): unknown =>
      methods.find((method) => method.name === name && method.dialects.includes(dialect));
    expect(find('health', 'native')).toEqual({ name: 'health', dialects: ['native', 'hybrid', 'json-rpc'] });
    expect(find('chat.send', 'json-rpc')).toEqual({
      name: 'chat.send',
      scope: 'operator.write',
      dialects: ['json-rpc'],
    });
    expect(find('chat.send', 'native')).toMatchObject({ dialects: ['native', 'hybrid'] });
    expect(find('memory.recall', 'json-rpc')).toEqual({
      name: 'memory.recall',
      scope: 'operator.admin',
      dialects: ['json-rpc'],
    });
    for (const name of ['chat', 'status', 'heartbeat_trigger', 'skill_invoke']) {
      expect(find(name, 'typed'), name).toMatchObject({ dialects: ['typed'] });
    }
    const course = 'chat.send channel.create channel.switch channel.list heartbeat.pong system.status';
    for (const name of course.split(' ')) expect(find(name, 'json-rpc'), name).toBeDefined();
  });
});
