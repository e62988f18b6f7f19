import { describe, expect, test } from 'vitest';
import { messageText } from '../../src-main/shared/protocol/chat.ts';
import { useGatewayProcesses, type GatewayProcess } from '../fakes/gateway-process.ts';
import { modelConfig, startModelServer } from '../fakes/model-server.ts';
import { connectNative } from '../fakes/native-client.ts';
import { temporaryFolder } from '../fakes/temporary.ts';
import { writeConfig } from '../fakes/test-gateway.ts';

const startProcess = useGatewayProcesses();

const job = {
  name: 'Stretch',
  schedule: { kind: 'every', everyMs: 3_600_000 },
  sessionTarget: 'main',
  wakeMode: 'now',
  payload: { kind: 'systemEvent', text: 'Stretch' },
} as const;

async function crashed(
  stateDir: string,
  before: (process: GatewayProcess) => Promise<void>,
): Promise<GatewayProcess> {
  const first = await startProcess(stateDir);
  await before(first);
  await first.kill();
  return startProcess(stateDir);
}

describe('a kill -9 right after the acknowledgement', () => {
  test('loses no message, and the run that was cut off says so', async () => {
    const stateDir = temporaryFolder();
    const model = await startModelServer({ steps: [{ text: 'x' }, { hang: true }] });
    writeConfig(stateDir, modelConfig(model));
    const again = await crashed(stateDir, async (process) => {
      const client = await connectNative(process);
      await client.request('chat.send', { sessionKey: 'main', message: 'keep this', idempotencyKey: 'k' });
    });
    const client = await connectNative(again);
    const { messages } = await client.request('chat.history', { sessionKey: 'main' });
    expect(messages.map(messageText)).toEqual(['keep this', '']);
    expect(messages[1]).toMatchObject({
      stopReason: 'interrupted',
      errorMessage: 'Clawtray was closed before this was answered.',
    });
    await expect(
      client.request('chat.send', { sessionKey: 'main', message: 'keep this', idempotencyKey: 'k' }),
    ).resolves.toEqual({ runId: 'k', status: 'ok' });
  });

  test('loses no job, no call and no read mark', async () => {
    const stateDir = temporaryFolder();
    const again = await crashed(stateDir, async (process) => {
      const client = await connectNative(process);
      await client.call('sessions_send', {
        message: { type: 'call_started', call_id: 'c', to_number: '+1' },
      });
      await client.request('notifications.read', {});
      await client.request('cron.add', job);
    });
    const client = await connectNative(again);
    await expect(client.request('cron.list', {})).resolves.toMatchObject({
      total: 1,
      jobs: [{ name: 'Stretch' }],
    });
    await expect(client.request('chat.history', { sessionKey: 'call:c' })).resolves.toMatchObject({
      totalMessages: 1,
    });
    await expect(client.request('notifications.list', {})).resolves.toMatchObject({ total: 1, unread: 0 });
  });

  test('in the middle of many writes loses none that was acknowledged', async () => {
    const stateDir = temporaryFolder();
    const acknowledged = new Set<string>();
    const again = await crashed(stateDir, async (process) => {
      const client = await connectNative(process);
      const sends = Array.from({ length: 300 }, (_, n) =>
        client
          .call('sessions_send', { message: { type: 'transcript', call_id: `c${n}`, text: `t${n}` } })
          .then(
            () => acknowledged.add(`call:c${n}`),
            () => undefined,
          ),
      );
      await Promise.race(sends.slice(100, 200));
      await process.kill();
      await Promise.all(sends);
    });
    const client = await connectNative(again);
    const { sessions } = await client.request('sessions.list', { limit: 1_000 });
    const kept = new Set(sessions.map(({ key }) => key));
    expect(acknowledged.size).toBeGreaterThan(0);
    expect([...acknowledged].filter((key) => !kept.has(key))).toEqual([]);
  });

  test('keeps the token and the paired devices', async () => {
    const stateDir = temporaryFolder();
    let token = '';
    const again = await crashed(stateDir, async (process) => {
      token = process.token;
      await connectNative(process);
    });
    expect(again.token).toBe(token);
  });
});

describe('SIGTERM', () => {
  test('ends the process in order, and its clients are told', async () => {
    const process = await startProcess(temporaryFolder());
    const client = await connectNative(process);
    process.child.kill('SIGTERM');
    await client.event('shutdown');
    await expect(client.ended).resolves.toEqual({ code: 1012, reason: 'service restart' });
    await expect.poll(() => process.child.exitCode).toBe(0);
  });
});
