// Pages that are signed in here and talk to another gateway: `OPENCLAW_GATEWAY_URL` and `OPENCLAW_AUTH_TOKEN`.

import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { ask } from '../fakes/http-client.ts';
import { connectNative, NativeClient, type NativeOptions } from '../fakes/native-client.ts';
import { waitUntil } from '../fakes/temporary.ts';
import { startGateway, type TestGateway } from '../fakes/test-gateway.ts';
import { openWire, WireClient } from '../fakes/wire-client.ts';

const originOf = ({ port }: TestGateway): string => `http://127.0.0.1:${port}`;

/** What a browser sends along once it is signed in. */
async function signedIn(gateway: TestGateway): Promise<{ headers: Record<string, string> }> {
  const { headers } = await ask(gateway, '/api/login', {
    headers: { Origin: originOf(gateway) },
    body: { token: gateway.token },
  });
  const cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  return { headers: { Origin: originOf(gateway), Cookie: cookie } };
}

const door = (gateway: TestGateway): string => `${gateway.url}/api/gateway/ws`;

async function openPage(gateway: TestGateway, options: NativeOptions = {}) {
  const page = new NativeClient(door(gateway), await signedIn(gateway));
  await page.wire.opened();
  const hello = await page.connect({
    client: { id: 'openclaw-control-ui', mode: 'ui', version: '1', platform: 'linux' },
    ...options,
  });
  return { page, hello };
}

/** A gateway, and another one whose pages talk to it. */
async function startPair() {
  const far = await startGateway();
  const near = await startGateway({
    env: { OPENCLAW_GATEWAY_URL: `${far.url}/ws`, OPENCLAW_AUTH_TOKEN: far.token },
  });
  return { far, near };
}

/** A server that stands for another gateway, as the test wants it. */
async function startFar(onConnection: (socket: WebSocket) => void): Promise<string> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await new Promise((resolve) => server.once('listening', resolve));
  server.on('connection', onConnection);
  onTestFinished(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  const address = server.address();
  return `ws://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

const challenge = JSON.stringify({
  type: 'event',
  event: 'connect.challenge',
  payload: { nonce: 'nonce-1', ts: 1_795_000_000_000 },
});

describe('a page', () => {
  test('chats with the other gateway, as its paired device, and sees none of its secrets', async () => {
    const { far, near } = await startPair();
    const { page, hello } = await openPage(near);
    expect(hello.auth.scopes).toContain('operator.admin');
    expect(hello.auth).not.toHaveProperty('deviceToken');
    await page.request('chat.send', { sessionKey: 'main', message: 'status', idempotencyKey: 'k' });
    await page.runEnd('k');
    const there = await connectNative(far);
    expect((await there.request('sessions.list', {})).count).toBe(1);
    const here = await connectNative(near);
    expect((await here.request('sessions.list', {})).count).toBe(0);
    const seen = JSON.stringify(page.wire.frames);
    expect(seen).not.toContain(far.token);
    expect(seen).not.toContain(near.token);
  });

  test('uses one identity, kept private in the profile', async () => {
    const { near } = await startPair();
    const file = path.join(near.stateDir, 'clawtray', 'device.pem');
    await openPage(near);
    const key = readFileSync(file, 'utf8');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await openPage(near);
    expect(readFileSync(file, 'utf8')).toBe(key);
  });

  test('that speaks the protocol page’s form gets in as well', async () => {
    const { near } = await startPair();
    const wire = await openWire(door(near), await signedIn(near));
    wire.send({ jsonrpc: '2.0', id: 7, method: 'connect', params: { role: 'control' } });
    const answer = await wire.waitFor((frame) => frame['id'] === 7, 'answer');
    expect(answer).toMatchObject({ ok: true, payload: { type: 'hello-ok' } });
    expect(JSON.stringify(answer)).not.toContain('deviceToken');
  });

  test('talks to this gateway when the address is its own', async () => {
    const { port, stop } = await startGateway();
    await stop();
    const own = await startGateway({
      port,
      env: { OPENCLAW_GATEWAY_URL: `ws://localhost:${port}/ws`, OPENCLAW_AUTH_TOKEN: 'another' },
    });
    const { hello } = await openPage(own);
    expect(hello.auth.method).toBe('bootstrap-token');
  });

  test('gets every other frame as it was sent, both ways', async () => {
    const odd = '{"type":"event",  "event":"odd","payload":{"ünï":1.50},"seq":9}';
    const received: string[] = [];
    const url = await startFar((socket) => {
      socket.send(challenge);
      socket.on('message', (data: Buffer) => {
        const text = data.toString('utf8');
        received.push(text);
        const { id, method } = JSON.parse(text) as { id: string; method: string };
        if (method !== 'connect') return;
        socket.send(
          JSON.stringify({ type: 'res', id, ok: true, payload: { auth: { deviceToken: 'secret' } } }),
        );
        socket.send(odd);
      });
    });
    const near = await startGateway({ env: { OPENCLAW_GATEWAY_URL: url, OPENCLAW_AUTH_TOKEN: 'far token' } });
    const wire = new WireClient(door(near), await signedIn(near));
    const raw: string[] = [];
    wire.socket.on('message', (data: Buffer) => raw.push(data.toString('utf8')));
    await wire.opened();
    // At once, before the challenge has come.
    wire.send(
      '{"type":"req","id":"1","method":"connect","params":{"scopes":["operator.read"],"auth":{"token":"mine"}}}',
    );
    const own = '{ "type":"req", "id":"2", "method":"x", "params":{"a":1.0} }';
    wire.send(own);
    await wire.waitFor((frame) => frame['event'] === 'odd', 'the odd frame');
    await waitUntil(() => (received.length === 2 ? true : undefined), 'two frames');
    expect(raw).toEqual([
      challenge,
      JSON.stringify({ type: 'res', id: '1', ok: true, payload: { auth: {} } }),
      odd,
    ]);
    expect(received[1]).toBe(own);
    expect(JSON.parse(received[0]!)).toMatchObject({
      params: {
        scopes: ['operator.read'],
        auth: { token: 'far token' },
        client: { id: 'gateway-client', mode: 'backend', platform: process.platform },
        device: { nonce: 'nonce-1', signature: expect.any(String) as string },
      },
    });
  });
});

describe('the end of a connection', () => {
  test('comes with the other gateway’s code and reason', async () => {
    const url = await startFar((socket) => {
      socket.send(challenge);
      socket.on('message', () => {
        socket.close(4002, 'Heartbeat timeout');
      });
    });
    const near = await startGateway({ env: { OPENCLAW_GATEWAY_URL: url } });
    const wire = await openWire(door(near), await signedIn(near));
    wire.send({ type: 'req', id: '1', method: 'connect', params: {} });
    await expect(wire.ended).resolves.toEqual({ code: 4002, reason: 'Heartbeat timeout' });
  });

  test('goes to the other gateway with the page’s code', async () => {
    let ended: (code: number) => void = () => undefined;
    const code = new Promise<number>((resolve) => (ended = resolve));
    const url = await startFar((socket) => {
      socket.send(challenge);
      socket.on('close', ended);
    });
    const near = await startGateway({ env: { OPENCLAW_GATEWAY_URL: url } });
    const wire = await openWire(door(near), await signedIn(near));
    await wire.waitFor((frame) => frame['event'] === 'connect.challenge', 'challenge');
    wire.socket.close(4000, 'bye');
    await expect(code).resolves.toBe(4000);
  });

  test('comes at once when the other gateway cannot be reached', async () => {
    const far = await startGateway();
    await far.stop();
    const near = await startGateway({ env: { OPENCLAW_GATEWAY_URL: far.url } });
    const wire = await openWire(door(near), await signedIn(near));
    await expect(wire.ended).resolves.toMatchObject({ code: 1001 });
  });

  test('comes with the first frame when that is not a connect', async () => {
    const { near } = await startPair();
    const wire = await openWire(door(near), await signedIn(near));
    wire.send({ type: 'req', id: '1', method: 'status', params: {} });
    await expect(wire.ended).resolves.toMatchObject({ code: 1008 });
  });

  test('comes when the session ends, and when this gateway does', async () => {
    const { near } = await startPair();
    const options = await signedIn(near);
    const first = await openWire(door(near), options);
    await ask(near, '/api/logout', { method: 'POST', headers: options.headers });
    await expect(first.ended).resolves.toMatchObject({ code: 4001 });
    const second = await openWire(door(near), await signedIn(near));
    await second.waitFor((frame) => frame['event'] === 'connect.challenge', 'challenge');
    await near.stop();
    await expect(second.ended).resolves.toMatchObject({ code: 1012 });
  });
});

test('a page that does not read does not make this gateway collect', async () => {
  const frame = JSON.stringify({ type: 'event', event: 'tick', payload: { text: 'x'.repeat(100_000) } });
  const TOTAL = 2_000;
  let sent = 0;
  let socketOfFar: WebSocket | undefined;
  const url = await startFar((socket) => {
    socketOfFar = socket;
    socket.send(challenge);
    const push = (): void => {
      if (sent >= TOTAL || socket.readyState !== socket.OPEN) return;
      sent += 1;
      socket.send(frame, push);
    };
    socket.once('message', push);
  });
  const near = await startGateway({ env: { OPENCLAW_GATEWAY_URL: url } });
  const wire = await openWire(door(near), await signedIn(near));
  wire.send({ type: 'req', id: '1', method: 'connect', params: {} });
  await waitUntil(() => (sent > 20 ? true : undefined), 'the flood');
  wire.socket.pause();
  // The far side comes to a stop once the buffers between are full.
  let before = -1;
  await waitUntil(() => {
    const stands = sent === before;
    before = sent;
    return new Promise((resolve) => setTimeout(resolve, 200, stands ? true : undefined));
  }, 'the far side to stop');
  expect(sent).toBeLessThan(TOTAL);
  expect(socketOfFar?.bufferedAmount).toBeLessThan(1_000_000);
  wire.socket.resume();
  await waitUntil(() => (wire.frames.length > TOTAL ? true : undefined), 'everything', 15_000);
});

test('an address that is none is reported and stops nothing', async () => {
  const gateway = await startGateway({ env: { OPENCLAW_GATEWAY_URL: 'not an address' } });
  const { page } = await openPage(gateway);
  const { problems } = await page.request('status', {});
  expect(problems).toMatchObject([{ code: 'upstream' }]);
});
