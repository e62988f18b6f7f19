import { describe, expect, test } from 'vitest';
import { useCli } from '../fakes/cli-process.ts';
import { connectNative } from '../fakes/native-client.ts';
import { startGateway } from '../fakes/test-gateway.ts';

const cli = useCli();

async function run(stateDir: string, ...args: readonly string[]): Promise<string> {
  const command = cli(stateDir, 'approvals', ...args);
  expect(await command.exited, command.problems()).toBe(0);
  return command.output();
}

describe('clawtray approvals', () => {
  test('shows what waits, whole and without anything that a terminal would obey, and decides', async () => {
    const gateway = await startGateway();
    const asker = await connectNative(gateway);
    await connectNative(gateway);
    const command = 'echo \u001b[2K\u202ehi\necho there';
    const asked = { command, cwd: '/home/ana', agentId: 'main', twoPhase: true };
    const { id } = await asker.request('exec.approval.request', asked);
    const shown = await run(gateway.stateDir);
    expect(shown).toContain(`${id.slice(0, 8)}  echo \\u{1b}[2K\\u{202e}hi\n          echo there\n`);
    expect(shown).toContain('agent main, in /home/ana, 30 min left');
    expect(await run(gateway.stateDir, 'approve', id.slice(0, 8))).toMatch(/^Approved: echo /);
    await expect(asker.request('exec.approval.waitDecision', { id })).resolves.toMatchObject({
      decision: 'allow-once',
    });
    expect(await run(gateway.stateDir)).toBe('Nothing waits for an approval.\n');
    const second = await asker.request('exec.approval.request', asked);
    await run(gateway.stateDir, 'deny', second.id);
    const third = await asker.request('exec.approval.request', asked);
    await run(gateway.stateDir, 'approve', '--always', third.id);
    await expect(asker.request('exec.approval.waitDecision', { id: third.id })).resolves.toMatchObject({
      decision: 'allow-always',
    });
  });

  test('shows what is allowed for good, and takes it back', async () => {
    const gateway = await startGateway();
    const admin = await connectNative(gateway);
    expect(await run(gateway.stateDir, 'allowlist')).toBe('Nothing is allowed without a question.\n');
    const allowlist = [{ id: 'abc', pattern: '/bin/df', argPattern: '-h' }, { pattern: '/bin/ls' }];
    await admin.request('exec.approvals.set', { file: { version: 1, agents: { main: { allowlist } } } });
    expect(await run(gateway.stateDir, 'allowlist')).toContain('abc  agent main: /bin/df, arguments -h\n');
    expect(await run(gateway.stateDir, 'revoke', 'abc')).toMatch(/^Removed: abc/);
    const { file } = await admin.request('exec.approvals.get', {});
    expect(file.agents?.['main']?.allowlist).toMatchObject([{ pattern: '/bin/ls' }]);
  });

  test('says what is wrong', async () => {
    const gateway = await startGateway();
    const nothing = cli(gateway.stateDir, 'approvals', 'approve', 'ffff');
    expect(await nothing.exited).toBe(1);
    expect(nothing.problems()).toContain('There is no request that waits with the id ffff.');
  });
});

describe('clawtray approvals, for calls of tools', () => {
  test('shows what would be done, decides, and takes back what was allowed for good', async () => {
    const gateway = await startGateway();
    const owner = await connectNative(gateway);
    await connectNative(gateway);
    const { id } = await owner.request('plugin.approval.request', {
      title: 'Call send of mail',
      description: 'Sends a message.',
      detail: '{"to":"\u202eana"}',
      agentId: 'main',
      twoPhase: true,
    });
    const shown = await run(gateway.stateDir);
    expect(shown).toContain(`${id.slice(0, 8)}  Call send of mail\n`);
    expect(shown).toContain('{"to":"\\u{202e}ana"}');
    expect(await run(gateway.stateDir, 'approve', id.slice(0, 8))).toBe('Approved: Call send of mail\n');
    await expect(owner.request('plugin.approval.waitDecision', { id })).resolves.toMatchObject({
      decision: 'allow-once',
    });
    const grant = (tool: string) => ({ server: 'mail', tool, source: 'allow-always' as const, addedAt: 1 });
    await owner.request('exec.approvals.set', {
      file: { version: 1, agents: { main: { mcpTools: [grant('send'), grant('read')] } } },
    });
    expect(await run(gateway.stateDir, 'allowlist')).toContain(
      'tool-main-2  agent main: the tool read of the MCP server mail\n',
    );
    await run(gateway.stateDir, 'revoke', 'tool-main-1');
    const { file } = await owner.request('exec.approvals.get', {});
    expect(file.agents?.['main']?.mcpTools).toEqual([grant('read')]);
  });
});
