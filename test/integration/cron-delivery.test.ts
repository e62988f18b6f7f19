import { describe, expect, test } from 'vitest';
import { addJob, AGENT, finished, LOCAL_WEBHOOKS, MINUTE, startHook } from '../fakes/cron.ts';
import { LeapingClock } from '../fakes/leaping-clock.ts';
import { fails, modelConfig, says, startModelServer } from '../fakes/model-server.ts';
import { connectNative } from '../fakes/native-client.ts';
import { temporaryFolder, waitUntil } from '../fakes/temporary.ts';
import { startGateway } from '../fakes/test-gateway.ts';
import { messageText } from '../../src-main/shared/protocol/chat.ts';

describe('the result of a run', () => {
  test('goes to the inbox and the operating system when nothing else is said', async () => {
    const model = await startModelServer(says('All is well'));
    const client = await connectNative(await startGateway({ config: modelConfig(model) }));
    const { id } = await addJob(client, AGENT);
    await client.request('cron.run', { id });
    const { notification } = await client.event('notification');
    expect(notification).toMatchObject({ kind: 'job', source: 'automation', body: 'All is well', jobId: id });
    expect(notification.held).toBeUndefined();
    await expect(client.request('cron.runs', { id, deliveryStatus: 'delivered' })).resolves.toMatchObject({
      entries: [{ deliveryStatus: 'delivered', usage: { total_tokens: 12 } }],
    });
  });

  test('goes nowhere but into the history with “none”', async () => {
    const model = await startModelServer(says('All is well'));
    const client = await connectNative(await startGateway({ config: modelConfig(model) }));
    const { id } = await addJob(client, { ...AGENT, delivery: { mode: 'none' } });
    await client.request('cron.run', { id });
    expect(await finished(client, id)).toMatchObject({
      summary: 'All is well',
      deliveryStatus: 'not-requested',
    });
    await expect(client.request('notifications.list', {})).resolves.toMatchObject({ total: 0 });
  });

  test('waits in the inbox without a word with “inbox”', async () => {
    const client = await connectNative(await startGateway());
    const { id } = await addJob(client, { delivery: { mode: 'announce', channel: 'inbox' } });
    await client.request('cron.run', { id });
    expect((await client.event('notification')).notification.held).toBe('quiet');
    await expect(client.request('notifications.list', { undelivered: true })).resolves.toMatchObject({
      notifications: [],
      unread: 1,
    });
  });

  test('is said in the session that it names', async () => {
    const model = await startModelServer(says('All is well'));
    const client = await connectNative(await startGateway({ config: modelConfig(model) }));
    const delivery = { mode: 'announce', channel: 'session', to: 'project' };
    const { id } = await addJob(client, { ...AGENT, delivery });
    await client.request('cron.run', { id });
    await finished(client, id);
    const { messages } = await client.request('chat.history', { sessionKey: 'project' });
    expect(messages.map(messageText)).toEqual(['All is well']);
  });

  test.each(['NO_REPLY', '**HEARTBEAT_OK**', '`heartbeat_ok`.', '', '✅ HEARTBEAT_OK'])(
    'that says nothing (%j) is told nowhere, and not in the history either',
    async (form) => {
      const model = await startModelServer(says(form));
      const client = await connectNative(await startGateway({ config: modelConfig(model) }));
      const { id } = await addJob(client, AGENT);
      await client.request('cron.run', { id });
      const end = await finished(client, id);
      expect(end.summary).toBeUndefined();
      const { entries } = await client.request('cron.runs', { id });
      expect(entries[0]?.deliverySuppressionReason).toMatch(/^(?:silent|empty)$/);
      await expect(client.request('notifications.list', {})).resolves.toMatchObject({ total: 0 });
    },
  );
});

describe('a webhook', () => {
  test('gets the result with the configured secret, and the history says that it did', async () => {
    const hook = await startHook();
    const config = { cron: { ...LOCAL_WEBHOOKS.cron, webhookToken: 'hook-secret' } };
    const client = await connectNative(await startGateway({ config }));
    const { id } = await addJob(client, { delivery: { mode: 'webhook', to: hook.url } });
    await client.request('cron.run', { id });
    expect(await hook.post(1)).toMatchObject({ action: 'finished', jobId: id, status: 'ok', summary: 'Job' });
    expect(hook.posts[0]?.headers.authorization).toBe('Bearer hook-secret');
    await waitUntil(async () => {
      const { entries } = await client.request('cron.runs', { deliveryStatus: 'delivered' });
      return entries[0];
    }, 'the delivery in the history');
    expect((await client.request('cron.get', { id })).state).toMatchObject({ lastDelivered: true });
    // Instead of the inbox, not beside it.
    await expect(client.request('notifications.list', {})).resolves.toMatchObject({ total: 0 });
  });

  test('is tried again when it is down, over a restart too, and no job fails for it', async () => {
    const hook = await startHook();
    hook.answer(503, 200);
    const stateDir = temporaryFolder();
    const clock = new LeapingClock();
    const first = await startGateway({ clock, stateDir, config: LOCAL_WEBHOOKS });
    const client = await connectNative(first);
    const { id } = await addJob(client, { delivery: { mode: 'webhook', to: hook.url } });
    await client.request('cron.run', { id });
    expect(await finished(client, id)).toMatchObject({ status: 'ok', deliveryStatus: 'unknown' });
    await hook.post(1);
    await first.stop();
    const again = await connectNative(await startGateway({ clock, stateDir, config: LOCAL_WEBHOOKS }));
    clock.leap(MINUTE);
    await hook.post(2);
    await waitUntil(
      async () => (await again.request('cron.runs', { deliveryStatus: 'delivered' })).entries[0],
      'the delivery in the history',
    );
  });

  test('that is given up is told, with what to look at', async () => {
    const hook = await startHook();
    hook.answer(404);
    const client = await connectNative(await startGateway({ config: LOCAL_WEBHOOKS }));
    const { id } = await addJob(client, { delivery: { mode: 'webhook', to: hook.url } });
    await client.request('cron.run', { id });
    const { notification } = await client.event('notification');
    expect(notification).toMatchObject({
      title: 'The webhook of Job was not delivered',
      body: 'The webhook answered HTTP 404.',
    });
    expect((await client.request('cron.get', { id })).state).toMatchObject({
      lastRunStatus: 'ok',
      lastDeliveryStatus: 'not-delivered',
      lastDeliveryError: 'The webhook answered HTTP 404.',
      consecutiveErrors: 0,
    });
  });

  test.each([
    'http://127.0.0.1/hook',
    'http://localhost:18789/',
    'http://[::1]/',
    'http://169.254.169.254/latest/meta-data',
    'http://10.0.0.1/',
    'https://user:pass@example.com/',
    'ftp://example.com/',
    'hook',
  ])('to %s is refused when the job is made', async (to) => {
    const client = await connectNative(await startGateway());
    for (const change of [
      { delivery: { mode: 'webhook', to } },
      { delivery: { mode: 'announce', completionDestination: { mode: 'webhook', to } } },
      { delivery: { mode: 'none', failureDestination: { mode: 'webhook', to } } },
      { failureAlert: { mode: 'webhook', to } },
    ]) {
      const refused = await client.refusal('cron.add', {
        name: 'x',
        schedule: { kind: 'every', everyMs: MINUTE },
        sessionTarget: 'main',
        wakeMode: 'now',
        payload: { kind: 'systemEvent', text: 'x' },
        ...change,
      });
      expect(refused.message).toContain('cannot be a webhook');
      expect(refused.message).not.toContain('pass@');
    }
  });

  test('is asked about failures when the job says so, once', async () => {
    const hook = await startHook();
    const model = await startModelServer(fails(400));
    const client = await connectNative(
      await startGateway({ config: { ...modelConfig(model), ...LOCAL_WEBHOOKS } }),
    );
    const { id } = await addJob(client, { ...AGENT, failureAlert: { mode: 'webhook', to: hook.url } });
    for (const count of [1, 2]) {
      await client.request('cron.run', { id });
      await finished(client, id, count);
      await client.request('health', {});
    }
    expect(await hook.post(1)).toMatchObject({ jobId: id, status: 'error' });
    expect(hook.posts).toHaveLength(1);
    model.reply(says('fine'));
    await client.request('cron.run', { id });
    expect(await hook.post(2)).toMatchObject({ jobId: id, recovered: true });
  });
});

test('cron.update changes a delivery field by field; another mode is another delivery', async () => {
  const client = await connectNative(await startGateway());
  const delivery = { mode: 'announce', channel: 'session', to: 'project', bestEffort: true };
  const { id } = await addJob(client, { delivery, failureAlert: { after: 3 } });
  const change = async (patch: object): Promise<unknown> => {
    const job = (await client.call('cron.update', { id, patch })) as Record<string, unknown>;
    return [job['delivery'], job['failureAlert']];
  };
  expect(await change({ delivery: { to: null } })).toEqual([
    { mode: 'announce', channel: 'session', bestEffort: true },
    { after: 3 },
  ]);
  expect(await change({ delivery: { mode: 'none' }, failureAlert: { after: null, cooldownMs: 5 } })).toEqual([
    { mode: 'none' },
    { cooldownMs: 5 },
  ]);
  expect(await change({ failureAlert: false })).toEqual([{ mode: 'none' }, false]);
  expect(await change({ failureAlert: null })).toEqual([{ mode: 'none' }, undefined]);
});
