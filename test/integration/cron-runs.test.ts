import { describe, expect, test } from 'vitest';
import { FakeClock } from '../fakes/fake-clock.ts';
import { fails, modelConfig, says, startModelServer } from '../fakes/model-server.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { temporaryFolder } from '../fakes/temporary.ts';
import { startGateway } from '../fakes/test-gateway.ts';
import type { CronJob } from '../../src-main/shared/protocol/cron.ts';

const MINUTE = 60_000;

function add(client: NativeClient, change: object = {}): Promise<CronJob> {
  return client.call('cron.add', {
    name: 'Job',
    schedule: { kind: 'every', everyMs: 60 * MINUTE },
    sessionTarget: 'main',
    wakeMode: 'now',
    payload: { kind: 'systemEvent', text: 'Job' },
    ...change,
  }) as Promise<CronJob>;
}

/** Runs the job now; @returns the id of the run, when it has ended */
async function run(client: NativeClient, id: string): Promise<string> {
  const earlier = client.events('cron').filter(({ action }) => action === 'finished').length;
  const { runId } = await client.request('cron.run', { id });
  let seen = 0;
  await client.event('cron', ({ action }) => action === 'finished' && (seen += 1) > earlier);
  return runId ?? '';
}

const agent = { sessionTarget: 'isolated', payload: { kind: 'agentTurn', message: 'hi' } };
const reminder = (text: string): object => ({ name: text, payload: { kind: 'systemEvent', text } });

describe('cron.runs', () => {
  test('shows how each run ended, the newest first, in pages', async () => {
    const clock = new FakeClock();
    const client = await connectNative(await startGateway({ clock }));
    const a = await add(client, reminder('a'));
    const b = await add(client, reminder('b'));
    const ids: string[] = [];
    for (const { id } of [a, b, a]) {
      ids.unshift(await run(client, id));
      await clock.advance(1);
    }
    const first = await client.request('cron.runs', { limit: 2 });
    expect(first).toMatchObject({ total: 3, offset: 0, limit: 2, hasMore: true, nextOffset: 2 });
    expect(first.entries[0]).toEqual({
      ts: clock.now() - 1,
      jobId: a.id,
      jobName: 'a',
      action: 'finished',
      runId: ids[0],
      runAtMs: clock.now() - 1,
      durationMs: 0,
      status: 'ok',
      completionStatus: 'succeeded',
      summary: 'a',
      delivered: true,
      deliveryStatus: 'delivered',
      sessionKey: 'agent:main:main',
    });
    const rest = await client.request('cron.runs', { limit: 2, offset: 2 });
    expect(rest).toMatchObject({ total: 3, hasMore: false, nextOffset: null });
    expect([...first.entries, ...rest.entries].map(({ runId }) => runId)).toEqual(ids);
    const oldest = await client.request('cron.runs', { sortDir: 'asc' });
    expect(oldest.entries.map(({ runId }) => runId)).toEqual(ids.toReversed());
  });

  test('names the job, the run, the agent or words that it looks for', async () => {
    const client = await connectNative(await startGateway());
    await client.request('agents.create', { name: 'other' });
    const a = await add(client, reminder('Water 100% of it'));
    const b = await add(client, { ...reminder('Stretch'), agentId: 'other' });
    const [ranA, ranB] = [await run(client, a.id), await run(client, b.id)];
    const found = async (params: object): Promise<unknown> => {
      const { entries } = (await client.call('cron.runs', params)) as { entries: { runId: string }[] };
      return entries.map(({ runId }) => runId);
    };
    expect(await found({ id: a.id })).toEqual([ranA]);
    expect(await found({ scope: 'job', jobId: b.id })).toEqual([ranB]);
    expect(await found({ scope: 'all', id: a.id })).toEqual([ranB, ranA]);
    expect(await found({ runId: ranA })).toEqual([ranA]);
    expect(await found({ agentId: 'other' })).toEqual([ranB]);
    expect(await found({ agentId: 'oth' })).toEqual([]);
    expect(await found({ query: '100% OF' })).toEqual([ranA]);
    expect(await found({ query: '%' })).toEqual([ranA]);
    expect(await found({ query: '' })).toEqual([ranB, ranA]);
    expect(await found({ id: 'nobody' })).toEqual([]);
  });

  test('tells errors from successes, and in which session each was', async () => {
    const model = await startModelServer(fails(400), says('All is well'));
    const client = await connectNative(await startGateway({ config: modelConfig(model) }));
    const { id } = await add(client, agent);
    const [failed, worked] = [await run(client, id), await run(client, id)];
    const bad = await client.request('cron.runs', { status: 'error' });
    expect(bad.entries).toEqual([
      expect.objectContaining({
        runId: failed,
        status: 'error',
        error: expect.stringMatching(/./) as string,
        sessionKey: `agent:main:cron:${id}:run:${failed}`,
      }),
    ]);
    expect(bad.entries[0]).not.toHaveProperty('summary');
    const good = await client.request('cron.runs', { statuses: ['ok', 'skipped'] });
    expect(good.entries).toMatchObject([{ runId: worked, summary: 'All is well' }]);
    await expect(client.request('cron.runs', { status: 'all' })).resolves.toMatchObject({ total: 2 });
  });

  test('has a run only when it has ended, and what a long answer begins with', async () => {
    const model = await startModelServer(
      { steps: [{ text: 'x'.repeat(9_000) }, { hang: true }] },
      says('x'.repeat(9_000)),
    );
    const client = await connectNative(await startGateway({ config: modelConfig(model) }));
    const { id } = await add(client, agent);
    await client.request('cron.run', { id });
    const { sessionKey } = await client.event('chat', ({ state }) => state === 'delta');
    await expect(client.request('cron.runs', { id })).resolves.toMatchObject({ entries: [], total: 0 });
    await client.call('chat.abort', { sessionKey });
    await client.event('cron', ({ action }) => action === 'finished');
    await run(client, id);
    const { entries } = await client.request('cron.runs', { id, status: 'ok' });
    expect(entries[0]?.summary).toBe('x'.repeat(4_000));
  });

  test('outlives the job, whose name it keeps, and a restart', async () => {
    const stateDir = temporaryFolder();
    const first = await startGateway({ stateDir });
    const client = await connectNative(first);
    const { id } = await add(client, reminder('Over'));
    const runId = await run(client, id);
    await client.request('cron.remove', { id });
    await first.stop();
    const again = await connectNative(await startGateway({ stateDir }), { scopes: ['operator.read'] });
    const { entries } = await again.request('cron.runs', { id });
    expect(entries).toMatchObject([{ runId, jobName: 'Over', status: 'ok' }]);
  });

  test('keeps the newest 200 runs of each job', async () => {
    const clock = new FakeClock();
    const client = await connectNative(await startGateway({ clock }));
    const other = await add(client, {
      ...reminder('other'),
      schedule: { kind: 'every', everyMs: 60 * MINUTE },
    });
    const { id } = await add(client, { schedule: { kind: 'every', everyMs: 1_000 } });
    await run(client, other.id);
    await clock.advance(205_000);
    const { entries, total } = await client.request('cron.runs', { id, limit: 200, sortDir: 'asc' });
    expect(total).toBe(200);
    expect(entries.at(-1)?.ts).toBe(clock.now());
    expect(entries[0]?.ts).toBe(clock.now() - 199_000);
    await expect(client.request('cron.runs', { id: other.id })).resolves.toMatchObject({ total: 1 });
  });

  test.each<[string, object, string]>([
    ['a job without its id', { scope: 'job' }, 'scope "job" needs an id'],
    ['an id that could be a path', { id: '../x' }, 'at /id'],
    ['more than a page may hold', { limit: 201 }, 'at /limit'],
    ['an unknown state of delivery', { deliveryStatus: 'lost' }, 'at /deliveryStatus'],
  ])('refuses %s', async (_what, params, message) => {
    const client = await connectNative(await startGateway());
    expect((await client.refusal('cron.runs', params)).message).toContain(message);
  });
});
