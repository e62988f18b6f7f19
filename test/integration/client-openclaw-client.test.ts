// The OpenClawClient and its singleton, over real sockets, against a real gateway.

import { describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  getOpenClawClient,
  messageText,
  OpenClawClient,
  RequestError,
  type ChatEvent,
} from '../../src-main/sdk/node/index.ts';
import { connectNative } from '../fakes/native-client.ts';
import { RecordingLog } from '../fakes/recording-log.ts';
import { temporaryFolder, waitUntil } from '../fakes/temporary.ts';
import { startGateway, type TestGateway } from '../fakes/test-gateway.ts';

function createClient({ url, token }: Pick<TestGateway, 'url' | 'token'>): OpenClawClient {
  const client = new OpenClawClient({ url, token }, { log: new RecordingLog() });
  onTestFinished(() => {
    client.disconnect();
  });
  return client;
}

describe('the client', () => {
  test('chats: sends, hears the answer, reads the history', async () => {
    const client = createClient(await startGateway());
    const hello = await client.connect();
    expect(hello.auth.scopes).toContain('operator.admin');
    const final = new Promise<ChatEvent>((resolve) => {
      client.on('chat', (event) => {
        if (event.state === 'final') resolve(event);
      });
    });
    const { runId } = await client.chat.send({ sessionKey: 'main', message: 'status' });
    const event = await final;
    expect(event.runId).toBe(runId);
    const { messages } = await client.chat.history({ sessionKey: 'main' });
    expect(messages.map(({ role }) => role)).toContain('assistant');
    expect(messageText(messages[0]!)).toBe('status');
  });

  test('plans jobs and reads what there is', async () => {
    const client = createClient(await startGateway());
    void client.connect();
    const job = await client.cron.add({
      name: 'Stretch',
      schedule: { kind: 'every', everyMs: 3_600_000 },
      sessionTarget: 'main',
      wakeMode: 'now',
      payload: { kind: 'systemEvent', text: 'Stretch' },
    });
    await expect(client.cron.list()).resolves.toMatchObject({ total: 1, jobs: [{ id: job.id }] });
    await expect(client.cron.remove({ id: job.id })).resolves.toEqual({ ok: true, removed: true });
    await expect(client.sessions.list()).resolves.toMatchObject({ totalCount: 0 });
    await expect(client.health()).resolves.toMatchObject({ ok: true });
    await expect(client.request('status')).resolves.toMatchObject({ pid: process.pid });
  });

  test('tells what the gateway says against a request', async () => {
    const client = createClient(await startGateway());
    void client.connect();
    const refused = client.request('no.such.method', {});
    await expect(refused).rejects.toBeInstanceOf(RequestError);
    await expect(refused).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    await expect(client.chat.history({ sessionKey: '' })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });

  test('comes back after a restart of the gateway, and calls wait for it', async () => {
    const stateDir = temporaryFolder();
    const first = await startGateway({ stateDir });
    const client = createClient(first);
    await client.connect();
    await first.stop();
    await waitUntil(() => (client.isConnected ? undefined : true), 'the end of the connection');
    const answer = client.health();
    await startGateway({ stateDir, port: first.port });
    await expect(answer).resolves.toMatchObject({ ok: true });
  });

  test('signs in by the token in its address, too', async () => {
    const gateway = await startGateway();
    const client = createClient({ url: `${gateway.url}/ws?token=${gateway.token}`, token: '' });
    await expect(client.connect()).resolves.toMatchObject({ type: 'hello-ok' });
    await expect(client.chat.history({ sessionKey: 'main' })).resolves.toMatchObject({ messages: [] });
  });

  test('is told when its token is wrong, with what every call then says', async () => {
    const gateway = await startGateway();
    const client = createClient({ url: gateway.url, token: 'wrong' });
    await expect(client.connect()).rejects.toMatchObject({ detailCode: 'AUTH_TOKEN_MISMATCH' });
    await expect(client.health()).rejects.toMatchObject({ detailCode: 'AUTH_TOKEN_MISMATCH' });
  });
});

describe('the singleton', () => {
  test('connects by itself to the gateway that the environment names', async () => {
    const gateway = await startGateway();
    vi.stubEnv('OPENCLAW_GATEWAY_URL', '');
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    expect(() => getOpenClawClient()).toThrow('OPENCLAW_GATEWAY_URL is not set');
    vi.stubEnv('OPENCLAW_GATEWAY_URL', `${gateway.url}/ws`);
    vi.stubEnv('OPENCLAW_AUTH_TOKEN', gateway.token);
    const client = getOpenClawClient();
    onTestFinished(() => {
      client.disconnect();
    });
    await expect(client.health()).resolves.toMatchObject({ ok: true });
    expect(getOpenClawClient()).toBe(client);
    const person = await connectNative(gateway);
    const presence = await person.request('system-presence', {});
    expect(presence.filter(({ mode }) => mode === 'backend')).toHaveLength(2);
    client.disconnect();
    await expect(getOpenClawClient().health()).resolves.toMatchObject({ ok: true });
  });
});
