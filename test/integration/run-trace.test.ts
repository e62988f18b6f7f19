import { expect, test } from 'vitest';
import { connectNative } from '../fakes/native-client.ts';
import { startToolCaller } from '../fakes/tool-caller.ts';

test('tells what a run did and what it waited for, while it goes on and afterwards', async () => {
  const caller = await startToolCaller();
  const person = await connectNative(caller.gateway, {
    scopes: ['operator.read', 'operator.write', 'operator.approvals'],
  });
  const runId = await caller.begin('exec', { command: 'echo one' });
  const { id } = await person.event('exec.approval.requested', ({ request }) => request.runId === runId);

  const during = await person.request('runs.trace', { runId });
  expect(during.run).toMatchObject({ runId, sessionKey: 'agent:main:main', state: 'running' });
  expect(during.steps).toMatchObject([
    { kind: 'model', outcome: 'ok' },
    { kind: 'tool', name: 'exec', about: '{"command":"echo one"}', outcome: 'running' },
    { kind: 'approval', about: 'echo one', outcome: 'waiting' },
  ]);

  await person.request('exec.approval.resolve', { id, decision: 'deny' });
  await caller.answer(runId);
  await caller.client.runEnd(runId);
  const { run, steps, truncated } = await person.request('runs.trace', { runId });
  expect(run).toMatchObject({ state: 'done', modelCalls: 2 });
  expect(run.totalTokens).toBeGreaterThan(0);
  expect(run.endedAtMs).toBeGreaterThanOrEqual(run.beganAtMs ?? Infinity);
  expect(steps.map(({ kind, outcome }) => [kind, outcome]).sort()).toEqual([
    ['approval', 'deny'],
    ['model', 'ok'],
    ['model', 'ok'],
    ['tool', 'failed'],
  ]);
  for (const { startedAtMs, endedAtMs } of steps) {
    expect(startedAtMs).toBeGreaterThanOrEqual(run.acceptedAtMs);
    expect(endedAtMs).toBeGreaterThanOrEqual(startedAtMs);
  }
  expect(truncated).toBeUndefined();
});

test('lists the newest runs first, by page, session and state', async () => {
  const caller = await startToolCaller();
  const client = await connectNative(caller.gateway);
  const ids: string[] = [];
  for (const sessionKey of ['agent:main:a', 'agent:main:b', 'agent:main:a']) {
    const { runId } = await client.request('chat.send', {
      sessionKey,
      message: 'Hello',
      idempotencyKey: `run-${ids.length}`,
    });
    await client.runEnd(runId);
    ids.push(runId);
  }
  const [first, second, third] = ids;
  const page = await client.request('runs.list', { limit: 2 });
  expect(page.runs.map(({ runId }) => runId)).toEqual([third, second]);
  const rest = await client.request('runs.list', { limit: 2, before: page.next ?? 0 });
  expect(rest.runs.map(({ runId }) => runId)).toEqual([first]);
  expect(rest.next).toBeUndefined();
  const ofA = await client.request('runs.list', { sessionKey: 'agent:main:a', states: ['done', 'failed'] });
  expect(ofA.runs.map(({ runId }) => runId)).toEqual([third, first]);
  expect((await client.request('runs.list', { states: ['queued'] })).runs).toEqual([]);
  expect((await client.refusal('runs.trace', { runId: 'nobody' })).error.code).toBe('INVALID_REQUEST');
});
