import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyseCommand } from '../../src-main/gateway/approvals/analysis/analyse.ts';
import { connectOwner, joinApprovedNode } from '../fakes/device-client.ts';
import { connectNative } from '../fakes/native-client.ts';
import { startGateway } from '../fakes/test-gateway.ts';
import { startToolCaller } from '../fakes/tool-caller.ts';

// What went wrong elsewhere and was published, each as a test. Parsing gaps are in unit/gateway/approvals/shell-lines.json.

const ALLOW_ALL = [{ pattern: '/**' }];

async function runs(command: string, env: Record<string, string> = {}): Promise<string> {
  const caller = await startToolCaller({ env });
  const admin = await connectNative(caller.gateway);
  await admin.request('exec.approvals.set', {
    file: { version: 1, agents: { main: { allowlist: ALLOW_ALL } } },
  });
  await admin.close();
  return (await caller.call('exec', { command })).text;
}

const NOT_RUN = 'The command was not run. Nobody is connected who could approve it.';

describe('published advisories about commands', () => {
  test('CVE-2026-28466: a caller cannot say that a node’s command was approved', async () => {
    const gateway = await startGateway();
    const owner = await connectOwner(gateway, ['operator.admin']);
    const { node, device } = await joinApprovedNode(gateway, owner, { commands: ['system.run'] });
    owner.post('node.invoke', {
      nodeId: device.id,
      command: 'system.run',
      params: { command: ['id'], approved: true, approvalDecision: 'allow-once' },
      idempotencyKey: 'k',
    });
    const { paramsJSON } = await node.event('node.invoke.request');
    expect(JSON.parse(paramsJSON ?? '')).toEqual({ command: ['id'] });
  });

  test.each([
    ['GHSA-hjvp-qhm6-wrh2', 'environment', { env: { A: '2' } }],
    ['GHSA-2j8v-hwgc-x698', 'arguments', { commandArgv: ['ls', '/'] }],
  ])('%s: an approval is not for another %s', async (_id, _what, change) => {
    const gateway = await startGateway();
    const person = await connectNative(gateway);
    const asker = await connectNative(gateway);
    const asked = { id: 'a', command: 'ls', commandArgv: ['ls'], env: { A: '1' }, twoPhase: true };
    await asker.request('exec.approval.request', asked);
    await person.request('exec.approval.resolve', { id: 'a', decision: 'allow-once' });
    const refused = await asker.refusal('exec.approval.request', { ...asked, ...change });
    expect(refused.error.details).toEqual({ reason: 'APPROVAL_ID_IN_USE' });
  });

  test('CVE-2026-53829: nobody is shown half of a command', async () => {
    const caller = await startToolCaller();
    const person = await connectNative(caller.gateway);
    const command = `echo ${'a'.repeat(20_000)}; rm -rf important`;
    await caller.begin('exec', { command });
    const { id, request } = await person.event('exec.approval.requested');
    expect(request.command).toBe(command);
    await expect(person.request('exec.approval.get', { id })).resolves.toMatchObject({
      commandText: command,
    });
    const { notification } = await person.event('notification');
    expect(notification.body).toBe('Open it to read the whole command before you decide.');
    await person.request('exec.approval.resolve', { id, decision: 'deny' });
  });

  test.each(['cat *', 'cat $HOME/.ssh/id_rsa', 'cat ~/.ssh/id_rsa', 'head -n 1 {a,b}'])(
    'CVE-2026-28463: what the shell would replace never counts as allowed: %s',
    async (command) => {
      expect(await runs(command)).toBe(NOT_RUN);
    },
  );

  test('CVE-2026-28363: an abbreviated option is the option', async () => {
    expect(await runs('sort --compress-prog=/bin/sh /etc/hostname')).toBe(NOT_RUN);
  });

  test('CVE-2026-53861: an option in a cluster is the option', async () => {
    expect(await runs('tar -cIsh -f x.tar .')).toBe(NOT_RUN);
  });

  test('CVE-2026-22217: $SHELL has no say', async () => {
    const folder = path.join('/tmp', `clawtray-shell-${process.pid}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'bash'), '#!/bin/sh\necho evil\n', { mode: 0o755 });
    const text = await runs('echo fine && echo still', {
      SHELL: path.join(folder, 'bash'),
      PATH: '/usr/bin:/bin',
    });
    expect(text).toBe('fine\nstill');
  });

  test('CVE-2026-24763: a program that lies in the current folder is not found by its name', async () => {
    const caller = await startToolCaller({ env: { PATH: ':.:./bin:/usr/bin:/bin' } });
    const admin = await connectNative(caller.gateway);
    await admin.request('exec.approvals.set', {
      file: { version: 1, agents: { main: { allowlist: [...ALLOW_ALL, { pattern: 'date' }] } } },
    });
    await admin.close();
    const workspace = path.join(caller.gateway.stateDir, 'workspace');
    mkdirSync(workspace, { recursive: true });
    writeFileSync(path.join(workspace, 'date'), '#!/bin/sh\necho evil\n', { mode: 0o755 });
    expect((await caller.call('exec', { command: 'date +%Y' })).text).toMatch(/^\d{4}$/);
    expect((await caller.call('exec', { command: './date' })).text).toBe(NOT_RUN);
  });

  test('CVE-2026-41349: an agent cannot switch approvals off', async () => {
    const caller = await startToolCaller();
    const document = path.join(caller.gateway.stateDir, 'clawtray', 'exec-approvals.json');
    const open = JSON.stringify({ version: 1, defaults: { security: 'full', ask: 'off' } });
    for (const file of [
      document,
      '../clawtray/exec-approvals.json',
      '../openclaw.json',
      '../clawtray/config.json5',
    ]) {
      const { isError, text } = await caller.call('write', { path: file, content: open });
      expect({ isError, text }, file).toEqual({
        isError: true,
        text: `${file} is outside of the workspace.`,
      });
    }
    expect(existsSync(document)).toBe(false);
    const tools = caller.model.requests[0]?.body.tools?.map((tool) => tool.function.name) ?? [];
    expect(tools).toContain('exec');
    expect(tools.filter((name) => /approv|config|gateway_set/.test(name))).toEqual([]);
    expect((await caller.call('exec', { command: 'id' })).text).toBe(NOT_RUN);
  });

  test('CVE-2026-53816: a node cannot say how a command ended, nor decide about one', async () => {
    const gateway = await startGateway();
    const owner = await connectOwner(gateway, ['operator.admin']);
    const { node } = await joinApprovedNode(gateway, owner, { commands: ['system.run'] });
    const { id } = await owner.request('exec.approval.request', {
      command: 'ls',
      twoPhase: true,
      timeoutMs: 60_000,
    });
    for (const event of ['exec.started', 'exec.finished', 'exec.approval.resolved'])
      await node.call('node.event', {
        event,
        payload: { id, runId: 'r', sessionKey: 'main', decision: 'allow-once' },
      });
    expect((await node.refusal('exec.approval.resolve', { id, decision: 'allow-once' })).message).toContain(
      'role',
    );
    expect(owner.events('exec.approval.resolved')).toEqual([]);
    await expect(owner.request('chat.history', { sessionKey: 'main' })).resolves.toMatchObject({
      totalMessages: 0,
    });
  });

  test('GHSA-943q-mwmv-hhvh: commands and writing cannot be called from outside without an agent', async () => {
    const gateway = await startGateway();
    const client = await connectNative(gateway);
    for (const name of ['exec', 'process', 'write', 'edit'])
      await expect(client.request('tools.invoke', { name, args: {} })).resolves.toMatchObject({
        ok: false,
        error: { code: 'NOT_AVAILABLE' },
      });
  });

  test.each([
    ['CVE-2026-53806', 'ls\neval id'],
    ['CVE-2026-53848', 'ls "`id`"'],
    ['CVE-2026-53853', 'ls $((id))'],
    ['CVE-2026-53855', 'ls <(id)'],
    ['CVE-2026-53866', 'ls |& sh'],
  ])('%s: what the parser cannot be sure of is never allowed: %j', async (_id, command) => {
    expect(await runs(command)).toBe(NOT_RUN);
  });

  test.each(['-EncodedCommand', '-enc', '-e', '-ec', '/EncodedCommand', '-EnCoDeD', '\u2013enc'])(
    'GHSA-j472-gf56-x589: PowerShell’s %s is never allowed, in its own shell and from others',
    async (option) => {
      const line = `powershell.exe ${option} ZQBjAGgAbwA=`;
      for (const shell of ['powershell', 'cmd', 'posix'] as const) {
        const { risks } = await analyseCommand(line, shell);
        expect(risks.size, shell).toBeGreaterThan(0);
      }
    },
  );

  test('CVE-2026-53864: no variable of Node, the shells or the loader reaches a command', async () => {
    const caller = await startToolCaller({
      env: {
        PATH: '/usr/bin:/bin',
        NODE_OPTIONS: '--require /tmp/evil.cjs',
        NODE_EXTRA_CA_CERTS: '/tmp/evil.pem',
        NODE_REPL_EXTERNAL_MODULE: '/tmp/evil.cjs',
        BASH_ENV: '/tmp/evil.sh',
        ENV: '/tmp/evil.sh',
        LD_LIBRARY_PATH: '/tmp',
        PYTHONSTARTUP: '/tmp/evil.py',
        GIT_EXTERNAL_DIFF: '/tmp/evil',
      },
    });
    const admin = await connectNative(caller.gateway);
    await admin.request('exec.approvals.set', {
      file: { version: 1, defaults: { security: 'full', ask: 'off' } },
    });
    const { text } = await caller.call('exec', { command: 'env' });
    expect(text).toContain('PATH=/usr/bin:/bin');
    expect(text).not.toMatch(/evil|LD_LIBRARY_PATH/);
  });

  test('GHSA-474h-prjg-mmw3: a spawned session is held to the same rules, and cannot choose where it runs', async () => {
    const caller = await startToolCaller();
    const { text } = await caller.call('sessions_spawn', { task: 'run id', runtime: 'acp' });
    expect(text).toMatch(/Invalid arguments/);
  });
});
