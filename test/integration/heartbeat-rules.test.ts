import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { LeapingClock } from '../fakes/leaping-clock.ts';
import { modelConfig, says, startModelServer, type ModelServer } from '../fakes/model-server.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { createGate, temporaryFolder, waitUntil } from '../fakes/temporary.ts';
import { startGateway, type TestGateway } from '../fakes/test-gateway.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface Made {
  readonly gateway: TestGateway;
  readonly client: NativeClient;
  readonly model: ModelServer;
  readonly clock: LeapingClock;
  /** What came of the heartbeats so far, the newest first. */
  readonly history: () => Promise<
    readonly { readonly status: string; readonly reason?: string; readonly count: number }[]
  >;
  /** Half an hour or as much later, and what came of the heartbeat in it. */
  readonly half: (ms?: number) => Promise<{ readonly status: string; readonly reason?: string }>;
}

/** An agent with a checklist that has a heartbeat every half hour. */
async function create(start: string, heartbeat: object, agents: readonly object[] = []): Promise<Made> {
  const stateDir = temporaryFolder();
  mkdirSync(path.join(stateDir, 'workspace'));
  writeFileSync(path.join(stateDir, 'workspace/HEARTBEAT.md'), '- Look at the inbox\n');
  const clock = new LeapingClock(start);
  const model = await startModelServer(says('HEARTBEAT_OK'));
  const config = modelConfig(model);
  const { defaults } = config['agents'] as { defaults: object };
  const gateway = await startGateway({
    stateDir,
    clock,
    config: {
      ...config,
      agents: {
        defaults: { ...defaults, heartbeat: { every: '30m', ...heartbeat } },
        ...(agents.length > 0 ? { list: agents } : {}),
      },
    },
  });
  const client = await connectNative(gateway);
  const history: Made['history'] = async () =>
    (await client.request('heartbeat.history', {})).heartbeats.map(({ status, reason, count }) => ({
      status,
      count,
      ...(reason === undefined ? {} : { reason }),
    }));
  return {
    gateway,
    client,
    model,
    clock,
    history,
    half: async (ms = 30 * MINUTE) => {
      const before = client.events('heartbeat').length;
      clock.leap(ms);
      await waitUntil(() => (client.events('heartbeat').length > before ? true : undefined), 'a heartbeat');
      const { status, reason } = client.events('heartbeat')[before]!;
      return reason === undefined ? { status } : { status, reason };
    },
  };
}

describe('active hours', () => {
  const activeHours = { start: '08:00', end: '22:00', timezone: 'America/New_York' };

  test('are those of the wall in their zone: outside of them no model is asked, and the reason is there', async () => {
    // 21:10 in New York, and 02:10 in London.
    const { half, model, history, client } = await create('2026-11-21T02:10:00Z', { activeHours });
    expect(await half()).toEqual({ status: 'ok-token' });
    expect(await half()).toEqual({ status: 'skipped', reason: 'quiet-hours' });
    for (let n = 0; n < 5; n += 1) await half();
    expect(model.requests).toHaveLength(1);
    // A night is one line.
    expect(await history()).toEqual([
      { status: 'skipped', reason: 'quiet-hours', count: 6 },
      { status: 'ok-token', count: 1 },
    ]);
    await expect(client.request('last-heartbeat', {})).resolves.toMatchObject({ reason: 'quiet-hours' });
    await expect(client.request('heartbeat.status', {})).resolves.toMatchObject({
      enabled: true,
      agents: [{ agentId: 'main', settings: { activeHours }, last: { reason: 'quiet-hours', count: 6 } }],
    });
  });

  test('begin again in the morning, and hold across midnight', async () => {
    // 05:40 in New York, in hours that reach over midnight.
    const hours = { ...activeHours, start: '22:00', end: '06:00' };
    const { half } = await create('2026-11-21T10:10:00Z', { activeHours: hours });
    expect(await half()).toEqual({ status: 'ok-token' });
    expect(await half()).toEqual({ status: 'skipped', reason: 'quiet-hours' });
    expect(await half(15.5 * HOUR)).toEqual({ status: 'skipped', reason: 'quiet-hours' });
    expect(await half()).toEqual({ status: 'ok-token' });
  });

  test('do not hold for a heartbeat that somebody asks for', async () => {
    const { client, model } = await create('2026-11-21T08:00:00Z', { activeHours });
    await client.request('wake', { mode: 'now', text: 'The door bell rang' });
    await model.request(1);
    await client.event('heartbeat', ({ status }) => status === 'ok-token');
  });
});

describe('the tokens of a day', () => {
  test('are the end of heartbeats for that day, and begin anew at midnight', async () => {
    const { half, model, client, clock } = await create('2026-11-21T10:00:00Z', { tokensPerDay: 2_000 });
    model.reply(says('HEARTBEAT_OK', { prompt: 900, completion: 100 }));
    expect(await half()).toEqual({ status: 'ok-token' });
    expect(await half()).toEqual({ status: 'ok-token' });
    expect(await half()).toEqual({ status: 'skipped', reason: 'token-budget' });
    expect(await half()).toEqual({ status: 'skipped', reason: 'token-budget' });
    expect(model.requests).toHaveLength(2);
    await expect(client.request('heartbeat.status', {})).resolves.toMatchObject({
      agents: [{ tokensToday: 2_000, settings: { tokensPerDay: 2_000 }, last: { reason: 'token-budget' } }],
    });
    // Nor by waking it.
    await client.request('wake', { mode: 'now', text: 'Look' });
    await client.event('heartbeat', (_event) => client.events('heartbeat').length === 5);
    expect(model.requests).toHaveLength(2);
    clock.leap(16 * HOUR);
    await model.request(3);
    await expect(client.request('heartbeat.status', {})).resolves.toMatchObject({ agents: [{ waiting: 1 }] });
  });

  test('count over a restart', async () => {
    const { half, model, clock, gateway } = await create('2026-11-21T10:00:00Z', { tokensPerDay: 1_000 });
    model.reply(says('HEARTBEAT_OK', { prompt: 900, completion: 100 }));
    expect(await half()).toEqual({ status: 'ok-token' });
    await gateway.stop();
    const again = await connectNative(await startGateway({ clock, stateDir: gateway.stateDir }));
    clock.leap(30 * MINUTE);
    await expect(again.event('heartbeat')).resolves.toMatchObject({ reason: 'token-budget' });
    expect(model.requests).toHaveLength(1);
  });
});

describe('an agent that is busy', () => {
  test('with a chat is not interrupted, and has its heartbeat a minute after it', async () => {
    const { half, model, client, clock } = await create('2026-11-21T10:00:00Z', {});
    const gate = createGate();
    model.reply(
      { steps: [{ text: 'Let me think' }, { wait: gate.opened }, { finish: 'stop' }] },
      says('HEARTBEAT_OK'),
    );
    const { runId } = await client.request('chat.send', {
      sessionKey: 'agent:main:main',
      message: 'hello',
      idempotencyKey: 'k',
    });
    await model.request(1);
    expect(await half()).toEqual({ status: 'skipped', reason: 'requests-in-flight' });
    clock.leap(MINUTE);
    await waitUntil(() => (client.events('heartbeat').length === 2 ? true : undefined), 'the second look');
    expect(client.events('heartbeat')[1]).toMatchObject({ reason: 'requests-in-flight' });
    expect(model.requests).toHaveLength(1);
    gate.open();
    await client.runEnd(runId);
    clock.leap(MINUTE);
    await client.event('heartbeat', ({ status }) => status === 'ok-token');
  });

  test('with an automation has it later too', async () => {
    const { half, model, client } = await create('2026-11-21T10:00:00Z', {});
    const gate = createGate();
    model.reply({ steps: [{ wait: gate.opened }, { text: 'done' }, { finish: 'stop' }] });
    const job = await client.request('cron.add', {
      name: 'Long',
      schedule: { kind: 'every', everyMs: 24 * HOUR },
      sessionTarget: 'isolated',
      wakeMode: 'now',
      payload: { kind: 'agentTurn', message: 'work' },
    });
    await client.request('cron.run', { id: job.id, mode: 'force' });
    await model.request(1);
    expect(await half()).toEqual({ status: 'skipped', reason: 'cron-in-progress' });
    gate.open();
    await client.event('cron', ({ action }) => action === 'finished');
  });
});

test('heartbeats that are set to never do not come, whatever was set before', async () => {
  const { client, clock, model } = await create('2026-11-21T10:00:00Z', { every: '0m' });
  clock.leap(24 * HOUR);
  await client.request('health', {});
  expect(client.events('heartbeat')).toEqual([]);
  expect(model.requests).toEqual([]);
  await expect(client.request('heartbeat.status', {})).resolves.toMatchObject({
    agents: [{ settings: { everyMs: 0 }, running: false }],
  });
});

test('the times of heartbeats depend on the interval alone: a restart moves none', async () => {
  const { client, clock, gateway } = await create('2026-11-21T10:03:00Z', {});
  const phase = async (asked: NativeClient): Promise<number> =>
    ((await asked.request('heartbeat.status', {})).agents[0]?.nextAtMs ?? 0) % (30 * MINUTE);
  const before = await phase(client);
  await gateway.stop();
  clock.leap(7 * MINUTE);
  const again = await connectNative(await startGateway({ clock, stateDir: gateway.stateDir }));
  expect(await phase(again)).toBe(before);
});
