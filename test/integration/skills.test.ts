import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SkillStatus } from '../../src-main/shared/protocol/skills.ts';
import { connectOwner, joinNode } from '../fakes/device-client.ts';
import { connectDialect, DIALECTS } from '../fakes/dialects.ts';
import { callsTool, modelConfig, says, startModelServer, type ModelServer } from '../fakes/model-server.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { temporaryFolder } from '../fakes/temporary.ts';
import { startGateway, type TestGateway } from '../fakes/test-gateway.ts';

const bundled = path.resolve(import.meta.dirname, '../../assets/skills');

interface Bench {
  readonly gateway: TestGateway;
  readonly client: NativeClient;
  readonly server: ModelServer;
}

async function bench(
  options: { config?: Record<string, unknown>; env?: NodeJS.ProcessEnv; skillsFolder?: string } = {},
): Promise<Bench> {
  const { config = {}, env, skillsFolder } = options;
  const server = await startModelServer();
  const gateway = await startGateway({
    config: { ...modelConfig(server), ...config },
    ...(env === undefined ? {} : { env }),
    ...(skillsFolder === undefined ? {} : { skillsFolder }),
  });
  return { gateway, client: await connectNative(gateway), server };
}

function writeSkill(parent: string, name: string, front = '', text = 'Do it well.'): string {
  const folder = path.join(parent, name);
  mkdirSync(folder, { recursive: true });
  const head = front.includes('description:') ? front : `description: About ${name}\n${front}`;
  writeFileSync(path.join(folder, 'SKILL.md'), `---\nname: ${name}\n${head}\n---\n\n${text}\n`);
  return folder;
}

async function skillsOf(client: NativeClient, agentId = 'main'): Promise<Map<string, SkillStatus>> {
  const { skills } = await client.request('skills.status', { agentId });
  return new Map(skills.map((skill) => [skill.name, skill]));
}

async function ask(client: NativeClient, sessionKey = 'main'): Promise<void> {
  const runId = `run-${Math.random()}`;
  await client.request('chat.send', { sessionKey, message: 'hi', idempotencyKey: runId });
  await client.runEnd(runId);
}

const systemOf = (server: ModelServer): string => String(server.requests.at(-1)?.body.messages[0]?.content);

describe('skills.status', () => {
  test('shows every skill with where it is, what it requires and what is missing', async () => {
    const { gateway, client } = await bench({ env: { PATH: path.dirname(process.execPath), GIVEN: 'x' } });
    const workspace = path.join(gateway.stateDir, 'workspace');
    const meta = (value: unknown): string => `metadata: ${JSON.stringify({ openclaw: value })}`;
    const folder = writeSkill(
      path.join(workspace, 'skills'),
      'full',
      `homepage: https://x.test/\n${meta({ emoji: '🧪', requires: { bins: ['node'], env: ['GIVEN'] } })}`,
    );
    writeSkill(
      path.join(workspace, 'skills'),
      'lacks',
      meta({
        requires: { bins: ['no-such'], env: ['SECRET_X'], anyBins: ['nope', 'node'], config: ['no.such'] },
      }),
    );
    writeSkill(path.join(workspace, 'skills'), 'elsewhere', meta({ os: ['plan9'] }));
    writeSkill(
      path.join(workspace, 'skills'),
      'anyway',
      meta({ always: true, requires: { bins: ['no-such'] } }),
    );
    const status = await client.request('skills.status', {});
    expect(status).toMatchObject({
      agentId: 'main',
      workspaceDir: workspace,
      managedSkillsDir: path.join(gateway.stateDir, 'clawtray', 'skills'),
      problems: [],
    });
    const skills = await skillsOf(client);
    expect(skills.get('full')).toEqual({
      name: 'full',
      description: 'About full',
      source: 'openclaw-workspace',
      bundled: false,
      filePath: path.join(folder, 'SKILL.md'),
      baseDir: folder,
      skillKey: 'full',
      emoji: '🧪',
      homepage: 'https://x.test/',
      always: false,
      disabled: false,
      blockedByAllowlist: false,
      blockedByAgentFilter: false,
      eligible: true,
      platformIncompatible: false,
      modelVisible: true,
      userInvocable: true,
      commandVisible: true,
      requirements: { bins: ['node'], anyBins: [], env: ['GIVEN'], config: [], os: [] },
      missing: { bins: [], anyBins: [], env: [], config: [], os: [] },
      configChecks: [],
      install: [],
    });
    expect(skills.get('lacks')).toMatchObject({
      eligible: false,
      missing: { bins: ['no-such'], anyBins: [], env: ['SECRET_X'], config: ['no.such'], os: [] },
      configChecks: [{ path: 'no.such', satisfied: false }],
    });
    expect(skills.get('elsewhere')).toMatchObject({ eligible: false, platformIncompatible: true });
    expect(skills.get('anyway')).toMatchObject({ eligible: true, missing: { bins: ['no-such'] } });
    expect(await client.request('skills.bins', {})).toEqual({ bins: ['no-such', 'node', 'nope'] });
  });

  test('takes the one of the workspace before the installed, the shared and the bundled one', async () => {
    const { gateway, client } = await bench({ skillsFolder: bundled });
    await client.request('agents.create', { name: 'other' });
    const shipped = await skillsOf(client);
    expect([...shipped.keys()]).toEqual(['daily-plan', 'meeting-notes', 'skill-writer']);
    for (const skill of shipped.values()) expect(skill).toMatchObject({ bundled: true, eligible: true });
    for (const [place, source] of [
      ['skills', 'openclaw-managed'],
      ['clawtray/skills', 'clawtray-installed'],
      ['workspace/skills', 'openclaw-workspace'],
    ] as const) {
      writeSkill(path.join(gateway.stateDir, place), 'daily-plan');
      expect((await skillsOf(client)).get('daily-plan')).toMatchObject({ source, bundled: false });
    }
    expect((await skillsOf(client, 'other')).get('daily-plan')?.source).toBe('clawtray-installed');
  });

  test('follows the configuration: switched off, not allowed, not for this agent', async () => {
    const { client } = await bench({
      skillsFolder: bundled,
      config: {
        skills: {
          allowBundled: ['daily-plan', 'skill-writer'],
          entries: { 'daily-plan': { enabled: false } },
        },
        agents: { list: [{ id: 'cook', skills: ['daily-plan'] }] },
      },
    });
    const skills = await skillsOf(client);
    expect(skills.get('daily-plan')).toMatchObject({ disabled: true, eligible: false });
    expect(skills.get('meeting-notes')).toMatchObject({ blockedByAllowlist: true, eligible: false });
    expect(skills.get('skill-writer')).toMatchObject({ eligible: true });
    expect((await skillsOf(client, 'cook')).get('skill-writer')).toMatchObject({
      blockedByAgentFilter: true,
      eligible: false,
    });
  });

  test.skipIf(process.platform === 'win32')('names what is no skill, and follows no link out', async () => {
    const { gateway, client } = await bench();
    const skills = path.join(gateway.stateDir, 'workspace', 'skills');
    const outside = writeSkill(temporaryFolder(), 'outside', '', 'SECRET');
    writeSkill(skills, 'good');
    const bad: Record<string, string> = {
      'no-front': 'just text',
      unclosed: '---\nname: unclosed\ndescription: x\n',
      nameless: '---\ndescription: x\n---\n',
      badname: '---\nname: ../x\ndescription: x\n---\n',
      broken: '---\nname: [\n---\n',
      bomb: '---\na: &a [x,x,x]\nb: &b [*a,*a]\nname: bomb\ndescription: x\n---\n',
      wrong: '---\nname: wrong\ndescription: x\nmetadata: {openclaw: {requires: {bins: git}}}\n---\n',
      huge: `---\nname: huge\ndescription: x\n---\n${'x'.repeat(300_000)}`,
    };
    for (const [name, text] of Object.entries(bad)) {
      mkdirSync(path.join(skills, name));
      writeFileSync(path.join(skills, name, 'SKILL.md'), text);
    }
    symlinkSync(outside, path.join(skills, 'outside'));
    mkdirSync(path.join(skills, 'folder', 'SKILL.md'), { recursive: true });
    mkdirSync(path.join(skills, 'empty'));
    const { skills: found, problems } = await client.request('skills.status', {});
    expect(found.map(({ name }) => name)).toEqual(['good']);
    for (const name of [...Object.keys(bad), 'outside', 'folder'])
      expect(problems.some((problem) => problem.includes(path.join(skills, name)))).toBe(true);
    expect(problems).toHaveLength(Object.keys(bad).length + 2);
    expect(JSON.stringify(problems)).not.toContain('SECRET');
  });
});

describe('skills.bins', () => {
  test('is answered to nodes, which have no scopes, and to operators that may read', async () => {
    const { gateway } = await bench();
    writeSkill(
      path.join(gateway.stateDir, 'skills'),
      'one',
      'metadata: {openclaw: {requires: {bins: [ffmpeg, git], anyBins: [git]}}}',
    );
    const owner = await connectOwner(gateway);
    const { node } = await joinNode(gateway, owner, { caps: [], commands: [], permissions: {} });
    await expect(node.request('skills.bins', {})).resolves.toEqual({ bins: ['ffmpeg', 'git'] });
    expect((await node.refusal('skills.status', {})).error.message).toContain('unauthorized role: node');
    const stranger = await connectNative(gateway, { scopes: [] });
    expect((await stranger.refusal('skills.bins', {})).detailCode).toBe('MISSING_SCOPE');
  });
});

describe('skills.update', () => {
  test('switches a skill, and keeps its secrets where only the owner can read them', async () => {
    const { gateway, client } = await bench();
    const secret = 'sk-very-secret-1';
    const skills = path.join(gateway.stateDir, 'workspace', 'skills');
    const metadata = JSON.stringify({
      openclaw: { primaryEnv: 'MAIL_KEY', requires: { env: ['MAIL_KEY', 'MAIL_HOST'] } },
    });
    writeSkill(skills, 'mail', `metadata: '${metadata}'`);
    expect((await skillsOf(client)).get('mail')?.missing.env).toEqual(['MAIL_KEY', 'MAIL_HOST']);
    const told = await client.request('skills.update', {
      skillKey: 'mail',
      apiKey: secret,
      env: { MAIL_HOST: secret },
    });
    expect(told).toEqual({ ok: true, skillKey: 'mail', config: { hasApiKey: true, env: ['MAIL_HOST'] } });
    await client.event('skills.changed');
    expect((await skillsOf(client)).get('mail')).toMatchObject({ eligible: true, primaryEnv: 'MAIL_KEY' });
    const file = path.join(gateway.stateDir, 'clawtray', 'skills.json');
    expect(readFileSync(file, 'utf8')).toContain(secret);
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);

    const off = await client.request('skills.update', {
      skillKey: 'mail',
      enabled: false,
      apiKey: '',
      env: { MAIL_HOST: '' },
    });
    expect(off.config).toEqual({ enabled: false, hasApiKey: false, env: [] });
    expect((await skillsOf(client)).get('mail')).toMatchObject({ disabled: true, eligible: false });
    expect(readFileSync(file, 'utf8')).not.toContain(secret);
    expect(JSON.stringify(client.wire.frames)).not.toContain(secret);
    expect(gateway.log.text).not.toContain(secret);

    await gateway.stop();
    const again = await connectNative(await startGateway({ stateDir: gateway.stateDir }));
    expect((await skillsOf(again)).get('mail')).toMatchObject({ disabled: true });
  });

  test('refuses what it cannot keep, and what would change how programs start', async () => {
    const { gateway, client } = await bench();
    writeSkill(path.join(gateway.stateDir, 'workspace', 'skills'), 'mail');
    const refused = async (params: Record<string, unknown>): Promise<string> =>
      (await client.refusal('skills.update', { skillKey: 'mail', ...params })).error.message;
    for (const name of ['PATH', 'ld_preload', 'NODE_OPTIONS', 'OPENCLAW_STATE_DIR'])
      expect(await refused({ env: { [name]: 'x' } })).toContain('cannot be set');
    expect(await refused({ env: { 'A B': 'x' } })).toContain('name of a variable');
    expect(await refused({ env: { A: 'x'.repeat(20_000) } })).toContain('longer than');
    expect(await refused({ apiKey: 'x'.repeat(20_000) })).toContain('longer than');
    expect(await refused({ skillKey: 'nobody' })).toContain('There is no skill with the key');
    const many = Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`V${n}`, 'x']));
    expect(await refused({ env: many })).toContain('64 variables');
    expect((await client.refusal('skills.update', { source: 'clawhub', all: true })).error.message).toContain(
      'ClawHub is not served here',
    );
    const reader = await connectNative(gateway, { scopes: ['operator.read', 'operator.write'] });
    expect((await reader.refusal('skills.update', { skillKey: 'mail', enabled: false })).detailCode).toBe(
      'MISSING_SCOPE',
    );
  });

  test('does not overwrite a file that is damaged', async () => {
    const { gateway, client } = await bench();
    const file = path.join(gateway.stateDir, 'clawtray', 'skills.json');
    writeSkill(path.join(gateway.stateDir, 'workspace', 'skills'), 'mail');
    writeFileSync(file, '{"entries": {"mail": {"apiKey": "sk-1"');
    const { error } = await client.refusal('skills.update', { skillKey: 'mail', enabled: true });
    expect(error.message).toContain('is damaged');
    expect(readFileSync(file, 'utf8')).toContain('sk-1');
    // A turn goes on without skills.
    await ask(client);
  });
});

describe('an agent with skills', () => {
  test('is told their names and reads the one that fits', async () => {
    const { gateway, client, server } = await bench({ skillsFolder: bundled });
    const skills = path.join(gateway.stateDir, 'workspace', 'skills');
    const folder = writeSkill(skills, 'tea', '', 'Warm the pot first. See notes.md.');
    writeFileSync(path.join(folder, 'notes.md'), 'Green tea at 80 degrees.');
    writeSkill(skills, 'hidden', 'disable-model-invocation: true');
    await client.request('skills.update', { skillKey: 'meeting-notes', enabled: false });
    server.reply(
      callsTool('skill', { name: 'tea' }),
      callsTool('skill', { name: 'tea', file: 'notes.md' }),
      callsTool('skill', { name: 'tea', file: '../../../openclaw.json' }),
      callsTool('skill', { name: 'meeting-notes' }),
      says('ok'),
    );
    await ask(client);
    const system = systemOf(server);
    expect(system).toContain(`- tea: About tea (${path.join(folder, 'SKILL.md')})`);
    expect(system).toContain('- daily-plan: ');
    expect(system).not.toContain('meeting-notes');
    expect(system).not.toContain('hidden');
    expect(system).not.toContain('Warm the pot');
    const results = server.requests.at(-1)?.body.messages.filter(({ role }) => role === 'tool');
    expect(results?.map(({ content }) => String(content))).toEqual([
      `Files of this skill are in ${folder}.\n\nWarm the pot first. See notes.md.`,
      'Green tea at 80 degrees.',
      'The skill has no file ../../../openclaw.json.',
      expect.stringContaining('There is no skill "meeting-notes" that can be used. There are: daily-plan'),
    ]);
  });

  test('is told as many as fit', async () => {
    const { gateway, client, server } = await bench();
    for (let n = 0; n < 80; n += 1)
      writeSkill(
        path.join(gateway.stateDir, 'workspace', 'skills'),
        `skill-${String(n).padStart(2, '0')}`,
        `description: ${'words '.repeat(200)}`,
      );
    await ask(client);
    const lines = systemOf(server)
      .split('\n')
      .filter((line) => line.startsWith('- skill-'));
    expect(lines.length).toBeGreaterThan(10);
    expect(systemOf(server)).toContain(`${80 - lines.length} more are not listed here.`);
    expect(systemOf(server).length).toBeLessThan(16_000);
  });

  test('that may not use the tool is not told of any', async () => {
    const { client, server } = await bench({
      skillsFolder: bundled,
      config: { tools: { deny: ['group:skills'] } },
    });
    await ask(client);
    expect(systemOf(server)).not.toContain('# Skills');
  });
});

describe('a skill that is run by its name', () => {
  const dialect = (name: string): (typeof DIALECTS)[number] => {
    const found = DIALECTS.find((one) => one.name === name);
    if (found === undefined) throw new Error(`there is no dialect ${name}`);
    return found;
  };

  test('typed: is a turn that follows its instructions, answered under its id', async () => {
    const { gateway, server } = await bench();
    writeSkill(path.join(gateway.stateDir, 'workspace', 'skills'), 'tea', '', 'Warm the pot first.');
    server.reply(says('The pot is warm.'));
    const client = await connectDialect(dialect('typed'), gateway);
    const answer = await client.ask('skill_invoke', { skill: 'tea', args: { cups: 2 } });
    expect(answer).toMatchObject({ type: 'response', payload: { text: 'The pot is warm.' } });
    expect(systemOf(server)).toContain('Warm the pot first.');
    expect(JSON.stringify(server.requests.at(-1)?.body.messages.at(-1))).toContain(
      'Use the skill tea: {\\"cups\\":2}',
    );
  });

  test('json-rpc: is answered with its run, and its words come as chat.complete', async () => {
    const { gateway, server } = await bench();
    writeSkill(path.join(gateway.stateDir, 'workspace', 'skills'), 'tea', '', 'Warm the pot first.');
    server.reply(says('The pot is warm.'));
    const client = await connectDialect(dialect('json-rpc'), gateway);
    const answer = (await client.ask('skill.run', { skill: 'tea', args: 'for two' })) as {
      result: Record<string, unknown>;
    };
    expect(answer.result).toEqual({
      status: 'started',
      run_id: expect.any(String) as string,
      channel: 'default',
    });
    const end = await client.wire.waitFor((frame) => frame['method'] === 'chat.complete', 'end of the skill');
    expect(end['params']).toMatchObject({ channel: 'default' });
  });

  test('is refused when it is not for people, not usable, or there is no model', async () => {
    const plain = await startGateway({ skillsFolder: bundled });
    const client = await connectDialect(dialect('typed'), plain);
    const message = async (skill: string): Promise<unknown> =>
      ((await client.ask('skill_invoke', { skill }))['payload'] as { message?: unknown }).message;
    expect(await message('daily-plan')).toContain('A skill needs a language model');
    const skills = path.join(plain.stateDir, 'workspace', 'skills');
    writeSkill(skills, 'secret', 'user-invocable: false');
    writeSkill(skills, 'lacks', 'metadata: {openclaw: {requires: {bins: [no-such]}}}');
    expect(await message('secret')).toContain('cannot be used');
    expect(await message('lacks')).toContain('cannot be used');
    expect(await message('nobody')).toContain(
      'There is no skill named nobody. There are: daily-plan, meeting-notes',
    );
  });
});
