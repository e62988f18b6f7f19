// The agenticai GatewayClient and its CallManager, over real sockets, against a real gateway.

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  CallEndedMessage,
  CallManager,
  CallStartedMessage,
  GatewayClient,
  getConfig,
  HeartbeatMessage,
  LoopbackTelephony,
  messageText,
  TranscriptMessage,
  type GatewayClientOptions,
  type SendOutcome,
} from '../../src-main/sdk/node/index.ts';
import { useGatewayProcesses } from '../fakes/gateway-process.ts';
import { connectNative } from '../fakes/native-client.ts';
import { RecordingLog } from '../fakes/recording-log.ts';
import { temporaryFolder, waitUntil } from '../fakes/temporary.ts';
import { startGateway } from '../fakes/test-gateway.ts';
import { onTestFinished } from 'vitest';

const startProcess = useGatewayProcesses();

interface Started {
  readonly client: GatewayClient;
  readonly log: RecordingLog;
}

/** A client that is disconnected when the test ends. Retries come quickly. */
function createClient(options: GatewayClientOptions): Started {
  const log = new RecordingLog();
  const client = new GatewayClient({ reconnectBaseDelay: 0.02, reconnectMaxDelay: 0.1, ...options }, { log });
  onTestFinished(() => client.disconnect());
  return { client, log };
}

const line = (n: number): TranscriptMessage =>
  new TranscriptMessage({ callId: 'c-1', speaker: 'user', text: `line ${n}` });

/** What was said in the call, as the gateway has it. */
async function linesOf(gateway: {
  readonly url: string;
  readonly token: string;
}): Promise<readonly string[]> {
  const person = await connectNative(gateway);
  const { messages } = await person.request('chat.history', { sessionKey: 'call:c-1', limit: 1_000 });
  return messages.filter(({ role }) => role === 'user').map(messageText);
}

describe('a call that is reported', () => {
  test.each([
    [
      'in the address',
      ({ url, token }: Address): GatewayClientOptions => ({ url: `${url}/?token=${token}` }),
    ],
    ['as an option', ({ url, token }: Address): GatewayClientOptions => ({ url, token })],
  ])('with the token %s is a session of the gateway', async (_where, options) => {
    const gateway = await startGateway();
    const { client, log } = createClient(options(gateway));
    const ended = client.connect();
    await expect(client.whenConnected(5)).resolves.toBe(true);
    const message = new CallStartedMessage({ callId: 'c-1', toNumber: '+1234567890', prompt: 'Be kind.' });
    await expect(client.sendMessage(message)).resolves.toEqual({ status: 'delivered' });
    const person = await connectNative(gateway);
    await expect(person.request('sessions.list', {})).resolves.toMatchObject({
      sessions: [{ key: 'call:c-1', label: 'Call to +1234567890' }],
    });
    await client.disconnect();
    await expect(ended).resolves.toBe('disconnected');
    expect(log.text).not.toContain(gateway.token);
  });

  test('with a token that is wrong is queued; the reason is in the log, without the token', async () => {
    const gateway = await startGateway();
    const { client, log } = createClient({ url: gateway.url, token: 'wrong-token', maxReconnectAttempts: 1 });
    await expect(client.connect()).resolves.toBe('gave-up');
    await expect(client.sendMessage(line(1))).resolves.toEqual({ status: 'queued' });
    expect(log.text).toContain('The gateway refuses messages: Authentication required.');
    expect(log.text).not.toContain('wrong-token');
  });

  test('in a way that the gateway cannot read is dropped, and the next message goes on', async () => {
    const gateway = await startGateway();
    const { client } = createClient(gateway);
    void client.connect();
    await client.whenConnected(5);
    const bad = new TranscriptMessage({ callId: 'not / an id', speaker: 'user', text: 'hi' });
    await expect(client.sendMessage(bad)).resolves.toEqual({
      status: 'dropped',
      cause: 'rejected',
      reason: 'Invalid request',
    });
    await expect(client.sendMessage(line(1))).resolves.toEqual({ status: 'delivered' });
  });
});

interface Address {
  readonly url: string;
  readonly token: string;
}

describe('nothing is lost', () => {
  test('of a thousand messages that waited for the gateway to start', async () => {
    const stateDir = temporaryFolder();
    const first = await startGateway({ stateDir });
    await first.stop();
    const { client } = createClient({ url: first.url, token: first.token, maxReconnectAttempts: Infinity });
    void client.connect();
    for (let n = 0; n < 1_000; n += 1)
      await expect(client.sendMessage(line(n))).resolves.toEqual({ status: 'queued' });
    await expect(client.sendMessage(line(1_000))).resolves.toMatchObject({ cause: 'queue-full' });
    const again = await startGateway({ stateDir, port: first.port });
    await waitUntil(() => (client.queuedMessages === 0 ? true : undefined), 'an empty queue', 15_000);
    expect(await linesOf(again)).toEqual(Array.from({ length: 1_000 }, (_, n) => `line ${n}`));
  });

  test('when the gateway is killed again and again, and what it had acknowledged is not sent twice', async () => {
    const stateDir = temporaryFolder();
    let process = await startProcess(stateDir);
    const port = Number(new URL(process.url).port);
    const { client } = createClient({
      url: process.url,
      token: process.token,
      maxReconnectAttempts: Infinity,
    });
    void client.connect();
    await client.whenConnected(5);
    const total = 300;
    const kills = 3;
    const outcomes: Promise<SendOutcome>[] = [];
    for (let n = 0; n < total; n += 1) {
      outcomes.push(client.sendMessage(line(n)));
      if (n % (total / kills) === 50) {
        // In the middle of the flush: some are acknowledged, one is on its way, others wait.
        await waitUntil(() => (client.queuedMessages < 40 ? true : undefined), 'the first acknowledgements');
        await process.kill();
        process = await startProcess(stateDir, port);
      }
    }
    await waitUntil(() => (client.queuedMessages === 0 ? true : undefined), 'an empty queue', 15_000);
    for (const outcome of await Promise.all(outcomes))
      expect(['delivered', 'queued']).toContain(outcome.status);
    const stored = await linesOf(process);
    expect([...new Set(stored)]).toEqual(Array.from({ length: total }, (_, n) => `line ${n}`));
    // At least once: only the one message that was on its way at each kill may be there twice.
    expect(stored.length - total).toBeLessThanOrEqual(kills);
  });

  test('when the gateway restarts in order', async () => {
    const stateDir = temporaryFolder();
    const first = await startGateway({ stateDir });
    const { client } = createClient({ url: first.url, token: first.token, maxReconnectAttempts: Infinity });
    void client.connect();
    await client.whenConnected(5);
    await client.sendMessage(line(0));
    await first.stop();
    await waitUntil(() => (client.isConnected ? undefined : true), 'the end of the connection');
    await expect(client.sendMessage(line(1))).resolves.toEqual({ status: 'queued' });
    const again = await startGateway({ stateDir, port: first.port });
    await expect(client.whenConnected(5)).resolves.toBe(true);
    await expect(client.sendMessage(line(2))).resolves.toEqual({ status: 'delivered' });
    expect(await linesOf(again)).toEqual(['line 0', 'line 1', 'line 2']);
  });
});

test('the complete example of the reference', async () => {
  const gateway = await startGateway();
  const file = path.join(temporaryFolder(), 'config.yaml');
  writeFileSync(
    file,
    `gateway:
  url: "${gateway.url}?token=${gateway.token}"
  reconnect_max_attempts: 10
  reconnect_base_delay: 1.0
  reconnect_max_delay: 60.0
`,
  );
  const said: string[] = [];

  const config = getConfig(file);
  const client = new GatewayClient({
    url: config.gateway.url,
    maxReconnectAttempts: config.gateway.reconnectMaxAttempts,
    reconnectBaseDelay: config.gateway.reconnectBaseDelay,
    reconnectMaxDelay: config.gateway.reconnectMaxDelay,
  });
  const connection = client.connect();
  await client.whenConnected(2);
  if (client.isConnected) {
    said.push('✓ Connected to gateway');
    await client.sendMessage(
      new CallStartedMessage({
        callId: 'demo-call-001',
        toNumber: '+1234567890',
        prompt: 'You are a sales assistant.',
        metadata: { campaign: 'q1_outreach' },
      }),
    );
    said.push('→ Sent call started event');
    await client.sendMessage(
      new CallEndedMessage({
        callId: 'demo-call-001',
        duration: 5.2,
        outcome: 'completed',
        fullTranscript: 'User: Hello\nAssistant: Hi there!',
      }),
    );
    said.push('→ Sent call ended event');
    await client.sendMessage(new HeartbeatMessage());
    said.push('→ Sent heartbeat');
  } else {
    said.push('⚠ Connection failed');
  }
  await client.disconnect();
  await connection;
  said.push('✓ Disconnected');

  expect(said).toEqual([
    '✓ Connected to gateway',
    '→ Sent call started event',
    '→ Sent call ended event',
    '→ Sent heartbeat',
    '✓ Disconnected',
  ]);
  const person = await connectNative(gateway);
  const { messages } = await person.request('chat.history', { sessionKey: 'call:demo-call-001' });
  const text = messages.map(messageText).join('\n');
  expect(text).toContain('Call to +1234567890 started.');
  expect(text).toContain('You are a sales assistant.');
  expect(text).toContain('User: Hello\nAssistant: Hi there!');
});

test('a call manager reports its calls from the first ring to the last word', async () => {
  const gateway = await startGateway();
  const person = await connectNative(gateway);
  const telephony = new LoopbackTelephony();
  const manager = new CallManager(
    {
      gateway: {
        url: gateway.url,
        token: gateway.token,
        reconnectMaxAttempts: 10,
        reconnectBaseDelay: 1,
        reconnectMaxDelay: 60,
      },
    },
    telephony,
  );
  await manager.start();
  await expect(manager.gateway.whenConnected(5)).resolves.toBe(true);
  const callId = await manager.initiateCall({
    toNumber: '+1234567890',
    prompt: 'You are helpful.',
    webhookBaseUrl: 'https://example.com',
  });
  await person.event('notification', ({ notification }) => notification.sessionKey === `call:${callId}`);
  telephony.say(callId, 'user', 'Hello');
  telephony.say(callId, 'assistant', 'Hi! How can I help you?');
  await manager.endCall(callId);
  const left = await manager.initiateCall({ toNumber: '+2', prompt: 'Stay on the line.' });
  await manager.stop();
  expect(manager.gateway.queuedMessages).toBe(0);
  const { messages } = await person.request('chat.history', { sessionKey: `call:${callId}` });
  expect(messageText(messages[0]!)).toBe('Call to +1234567890 started.\n\nYou are helpful.');
  expect(messages.map(messageText).join('\n')).toContain('User: Hello\nAssistant: Hi! How can I help you?');
  const other = await person.request('chat.history', { sessionKey: `call:${left}` });
  expect(other.messages.map(messageText).join('\n')).toContain('Call ended: completed');
});
