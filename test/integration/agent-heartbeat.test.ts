import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { connectCourse } from '../fakes/course-client.ts';
import { connectDialect, DIALECTS, type DialectClient } from '../fakes/dialects.ts';
import { LeapingClock } from '../fakes/leaping-clock.ts';
import {
  callsTool,
  fails,
  modelConfig,
  says,
  startModelServer,
  type ModelServer,
  type Reply,
} from '../fakes/model-server.ts';
import { connectNative } from '../fakes/native-client.ts';
import { createGate, temporaryFolder } from '../fakes/temporary.ts';
import { startGateway, type TestGateway } from '../fakes/test-gateway.ts';

const [, , , typed] = DIALECTS;

interface Made {
  readonly gateway: TestGateway;
  readonly model: ModelServer;
  readonly client: DialectClient;
  readonly clock: LeapingClock;
}

/** A gateway with a model, a checklist, and a typed client. */
async function create(checklist: string | undefined, ...replies: Reply[]): Promise<Made> {
  const stateDir = temporaryFolder();
  if (checklist !== undefined) {
    mkdirSync(path.join(stateDir, 'workspace'));
    writeFileSync(path.join(stateDir, 'workspace/HEARTBEAT.md'), checklist);
  }
  const clock = new LeapingClock();
  const model = await startModelServer(...replies);
  const gateway = await startGateway({ stateDir, clock, config: modelConfig(model) });
  return { gateway, model, clock, client: await connectDialect(typed!, gateway) };
}

const CHECKLIST = '# Every time\n\n- Look at the inbox\n- Water the plants\n';
const trigger = async (client: DialectClient, dryRun?: boolean): Promise<unknown> => {
  const answer = await client.ask('heartbeat_trigger', dryRun === undefined ? {} : { dry_run: dryRun });
  expect(answer['type']).toBe('heartbeat_status');
  return answer['payload'];
};

describe('heartbeat_trigger', () => {
  test('runs one turn with the checklist; nothing to tell is HEARTBEAT_OK', async () => {
    const { client, model, gateway } = await create(
      CHECKLIST,
      callsTool('reminder_list', {}, 1, { prompt: 20, completion: 3 }),
      says('HEARTBEAT_OK'),
    );
    expect(await trigger(client, false)).toEqual({
      result: 'HEARTBEAT_OK',
      actions_taken: 1,
      tokens_used: 35,
    });
    expect(JSON.stringify(model.requests[0]?.body.messages.at(-1))).toContain('Water the plants');
    const native = await connectNative(gateway);
    await expect(native.request('notifications.list', {})).resolves.toMatchObject({ total: 0 });
  });

  test.each(['NO_REPLY', '**HEARTBEAT_OK**\n\nAll quiet.'])('understands %j as nothing', async (answer) => {
    const { client } = await create(CHECKLIST, says(answer));
    expect(await trigger(client)).toMatchObject({ result: 'HEARTBEAT_OK' });
  });

  test('puts what the agent has to say into the inbox, and answers it', async () => {
    const { client, gateway } = await create(CHECKLIST, says('The plants are dry.'));
    expect(await trigger(client)).toMatchObject({ result: 'The plants are dry.', actions_taken: 0 });
    const native = await connectNative(gateway);
    const { notifications } = await native.request('notifications.list', {});
    expect(notifications).toMatchObject([{ kind: 'alert', title: 'Heartbeat', body: 'The plants are dry.' }]);
  });

  test('happens in a session of its own each time, without a memory of the last one', async () => {
    const { client, model, gateway } = await create(CHECKLIST, says('HEARTBEAT_OK'));
    await trigger(client);
    await trigger(client);
    expect(model.requests[1]?.body.messages.filter(({ role }) => role === 'user')).toHaveLength(1);
    const native = await connectNative(gateway);
    // With nothing to tell there is nothing to read either.
    await expect(native.request('sessions.list', {})).resolves.toMatchObject({ sessions: [] });
    await expect(native.request('heartbeat.history', {})).resolves.toMatchObject({ total: 2 });
  });

  test.each([
    [undefined, 'no-heartbeat-file'],
    ['', 'empty-heartbeat-file'],
    ['# Nothing yet\n\n- [ ]\n<!-- - Not this -->\n', 'empty-heartbeat-file'],
  ])('asks no model when the checklist is %j', async (checklist, reason) => {
    const { client, model } = await create(checklist);
    expect(await trigger(client)).toEqual({
      result: 'HEARTBEAT_OK',
      actions_taken: 0,
      tokens_used: 0,
      reason,
    });
    expect(model.requests).toEqual([]);
  });

  test('says what it would look at, without a model, when it is a dry run', async () => {
    const { client, model } = await create(CHECKLIST);
    expect(await trigger(client, true)).toEqual({
      result: 'HEARTBEAT_OK',
      actions_taken: 0,
      tokens_used: 0,
      reason: 'dry-run',
      checks: ['- Look at the inbox', '- Water the plants'],
    });
    expect(model.requests).toEqual([]);
  });

  test('is not for the built-in assistant', async () => {
    const stateDir = temporaryFolder();
    mkdirSync(path.join(stateDir, 'workspace'));
    writeFileSync(path.join(stateDir, 'workspace/HEARTBEAT.md'), CHECKLIST);
    const client = await connectDialect(typed!, await startGateway({ stateDir }));
    expect(await trigger(client)).toMatchObject({ result: 'HEARTBEAT_OK', reason: 'no-model' });
  });

  test('that fails is an error in words', async () => {
    const { client } = await create(CHECKLIST, fails(400, '{"error":{"message":"no such model"}}'));
    const answer = await client.ask('heartbeat_trigger', {});
    expect(answer).toMatchObject({ type: 'error', payload: { code: 'UNAVAILABLE' } });
  });

  test('asked for twice at the same time runs once, and each one is answered once', async () => {
    const gate = createGate();
    const { client, model, gateway } = await create(CHECKLIST, {
      steps: [{ wait: gate.opened }, { text: 'HEARTBEAT_OK' }, { finish: 'stop' }],
    });
    const other = await connectDialect(typed!, gateway);
    const watching = await connectDialect(typed!, gateway);
    const both = [trigger(client), trigger(other)];
    await model.request(1);
    await other.ask('status');
    gate.open();
    await Promise.all(both);
    await watching.wire.waitFor((frame) => frame['type'] === 'heartbeat_status', 'push');
    for (const { wire, ask } of [client, other, watching].map((c) => ({ wire: c.wire, ask: c }))) {
      await ask.ask('status');
      expect(wire.frames.filter((frame) => frame['type'] === 'heartbeat_status')).toHaveLength(1);
    }
    expect(model.requests).toHaveLength(1);
  });

  test('wants dry_run to be true or false', async () => {
    const { client } = await create(CHECKLIST);
    const { payload } = await client.ask('heartbeat_trigger', { dry_run: 'yes' });
    expect(payload).toMatchObject({ code: 'INVALID_PAYLOAD' });
  });
});

describe('natively', () => {
  test('last-heartbeat is null, then the last one, with the beginning of what was said', async () => {
    const { client, gateway } = await create(CHECKLIST, says('The plants are dry.'));
    const native = await connectNative(gateway);
    await expect(native.request('last-heartbeat', {})).resolves.toBeNull();
    await trigger(client);
    await expect(native.request('last-heartbeat', {})).resolves.toEqual({
      ts: expect.any(Number) as number,
      status: 'sent',
      durationMs: expect.any(Number) as number,
      indicatorType: 'alert',
      preview: 'The plants are dry.',
    });
  });

  test('the event comes to everybody, without a word of what was said', async () => {
    const { client, gateway } = await create(CHECKLIST, says('The plants are dry.'));
    const blind = await connectNative(gateway, { scopes: [] });
    await trigger(client);
    await blind.event('heartbeat', ({ status }) => status === 'sent');
    expect(JSON.stringify(blind.wire.frames)).not.toContain('plants');
  });

  test('set-heartbeats switches them off and on again', async () => {
    const { client, gateway, model } = await create(CHECKLIST, says('HEARTBEAT_OK'));
    const native = await connectNative(gateway);
    await expect(native.request('set-heartbeats', { enabled: false })).resolves.toEqual({
      ok: true,
      enabled: false,
    });
    expect(await trigger(client)).toMatchObject({ reason: 'disabled' });
    expect(model.requests).toEqual([]);
    await native.request('set-heartbeats', { enabled: true });
    expect(await trigger(client)).not.toHaveProperty('reason');
  });

  test('set-heartbeats is for admins, wake for those who may write, last-heartbeat for those who may read', async () => {
    const gateway = await startGateway();
    const writer = await connectNative(gateway, { scopes: ['operator.write'] });
    const reader = await connectNative(gateway, { scopes: ['operator.read'] });
    expect((await writer.refusal('set-heartbeats', { enabled: true })).detailCode).toBe('MISSING_SCOPE');
    expect((await reader.refusal('wake', { mode: 'now', text: 'x' })).detailCode).toBe('MISSING_SCOPE');
    await expect(reader.request('last-heartbeat', {})).resolves.toBeNull();
  });

  test('wake now begins a heartbeat about what it says, also without a checklist', async () => {
    const { gateway, model } = await create(undefined, says('The build is green.'));
    const native = await connectNative(gateway);
    await expect(native.request('wake', { mode: 'now', text: 'The build is over.' })).resolves.toEqual({
      ok: true,
    });
    await native.event('heartbeat', ({ status }) => status === 'sent');
    expect(JSON.stringify(model.requests[0]?.body.messages.at(-1))).toContain('The build is over.');
    await native.event('notification', ({ notification }) => notification.body === 'The build is green.');
  });

  test('wake for the next heartbeat waits for it, over a restart, and is told once', async () => {
    const { gateway, model, client } = await create(CHECKLIST, says('HEARTBEAT_OK'));
    const native = await connectNative(gateway);
    await native.request('wake', { mode: 'next-heartbeat', text: 'Ana has written.' });
    expect(await trigger(client, true)).toMatchObject({
      checks: expect.arrayContaining(['Ana has written.']) as string[],
    });
    expect(model.requests).toEqual([]);
    await gateway.stop();
    const again = await startGateway({ stateDir: gateway.stateDir, config: modelConfig(model) });
    const next = await connectDialect(typed!, again);
    await trigger(next);
    await trigger(next);
    const heard = model.requests.map(({ body }) =>
      JSON.stringify(body.messages).includes('Ana has written.'),
    );
    expect(heard).toEqual([true, false]);
  });

  test('what an agent was woken for stays until a heartbeat has gone well', async () => {
    const { gateway, model, client } = await create(
      CHECKLIST,
      fails(400, '{"error":{"message":"no"}}'),
      says('HEARTBEAT_OK'),
    );
    await (
      await connectNative(gateway)
    ).request('wake', { mode: 'next-heartbeat', text: 'Ana has written.' });
    await client.ask('heartbeat_trigger', {});
    await trigger(client);
    expect(JSON.stringify(model.requests.at(-1)?.body.messages)).toContain('Ana has written.');
  });

  test('waking again and again costs one heartbeat in half a minute', async () => {
    const { gateway, model, clock } = await create(undefined, says('HEARTBEAT_OK'));
    const native = await connectNative(gateway);
    const beats = (): number => native.events('heartbeat').length;
    const wake = (text: string): Promise<unknown> => native.request('wake', { mode: 'now', text });
    await wake('first');
    await native.event('heartbeat');
    for (const text of ['second', 'third', 'fourth']) await wake(text);
    expect([beats(), model.requests.length]).toEqual([1, 1]);
    clock.leap(30_000);
    await native.wire.waitFor(() => beats() === 2, 'second heartbeat');
    const heard = JSON.stringify(model.requests[1]?.body.messages.at(-1));
    for (const text of ['second', 'third', 'fourth']) expect(heard).toContain(text);
    clock.leap(60_000);
    await native.request('health', {});
    expect(model.requests).toHaveLength(2);
  });

  test('no more than fifty events wait for an agent', async () => {
    const native = await connectNative(await startGateway());
    const wake = (n: number): Promise<unknown> =>
      native.request('wake', { mode: 'next-heartbeat', text: `event ${n}` });
    await Promise.all(Array.from({ length: 50 }, (_, n) => wake(n)));
    const refused = await native.refusal('wake', { mode: 'next-heartbeat', text: 'one more' });
    expect(refused.error).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
  });

  test.each([
    {},
    { mode: 'soon', text: 'x' },
    { mode: 'now', text: '' },
    { mode: 'now', text: 'x'.repeat(8_001) },
    { mode: 'now', text: 'x', agentId: '../..' },
  ])('wake refuses %.60j', async (params) => {
    const native = await connectNative(await startGateway());
    expect((await native.refusal('wake', params)).error.code).toBe('INVALID_REQUEST');
  });
});

test('a call client’s own heartbeat is told as an event', async () => {
  const gateway = await startGateway();
  const native = await connectNative(gateway);
  const client = await connectCourse(gateway);
  await client.call('sessions_send', { message: { type: 'heartbeat', timestamp: 1 } });
  await expect(native.event('heartbeat')).resolves.toMatchObject({ status: 'ok-empty', silent: true });
});
