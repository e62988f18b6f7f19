import { describe, expect, test } from 'vitest';
import type { ExecApprovalsFile } from '../../src-main/shared/protocol/approvals.ts';
import type { CronJob, CronRunEntry } from '../../src-main/shared/protocol/cron.ts';
import { addJob, finished, HOUR } from '../fakes/cron.ts';
import { LeapingClock } from '../fakes/leaping-clock.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { temporaryFolder, waitUntil } from '../fakes/temporary.ts';
import { startGateway, type TestGateway } from '../fakes/test-gateway.ts';

interface Made {
  readonly gateway: TestGateway;
  readonly client: NativeClient;
  readonly clock: LeapingClock;
}

async function create(security: 'full' | 'allowlist' | 'deny', stateDir = temporaryFolder()): Promise<Made> {
  const clock = new LeapingClock();
  const gateway = await startGateway({ clock, stateDir });
  const client = await connectNative(gateway, {
    scopes: ['operator.read', 'operator.admin', 'operator.write'],
  });
  const file: ExecApprovalsFile = { version: 1, defaults: { security, ask: 'on-miss' } };
  await client.request('exec.approvals.set', { file });
  return { gateway, client, clock };
}

const command = (client: NativeClient, argv: readonly string[], more: object = {}): Promise<CronJob> =>
  addJob(client, { sessionTarget: 'isolated', payload: { kind: 'command', argv, ...more } });

async function ended(client: NativeClient, { id }: CronJob, count = 1): Promise<CronRunEntry> {
  await finished(client, id, count);
  const { entries } = await client.request('cron.runs', { id });
  return entries[0]!;
}

const person = (gateway: TestGateway): Promise<NativeClient> =>
  connectNative(gateway, { scopes: ['operator.read', 'operator.approvals'] });

describe('a job that runs a command', () => {
  test('runs each word as it stands, keeps the output, and announces it', async () => {
    const { client, clock } = await create('full');
    const job = await command(client, ['printf', '%s|', 'a b', "it's", '$HOME']);
    clock.leap(HOUR);
    const entry = await ended(client, job);
    expect(entry).toMatchObject({
      status: 'ok',
      summary: "a b|it's|$HOME|",
      deliveryStatus: 'delivered',
      diagnostics: {
        entries: [{ source: 'exec', severity: 'info', message: "a b|it's|$HOME|", exitCode: 0 }],
      },
    });
    await expect(client.request('notifications.list', {})).resolves.toMatchObject({
      notifications: [{ kind: 'job', title: 'Job', body: "a b|it's|$HOME|" }],
    });
  });

  test('that prints nothing tells nothing', async () => {
    const { client, clock } = await create('full');
    const job = await command(client, ['true']);
    clock.leap(HOUR);
    await expect(ended(client, job)).resolves.toMatchObject({
      status: 'ok',
      deliveryStatus: 'not-requested',
      deliverySuppressionReason: 'empty',
    });
    await expect(client.request('notifications.list', {})).resolves.toMatchObject({ total: 0 });
  });

  test('that fails says how, with its last line, and keeps what it printed', async () => {
    const { client, clock } = await create('full');
    const job = await command(client, ['sh', '-c', 'echo working; echo no disk >&2; exit 3']);
    clock.leap(HOUR);
    await expect(ended(client, job)).resolves.toMatchObject({
      status: 'error',
      error: 'Exit code 3. no disk',
      diagnostics: { entries: [{ severity: 'error', exitCode: 3, message: 'working\nno disk' }] },
    });
    await expect(client.request('notifications.list', {})).resolves.toMatchObject({
      notifications: [{ kind: 'alert', title: 'Job did not work', body: 'Exit code 3. no disk' }],
    });
  });

  test('keeps the end of a long output, and no more', async () => {
    const { client, clock } = await create('full');
    const job = await command(client, ['sh', '-c', 'seq 100000; echo the end'], { outputMaxBytes: 500 });
    clock.leap(HOUR);
    const { diagnostics } = await ended(client, job);
    const [kept] = diagnostics!.entries;
    expect(kept).toMatchObject({ truncated: true });
    expect(kept!.message).toHaveLength(500);
    expect(kept!.message.endsWith('100000\nthe end')).toBe(true);
  });

  test('is ended when it takes too long', async () => {
    const { client, clock } = await create('full');
    const job = await command(client, ['sh', '-c', 'echo begun; sleep 100'], { timeoutSeconds: 0.2 });
    clock.leap(HOUR);
    await expect(ended(client, job)).resolves.toMatchObject({
      status: 'error',
      errorReason: 'timeout',
      error: 'It took too long and was ended. begun',
    });
  });

  test('that is not there says so', async () => {
    const { client, clock } = await create('full');
    const job = await command(client, ['no-such-program-here']);
    clock.leap(HOUR);
    await expect(ended(client, job)).resolves.toMatchObject({
      status: 'error',
      error: expect.stringContaining('no-such-program-here') as string,
    });
  });
});

describe('a job whose command has to be approved', () => {
  test('is denied at once when nobody is there, and says why', async () => {
    const { gateway, client: admin, clock } = await create('allowlist');
    const job = await command(admin, ['date']);
    const client = await connectNative(gateway, { scopes: ['operator.read'] });
    await admin.close();
    clock.leap(HOUR);
    await expect(ended(client, job)).resolves.toMatchObject({
      status: 'error',
      error: 'The command was not run. Nobody is connected who could approve it.',
    });
    await expect(client.request('notifications.list', { state: 'unread' })).resolves.toMatchObject({
      notifications: [{ kind: 'alert', title: 'Job did not work' }],
    });
  });

  test('waits for a decision, keeps nobody else waiting, and runs once it is made', async () => {
    const { gateway, client, clock } = await create('allowlist');
    const decider = await person(gateway);
    const jobs: CronJob[] = [];
    for (let n = 0; n < 10; n += 1) jobs.push(await command(client, ['echo', `n${n}`]));
    const reminder = await addJob(client);
    clock.leap(HOUR);
    // Ten wait, and the reminder comes all the same.
    await waitUntil(
      () => (decider.events('exec.approval.requested').length === 10 ? true : undefined),
      '10 requests',
    );
    await finished(client, reminder.id);
    const { id, request } = await decider.event(
      'exec.approval.requested',
      (event) => event.request.command === 'echo n7',
    );
    expect(request).toMatchObject({ agentId: 'main', sessionKey: 'agent:main:main' });
    await decider.request('exec.approval.resolve', { id, decision: 'allow-once' });
    await expect(ended(client, jobs[7]!)).resolves.toMatchObject({ status: 'ok', summary: 'n7' });
  });

  test('fails with the reason when it is denied, and when nobody answers', async () => {
    const { gateway, client, clock } = await create('allowlist');
    const decider = await person(gateway);
    const job = await command(client, ['date']);
    clock.leap(HOUR);
    const { id } = await decider.event('exec.approval.requested');
    await decider.request('exec.approval.resolve', { id, decision: 'deny' });
    await expect(ended(client, job)).resolves.toMatchObject({
      status: 'error',
      error: expect.stringMatching(/denied it\.$/) as string,
    });
    clock.leap(HOUR);
    await decider.event('exec.approval.requested', (event) => event.id !== id);
    clock.leap(HOUR);
    await expect(ended(client, job, 2)).resolves.toMatchObject({
      error: 'The command was not run. Nobody approved it in time.',
    });
  });

  test('does not keep the gateway from ending, and is accounted for', async () => {
    const stateDir = temporaryFolder();
    const { gateway, client, clock } = await create('allowlist', stateDir);
    const decider = await person(gateway);
    const job = await command(client, ['date']);
    clock.leap(HOUR);
    await decider.event('exec.approval.requested');
    await gateway.stop();
    const again = await connectNative(await startGateway({ clock, stateDir }));
    const { entries } = await again.request('cron.runs', { id: job.id });
    expect(entries).toMatchObject([{ status: 'error', error: 'Clawtray was closed during this run.' }]);
  });

  test('runs nothing where commands are switched off', async () => {
    const { client, clock } = await create('deny');
    const job = await command(client, ['date']);
    clock.leap(HOUR);
    await expect(ended(client, job)).resolves.toMatchObject({
      status: 'error',
      error: 'Commands are switched off for this agent (security is deny).',
    });
  });
});

test.each<[string, object]>([
  ['main', { sessionTarget: 'main', payload: { kind: 'command', argv: ['date'] } }],
  ['without words', { sessionTarget: 'isolated', payload: { kind: 'command', argv: [] } }],
  [
    'with settings of its own',
    { sessionTarget: 'isolated', payload: { kind: 'command', argv: ['a'], env: {} } },
  ],
])('a command is refused: %s', async (_what, job) => {
  const { client } = await create('full');
  const params = { name: 'x', schedule: { kind: 'every', everyMs: HOUR }, wakeMode: 'now', ...job };
  await expect(client.refusal('cron.add', params)).resolves.toMatchObject({
    error: { code: 'INVALID_REQUEST' },
  });
});
