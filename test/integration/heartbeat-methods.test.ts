import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { LeapingClock } from '../fakes/leaping-clock.ts';
import { modelConfig, says, startModelServer, type Reply } from '../fakes/model-server.ts';
import { connectNative } from '../fakes/native-client.ts';
import { temporaryFolder } from '../fakes/temporary.ts';
import { startGateway } from '../fakes/test-gateway.ts';

async function create(options: { agents?: object; reply?: Reply } = {}) {
  const stateDir = temporaryFolder();
  mkdirSync(path.join(stateDir, 'workspace'));
  writeFileSync(path.join(stateDir, 'workspace/HEARTBEAT.md'), '- Water the plants\n');
  const model = await startModelServer(options.reply ?? says('HEARTBEAT_OK'));
  const { agents = {}, ...rest } = modelConfig(model) as { agents?: object };
  const config = { ...rest, agents: { ...agents, ...options.agents } };
  const clock = new LeapingClock();
  const started = { stateDir, clock, config };
  const gateway = await startGateway(started);
  return { gateway, started, model, clock, client: await connectNative(gateway) };
}

describe('heartbeat.trigger', () => {
  test('runs the heartbeat of an agent and answers with what came of it', async () => {
    const { client, model } = await create({ reply: says('The plants are dry.') });
    await expect(client.request('heartbeat.trigger', {})).resolves.toMatchObject({
      result: 'The plants are dry.',
      actionsTaken: 0,
    });
    expect(model.requests).toHaveLength(1);
    await expect(client.request('heartbeat.history', {})).resolves.toMatchObject({
      heartbeats: [{ trigger: 'request', status: 'sent', text: 'The plants are dry.' }],
    });
  });

  test('says what it would look at, and asks no model, when it is a dry run', async () => {
    const { client, model } = await create();
    await expect(client.request('heartbeat.trigger', { dryRun: true })).resolves.toEqual({
      result: 'HEARTBEAT_OK',
      actionsTaken: 0,
      tokensUsed: 0,
      reason: 'dry-run',
      checks: ['- Water the plants'],
    });
    expect(model.requests).toHaveLength(0);
    await expect(client.request('heartbeat.trigger', { agentId: 'nobody' })).rejects.toThrow(/no agent/);
  });
});

describe('heartbeat.configure', () => {
  test('sets an agent’s heartbeat over the configuration, over a restart, until it is given back', async () => {
    const { client, gateway, started } = await create({
      agents: { defaults: { heartbeat: { every: '1h' } } },
    });
    const set = await client.request('heartbeat.configure', {
      agentId: 'main',
      everyMs: 600_000,
      activeHours: { start: '09:00', end: '17:30', timezone: 'Europe/Berlin' },
    });
    expect(set.settings).toMatchObject({
      everyMs: 600_000,
      activeHours: { start: '09:00', end: '17:30', timezone: 'Europe/Berlin' },
      chosen: true,
    });
    expect(set.nextAtMs).toBeGreaterThan(started.clock.now());
    expect(set.nextAtMs).toBeLessThanOrEqual(started.clock.now() + 600_000);
    await gateway.stop();

    const again = await connectNative(await startGateway(started));
    const kept = await again.request('heartbeat.status', { agentId: 'main' });
    expect(kept.agents[0]?.settings).toMatchObject({ everyMs: 600_000, chosen: true });
    await again.request('heartbeat.configure', { agentId: 'main', activeHours: null });
    const all = await again.request('heartbeat.status', {});
    expect(all.agents[0]?.settings).not.toHaveProperty('activeHours');
    const back = await again.request('heartbeat.configure', { agentId: 'main', reset: true });
    expect(back.settings).toEqual({ everyMs: 3_600_000, tokensPerDay: 500_000 });
  });

  test('gives an agent that was made here a heartbeat, and leaves the main agent’s alone', async () => {
    const { client } = await create();
    const { agentId } = await client.request('agents.create', { name: 'Gardener' });
    await client.request('heartbeat.configure', { agentId, everyMs: 120_000 });
    const { agents } = await client.request('heartbeat.status', {});
    expect(agents.map((one) => [one.agentId, one.settings.everyMs])).toEqual([
      ['main', 1_800_000],
      [agentId, 120_000],
    ]);
    const off = await client.request('heartbeat.configure', { agentId, everyMs: 0 });
    expect(off).not.toHaveProperty('nextAtMs');
    await client.request('agents.delete', { agentId });
    await expect(client.request('heartbeat.status', {})).resolves.toMatchObject({
      agents: [{ agentId: 'main' }],
    });
  });

  test.each([
    [{ everyMs: 1_000 }, /a minute/],
    [{ activeHours: { start: '9am', end: '17:00' } }, /HH:MM/],
    [{ activeHours: { start: '09:00', end: '09:00' } }, /no hour/],
    [{ activeHours: { start: '09:00', end: '10:00', timezone: 'Nowhere/Land' } }, /time zone/],
    [{ everyMs: 60_000, reset: true }, /nothing else/],
    [{ agentId: 'nobody', everyMs: 60_000 }, /no agent/],
  ] as const)('declines %j and changes nothing', async (wrong, why) => {
    const { client } = await create();
    await expect(client.request('heartbeat.configure', { agentId: 'main', ...wrong })).rejects.toThrow(why);
    const { agents } = await client.request('heartbeat.status', {});
    expect(agents[0]?.settings).not.toHaveProperty('chosen');
  });
});
