import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connectDialect, DIALECTS } from '../fakes/dialects.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { connectNative, NativeClient } from '../fakes/native-client.ts';
import { RawSocket, textFrame } from '../fakes/raw-socket.ts';
import { waitUntil } from '../fakes/temporary.ts';
import { startGateway } from '../fakes/test-gateway.ts';
import { openWire } from '../fakes/wire-client.ts';

describe('the end of the gateway', () => {
  test.each(DIALECTS)('is told and closes with the code of the dialect, $name', async (dialect) => {
    const gateway = await startGateway();
    const { wire } = await connectDialect(dialect, gateway);
    await gateway.stop();
    const ended = await wire.ended;
    expect(ended.code).toBe(dialect.name === 'native' ? 1012 : 1001);
    const told = wire.frames.filter((frame) => JSON.stringify(frame).includes('"gateway stopping"'));
    // The API page knows no such message.
    expect(told).toHaveLength(dialect.name === 'typed' ? 0 : 1);
  });

  test('closes those who have not signed in, too', async () => {
    const gateway = await startGateway();
    const silent = await openWire(gateway.url);
    const authenticated = await openWire(`${gateway.url}/?token=${gateway.token}`);
    await gateway.stop();
    await expect(silent.ended).resolves.toMatchObject({ code: 1001 });
    await expect(authenticated.ended).resolves.toMatchObject({ code: 1001 });
  });

  test('does not wait for a peer that does not close its side', async () => {
    const gateway = await startGateway({ limits: { closeGrace: 50 } });
    const raw = await new RawSocket(gateway.port).upgrade(`/?token=${gateway.token}`);
    raw.write(textFrame({ type: 'status', payload: {} }));
    await raw.sees('active_connections');
    await gateway.stop();
  });

  test('does not wait for an HTTP request that never ends', async () => {
    const gateway = await startGateway({ limits: { closeGrace: 50 } });
    const socket = connect(gateway.port, '127.0.0.1');
    socket.on('error', () => undefined);
    onTestFinished(() => {
      socket.destroy();
    });
    socket.write('POST /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n');
    socket.write('x');
    await new Promise((resolve) => socket.once('data', resolve));
    await gateway.stop();
  });

  test('does not wait for one who is let in while it ends', async () => {
    const clock = new FakeClock();
    const gateway = await startGateway({ clock, limits: { closeGrace: 100 } });
    const waiting = clock.pending;
    const client = new NativeClient(`${gateway.url}/?token=wrong`);
    const signedIn = client.connect({ token: gateway.token }).catch(() => 'refused');
    // The answer to a wrong guess is held back; meanwhile the gateway ends.
    await waitUntil(() => (clock.pending > waiting ? true : undefined), 'the guess');
    let stopped = false;
    void gateway.stop().then(() => (stopped = true));
    await waitUntil(async () => {
      await clock.advance(250);
      return stopped ? true : undefined;
    }, 'the end of the gateway');
    expect(await signedIn).toBe('refused');
  });

  test('a second stop is harmless', async () => {
    const gateway = await startGateway();
    await gateway.stop();
    await gateway.stop();
  });

  test('frees the port and the profile at once', async () => {
    const gateway = await startGateway();
    await connectNative(gateway);
    await gateway.stop();
    const again = await startGateway({ stateDir: gateway.stateDir, port: gateway.port });
    await expect((await connectNative(again)).request('health', {})).resolves.toMatchObject({ ok: true });
  });

  test('refuses what still comes with a reason, and loses nothing that it acknowledged', async () => {
    const gateway = await startGateway();
    const client = await connectNative(gateway);
    const sends = Array.from({ length: 50 }, (_, n) =>
      client.request('chat.send', { sessionKey: `s${n}`, message: 'hi', idempotencyKey: `k${n}` }).then(
        () => `agent:main:s${n}`,
        () => undefined,
      ),
    );
    await sends[0];
    await gateway.stop();
    const acknowledged = (await Promise.all(sends)).filter((key) => key !== undefined);
    const again = await connectNative(await startGateway({ stateDir: gateway.stateDir }));
    const { sessions } = await again.request('sessions.list', {});
    const kept = new Set(sessions.map(({ key }) => key));
    expect(acknowledged.filter((key) => !kept.has(key))).toEqual([]);
  });
});

describe('a start that fails', () => {
  test('leaves port and profile free', async () => {
    const holder = await startGateway();
    const other = await startGateway();
    await other.stop();
    await expect(startGateway({ stateDir: other.stateDir, port: holder.port })).rejects.toThrow('is in use');
    await startGateway({ stateDir: other.stateDir });
  });
});
