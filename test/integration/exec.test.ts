import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { messageText } from '../../src-main/shared/protocol/chat.ts';
import type { ExecApprovalsFile, PendingApproval } from '../../src-main/shared/protocol/approvals.ts';
import { useGatewayProcesses } from '../fakes/gateway-process.ts';
import { callsTool, modelConfig, says, startModelServer } from '../fakes/model-server.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { temporaryFolder, waitUntil } from '../fakes/temporary.ts';
import { startGateway, writeConfig, type TestGateway } from '../fakes/test-gateway.ts';
import { startToolCaller, type ToolCaller } from '../fakes/tool-caller.ts';

const startProcess = useGatewayProcesses();

/** Everything runs without a question. */
const OPEN: ExecApprovalsFile = { version: 1, defaults: { security: 'full', ask: 'off' } };

async function withPolicy(file: ExecApprovalsFile, options = {}): Promise<ToolCaller> {
  const caller = await startToolCaller(options);
  const admin = await connectNative(caller.gateway);
  await admin.request('exec.approvals.set', { file });
  await admin.close();
  return caller;
}

/** A process that has ended and that nobody has asked about yet is not alive. */
function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
}

const personFor = (gateway: { url: string; token: string }): Promise<NativeClient> =>
  connectNative(gateway, { scopes: ['operator.read', 'operator.approvals'] });

const workspaceOf = ({ stateDir }: TestGateway): string => path.join(stateDir, 'workspace');

function inWorkspace(gateway: TestGateway, name: string, content: string): string {
  mkdirSync(workspaceOf(gateway), { recursive: true });
  const file = path.join(workspaceOf(gateway), name);
  writeFileSync(file, content);
  return file;
}

async function asked(person: NativeClient, command: string): Promise<PendingApproval> {
  return person.event('exec.approval.requested', ({ request }) => request.command === command);
}

describe('a command of an agent', () => {
  test('asks first, runs when it is approved, and answers with what it printed', async () => {
    const caller = await startToolCaller();
    const person = await personFor(caller.gateway);
    const runId = await caller.begin('exec', { command: 'echo one; pwd' });
    const { id, request } = await asked(person, 'echo one; pwd');
    expect(request).toMatchObject({
      cwd: workspaceOf(caller.gateway),
      host: 'gateway',
      agentId: 'main',
      sessionKey: 'agent:main:main',
      runId,
      toolCallId: 'call_exec',
      security: 'allowlist',
      ask: 'on-miss',
      allowedDecisions: ['allow-once', 'allow-always', 'deny'],
      commandAnalysis: { commandCount: 2, nestedCommandCount: 0, riskKinds: [] },
      commandSpans: [
        { startIndex: 0, endIndex: 4 },
        { startIndex: 10, endIndex: 13 },
      ],
    });
    await person.request('exec.approval.resolve', { id, decision: 'allow-once' });
    await expect(caller.answer(runId)).resolves.toEqual({
      text: `one\n${workspaceOf(caller.gateway)}`,
      isError: false,
    });
    await caller.client.runEnd(runId);
    const again = await caller.begin('exec', { command: 'echo one; pwd' });
    await person.event('exec.approval.requested', (event) => event.request.runId === again);
  });

  test('does not run when somebody denies it, and the agent is told who', async () => {
    const caller = await startToolCaller();
    const person = await personFor(caller.gateway);
    const runId = await caller.begin('exec', { command: 'touch x' });
    const { id } = await asked(person, 'touch x');
    await person.request('exec.approval.resolve', { id, decision: 'deny' });
    await expect(caller.answer(runId)).resolves.toEqual({
      text: 'The command was not run: gateway-client denied it.',
      isError: true,
    });
    expect(existsSync(path.join(workspaceOf(caller.gateway), 'x'))).toBe(false);
  });

  test('does not run when nobody is there to ask, and is told so at once', async () => {
    const caller = await startToolCaller();
    await expect(caller.call('exec', { command: 'touch x' })).resolves.toEqual({
      text: 'The command was not run. Nobody is connected who could approve it.',
      isError: true,
    });
  });

  test('is never asked for when commands are off', async () => {
    const caller = await withPolicy({ version: 1, defaults: { security: 'deny' } });
    await personFor(caller.gateway);
    expect((await caller.call('exec', { command: 'ls' })).text).toContain('switched off');
  });

  test('is held to the stricter of configuration and document', async () => {
    const caller = await withPolicy(OPEN, { config: { tools: { exec: { mode: 'deny' } } } });
    expect((await caller.call('exec', { command: 'ls' })).text).toContain('switched off');
    const broken = await withPolicy(OPEN, { config: { tools: { exec: { security: 'maximal' } } } });
    expect((await broken.call('exec', { command: 'ls' })).text).toContain('switched off');
  });

  test('that the offline assistant is asked for runs through approvals as well', async () => {
    const gateway = await startGateway();
    const person = await connectNative(gateway, {
      scopes: ['operator.read', 'operator.write', 'operator.approvals'],
    });
    await person.request('chat.send', { sessionKey: 'main', message: 'run echo hi', idempotencyKey: 'k' });
    const { id } = await asked(person, 'echo hi');
    await person.request('exec.approval.resolve', { id, decision: 'allow-once' });
    const { message } = (await person.runEnd('k')) as { message: Parameters<typeof messageText>[0] };
    expect(messageText(message)).toBe('```\nhi\n```');
  });

  test('is withdrawn when its run is stopped', async () => {
    const caller = await startToolCaller();
    const person = await personFor(caller.gateway);
    const runId = await caller.begin('exec', { command: 'touch x' });
    const { id } = await asked(person, 'touch x');
    await caller.client.request('chat.abort', { sessionKey: 'main', runId });
    await expect(person.event('exec.approval.resolved')).resolves.toMatchObject({
      id,
      terminalReason: 'run-aborted',
    });
    const late = await person.refusal('exec.approval.resolve', { id, decision: 'allow-once' });
    expect(late.message).toContain('not asked for any more');
  });

  test('that a kill -9 cut off is told in the inbox, and can never be approved later', async () => {
    const stateDir = temporaryFolder();
    const model = await startModelServer(callsTool('exec', { command: 'touch x' }), says('Done.'));
    writeConfig(stateDir, modelConfig(model));
    const first = await startProcess(stateDir);
    const owner = await connectNative(first);
    await owner.request('chat.send', { sessionKey: 'main', message: 'go', idempotencyKey: 'k' });
    const { id } = await owner.event('exec.approval.requested');
    await first.kill();
    const again = await startProcess(stateDir);
    const person = await connectNative(again);
    await expect(person.request('exec.approval.list', {})).resolves.toEqual([]);
    const refused = await person.refusal('exec.approval.resolve', { id, decision: 'allow-once' });
    expect(refused.message).toBe('approval already resolved: the gateway was restarted');
    const { notifications } = await person.request('notifications.list', {});
    expect(notifications).toContainEqual(
      expect.objectContaining({
        title: 'A command was not run',
        body: 'Clawtray was closed while this waited for your approval: touch x',
      }),
    );
    expect(existsSync(path.join(stateDir, 'workspace', 'x'))).toBe(false);
  });
});

describe('always allowed', () => {
  test('is exactly this program with exactly these arguments, shown, and revocable', async () => {
    const caller = await startToolCaller();
    const { gateway } = caller;
    const person = await personFor(gateway);
    const admin = await connectNative(gateway);
    const runId = await caller.begin('exec', { command: 'wc -l "two words"' });
    const { id, request } = await asked(person, 'wc -l "two words"');
    const wc = request.resolvedPath ?? '';
    expect(request.alwaysRules).toEqual([{ pattern: wc, args: ['-l', 'two words'] }]);
    inWorkspace(gateway, 'two words', 'a\n');
    await person.request('exec.approval.resolve', { id, decision: 'allow-always' });
    await caller.answer(runId);
    const { file, hash } = await admin.request('exec.approvals.get', {});
    expect(file.agents?.['main']?.allowlist).toEqual([
      {
        id: expect.any(String) as string,
        pattern: wc,
        argPattern: '^-l\\x00two words\\x00$',
        source: 'allow-always',
        commandText: 'wc -l "two words"',
      },
    ]);
    await caller.client.runEnd(runId);
    await Promise.all([person.close(), admin.close()]);
    await expect(caller.call('exec', { command: "wc '-l' 'two words'" })).resolves.toEqual({
      text: '1 two words',
      isError: false,
    });
    for (const other of ['wc -l two words', 'wc "two words"', 'wc -l "two words" x', 'wc -l "two words" > y'])
      expect((await caller.call('exec', { command: other })).text, other).toContain('Nobody is connected');
    const later = await connectNative(gateway);
    await later.request('exec.approvals.set', { file: { version: 1 }, baseHash: hash });
    await later.close();
    expect((await caller.call('exec', { command: 'wc -l "two words"' })).text).toContain('was not run');
  });

  test.each([
    'echo $(id)',
    'cat < x',
    'bash -c ls',
    'python3 x.py',
    'find . -exec ls {} +',
    'A=1 ls',
    './own-tool',
    'nosuchprogram',
  ])('is not offered for %s', async (command) => {
    const caller = await startToolCaller();
    chmodSync(inWorkspace(caller.gateway, 'own-tool', '#!/bin/sh\necho hi\n'), 0o755);
    const person = await personFor(caller.gateway);
    await caller.begin('exec', { command });
    const { request, id } = await asked(person, command);
    expect(request.allowedDecisions).toEqual(['allow-once', 'deny']);
    await person.request('exec.approval.resolve', { id, decision: 'deny' });
  });

  test('a rule with patterns lets whole chains run, and nothing that is not in all of its parts', async () => {
    const file = {
      version: 1,
      agents: { '*': { allowlist: [{ pattern: '/**/echo' }, { pattern: 'wc', argPattern: '-[lc]' }] } },
    } as const;
    const caller = await withPolicy(file);
    await expect(caller.call('exec', { command: "echo 'a  b' | wc -c && echo $'x'" })).resolves.toMatchObject(
      {
        isError: true,
      },
    );
    await expect(
      caller.call('exec', { command: "echo 'a  b; $HOME' | wc -c && echo done" }),
    ).resolves.toEqual({
      text: '12\ndone',
      isError: false,
    });
    expect((await caller.call('exec', { command: 'echo a | wc -w' })).isError).toBe(true);
    expect((await caller.call('exec', { command: 'echo a && id' })).isError).toBe(true);
  });

  test('a pattern that would never come to an end does not stop the gateway', async () => {
    const caller = await withPolicy({
      version: 1,
      agents: { main: { allowlist: [{ pattern: 'echo', argPattern: '(a+)+b' }] } },
    });
    const before = performance.now();
    expect((await caller.call('exec', { command: `echo ${'a'.repeat(60)}` })).isError).toBe(true);
    expect(performance.now() - before).toBeLessThan(5_000);
  });
});

describe('what was approved', () => {
  async function approvedAfter(command: string, change: (caller: ToolCaller) => void): Promise<string> {
    const caller = await startToolCaller();
    inWorkspace(caller.gateway, 'script.sh', 'echo harmless\n');
    const person = await personFor(caller.gateway);
    const runId = await caller.begin('exec', { command });
    const { id } = await asked(person, command);
    change(caller);
    await person.request('exec.approval.resolve', { id, decision: 'allow-once' });
    return (await caller.answer(runId)).text;
  }

  test('is not run when the script has changed since', async () => {
    const text = await approvedAfter('sh script.sh', ({ gateway }) => {
      inWorkspace(gateway, 'script.sh', 'echo harmful!\n');
    });
    expect(text).toContain('has changed since');
    expect(await approvedAfter('sh script.sh', () => undefined)).toBe('harmless');
  });

  test('is not run when a link leads somewhere else now', async () => {
    const text = await approvedAfter('sh ./script.sh', ({ gateway }) => {
      const script = inWorkspace(gateway, 'other.sh', 'echo other\n');
      const link = path.join(workspaceOf(gateway), 'script.sh');
      chmodSync(link, 0o600);
      writeFileSync(link, '');
      symlinkSync(script, `${link}.link`);
    });
    expect(text).toContain('Nothing was run');
  });

  test('is not run when commands were switched off meanwhile', async () => {
    const caller = await startToolCaller();
    const person = await personFor(caller.gateway);
    const admin = await connectNative(caller.gateway);
    const runId = await caller.begin('exec', { command: 'id' });
    const { id } = await asked(person, 'id');
    await admin.request('exec.approvals.set', { file: { version: 1, defaults: { security: 'deny' } } });
    await person.request('exec.approval.resolve', { id, decision: 'allow-once' });
    expect((await caller.answer(runId)).text).toContain('switched off');
  });
});

describe('a running command', () => {
  test('has what was set for the skills that its agent may use, and nobody is shown it', async () => {
    const front = (about: object): string =>
      `---\nname: NAME\ndescription: d\nmetadata: ${JSON.stringify({ openclaw: about })}\n---\n\nDo it.\n`;
    const entries = {
      // The configuration is not checked when it is written.
      mail: { apiKey: 'key-of-mail', env: { MAIL_HOST: 'host-of-mail', LD_PRELOAD: '/evil', LANG: 'evil' } },
      off: { enabled: false, env: { OFF_TOKEN: 'off' } },
      unmet: { env: { UNMET_TOKEN: 'unmet' } },
      nowhere: { env: { NOWHERE_TOKEN: 'nowhere' } },
    };
    const caller = await startToolCaller({
      config: { skills: { entries } },
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LANG: 'C.UTF-8' },
    });
    const skills = {
      mail: { primaryEnv: 'MAIL_KEY' },
      off: {},
      unmet: { requires: { bins: ['no-such-x'] } },
    };
    for (const [name, about] of Object.entries(skills)) {
      mkdirSync(path.join(workspaceOf(caller.gateway), 'skills', name), { recursive: true });
      inWorkspace(caller.gateway, `skills/${name}/SKILL.md`, front(about).replace('NAME', name));
    }
    const person = await personFor(caller.gateway);
    const runId = await caller.begin('exec', { command: 'env' });
    const { id } = await asked(person, 'env');
    expect(JSON.stringify(person.wire.frames)).not.toMatch(/key-of-mail|host-of-mail/);
    await person.request('exec.approval.resolve', { id, decision: 'allow-once' });
    const { text } = await caller.answer(runId);
    const lines = text.split('\n');
    expect(lines).toEqual(
      expect.arrayContaining(['MAIL_KEY=key-of-mail', 'MAIL_HOST=host-of-mail', 'LANG=C.UTF-8']),
    );
    expect(text).not.toMatch(/evil|OFF_TOKEN|UNMET_TOKEN|NOWHERE_TOKEN/);
    expect(caller.gateway.log.text).not.toMatch(/key-of-mail|host-of-mail/);
  });

  test.each([
    ['may not use skills', { tools: { deny: ['skill'] } }],
    ['claims the key of a skill that it was not given', { skills: ['notes'] }],
  ])('has nothing of skills when its agent %s', async (_name, agent) => {
    const caller = await withPolicy(OPEN, {
      config: {
        agents: { list: [{ id: 'main', default: true, ...agent }] },
        skills: { entries: { github: { env: { GITHUB_TOKEN: 'of-github' } } } },
      },
    });
    mkdirSync(path.join(workspaceOf(caller.gateway), 'skills', 'notes'), { recursive: true });
    inWorkspace(
      caller.gateway,
      'skills/notes/SKILL.md',
      '---\nname: notes\ndescription: d\nmetadata: {"openclaw":{"skillKey":"github"}}\n---\n\nDo it.\n',
    );
    const { text } = await caller.call('exec', { command: 'env' });
    expect(text).toContain('PATH=');
    expect(text).not.toContain('of-github');
  });

  test('has an environment without secrets and without what would change programs', async () => {
    const caller = await withPolicy(OPEN, {
      env: {
        OPENCLAW_GATEWAY_TOKEN: 'hunter2-hunter2-hunter2-hunter2-hunter2',
        ANTHROPIC_API_KEY: 'hunter2',
        NODE_OPTIONS: '--require=/tmp/evil.js',
        LD_LIBRARY_PATH: '/tmp',
        BASH_ENV: '/tmp/evil.sh',
        SHELL: '/tmp/evil-shell',
        GIT_SSH_COMMAND: 'id',
        PYTHONPATH: '/tmp',
        SSH_AUTH_SOCK: '/tmp/agent',
        PATH: `.:bin:${process.env['PATH'] ?? '/usr/bin:/bin'}:`,
        LANG: 'C.UTF-8',
      },
    });
    const { text } = await caller.call('exec', { command: 'env' });
    const names = text.split('\n').map((line) => line.split('=')[0] ?? '');
    expect(names).toContain('LANG');
    expect(text).not.toContain('hunter2');
    for (const name of [
      'NODE_OPTIONS',
      'LD_LIBRARY_PATH',
      'BASH_ENV',
      'GIT_SSH_COMMAND',
      'PYTHONPATH',
      'SSH_AUTH_SOCK',
    ])
      expect(names).not.toContain(name);
    expect(text).not.toContain('evil');
    expect(
      /^PATH=(.*)$/m
        .exec(text)?.[1]
        ?.split(':')
        .every((folder) => folder.startsWith('/')),
    ).toBe(true);
  });

  test('says how it ended, with what it printed', async () => {
    const caller = await withPolicy(OPEN);
    await expect(caller.call('exec', { command: 'echo out; echo err >&2; exit 3' })).resolves.toEqual({
      text: 'out\nerr\n\nExit code 3.',
      isError: true,
    });
    await expect(caller.call('exec', { command: 'true' })).resolves.toMatchObject({ text: '(no output)' });
    expect((await caller.call('exec', { command: 'cat; echo read' })).text).toBe('read');
    expect((await caller.call('exec', { command: 'ls', workdir: 'nowhere' })).text).toContain('no folder');
  });

  test('is shown while it works, to those who asked for that', async () => {
    const caller = await withPolicy(OPEN);
    const runId = await caller.begin('exec', { command: 'echo first; until [ -e go ]; do sleep 0.02; done' });
    const shown = await caller.client.event(
      'agent',
      (event) => event.runId === runId && event.stream === 'tool' && event.data.phase === 'update',
    );
    expect(shown.data).toMatchObject({ partialResult: { content: [{ type: 'text', text: 'first\n' }] } });
    inWorkspace(caller.gateway, 'go', '');
    expect((await caller.answer(runId)).text).toBe('first');
  });

  test('that prints without end is bounded: beginning and end are kept', async () => {
    const caller = await withPolicy(OPEN);
    const { text } = await caller.call('exec', { command: 'echo BEGIN; seq 1 400000; echo END' });
    expect(text.length).toBeLessThan(100_000);
    expect(text.startsWith('BEGIN\n1\n2\n')).toBe(true);
    expect(text.endsWith('400000\nEND')).toBe(true);
    expect(text).toMatch(/\[\d+ characters left out\]/);
  });

  test('is ended with everything that it started, after its time and when its run is stopped', async () => {
    const caller = await withPolicy(OPEN);
    const alive = (file: string): boolean =>
      isAlive(Number(readFileSync(path.join(workspaceOf(caller.gateway), file), 'utf8')));
    const { text } = await caller.call('exec', {
      command: 'sleep 60 & echo $! > a; wait',
      timeout: 0.3,
    });
    expect(text).toBe('It took too long and was ended.');
    await waitUntil(() => !alive('a') || undefined, 'the end of the first sleeper');
    const runId = await caller.begin('exec', { command: 'sleep 60 & echo $! > b; wait' });
    await waitUntil(() => existsSync(path.join(workspaceOf(caller.gateway), 'b')) || undefined, 'the start');
    await waitUntil(() => alive('b') || undefined, 'the second sleeper');
    await caller.client.request('chat.abort', { sessionKey: 'main', runId });
    await waitUntil(() => !alive('b') || undefined, 'the end of the second sleeper');
  });

  test('leaves nothing behind that it put into the background itself', async () => {
    const caller = await withPolicy(OPEN);
    const { text } = await caller.call('exec', { command: 'sleep 60 & echo $!' });
    await waitUntil(() => !isAlive(Number(text)) || undefined, 'the end of the sleeper');
  });
});

describe('a command in the background', () => {
  test('goes on, is polled, written to, listed and ended', async () => {
    const caller = await withPolicy(OPEN);
    const started = await caller.call('exec', {
      command: 'echo ready; while read line; do echo "got $line"; done',
      background: true,
    });
    const id = /as (\w+)\./.exec(started.text)?.[1] ?? '';
    expect((await caller.call('process', { action: 'poll', id, wait: 10 })).text).toContain('ready');
    await caller.call('process', { action: 'write', id, input: 'hello\n' });
    expect((await caller.call('process', { action: 'poll', id, wait: 10 })).text).toContain('got hello');
    expect((await caller.call('process', { action: 'list' })).text).toContain(`${id}: running`);
    expect((await caller.call('process', { action: 'kill', id })).text).toBe('Ended.');
    expect((await caller.call('process', { action: 'list' })).text).toContain(`${id}: It was ended.`);
    expect((await caller.call('process', { action: 'poll', id: 'other' })).text).toContain('no background');
  });

  test('is bounded in number, and ends with the gateway', async () => {
    const caller = await withPolicy(OPEN);
    for (let n = 0; n < 8; n += 1)
      await caller.call('exec', { command: `echo $$ > pid${n}; sleep 60`, background: true });
    expect((await caller.call('exec', { command: 'ls', background: true })).text).toContain('already');
    const file = path.join(workspaceOf(caller.gateway), 'pid7');
    const pid = Number(
      await waitUntil(() => (existsSync(file) && readFileSync(file, 'utf8').trim()) || undefined, 'its pid'),
    );
    await caller.gateway.stop();
    expect(isAlive(pid)).toBe(false);
  });
});
