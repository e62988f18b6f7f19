import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connectNative } from '../fakes/native-client.ts';
import { upgradeRequest } from '../fakes/raw-socket.ts';
import { startGateway, type TestGateway } from '../fakes/test-gateway.ts';
import { openWire, upgradeStatus } from '../fakes/wire-client.ts';

/** Sends bytes and answers the first line of what comes back. */
function statusLine(gateway: TestGateway, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(gateway.port, '127.0.0.1');
    onTestFinished(() => {
      socket.destroy();
    });
    socket.on('error', () => {
      resolve('error');
    });
    socket.on('close', () => {
      resolve('closed');
    });
    socket.on('data', (chunk) => {
      resolve(chunk.toString('utf8').split('\r\n')[0] ?? '');
    });
    socket.write(bytes);
  });
}

const status = (gateway: TestGateway, headers: Record<string, string>): Promise<string> =>
  statusLine(gateway, upgradeRequest('/', headers));

describe('an upgrade', () => {
  test.each(['/', '/ws', '/?token=x', '/ws?token=x'])('on %s is accepted', async (path) => {
    const gateway = await startGateway();
    expect(await upgradeStatus(gateway.url + path)).toBe(101);
  });

  test.each(['/foo', '/ws/', '/WS', '/healthz', '/api', '/__openclaw__/worker'])(
    'on %s is answered with 404',
    async (path) => {
      const gateway = await startGateway();
      expect(await upgradeStatus(gateway.url + path)).toBe(404);
    },
  );

  test('does not negotiate compression', async () => {
    const gateway = await startGateway();
    const { socket } = await openWire(gateway.url, { perMessageDeflate: true });
    expect(socket.extensions).toBe('');
  });
});

describe('the origin of an upgrade', () => {
  test.each([
    'https://evil.example',
    'null',
    'http://localhost.evil.example',
    'http://127.0.0.1:1',
    'file://',
  ])('%s is refused with 403, also with the right token', async (origin) => {
    const gateway = await startGateway();
    expect(await upgradeStatus(`${gateway.url}/?token=${gateway.token}`, { origin })).toBe(403);
  });

  test('is refused in mode none as well', async () => {
    const gateway = await startGateway({ config: { gateway: { auth: { mode: 'none' } } } });
    expect(await upgradeStatus(gateway.url, { origin: 'https://evil.example' })).toBe(403);
  });

  test('may be our own, the app’s, or one that the configuration allows', async () => {
    const config = { gateway: { control_ui: { allowed_origins: ['https://claw.example'] } } };
    const gateway = await startGateway({ config });
    for (const origin of ['app://clawtray', `http://localhost:${gateway.port}`, 'https://claw.example']) {
      expect(await upgradeStatus(gateway.url, { origin }), origin).toBe(101);
    }
  });

  test('that guesses secrets is locked out after ten, while others are not', async () => {
    const origin = 'https://claw.example';
    const config = { gateway: { controlUi: { allowedOrigins: [origin] } } };
    const { LeapingClock } = await import('../fakes/leaping-clock.ts');
    const clock = new LeapingClock();
    const gateway = await startGateway({ clock, config });
    for (let guess = 0; guess < 10; guess += 1) {
      const trying = upgradeStatus(`${gateway.url}/?token=guess-${guess}`, { origin });
      const answered = { yet: false };
      void trying.finally(() => (answered.yet = true));
      while (!answered.yet) {
        clock.leap(1_000);
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    expect(await upgradeStatus(`${gateway.url}/?token=${gateway.token}`, { origin })).toBe(429);
    await expect(connectNative(gateway)).resolves.toBeDefined();
  });
});

describe('the host of an upgrade', () => {
  test.each([
    'evil.example',
    '127.0.0.1.nip.io',
    'localhost.evil.example:18789',
    '0.0.0.0',
    '192.168.1.2',
    'user@127.0.0.1',
  ])('%s is refused with 403', async (host) => {
    expect(await status(await startGateway(), { Host: host })).toBe('HTTP/1.1 403 Forbidden');
  });

  test.each(['localhost', '127.0.0.1', '[::1]', 'LOCALHOST:5'])('%s is served', async (host) => {
    expect(await status(await startGateway(), { Host: host })).toBe('HTTP/1.1 101 Switching Protocols');
  });
});

describe('a proxy', () => {
  test.each(['Forwarded', 'X-Forwarded-For', 'X-Forwarded-Host', 'X-Forwarded-Proto', 'X-Real-IP'])(
    'that shows itself by %s is refused with 403',
    async (name) => {
      expect(await status(await startGateway(), { [name]: '203.0.113.7' })).toBe('HTTP/1.1 403 Forbidden');
    },
  );
});

describe('a malformed upgrade', () => {
  test.each<[string, Record<string, string>]>([
    ['no key', { 'Sec-WebSocket-Key': '' }],
    ['a short key', { 'Sec-WebSocket-Key': 'abc' }],
    ['another version', { 'Sec-WebSocket-Version': '7' }],
    ['another protocol', { Upgrade: 'h2c' }],
  ])('%s is refused and the gateway goes on', async (_what, headers) => {
    const gateway = await startGateway();
    expect(await status(gateway, headers)).toMatch(/^HTTP\/1\.1 (400|426)/);
    expect(await upgradeStatus(gateway.url)).toBe(101);
  });

  test.each([
    'GET http://[ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    'GET / HTTP/1.0\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'x'.repeat(50_000)}\r\n\r\n`,
    '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001',
    'HELO mail\r\n\r\n',
  ])('%.40j does not disturb anybody', async (bytes) => {
    const gateway = await startGateway();
    expect(await statusLine(gateway, bytes)).not.toContain('101');
    expect(await upgradeStatus(gateway.url)).toBe(101);
  });

  test('that breaks off while it is refused does not disturb anybody', async () => {
    const gateway = await startGateway();
    for (let n = 0; n < 20; n += 1) {
      const socket = connect(gateway.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(upgradeRequest('/nowhere'));
      socket.resetAndDestroy();
    }
    expect(await upgradeStatus(gateway.url)).toBe(101);
  });
});
