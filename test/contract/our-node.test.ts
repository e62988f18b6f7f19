// What our node says to a gateway that is not ours: every frame of it is held against the published schemas.

import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { createNodeDialer } from '../../src-main/client/node-dialer.ts';
import { loadDeviceIdentity } from '../../src-main/gateway/auth/device-identity.ts';
import { systemClock } from '../../src-main/gateway/system-clock.ts';
import { pinnedSocket } from '../../src-main/gateway/tls/pinned-socket.ts';
import { silentLogger } from '../../src-main/shared/logger.ts';
import { NodeCallError } from '../../src-main/shared/node-dial.ts';
import { frameChecks, paramChecks, type Check } from '../fakes/openclaw-validators.ts';
import { temporaryFolder, waitUntil } from '../fakes/temporary.ts';

const checks: Readonly<Record<string, Check>> = paramChecks;

interface Request {
  readonly id: string;
  readonly method: string;
  readonly params: Record<string, unknown>;
}

/** A gateway that lets everybody in, and keeps what it was asked. */
async function startStranger() {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const requests: Request[] = [];
  const faults: string[] = [];
  let node: WebSocket | undefined;
  server.on('connection', (socket) => {
    const say = (frame: object): void => {
      socket.send(JSON.stringify(frame));
    };
    say({ type: 'event', event: 'connect.challenge', payload: { nonce: randomUUID(), ts: Date.now() } });
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as Request;
      requests.push(frame);
      faults.push(...frameChecks.req(frame), ...(checks[frame.method]?.(frame.params) ?? ['no schema']));
      const hello = {
        type: 'hello-ok',
        protocol: 4,
        server: { version: '1', connId: 'c' },
        features: { methods: [], events: [] },
        auth: { role: 'node', scopes: [], deviceToken: 'own' },
        policy: { maxPayload: 1_000_000, maxBufferedBytes: 1_000_000, tickIntervalMs: 30_000 },
      };
      say({
        type: 'res',
        id: frame.id,
        ok: true,
        payload: frame.method === 'connect' ? hello : { ok: true },
      });
      if (frame.method === 'connect') node = socket;
    });
  });
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    faults,
    tell: (event: string, payload: object) => node?.send(JSON.stringify({ type: 'event', event, payload })),
    answer: (id: string) =>
      waitUntil(
        () => requests.find(({ method, params }) => method === 'node.invoke.result' && params['id'] === id),
        `the answer to ${id}`,
      ),
  };
}

test('connects, answers and fails in the published words', async () => {
  const stranger = await startStranger();
  const identity = loadDeviceIdentity(temporaryFolder());
  const ended: string[] = [];
  const tokens: string[] = [];
  const dial = createNodeDialer({
    createSocket: pinnedSocket,
    random: () => 0,
    newId: randomUUID,
    platform: 'linux',
  });
  const connection = dial({
    url: stranger.url,
    certificate: undefined,
    auth: () => ({ bootstrapToken: 'setup' }),
    prove: (challenge, params) => identity.prove(challenge, params),
    displayName: 'Attic',
    offer: { caps: ['system'], commands: ['system.run'], permissions: {} },
    onToken: (token) => tokens.push(token),
    onState: () => undefined,
    onCall: ({ command, params, onEnd }) => {
      if (command === 'fail') throw new NodeCallError('NO', 'not today');
      if (command === 'hang') {
        onEnd(({ code }) => ended.push(code));
        return new Promise(() => undefined);
      }
      return Promise.resolve({ got: params });
    },
    clock: systemClock,
    log: silentLogger,
  });
  onTestFinished(() => {
    connection.close();
  });
  await waitUntil(() => tokens[0], 'the token');
  expect(stranger.requests[0]?.params).toMatchObject({
    role: 'node',
    scopes: [],
    client: { id: 'node-host', mode: 'node', displayName: 'Attic' },
    caps: ['system'],
    commands: ['system.run'],
    auth: { bootstrapToken: 'setup' },
  });

  const ask = (id: string, command: string, more: object = {}) =>
    stranger.tell('node.invoke.request', { id, nodeId: 'n', command, ...more });
  ask('1', 'work', { paramsJSON: '{"a":[1]}', timeoutMs: 5_000, idempotencyKey: 'k' });
  expect((await stranger.answer('1')).params).toEqual({
    id: '1',
    nodeId: 'n',
    ok: true,
    payloadJSON: '{"got":{"a":[1]}}',
  });
  ask('2', 'fail');
  expect((await stranger.answer('2')).params).toEqual({
    id: '2',
    nodeId: 'n',
    ok: false,
    error: { code: 'NO', message: 'not today' },
  });
  ask('3', 'work', { paramsJSON: '{broken' });
  expect((await stranger.answer('3')).params['error']).toMatchObject({ code: 'INVALID_REQUEST' });
  ask('4', 'hang', { timeoutMs: 20 });
  expect((await stranger.answer('4')).params['error']).toMatchObject({ code: 'TIMEOUT' });

  // What is cancelled ends, and is not answered; what is no invocation is passed over.
  ask('5', 'hang');
  stranger.tell('node.invoke.cancel', { invokeId: '5', nodeId: 'n' });
  stranger.tell('node.invoke.request', { id: 6, command: null });
  await waitUntil(() => (ended.length === 2 ? true : undefined), 'the end');
  expect(ended).toEqual(['TIMEOUT', 'CANCELLED']);
  for (let count = 0; count < 33; count += 1) ask(`many ${count}`, 'hang');
  expect((await stranger.answer('many 32')).params['error']).toMatchObject({ code: 'BUSY' });
  connection.close();
  await waitUntil(() => (ended.length === 34 ? true : undefined), 'the end of all');
  expect(stranger.requests.some(({ params }) => params['id'] === '5')).toBe(false);
  expect(stranger.faults).toEqual([]);
});
