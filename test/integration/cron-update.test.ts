import { describe, expect, test } from 'vitest';
import { FakeClock, settle } from '../fakes/fake-clock.ts';
import { LeapingClock } from '../fakes/leaping-clock.ts';
import { modelConfig, says, startModelServer } from '../fakes/model-server.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { temporaryFolder } from '../fakes/temporary.ts';
import { startGateway } from '../fakes/test-gateway.ts';
import type { CronJob } from '../../src-main/shared/protocol/cron.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function add(client: NativeClient, change: object = {}): Promise<CronJob> {
  return client.call('cron.add', {
    name: 'Job',
    description: 'old',
    schedule: { kind: 'every', everyMs: HOUR },
    sessionTarget: 'main',
    wakeMode: 'now',
    payload: { kind: 'systemEvent', text: 'Job' },
    ...change,
  }) as Promise<CronJob>;
}

const agent = { sessionTarget: 'isolated', payload: { kind: 'agentTurn', message: 'hi', model: 'fake/m2' } };

describe('cron.update', () => {
  test('changes what it names, keeps the rest and the next run, and tells the clients', async () => {
    const client = await connectNative(await startGateway());
    const before = await add(client, { agentId: 'main' });
    const patch = {
      name: 'New',
      wakeMode: 'next-heartbeat',
      agentId: null,
      sessionTarget: 'isolated',
    } as const;
    const after = await client.request('cron.update', { id: before.id, patch });
    const { agentId: _cleared, ...kept } = before;
    expect(after).toEqual({
      ...kept,
      name: 'New',
      wakeMode: 'next-heartbeat',
      sessionTarget: 'isolated',
      updatedAtMs: after.updatedAtMs,
    });
    expect(await client.event('cron', ({ action }) => action === 'updated')).toEqual({
      action: 'updated',
      jobId: before.id,
      job: after,
      nextRunAtMs: before.state.nextRunAtMs,
    });
    await expect(client.request('cron.get', { id: before.id })).resolves.toEqual(after);
  });

  test('outlives a restart', async () => {
    const stateDir = temporaryFolder();
    const first = await startGateway({ stateDir });
    const client = await connectNative(first);
    const { id } = await add(client);
    const after = await client.request('cron.update', { id, patch: { name: 'New', enabled: false } });
    await first.stop();
    const again = await connectNative(await startGateway({ stateDir }));
    await expect(again.request('cron.get', { id })).resolves.toEqual(after);
  });

  test('that changes nothing is no change, and no event', async () => {
    const clock = new FakeClock();
    const client = await connectNative(await startGateway({ clock }));
    const before = await add(client);
    await clock.advance(MINUTE);
    // A form that is sent back as it was: the rhythm stays.
    const patch = { name: 'Job', schedule: { kind: 'every', everyMs: HOUR }, enabled: true } as const;
    for (const same of [patch, {}])
      await expect(client.request('cron.update', { id: before.id, patch: same })).resolves.toEqual(before);
    await client.request('health', {});
    expect(client.events('cron').map(({ action }) => action)).toEqual(['added']);
  });

  test('takes the id under either name, and says when there is no such job', async () => {
    const client = await connectNative(await startGateway());
    const { id } = await add(client);
    const patch = { name: 'New' };
    await expect(client.call('cron.update', { jobId: id, patch })).resolves.toMatchObject(patch);
    expect((await client.refusal('cron.update', { id: 'x', patch })).detailCode).toBe('CRON_JOB_NOT_FOUND');
  });

  test('merges a payload of the same kind, and null clears its model', async () => {
    const client = await connectNative(await startGateway());
    const { id } = await add(client, agent);
    const change = (payload: object): Promise<unknown> =>
      client.call('cron.update', { id, patch: { payload } });
    await expect(change({ kind: 'agentTurn', timeoutSeconds: 5 })).resolves.toMatchObject({
      payload: { kind: 'agentTurn', message: 'hi', model: 'fake/m2', timeoutSeconds: 5 },
    });
    expect(((await change({ kind: 'agentTurn', model: null })) as CronJob).payload).toEqual({
      kind: 'agentTurn',
      message: 'hi',
      timeoutSeconds: 5,
    });
    expect(((await change({ kind: 'systemEvent', text: 'Up' })) as CronJob).payload).toEqual({
      kind: 'systemEvent',
      text: 'Up',
    });
  });

  test.each<[string, object, string]>([
    [
      'an agent in the main session',
      { payload: { kind: 'agentTurn', message: 'x' } },
      'invalid cron.update params',
    ],
    ['another kind without its text', { payload: { kind: 'agentTurn' } }, 'payload.message is needed'],
    [
      'a time that is past',
      { schedule: { kind: 'at', at: '2020-01-01T00:00:00Z' } },
      'schedule.at is in the past',
    ],
    ['a wrong expression', { schedule: { kind: 'cron', expr: 'soon' } }, 'schedule.expr "soon"'],
    ['a session that cannot be', { sessionKey: 'agent::x' }, 'sessionKey'],
    ['an agent whose name cannot be', { agentId: 'a b' }, 'agentId'],
    ['an empty name', { name: '' }, 'at /patch/name'],
    ['the state', { state: { nextRunAtMs: 1 } }, "unexpected property 'state'"],
    ['what is not done here', { pacing: { min: '1h' } }, "unexpected property 'pacing'"],
    ['a channel that there is not', { delivery: { mode: 'announce', channel: 'pigeon' } }, 'no channel'],
  ])('refuses %s, and leaves the job as it was', async (_what, patch, message) => {
    const client = await connectNative(await startGateway());
    const before = await add(client);
    const refused = await client.refusal('cron.update', { id: before.id, patch });
    expect(refused.error.code).toBe('INVALID_REQUEST');
    expect(refused.message).toContain(message);
    await expect(client.request('cron.get', { id: before.id })).resolves.toEqual(before);
  });

  test('refuses to enable a job that has no run left', async () => {
    const clock = new FakeClock();
    const client = await connectNative(await startGateway({ clock }));
    const at = new Date(clock.now() + MINUTE).toISOString();
    const { id } = await add(client, { schedule: { kind: 'at', at }, deleteAfterRun: false });
    await clock.advance(MINUTE);
    await client.event('notification');
    const refused = await client.refusal('cron.update', { id, patch: { enabled: true } });
    expect(refused.message).toContain('no run left');
    const later = new Date(clock.now() + MINUTE).toISOString();
    const patch = { enabled: true, schedule: { kind: 'at', at: later } } as const;
    await expect(client.request('cron.update', { id, patch })).resolves.toMatchObject({
      enabled: true,
      state: { nextRunAtMs: clock.now() + MINUTE },
    });
  });
});

describe('the schedule of a job that is updated', () => {
  test('holds at once: it runs then, and not when it would have before', async () => {
    const clock = new FakeClock();
    const client = await connectNative(await startGateway({ clock }));
    const { id } = await add(client);
    const patch = { schedule: { kind: 'every', everyMs: MINUTE } } as const;
    const { state } = await client.request('cron.update', { id, patch });
    expect(state.nextRunAtMs).toBe(clock.now() + MINUTE);
    await clock.advance(MINUTE);
    await client.event('notification');
  });

  test('is without runs while it is disabled, and counts from now when it is enabled', async () => {
    const clock = new FakeClock();
    const client = await connectNative(await startGateway({ clock }));
    const { id } = await add(client, { schedule: { kind: 'every', everyMs: MINUTE } });
    const off = await client.request('cron.update', { id, patch: { enabled: false } });
    expect(off.state.nextRunAtMs).toBeUndefined();
    await clock.advance(10 * MINUTE + 1);
    const on = await client.request('cron.update', { id, patch: { enabled: true } });
    expect(on.state.nextRunAtMs).toBe(clock.now() + MINUTE - 1);
    expect(client.events('notification')).toEqual([]);
  });

  test('does not lose a run that is due already', async () => {
    const model = await startModelServer({ steps: [{ hang: true }] });
    const clock = new LeapingClock();
    const client = await connectNative(await startGateway({ clock, config: modelConfig(model) }));
    // Every place is taken, so the ninth waits although it is due.
    for (let n = 0; n < 8; n += 1) await add(client, { name: `agent ${n}`, ...agent });
    clock.leap(MINUTE);
    const { id, state } = await add(client);
    clock.leap(HOUR);
    await model.request(8);
    const patch = {
      schedule: { kind: 'every', everyMs: 3 * HOUR },
      payload: { kind: 'systemEvent', text: 'Late' },
    } as const;
    const after = await client.request('cron.update', { id, patch });
    expect(after.state.nextRunAtMs).toBe(state.nextRunAtMs);
    const { sessionKey } = await client.event('chat');
    await client.call('chat.abort', { sessionKey });
    const { notification } = await client.event(
      'notification',
      ({ notification: told }) => told.jobId === id,
    );
    expect(notification.body).toBe('Late');
    const ran = await client.request('cron.get', { id });
    expect(ran.state.nextRunAtMs).toBeGreaterThan(clock.now() + 2 * HOUR);
  });
});

describe('a job that is updated while it runs', () => {
  test('ends its run as it began, and the next one has the change', async () => {
    const model = await startModelServer({ steps: [{ text: 'first' }, { hang: true }] }, says('second'));
    const clock = new LeapingClock();
    const client = await connectNative(await startGateway({ clock, config: modelConfig(model) }));
    const at = new Date(clock.now() + MINUTE).toISOString();
    const { id } = await add(client, { ...agent, schedule: { kind: 'at', at } });
    clock.leap(MINUTE);
    const { sessionKey } = await client.event('chat', ({ state }) => state === 'delta');
    const patch = {
      schedule: { kind: 'every', everyMs: HOUR },
      payload: { kind: 'agentTurn', message: 'changed' },
    } as const;
    const after = await client.request('cron.update', { id, patch });
    expect(after).toMatchObject({
      deleteAfterRun: false,
      state: { runningAtMs: expect.any(Number) as number },
    });
    await client.call('chat.abort', { sessionKey });
    await client.event('cron', ({ action }) => action === 'finished');
    // Its only run is over, but it has others now.
    const waiting = await client.request('cron.get', { id });
    expect(waiting).toMatchObject({ enabled: true, state: { nextRunAtMs: after.state.nextRunAtMs } });
    clock.leap(HOUR);
    await client.event('cron', ({ action, status }) => action === 'finished' && status === 'ok');
    expect(JSON.stringify(model.requests[0]?.body)).not.toContain('changed');
    expect(JSON.stringify(model.requests[1]?.body)).toContain('changed');
  });

  test('and disabled does not begin again', async () => {
    const clock = new FakeClock();
    const client = await connectNative(await startGateway({ clock }));
    const { id } = await add(client, { schedule: { kind: 'every', everyMs: MINUTE }, deleteAfterRun: true });
    const running = clock.advance(MINUTE);
    const off = client.request('cron.update', { id, patch: { enabled: false } });
    await Promise.all([running, off]);
    await settle();
    const told = client.events('notification').length;
    await clock.advance(10 * MINUTE);
    await expect(client.request('cron.get', { id })).resolves.toMatchObject({ enabled: false });
    expect(client.events('notification')).toHaveLength(told);
  });
});
