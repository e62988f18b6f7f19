import { describe, expect, test } from 'vitest';
import { connectDialect, DIALECTS } from '../fakes/dialects.ts';
import { LeapingClock } from '../fakes/leaping-clock.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { startGateway } from '../fakes/test-gateway.ts';
import { openWire, WireClient, type Frame } from '../fakes/wire-client.ts';

async function chat(client: NativeClient, key: string, sessionKey = 'main'): Promise<void> {
  await client.request('chat.send', { sessionKey, message: 'hi', idempotencyKey: key });
  await client.runEnd(key);
}

describe('events', () => {
  test('are numbered per connection from 1, without a gap', async () => {
    const gateway = await startGateway();
    const early = await connectNative(gateway);
    await chat(early, 'a');
    const late = await connectNative(gateway);
    await chat(early, 'b');
    await late.runEnd('b');
    await early.request('health', {});
    for (const client of [early, late]) {
      const numbered = client.eventFrames().filter((frame) => frame['event'] !== 'connect.challenge');
      expect(numbered.map((frame) => frame['seq'])).toEqual(numbered.map((_, index) => index + 1));
      expect(numbered.length).toBeGreaterThan(3);
    }
  });

  test('an update that its embedder knows of is told to everybody, whatever they may do', async () => {
    const gateway = await startGateway();
    const blind = await connectNative(gateway, { scopes: [] });
    const hybrid = await connectDialect(DIALECTS[1]!, gateway);
    const update = { currentVersion: '0.1.0', latestVersion: '0.2.0', channel: 'stable' };
    gateway.gateway.announceUpdate(update);
    expect(await blind.event('update.available')).toEqual({ updateAvailable: update });
    const isUpdate = (frame: Frame): boolean => frame['event'] === 'update.available';
    expect(await hybrid.wire.waitFor(isUpdate, 'the update')).toMatchObject({
      payload: { updateAvailable: update },
    });
    gateway.gateway.announceUpdate(null);
    await blind.event('update.available', ({ updateAvailable }) => updateAvailable === null);
  });

  test('about conversations go only to those who may read', async () => {
    const gateway = await startGateway();
    const blind = await connectNative(gateway, { scopes: [] });
    const reader = await connectNative(gateway, { scopes: ['operator.read'] });
    const writer = await connectNative(gateway);
    await writer.call('cron.add', {
      name: 'x',
      schedule: { kind: 'every', everyMs: 60_000 },
      sessionTarget: 'main',
      wakeMode: 'now',
      payload: { kind: 'systemEvent', text: 'x' },
    });
    await chat(writer, 'k');
    await reader.runEnd('k');
    await blind.request('health', {});
    expect(new Set(blind.eventFrames().map((frame) => frame['event']))).toEqual(
      new Set(['connect.challenge', 'health']),
    );
    expect(reader.events('cron')).toHaveLength(1);
  });

  test('about sessions and their messages go only to those who asked for them', async () => {
    const gateway = await startGateway();
    const writer = await connectNative(gateway);
    const follower = await connectNative(gateway);
    await expect(follower.request('sessions.subscribe', {})).resolves.toEqual({ subscribed: true });
    await expect(follower.request('sessions.messages.subscribe', { key: 'coding' })).resolves.toEqual({
      subscribed: true,
      key: 'agent:main:coding',
    });
    await chat(writer, 'a', 'coding');
    await chat(writer, 'b', 'writing');
    await follower.event('sessions.changed', ({ sessionKey }) => sessionKey === 'agent:main:writing');
    await follower.request('health', {});
    expect(new Set(follower.events('session.message').map(({ sessionKey }) => sessionKey))).toEqual(
      new Set(['agent:main:coding']),
    );
    expect(writer.events('sessions.changed')).toEqual([]);
    expect(writer.events('session.message')).toEqual([]);
  });

  test('about the messages of a session stop when they are not wanted any more', async () => {
    const gateway = await startGateway();
    const follower = await connectNative(gateway);
    await follower.request('sessions.messages.subscribe', { key: 'coding' });
    await follower.request('sessions.messages.unsubscribe', { key: 'coding' });
    await chat(follower, 'k', 'coding');
    await follower.request('health', {});
    expect(follower.events('session.message')).toEqual([]);
  });

  test('do not overtake the answer to the handshake, nor the acknowledgement of a message', async () => {
    const gateway = await startGateway();
    const busy = await connectNative(gateway);
    for (let n = 0; n < 5; n += 1) {
      const chatting = chat(busy, `k${n}`, `s${n}`);
      const client = await connectNative(gateway);
      const [first, second] = client.wire.frames;
      expect(first).toMatchObject({ event: 'connect.challenge' });
      expect(second).toMatchObject({ type: 'res', ok: true });
      await chatting;
    }
    const order = busy.wire.frames.map((frame) => (frame['type'] === 'res' ? 'answer' : frame['event']));
    expect(order.indexOf('chat')).toBeGreaterThan(order.indexOf('answer'));
  });

  test('are not sent to a connection that has said nothing', async () => {
    const gateway = await startGateway();
    const silent = await openWire(`${gateway.url}/?token=${gateway.token}`);
    await chat(await connectNative(gateway), 'k');
    expect(silent.frames.map((frame) => frame['event'])).toEqual(['connect.challenge']);
  });

  test('tell who is there', async () => {
    const gateway = await startGateway();
    const first = await connectNative(gateway);
    const second = await connectNative(gateway);
    await first.event('presence', ({ presence }) => presence.length === 2);
    await second.close();
    const frames = first.events('presence').length;
    await first.event('presence', ({ presence }) => presence.length === 1 && frames >= 0);
  });

  test('about who is there do not grow with the square of the clients', async () => {
    const gateway = await startGateway();
    const enter = async (): Promise<WireClient> => {
      const wire = await openWire(`${gateway.url}/?token=${gateway.token}`);
      wire.send({ jsonrpc: '2.0', id: 1, method: 'connect', params: {} });
      await wire.waitFor((frame) => frame['id'] === 1, 'hello');
      return wire;
    };
    const watching = await enter();
    const clients = 100;
    await Promise.all(Array.from({ length: clients }, enter));
    const everybody = (frame: Frame): boolean =>
      frame['event'] === 'presence' &&
      (frame['payload'] as { presence: unknown[] }).presence.length === clients + 1;
    await watching.waitFor(everybody, 'everybody');
    const bytes = JSON.stringify(watching.frames).length;
    expect(bytes).toBeLessThan(clients * 3_000);
  });
});

describe('keeping connections alive', () => {
  test('native and hybrid get ticks, typed and json-rpc do not', async () => {
    const clock = new LeapingClock();
    const gateway = await startGateway({ clock });
    const clients = await Promise.all(DIALECTS.map((dialect) => connectDialect(dialect, gateway)));
    clock.leap(30_000);
    const isTick = (frame: object): boolean => JSON.stringify(frame).includes('"tick"');
    for (const { dialect, wire } of clients.slice(0, 2)) await wire.waitFor(isTick, `tick, ${dialect.name}`);
    for (const client of clients.slice(2)) {
      await client.ask(client.dialect.names.status);
      expect(client.wire.frames.filter(isTick)).toEqual([]);
    }
  });

  test('ticks come as often as hello-ok says', async () => {
    const gateway = await startGateway({ limits: { tickInterval: 50 } });
    const client = await connectNative(gateway);
    expect(client.hello.policy.tickIntervalMs).toBe(50);
    await client.event('tick', () => true, 2_000);
  });

  test('everybody is pinged, also one who has said nothing', async () => {
    const clock = new LeapingClock();
    const gateway = await startGateway({ clock });
    const wire = await openWire(`${gateway.url}/?token=${gateway.token}`);
    const pinged = new Promise((resolve) => wire.socket.once('ping', resolve));
    clock.leap(30_000);
    await pinged;
  });

  test('one who answers stays for as long as he likes', async () => {
    const clock = new LeapingClock();
    const client = await connectNative(await startGateway({ clock }));
    for (let n = 0; n < 8; n += 1) {
      clock.leap(30_000);
      await client.request('health', {});
    }
    expect(client.events('tick').length).toBeGreaterThanOrEqual(7);
  });

  test('one who answers no ping is closed with 4002', async () => {
    const clock = new LeapingClock();
    const gateway = await startGateway({ clock });
    const wire = await new WireClient(`${gateway.url}/?token=${gateway.token}`, { autoPong: false }).opened();
    wire.send({ type: 'status', id: 'x', payload: {} });
    await wire.waitFor((frame) => frame['id'] === 'x', 'answer');
    for (let n = 0; n < 5; n += 1) {
      const pinged = new Promise((resolve) => wire.socket.once('ping', resolve));
      clock.leap(30_000);
      await Promise.race([pinged, wire.ended]);
    }
    await expect(wire.ended).resolves.toMatchObject({ code: 4002 });
  });
});
