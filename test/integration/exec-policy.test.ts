import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { connectNative } from '../fakes/native-client.ts';
import { startGateway } from '../fakes/test-gateway.ts';

const rule = { pattern: '/usr/bin/df', argPattern: '-h' };
const fileOf = (stateDir: string): string => path.join(stateDir, 'clawtray', 'exec-approvals.json');

describe('the document of what may run', () => {
  test('asks before everything until somebody writes one', async () => {
    const gateway = await startGateway();
    const admin = await connectNative(gateway);
    await expect(admin.request('exec.approvals.get', {})).resolves.toMatchObject({
      path: fileOf(gateway.stateDir),
      exists: false,
      file: { version: 1 },
      resolvedDefaults: { security: 'allowlist', ask: 'on-miss', askFallback: 'deny' },
    });
  });

  test('is replaced by those who have read it last, and kept in a private file', async () => {
    const gateway = await startGateway();
    const admin = await connectNative(gateway);
    const file = { version: 1 as const, agents: { main: { allowlist: [rule] } } };
    const first = await admin.request('exec.approvals.set', { file });
    expect(first).toMatchObject({ exists: true, file: { agents: { main: { allowlist: [rule] } } } });
    expect(first.file.agents?.['main']?.allowlist?.[0]?.id).toBeTypeOf('string');
    expect(statSync(fileOf(gateway.stateDir)).mode & 0o777).toBe(0o600);
    for (const baseHash of [undefined, 'old'])
      expect(
        (await admin.refusal('exec.approvals.set', { file, ...(baseHash === undefined ? {} : { baseHash }) }))
          .message,
      ).toContain('re-run exec.approvals.get');
    const second = await admin.request('exec.approvals.set', {
      file: { version: 1, defaults: { ask: 'always' } },
      baseHash: first.hash,
    });
    expect(second.resolvedDefaults.ask).toBe('always');
    await expect(admin.request('exec.approvals.get', {})).resolves.toEqual(second);
  });

  test('does not show the secret in it, and does not lose it either', async () => {
    const gateway = await startGateway();
    const admin = await connectNative(gateway);
    const socket = { path: '/run/x.sock', token: 'hunter2' };
    const { hash } = await admin.request('exec.approvals.set', { file: { version: 1, socket } });
    const shown = await admin.request('exec.approvals.get', {});
    expect(shown.file.socket).toEqual({ path: '/run/x.sock' });
    await admin.request('exec.approvals.set', { file: shown.file, baseHash: hash });
    expect(readFileSync(fileOf(gateway.stateDir), 'utf8')).toContain('hunter2');
  });

  test.each([
    [{ defaults: { security: 'none' } }, 'defaults: security must be one of deny, allowlist, full'],
    [{ agents: { main: { ask: 'never' } } }, 'main: ask must be one of off, on-miss, always'],
    [
      { agents: { main: { allowlist: [{ pattern: '/bin/ls', argPattern: '(' }] } } },
      'main: argPattern "(" is no regular expression',
    ],
  ])('takes no values that would mean something else: %j', async (file, message) => {
    const admin = await connectNative(await startGateway());
    expect((await admin.refusal('exec.approvals.set', { file: { version: 1, ...file } })).message).toBe(
      message,
    );
  });

  test.each(['{', '[]', '{"version":2}', '{"version":1,"defaults":{"security":"everything"}}'])(
    'that somebody broke by hand is told, and never written over: %s',
    async (content) => {
      const gateway = await startGateway();
      const admin = await connectNative(gateway);
      await admin.request('exec.approvals.set', { file: { version: 1 } });
      writeFileSync(fileOf(gateway.stateDir), content);
      expect((await admin.refusal('exec.approvals.get', {})).message).toContain('cannot be used');
      expect((await admin.refusal('exec.approvals.set', { file: { version: 1 } })).message).toContain(
        'cannot be used',
      );
      expect(readFileSync(fileOf(gateway.stateDir), 'utf8')).toBe(content);
      const { problems } = await admin.request('status', {});
      expect(problems).toMatchObject([{ code: 'exec-approvals' }]);
    },
  );

  test('is for administrators alone, under both of its names', async () => {
    const gateway = await startGateway();
    const scopes = ['operator.read', 'operator.write', 'operator.approvals'];
    const client = await connectNative(gateway, { scopes });
    for (const [method, params] of [
      ['exec.approvals.get', {}],
      ['exec.approvals.set', { file: { version: 1 } }],
      ['exec.approvals.overrides', {}],
      ['exec.approvals.overrides.set', { file: { version: 1 } }],
      ['exec.approvals.node.get', { nodeId: 'x' }],
    ] as const)
      expect((await client.refusal(method, params)).detailCode, method).toBe('MISSING_SCOPE');
    const admin = await connectNative(gateway);
    const overrides = await admin.call('exec.approvals.overrides.set', {
      file: { version: 1, defaults: { ask: 'always' } },
    });
    await expect(admin.request('exec.approvals.get', {})).resolves.toEqual(overrides);
  });

  test('the overview’s list and resolve are the same approvals', async () => {
    const gateway = await startGateway();
    const person = await connectNative(gateway);
    const asker = await connectNative(gateway);
    const { id } = await asker.request('exec.approval.request', { command: 'ls', twoPhase: true });
    await expect(person.call('exec.approvals.list', {})).resolves.toMatchObject({ approvals: [{ id }] });
    await person.call('exec.approvals.resolve', { id, decision: 'deny' });
    await expect(asker.request('exec.approval.waitDecision', { id })).resolves.toMatchObject({
      decision: 'deny',
    });
  });
});
