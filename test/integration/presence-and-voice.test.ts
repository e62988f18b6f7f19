import { describe, expect, test } from 'vitest';
import { FakeClock } from '../fakes/fake-clock.ts';
import { connectNative } from '../fakes/native-client.ts';
import { startGateway } from '../fakes/test-gateway.ts';
import { messageText } from '../../src-main/shared/protocol/chat.ts';

describe('presence', () => {
  test('system-presence answers the list that hello-ok and the event have', async () => {
    const gateway = await startGateway();
    const client = await connectNative(gateway);
    await connectNative(gateway);
    const { presence } = await client.event('presence', (event) => event.presence.length === 2);
    await expect(client.request('system-presence', {})).resolves.toEqual(presence);
  });

  test('a system-event of somebody without a connection shows for five minutes', async () => {
    const clock = new FakeClock();
    const client = await connectNative(await startGateway({ clock }));
    await client.request('system-event', { text: 'Node: kitchen', host: 'kitchen', lastInputSeconds: 5 });
    await clock.advance(1_000);
    await client.event('presence', ({ presence }) => presence.some(({ host }) => host === 'kitchen'));
    const before = await client.request('system-presence', {});
    expect(before).toContainEqual(expect.objectContaining({ host: 'kitchen', lastInputSeconds: 5 }));
    // Not a message: it only says that it is there.
    await expect(client.request('chat.history', { sessionKey: 'main' })).resolves.toMatchObject({
      totalMessages: 0,
    });
    await clock.advance(5 * 60_000);
    const after = await client.request('system-presence', {});
    expect(after.some(({ host }) => host === 'kitchen')).toBe(false);
  });

  test('a flood of reports is bounded', async () => {
    const client = await connectNative(await startGateway());
    await Promise.all(
      Array.from({ length: 300 }, (_, n) => client.request('system-event', { text: 'x', host: `h${n}` })),
    );
    expect((await client.request('system-presence', {})).length).toBeLessThanOrEqual(200);
  });
});

describe('system-event', () => {
  test('about something that happened is kept in the main session', async () => {
    const client = await connectNative(await startGateway());
    await client.request('system-event', { text: 'The backup finished.' });
    const { messages } = await client.request('chat.history', { sessionKey: 'main' });
    expect(messages.map(messageText)).toEqual(['The backup finished.']);
    expect(messages[0]?.source).toEqual({ kind: 'system-event' });
  });

  test('needs admin', async () => {
    const client = await connectNative(await startGateway(), { scopes: ['operator.read', 'operator.write'] });
    expect((await client.refusal('system-event', { text: 'x' })).detailCode).toBe('MISSING_SCOPE');
  });
});

describe('state versions', () => {
  test('count the changes of presence and health, on these events and in hello-ok', async () => {
    const gateway = await startGateway();
    const first = await connectNative(gateway);
    await first.event('presence');
    const second = await connectNative(gateway);
    await first.event('presence', ({ presence }) => presence.length === 2);
    const versions = first
      .eventFrames()
      .flatMap((frame) =>
        frame['event'] === 'presence' ? [(frame['stateVersion'] as { presence: number }).presence] : [],
      );
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
    expect(new Set(versions).size).toBe(versions.length);
    expect(second.hello.snapshot.stateVersion.presence).toBeGreaterThanOrEqual(versions[0] ?? Infinity);
    const tick = first.eventFrames().find((frame) => frame['event'] === 'chat');
    expect(tick).toBeUndefined();
  });

  test('the first event after hello-ok is the state of health, with seq 1', async () => {
    const client = await connectNative(await startGateway());
    await client.event('health');
    const [, , first] = client.wire.frames;
    expect(first).toMatchObject({
      event: 'health',
      seq: 1,
      stateVersion: client.hello.snapshot.stateVersion,
    });
  });
});

describe('voice wake', () => {
  test('has OpenClaw’s words until others are set, tells everybody, and keeps them over a restart', async () => {
    const gateway = await startGateway();
    const client = await connectNative(gateway);
    const other = await connectNative(gateway, { scopes: ['operator.read'] });
    await expect(client.request('voicewake.get', {})).resolves.toEqual({
      triggers: ['openclaw', 'claude', 'computer'],
    });
    await expect(client.request('voicewake.set', { triggers: [' hello ', 'hello', ''] })).resolves.toEqual({
      triggers: ['hello'],
    });
    await expect(other.event('voicewake.changed')).resolves.toEqual({ triggers: ['hello'] });
    await gateway.stop();
    const again = await connectNative(await startGateway({ stateDir: gateway.stateDir }));
    await expect(again.request('voicewake.get', {})).resolves.toEqual({ triggers: ['hello'] });
    await expect(again.request('voicewake.set', { triggers: [] })).resolves.toEqual({
      triggers: ['openclaw', 'claude', 'computer'],
    });
  });

  test('needs write to be changed', async () => {
    const client = await connectNative(await startGateway(), { scopes: ['operator.read'] });
    expect((await client.refusal('voicewake.set', { triggers: ['x'] })).detailCode).toBe('MISSING_SCOPE');
  });
});

describe('talk mode', () => {
  test('is told to those who talk', async () => {
    const gateway = await startGateway();
    const client = await connectNative(gateway);
    const talking = await connectNative(gateway, { scopes: ['operator.talk'] });
    const reading = await connectNative(gateway, { scopes: ['operator.read'] });
    await client.request('talk.mode', { enabled: true, phase: 'listening' });
    await expect(talking.event('talk.mode')).resolves.toMatchObject({ enabled: true, phase: 'listening' });
    await reading.request('health', {});
    expect(reading.events('talk.mode')).toEqual([]);
  });
});
