import { describe, expect, test } from 'vitest';
import { FakeClock, settle } from '../fakes/fake-clock.ts';
import { LeapingClock } from '../fakes/leaping-clock.ts';
import { modelConfig, says, startModelServer } from '../fakes/model-server.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { temporaryFolder, waitUntil } from '../fakes/temporary.ts';
import { startGateway } from '../fakes/test-gateway.ts';
import type { CronJob } from '../../src-main/shared/protocol/cron.ts';

const MINUTE = 60_000;

function add(client: NativeClient, change: object = {}): Promise<CronJob> {
  return client.call('cron.add', {
    name: 'Job',
    schedule: { kind: 'every', everyMs: MINUTE },
    sessionTarget: 'main',
    wakeMode: 'now',
    payload: { kind: 'systemEvent', text: 'Job' },
    ...change,
  }) as Promise<CronJob>;
}

const agent = { sessionTarget: 'isolated', payload: { kind: 'agentTurn', message: 'hi' } };

/** What a gateway of an earlier version may have stored, or a mistake: accepted or not, it must do no harm. */
const POISON = [
  { sessionKey: 'agent::x' },
  { sessionTarget: 'session:agent:nobody' },
  { agentId: 'a b' },
  { sessionTarget: 'session:agent:nobody', payload: { kind: 'agentTurn', message: 'hi' } },
  { sessionKey: 'a\u0000b', sessionTarget: 'current', payload: { kind: 'agentTurn', message: 'hi' } },
];

describe('a job that can never work', () => {
  test.each(POISON)('does not keep others from theirs: %j', async (poison) => {
    const clock = new LeapingClock();
    const gateway = await startGateway({ clock });
    gateway.log.expect(/accounted for/);
    const client = await connectNative(gateway);
    await add(client, poison).catch(() => undefined);
    await add(client, { name: 'Good', payload: { kind: 'systemEvent', text: 'Good' } });
    for (const count of [1, 2, 3]) {
      clock.leap(MINUTE);
      await waitUntil(
        () =>
          client.events('notification').filter(({ notification }) => notification.body === 'Good').length >=
          count
            ? true
            : undefined,
        `the good job, time ${count}`,
        1_000,
      );
    }
  });

  test.each(POISON)('does not keep the gateway from starting again: %j', async (poison) => {
    const stateDir = temporaryFolder();
    const first = await startGateway({ stateDir });
    first.log.expect(/accounted for/);
    const client = await connectNative(first);
    const job = await add(client, poison).catch(() => undefined);
    if (job !== undefined) await client.request('cron.run', { id: job.id });
    await client.request('health', {});
    await first.stop();
    const second = await startGateway({ stateDir });
    await expect((await connectNative(second)).request('health', {})).resolves.toMatchObject({ ok: true });
  });
});

describe('many jobs', () => {
  test('that are due at the same time all run, eight agents at once', async () => {
    const model = await startModelServer({ steps: [{ hang: true }] });
    const clock = new LeapingClock();
    const client = await connectNative(await startGateway({ clock, config: modelConfig(model) }));
    for (let n = 0; n < 12; n += 1) await add(client, { name: `agent ${n}`, ...agent });
    clock.leap(MINUTE);
    await model.request(8);
    await client.request('health', {});
    expect(client.events('cron').filter(({ action }) => action === 'started')).toHaveLength(8);
  });

  test('of a hundred reminders at one moment none is lost and none comes twice', async () => {
    const clock = new LeapingClock();
    const client = await connectNative(await startGateway({ clock }));
    const at = new Date(clock.now() + MINUTE).toISOString();
    for (let n = 0; n < 100; n += 1) {
      await add(client, {
        name: `n${n}`,
        schedule: { kind: 'at', at },
        payload: { kind: 'systemEvent', text: `n${n}` },
      });
    }
    clock.leap(MINUTE);
    await client.event('notification', ({ unread }) => unread === 100);
    const bodies = client.events('notification').map(({ notification }) => notification.body);
    expect(new Set(bodies).size).toBe(100);
    expect(bodies).toHaveLength(100);
  });
});

describe('a job of an agent', () => {
  test('never overlaps with itself', async () => {
    const model = await startModelServer({ steps: [{ hang: true }] });
    const clock = new LeapingClock();
    const client = await connectNative(await startGateway({ clock, config: modelConfig(model) }));
    const { id } = await add(client, agent);
    clock.leap(MINUTE);
    await model.request(1);
    clock.leap(10 * MINUTE);
    await expect(client.request('cron.run', { id })).resolves.toMatchObject({
      enqueued: false,
      reason: 'already-running',
    });
    expect(model.requests).toHaveLength(1);
  });

  test('is ended by its own time limit', async () => {
    const model = await startModelServer({ steps: [{ text: 'Let me think' }, { hang: true }] });
    const clock = new LeapingClock();
    const client = await connectNative(await startGateway({ clock, config: modelConfig(model) }));
    const payload = { kind: 'agentTurn', message: 'hi', timeoutSeconds: 30 };
    const { id } = await add(client, { ...agent, payload });
    await client.request('cron.run', { id });
    await client.event('chat', ({ state }) => state === 'delta');
    clock.leap(31_000);
    const finished = await client.event('cron', ({ action }) => action === 'finished', 2_000);
    expect(finished).toMatchObject({ jobId: id, status: 'error' });
  });

  test('uses the model that it names', async () => {
    const model = await startModelServer(says('yes'));
    const client = await connectNative(await startGateway({ config: modelConfig(model) }));
    const payload = { kind: 'agentTurn', message: 'hi', model: 'fake/m2' };
    const { id } = await add(client, { ...agent, payload });
    await client.request('cron.run', { id });
    await client.event('notification');
    expect(model.requests[0]?.body.model).toBe('m2');
  });

  test('that is cut off by the end of the gateway is told at the next start, once', async () => {
    const stateDir = temporaryFolder();
    const model = await startModelServer({ steps: [{ hang: true }] });
    const first = await startGateway({ stateDir, config: modelConfig(model) });
    const client = await connectNative(first);
    const { id } = await add(client, agent);
    await client.request('cron.run', { id });
    await model.request(1);
    await first.stop();
    for (let start = 0; start < 2; start += 1) {
      const gateway = await startGateway({ stateDir });
      const { notifications } = await (await connectNative(gateway)).request('notifications.list', {});
      expect(notifications).toMatchObject([{ kind: 'alert', jobId: id }]);
      await gateway.stop();
    }
  });
});

describe('time', () => {
  test('that jumps is noticed within a minute', async () => {
    const clock = new FakeClock();
    const gateway = await startGateway({ clock });
    const client = await connectNative(gateway);
    const others = clock.pending;
    await add(client, { schedule: { kind: 'every', everyMs: 24 * 60 * MINUTE } });
    const { jobs } = await client.request('cron.list', {});
    expect(jobs[0]?.state.nextRunAtMs).toBe(clock.now() + 24 * 60 * MINUTE);
    // One timer, which never sleeps longer than a minute.
    await clock.advance(2 * MINUTE);
    expect(clock.pending).toBeLessThanOrEqual(others + 1);
  });

  test('two runs by hand within the same millisecond are both done', async () => {
    const clock = new FakeClock();
    const gateway = await startGateway({ clock });
    const client = await connectNative(gateway);
    const { id } = await add(client);
    for (const count of [1, 2]) {
      await expect(client.request('cron.run', { id })).resolves.toMatchObject({ enqueued: true });
      await waitUntil(
        () => (client.events('notification').length === count ? true : undefined),
        `notification ${count}`,
        1_000,
      );
      await settle();
    }
  });

  test('is not spent on a job that runs every millisecond', async () => {
    const clock = new FakeClock();
    const client = await connectNative(await startGateway({ clock }));
    await add(client, { schedule: { kind: 'every', everyMs: 1 } }).catch(() => undefined);
    await clock.advance(1_000);
    const { total } = await client.request('notifications.list', {});
    expect(total).toBeLessThan(10);
  });
});
