import { describe, expect, test } from 'vitest';
import { FakeClock } from '../fakes/fake-clock.ts';
import { connectDialect, DIALECTS } from '../fakes/dialects.ts';
import { useGatewayProcesses } from '../fakes/gateway-process.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { temporaryFolder } from '../fakes/temporary.ts';
import { startGateway, type TestGateway } from '../fakes/test-gateway.ts';

const HALF_AN_HOUR = 30 * 60_000;
const ask = { command: 'touch /tmp/zz', cwd: '/home/ana', agentId: 'main', twoPhase: true };

const startProcess = useGatewayProcesses();

/** A program that asks, and a person who may decide. */
async function askerAndPerson(
  options: Parameters<typeof startGateway>[0] = {},
): Promise<{ gateway: TestGateway; asker: NativeClient; person: NativeClient }> {
  const gateway = await startGateway(options);
  const person = await connectNative(gateway, { scopes: ['operator.read', 'operator.approvals'] });
  const asker = await connectNative(gateway, { scopes: ['operator.approvals'] });
  return { gateway, asker, person };
}

describe('a command that waits for a person', () => {
  test('is shown complete, decided, and its asker is told', async () => {
    const { asker, person } = await askerAndPerson();
    const asked = await asker.request('exec.approval.request', {
      ...ask,
      env: { SECRET: 'hunter2', A: '1' },
    });
    expect(asked).toEqual({
      id: expect.any(String) as string,
      decision: null,
      createdAtMs: expect.any(Number) as number,
      expiresAtMs: asked.createdAtMs + HALF_AN_HOUR,
    });
    const shown = await person.event('exec.approval.requested');
    expect(shown).toMatchObject({
      approvalKind: 'exec',
      id: asked.id,
      request: {
        command: 'touch /tmp/zz',
        cwd: '/home/ana',
        agentId: 'main',
        envKeys: ['A', 'SECRET'],
        allowedDecisions: ['allow-once', 'allow-always', 'deny'],
        suspectSpans: [],
      },
    });
    expect(JSON.stringify(shown)).not.toContain('hunter2');
    await expect(person.request('exec.approval.list', {})).resolves.toEqual([shown]);
    await expect(person.request('exec.approval.get', { id: asked.id })).resolves.toMatchObject({
      commandText: 'touch /tmp/zz',
      commandPreview: null,
    });
    const decided = asker.request('exec.approval.waitDecision', { id: asked.id });
    await person.request('exec.approval.resolve', { id: asked.id, decision: 'allow-once' });
    await expect(decided).resolves.toMatchObject({
      decision: 'allow-once',
      terminalReason: 'user',
      resolvedBy: 'gateway-client',
    });
    await expect(person.event('exec.approval.resolved')).resolves.toMatchObject({
      id: asked.id,
      decision: 'allow-once',
      request: { command: 'touch /tmp/zz' },
    });
    await expect(person.request('exec.approval.list', {})).resolves.toEqual([]);
  });

  test('without twoPhase is answered when it is decided', async () => {
    const { asker, person } = await askerAndPerson();
    const answer = asker.request('exec.approval.request', { command: 'ls' });
    const { id } = await person.event('exec.approval.requested');
    await person.request('exec.approval.resolve', { id, decision: 'deny' });
    await expect(answer).resolves.toMatchObject({ id, decision: 'deny', terminalReason: 'user' });
  });

  test('is decided by the first of two answers, and the second is told whose that was', async () => {
    const { gateway, asker, person } = await askerAndPerson();
    const other = await connectNative(gateway, {
      scopes: ['operator.approvals'],
      client: { id: 'cli', mode: 'cli', version: '1', platform: 'linux', displayName: 'Ana’s laptop' },
    });
    const { id } = await asker.request('exec.approval.request', ask);
    const answers = await Promise.allSettled([
      other.call('exec.approval.resolve', { id, decision: 'allow-once' }),
      person.call('exec.approval.resolve', { id, decision: 'deny' }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const { decision } = await asker.request('exec.approval.waitDecision', { id });
    const [loser, lost] = decision === 'deny' ? [other, 'allow-once'] : [person, 'deny'];
    const refused = await loser.refusal('exec.approval.resolve', { id, decision: lost });
    expect(refused.error).toMatchObject({
      code: 'INVALID_REQUEST',
      details: { reason: 'APPROVAL_ALREADY_RESOLVED', decision },
    });
    expect(refused.message).toContain(decision === 'deny' ? 'gateway-client' : 'Ana’s laptop');
    await expect(loser.call('exec.approval.resolve', { id, decision })).resolves.toEqual({ ok: true });
    expect(person.events('exec.approval.resolved')).toHaveLength(1);
  });

  test('is denied at once, with the reason, when nobody is there who could decide', async () => {
    const gateway = await startGateway();
    await connectNative(gateway, { scopes: ['operator.read', 'operator.write'] });
    const asker = await connectNative(gateway, { scopes: ['operator.approvals'] });
    await expect(asker.request('exec.approval.request', ask)).resolves.toMatchObject({
      decision: null,
      terminalReason: 'no-route',
    });
    await expect(asker.request('exec.approval.list', {})).resolves.toEqual([]);
  });

  test('expires, which is told and cannot be undone', async () => {
    const clock = new FakeClock();
    const { asker, person } = await askerAndPerson({ clock });
    const { id } = await asker.request('exec.approval.request', { ...ask, timeoutMs: 60_000 });
    const decided = asker.request('exec.approval.waitDecision', { id });
    await clock.advance(60_000);
    await expect(decided).resolves.toMatchObject({ decision: null, terminalReason: 'timeout' });
    await expect(person.event('exec.approval.resolved')).resolves.toMatchObject({
      decision: 'deny',
      terminalReason: 'timeout',
    });
    const late = await person.refusal('exec.approval.resolve', { id, decision: 'allow-once' });
    expect(late.message).toBe('approval already resolved: it has expired');
  });

  test('of a program that went away waits on: closing something is no answer', async () => {
    const { gateway, asker, person } = await askerAndPerson();
    const { id } = await asker.request('exec.approval.request', ask);
    await asker.close();
    await person.close();
    const back = await connectNative(gateway, { scopes: ['operator.approvals'] });
    await expect(back.request('exec.approval.list', {})).resolves.toMatchObject([{ id }]);
  });

  test('is in the inbox until somebody has decided, whoever that was', async () => {
    const { asker, person } = await askerAndPerson();
    const { id } = await asker.request('exec.approval.request', ask);
    const { notification } = await person.event('notification');
    expect(notification).toMatchObject({
      kind: 'approval',
      approvalId: id,
      title: 'Agent main wants to run a command in /home/ana',
      body: 'touch /tmp/zz',
    });
    await asker.call('exec.approval.resolve', { id, decision: 'deny' });
    await person.event('notifications.changed', ({ unread }) => unread === 0);
  });

  test('is told only to those who may decide', async () => {
    const { gateway, asker, person } = await askerAndPerson();
    const writer = await connectNative(gateway, { scopes: ['operator.read', 'operator.write'] });
    const { id } = await asker.request('exec.approval.request', ask);
    await person.event('exec.approval.requested');
    await writer.request('health', {});
    expect(writer.events('exec.approval.requested')).toEqual([]);
    for (const [method, params] of [
      ['exec.approval.list', {}],
      ['exec.approval.get', { id }],
      ['exec.approval.request', ask],
      ['exec.approval.resolve', { id, decision: 'allow-once' }],
    ] as const)
      expect((await writer.refusal(method, params)).detailCode, method).toBe('MISSING_SCOPE');
  });

  test('can be decided by a client of the course', async () => {
    const { gateway, asker } = await askerAndPerson();
    const dialect = DIALECTS.find(({ name }) => name === 'json-rpc');
    if (dialect === undefined) throw new Error('no such dialect');
    const course = await connectDialect(dialect, gateway);
    const { id } = await asker.request('exec.approval.request', ask);
    await course.wire.waitFor(
      ({ method, params }) =>
        method === 'event' && (params as { event: string }).event === 'exec.approval.requested',
      'the request',
    );
    expect(await course.ask('exec.approval.list')).toMatchObject({ result: [{ id }] });
    expect(await course.ask('exec.approval.resolve', { id, decision: 'deny' })).toMatchObject({
      result: { ok: true },
    });
  });
});

describe('asking again', () => {
  test('with the same id is the same approval', async () => {
    const { asker, person } = await askerAndPerson();
    const twice = { ...ask, id: 'mine' };
    const [first, second] = await Promise.all([
      asker.request('exec.approval.request', twice),
      asker.request('exec.approval.request', twice),
    ]);
    expect(second).toEqual(first);
    await person.request('exec.approval.resolve', { id: 'mine', decision: 'deny' });
    await expect(asker.request('exec.approval.request', twice)).resolves.toMatchObject({ decision: 'deny' });
    expect(person.events('exec.approval.requested')).toHaveLength(1);
  });

  test.each([
    ['another command', { command: 'rm -rf /' }],
    ['another environment', { env: { LD_PRELOAD: '/tmp/x.so' } }],
    ['another folder', { cwd: '/' }],
  ])('with the same id for %s is refused', async (_what, change) => {
    const { asker } = await askerAndPerson();
    await asker.request('exec.approval.request', { ...ask, id: 'mine' });
    const refused = await asker.refusal('exec.approval.request', { ...ask, id: 'mine', ...change });
    expect(refused.error.details).toEqual({ reason: 'APPROVAL_ID_IN_USE' });
  });
});

describe('what is asked for', () => {
  test.each([
    [{}, 'command is required'],
    [{ command: '   ' }, 'command is required'],
    [{ command: 'x'.repeat(65_537) }, 'longer than 65536 characters'],
    [{ command: 'ls', host: 'node' }, 'systemRunPlan is required for host=node'],
    [
      {
        command: 'ls',
        systemRunPlan: { argv: ['rm'], cwd: null, commandText: 'rm', agentId: null, sessionKey: null },
      },
      'systemRunPlan mismatch: command',
    ],
  ])('has to be one whole command: %j', async (params, message) => {
    const { asker } = await askerAndPerson();
    expect((await asker.refusal('exec.approval.request', params)).message).toContain(message);
  });

  test('is shown whole however long it is, and what hides in it is pointed out', async () => {
    const { asker, person } = await askerAndPerson();
    const command = `echo ${'a'.repeat(60_000)}; rm -rf ~\u202e # \u0430`;
    await asker.request('exec.approval.request', { ...ask, command });
    const { request } = await person.event('exec.approval.requested');
    expect(request.command).toBe(command);
    expect(request.suspectSpans).toEqual([
      { startIndex: 60_015, endIndex: 60_016, kind: 'direction', shown: 'U+202E' },
      { startIndex: 60_019, endIndex: 60_020, kind: 'look-alike', shown: 'U+0430' },
    ]);
    const { notification } = await person.event('notification');
    expect(notification.body).not.toContain('aaa');
  });

  test('may rule out that it is always allowed', async () => {
    const { asker, person } = await askerAndPerson();
    const { id } = await asker.request('exec.approval.request', { ...ask, ask: 'always' });
    const refused = await person.refusal('exec.approval.resolve', { id, decision: 'allow-always' });
    expect(refused.error.details).toEqual({ reason: 'APPROVAL_ALLOW_ALWAYS_UNAVAILABLE' });
    const unknown = await person.refusal('exec.approval.resolve', { id, decision: 'yes' });
    expect(unknown.message).toContain('invalid decision');
    await expect(person.request('exec.approval.list', {})).resolves.toHaveLength(1);
  });

  test('is bounded in number', async () => {
    const { asker, person } = await askerAndPerson();
    for (let n = 0; n < 16; n += 1)
      await asker.request('exec.approval.request', { ...ask, sessionKey: 'agent:main:main', id: `a${n}` });
    const refused = await asker.refusal('exec.approval.request', { ...ask, sessionKey: 'agent:main:main' });
    expect(refused.error).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    await person.request('exec.approval.resolve', { id: 'a3', decision: 'deny' });
    await asker.request('exec.approval.request', { ...ask, sessionKey: 'agent:main:main' });
  });

  test('nobody knows an id that was never asked for', async () => {
    const { person } = await askerAndPerson();
    for (const [method, params] of [
      ['exec.approval.get', { id: 'x' }],
      ['exec.approval.waitDecision', { id: 'x' }],
      ['exec.approval.resolve', { id: 'x', decision: 'deny' }],
    ] as const)
      expect((await person.refusal(method, params)).message, method).toBe('unknown or expired approval id');
  });
});

describe('a kill -9', () => {
  test('loses no approval that waits and no decision', async () => {
    const stateDir = temporaryFolder();
    const first = await startProcess(stateDir);
    const scopes = ['operator.approvals'];
    const asker = await connectNative(first, { scopes });
    const person = await connectNative(first, { scopes });
    await asker.request('exec.approval.request', { ...ask, id: 'waits' });
    await asker.request('exec.approval.request', { ...ask, id: 'decided' });
    await person.request('exec.approval.resolve', { id: 'decided', decision: 'allow-once' });
    await first.kill();
    const again = await startProcess(stateDir);
    const back = await connectNative(again, { scopes });
    await expect(back.request('exec.approval.list', {})).resolves.toMatchObject([
      { id: 'waits', request: { command: 'touch /tmp/zz' } },
    ]);
    await expect(back.request('exec.approval.waitDecision', { id: 'decided' })).resolves.toMatchObject({
      decision: 'allow-once',
      resolvedBy: 'gateway-client',
    });
    await back.request('exec.approval.resolve', { id: 'waits', decision: 'deny' });
    await expect(back.request('exec.approval.request', { ...ask, id: 'waits' })).resolves.toMatchObject({
      decision: 'deny',
    });
  });
});

describe('an approval of something else than a command', () => {
  const call = {
    title: 'Send the report',
    description: 'The tool send of the server mail.',
    detail: '{"to":"ana@example.com"}',
    pluginId: 'mail',
    toolName: 'mail__send',
    mcpTool: { server: 'mail', tool: 'send' },
    agentId: 'main',
    sessionKey: 'agent:main:main',
    twoPhase: true,
  };

  test('is shown complete to those who may decide, and its asker is told', async () => {
    const { asker, person, gateway } = await askerAndPerson();
    const stranger = await connectNative(gateway, { scopes: ['operator.read', 'operator.write'] });
    const asked = await asker.request('plugin.approval.request', call);
    expect(asked.expiresAtMs - asked.createdAtMs).toBe(120_000);
    const shown = await person.event('plugin.approval.requested');
    expect(shown).toMatchObject({
      approvalKind: 'plugin',
      id: asked.id,
      request: { title: call.title, detail: call.detail, severity: 'warning', suspectSpans: [] },
    });
    await expect(person.request('plugin.approval.list', {})).resolves.toEqual([shown]);
    await expect(stranger.request('plugin.approval.list', {})).rejects.toThrow(/scope/);
    await expect(person.request('exec.approval.list', {})).resolves.toEqual([]);
    const decided = asker.request('plugin.approval.waitDecision', { id: asked.id });
    await person.request('plugin.approval.resolve', { id: asked.id, decision: 'allow-once' });
    await expect(decided).resolves.toMatchObject({ decision: 'allow-once', terminalReason: 'user' });
    await expect(person.event('plugin.approval.resolved')).resolves.toMatchObject({ id: asked.id });
    await expect(asker.request('plugin.approval.waitDecision', { id: 'nobody' })).rejects.toThrow(/unknown/);
  });

  test('is found and decided by its id, as a command is, and by nothing else', async () => {
    const { asker, person } = await askerAndPerson();
    const asked = await asker.request('plugin.approval.request', call);
    const command = await asker.request('exec.approval.request', ask);
    const { approval } = await person.request('approval.get', { id: asked.id });
    expect(approval).toMatchObject({
      status: 'pending',
      urlPath: `/approve/${asked.id}`,
      presentation: { kind: 'plugin', title: call.title, detail: call.detail, pluginId: 'mail' },
    });
    for (const kind of ['exec', 'system-agent'] as const)
      await expect(
        person.request('approval.resolve', { id: asked.id, kind, decision: 'allow-once' }),
      ).rejects.toThrow(/unknown or expired/);
    const denied = await person.request('approval.resolve', {
      id: asked.id,
      kind: 'plugin',
      decision: 'deny',
    });
    expect(denied).toMatchObject({ applied: true, approval: { status: 'denied', decision: 'deny' } });
    const again = await person.request('approval.resolve', {
      id: asked.id,
      kind: 'plugin',
      decision: 'deny',
    });
    expect(again.applied).toBe(false);
    const allowed = await person.request('approval.resolve', {
      id: command.id,
      kind: 'exec',
      decision: 'allow-once',
    });
    expect(allowed.approval).toMatchObject({
      status: 'allowed',
      presentation: { kind: 'exec', commandText: ask.command },
      source: { agentId: 'main' },
    });
  });

  test('stands in the history with all the others, page by page, the newest first', async () => {
    const clock = new FakeClock();
    const { asker, person } = await askerAndPerson({ clock });
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      const { id } =
        n % 2 === 0
          ? await asker.request('exec.approval.request', { ...ask, command: `touch ${n}` })
          : await asker.request('plugin.approval.request', { ...call, title: `Call ${n}` });
      ids.unshift(id);
      if (n < 4)
        await person.request('approval.resolve', {
          id,
          kind: n % 2 === 0 ? 'exec' : 'plugin',
          decision: 'deny',
        });
      await clock.advance(10);
    }
    await clock.advance(HALF_AN_HOUR);
    const first = await person.request('approval.history', { limit: 2 });
    const second = await person.request('approval.history', { limit: 2, cursor: first.nextCursor });
    const third = await person.request('approval.history', { limit: 2, cursor: second.nextCursor });
    const items = [...first.items, ...second.items, ...third.items];
    expect(items.map(({ id }) => id)).toEqual(ids);
    expect(items[0]).toMatchObject({ status: 'expired', reason: 'timeout' });
    expect(third.nextCursor).toBeUndefined();
    const plugins = await person.request('approval.history', { kind: 'plugin' });
    expect(plugins.items.map(({ presentation }) => presentation.kind)).toEqual(['plugin', 'plugin']);
    await expect(person.request('approval.history', { cursor: 'nonsense' })).rejects.toThrow(/cursor/);
  });

  test('waits on through a restart when a client asked for it', async () => {
    const stateDir = temporaryFolder();
    const { gateway, asker } = await askerAndPerson({ stateDir });
    const { id } = await asker.request('plugin.approval.request', call);
    await gateway.stop();
    const { person } = await askerAndPerson({ stateDir });
    await expect(person.request('plugin.approval.list', {})).resolves.toMatchObject([
      { id, approvalKind: 'plugin', request: { title: call.title } },
    ]);
  });
});
