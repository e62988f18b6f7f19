import { describe, expect, onTestFinished, test } from 'vitest';
import { FakeClock } from '../fakes/fake-clock.ts';
import { LeapingClock } from '../fakes/leaping-clock.ts';
import { connectNative } from '../fakes/native-client.ts';
import { startGateway } from '../fakes/test-gateway.ts';
import { waitUntil } from '../fakes/temporary.ts';
import { openWire, upgradeStatus, type WireClient } from '../fakes/wire-client.ts';

const wrongToken = {
  type: 'req',
  id: '1',
  method: 'connect',
  params: {
    minProtocol: 4,
    maxProtocol: 4,
    client: { id: 'cli', mode: 'cli', version: '1', platform: 'linux' },
    auth: { token: 'wrong' },
  },
};

describe('time to sign in', () => {
  test('five seconds without a word, then 4001', async () => {
    const clock = new LeapingClock();
    const { url } = await startGateway({ clock });
    const wire = await openWire(url);
    clock.leap(4_000);
    expect(wire.socket.readyState).toBe(wire.socket.OPEN);
    clock.leap(1_100);
    await expect(wire.ended).resolves.toEqual({ code: 4001, reason: 'Authentication timeout' });
  });

  test('really passes, without a leap', async () => {
    const { url } = await startGateway({ limits: { firstFrameTimeout: 100, handshakeTimeout: 300 } });
    const wire = await openWire(url);
    await expect(wire.ended).resolves.toMatchObject({ code: 4001 });
  });

  test('is limited in all for one who has said something too', async () => {
    // A wrong guess is answered after 250 ms, which is longer than this gateway waits.
    const { url } = await startGateway({ limits: { firstFrameTimeout: 50, handshakeTimeout: 150 } });
    const wire = await openWire(url);
    wire.send(wrongToken);
    await expect(wire.ended).resolves.toEqual({ code: 4001, reason: 'Authentication timeout' });
    expect(wire.frames).toHaveLength(1);
  });

  test('nobody who is signed in is ever timed out', async () => {
    const clock = new LeapingClock();
    const gateway = await startGateway({ clock });
    const client = await connectNative(gateway);
    const silent = await openWire(`${gateway.url}/?token=${gateway.token}`);
    clock.leap(20_000);
    await expect(client.request('health', {})).resolves.toMatchObject({ ok: true });
    expect(silent.socket.readyState).toBe(silent.socket.OPEN);
  });
});

describe('connections that have not signed in', () => {
  test('an address may have 32; the next one is refused with 503', async () => {
    const { url } = await startGateway();
    const open: WireClient[] = [];
    for (let n = 0; n < 32; n += 1) open.push(await openWire(url));
    expect(await upgradeStatus(url)).toBe(503);
    await open[0]!.close();
    expect(await upgradeStatus(url)).toBe(101);
  });

  test('those who sign in make room', async () => {
    const gateway = await startGateway({ limits: { maxPendingPerAddress: 1 } });
    for (let n = 0; n < 5; n += 1) await connectNative(gateway);
    expect(await upgradeStatus(gateway.url)).toBe(101);
  });

  test('those who were cut off make room', async () => {
    const { url } = await startGateway({ limits: { maxPendingPerAddress: 1, firstFrameTimeout: 50 } });
    await (
      await openWire(url)
    ).ended;
    expect(await upgradeStatus(url)).toBe(101);
  });

  test('a wrong token in the address opens no way around the limit', async () => {
    // Wrong guesses are held back for as long as this clock stands still.
    const clock = new FakeClock();
    const { url } = await startGateway({ clock, limits: { maxPendingPerAddress: 4 } });
    onTestFinished(() => clock.advance(60_000));
    let refused = 0;
    for (let n = 0; n < 12; n += 1) {
      void upgradeStatus(`${url}/?token=wrong`).then(
        (status) => (refused += status === 503 ? 1 : 0),
        () => undefined,
      );
    }
    await waitUntil(() => (refused === 8 ? true : undefined), 'eight refusals');
  });

  test('fifteen frames may wait while the first is checked; more close with 1008', async () => {
    const { url } = await startGateway();
    const wire = await openWire(url);
    for (let n = 0; n < 20; n += 1) wire.send(wrongToken);
    await expect(wire.ended).resolves.toMatchObject({
      code: 1008,
      reason: 'too many pending handshake frames',
    });
  });

  test('all connections together have a limit too', async () => {
    const gateway = await startGateway({ limits: { maxConnections: 2 } });
    await connectNative(gateway);
    await connectNative(gateway);
    expect(await upgradeStatus(gateway.url)).toBe(503);
  });
});
