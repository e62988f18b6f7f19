// The BrowserGatewayClient through the route for pages of a real gateway, signed in as a page signs in.

import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { BrowserGatewayClient, type ChatEvent } from '../../src-main/sdk/browser/index.ts';
import { RecordingLog } from '../fakes/recording-log.ts';
import { temporaryFolder, waitUntil } from '../fakes/temporary.ts';
import { startGateway, type TestGateway } from '../fakes/test-gateway.ts';

const originOf = (gateway: TestGateway): string => gateway.url.replace('ws', 'http');

/** @returns the cookie of a session */
async function signIn(gateway: TestGateway, token = gateway.token): Promise<string> {
  const response = await fetch(`${originOf(gateway)}/api/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: originOf(gateway) },
    body: JSON.stringify({ token }),
  });
  expect(response.status).toBe(200);
  const [cookie = ''] = response.headers.getSetCookie();
  expect(cookie).toMatch(/; HttpOnly; SameSite=Strict/);
  return cookie.split(';')[0] ?? '';
}

interface Page {
  readonly client: BrowserGatewayClient;
  /** Every frame, in both directions. */
  readonly traffic: readonly string[];
  readonly log: RecordingLog;
}

function openPage(gateway: TestGateway, cookie: () => string): Page {
  const traffic: string[] = [];
  const log = new RecordingLog();
  const client = new BrowserGatewayClient(
    { url: `${gateway.url}/api/gateway/ws` },
    {
      log,
      createSocket: (url) => {
        const socket = new WebSocket(url, { headers: { Origin: originOf(gateway), Cookie: cookie() } });
        const send = socket.send.bind(socket);
        socket.send = (text: string) => {
          traffic.push(text);
          send(text);
        };
        socket.on('message', (data: Buffer) => traffic.push(data.toString('utf8')));
        return socket;
      },
    },
  );
  onTestFinished(() => {
    client.disconnect();
  });
  return { client, traffic, log };
}

test('chats through the route, and never sees a secret', async () => {
  const gateway = await startGateway();
  const cookie = await signIn(gateway);
  const { client, traffic } = openPage(gateway, () => cookie);
  const final = new Promise<ChatEvent>((resolve) => {
    client.onChat((event) => {
      if (event.state === 'final') resolve(event);
    });
  });
  void client.connect();
  const { runId } = await client.chat.send({ sessionKey: 'main', message: 'status' });
  expect((await final).runId).toBe(runId);
  const { messages } = await client.chat.history({ sessionKey: 'main' });
  expect(messages[0]).toMatchObject({ role: 'user', content: 'status' });
  expect(messages.at(-1)).toMatchObject({ role: 'assistant', stopReason: 'stop' });
  await expect(client.chat.abort({ sessionKey: 'main' })).resolves.toMatchObject({ aborted: false });
  expect(traffic.length).toBeGreaterThan(6);
  expect(traffic.join('\n')).not.toContain(gateway.token);
  expect(traffic.join('\n')).not.toMatch(/bootstrapToken|deviceToken/);
});

test('does not get in without a session, and gets in as soon as there is one', async () => {
  const gateway = await startGateway();
  let cookie = '';
  const { client, log } = openPage(gateway, () => cookie);
  const connected = client.connect();
  await waitUntil(() => (client.state.status === 'waiting' ? true : undefined), 'a refused upgrade');
  expect(log.text).toMatch(/Unexpected server response: 40[13]/);
  cookie = await signIn(gateway);
  await client.connect();
  await expect(connected).resolves.toMatchObject({ type: 'hello-ok' });
});

test('comes back after a restart of the gateway, once the person has signed in again', async () => {
  const stateDir = temporaryFolder();
  const first = await startGateway({ stateDir });
  let cookie = await signIn(first);
  const { client } = openPage(first, () => cookie);
  await client.connect();
  await first.stop();
  await waitUntil(() => (client.isConnected ? undefined : true), 'the end of the connection');
  const history = client.chat.history({ sessionKey: 'main' });
  const again = await startGateway({ stateDir, port: first.port });
  cookie = await signIn(again);
  await expect(history).resolves.toMatchObject({ messages: [] });
});
