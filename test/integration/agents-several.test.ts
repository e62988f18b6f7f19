import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openStore } from '../../src-main/gateway/store/open-store.ts';
import { createAgentsRepository } from '../../src-main/gateway/store/repositories/agents.ts';
import { callsTool, modelConfig, says, startModelServer, type ModelServer } from '../fakes/model-server.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { temporaryFolder, waitUntil } from '../fakes/temporary.ts';
import { startGateway, writeConfig, type TestGateway } from '../fakes/test-gateway.ts';

interface Bench {
  readonly gateway: TestGateway;
  readonly client: NativeClient;
  readonly server: ModelServer;
}

type Config = Record<string, unknown>;

/** A gateway with a model, and with the agents given. */
async function bench(list: readonly Config[] = [], more: Config = {}): Promise<Bench> {
  const server = await startModelServer();
  const config = modelConfig(server);
  const agents = { ...(config['agents'] as Config), list };
  const gateway = await startGateway({ config: { ...config, ...more, agents } });
  return { gateway, client: await connectNative(gateway), server };
}

async function ask(client: NativeClient, sessionKey: string, message = 'hi'): Promise<string> {
  const runId = `run-${Math.random()}`;
  await client.request('chat.send', { sessionKey, message, idempotencyKey: runId });
  const end = await client.runEnd(runId);
  return end.state;
}

const systemOf = (server: ModelServer): string => String(server.requests.at(-1)?.body.messages[0]?.content);
const toolsOf = (server: ModelServer): readonly string[] =>
  (server.requests.at(-1)?.body.tools ?? []).map((tool) => tool.function.name);
const ids = async (client: NativeClient): Promise<readonly string[]> =>
  (await client.request('agents.list', {})).agents.map(({ id }) => id);

describe('agents of the configuration', () => {
  test('are listed after the main agent, and answer in their own sessions with their own model, files and tools', async () => {
    const { gateway, client, server } = await bench(
      [
        {
          id: 'Kitchen',
          name: 'Chef',
          model: { primary: 'fake/big' },
          identity: { emoji: '🍳', theme: 'short recipes' },
          tools: { allow: ['group:memory'], deny: ['memory_save'] },
        },
      ],
      { tools: { deny: ['gateway_status'] } },
    );
    const workspace = path.join(gateway.stateDir, 'workspace-kitchen');
    const { agents } = await client.request('agents.list', {});
    expect(agents.map(({ id }) => id)).toEqual(['main', 'kitchen']);
    expect(agents[1]).toEqual({
      id: 'kitchen',
      name: 'Chef',
      workspace,
      identity: { name: 'Chef', theme: 'short recipes', emoji: '🍳' },
      model: { primary: 'fake/big' },
    });

    mkdirSync(workspace);
    writeFileSync(path.join(workspace, 'SOUL.md'), 'You love garlic.');
    writeFileSync(path.join(workspace, 'MEMORY.md'), 'The person is vegan.');
    await client.request('agents.files.set', {
      agentId: 'main',
      name: 'SOUL.md',
      content: 'You love rules.',
    });
    expect(await ask(client, 'agent:kitchen:main')).toBe('final');
    expect(server.requests.at(-1)?.body.model).toBe('big');
    expect(systemOf(server)).toContain('You are Chef');
    expect(systemOf(server)).toContain('Your manner: short recipes.');
    expect(systemOf(server)).toContain('## SOUL.md\n\nYou love garlic.');
    expect(systemOf(server)).toContain('The person is vegan.');
    expect(systemOf(server)).not.toContain('You love rules.');
    expect(toolsOf(server)).toContain('memory_search');
    expect(toolsOf(server)).not.toContain('memory_save');
    expect(toolsOf(server).filter((name) => !name.startsWith('memory_'))).toEqual([]);

    expect(await ask(client, 'agent:kitchen:shopping')).toBe('final');
    expect(systemOf(server), 'memory is for the main session').not.toContain('vegan');
    expect(await ask(client, 'main')).toBe('final');
    expect(server.requests.at(-1)?.body.model).toBe('m1');
    expect(systemOf(server)).toContain('You love rules.');
    expect(toolsOf(server)).toContain('memory_save');
    expect(toolsOf(server)).not.toContain('gateway_status');
  });

  test('may not use a tool that was not offered to them, by no way', async () => {
    const { gateway, client, server } = await bench([{ id: 'guest', tools: { deny: ['group:memory'] } }]);
    server.reply(callsTool('memory_save', { text: 'secret' }), says('done'));
    await ask(client, 'agent:guest:main');
    const told = JSON.stringify(server.requests.at(-1)?.body.messages);
    expect(told).toContain('There is no tool named memory_save');
    const invoke = (agentId: string): Promise<Response> =>
      fetch(`${gateway.url.replace('ws', 'http')}/tools/invoke`, {
        method: 'POST',
        headers: { authorization: `Bearer ${gateway.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ tool: 'memory_save', args: { text: 'x' }, agentId }),
      });
    expect((await invoke('guest')).status).toBe(404);
    expect((await invoke('nobody')).status).toBe(404);
    expect((await invoke('main')).status).toBe(200);
  });

  test('that cannot be used are reported and leave the others alone; changes apply live', async () => {
    const { gateway, client, server } = await bench([
      { id: '../evil' },
      { name: 'no id' },
      { id: 'good' },
      { id: 'GOOD' },
      { id: 'sly', default: true, tools: { deny: 'exec' } },
    ]);
    expect(await ids(client)).toEqual(['main', 'good', 'sly']);
    const { problems } = await client.request('status', {});
    const message = problems.find(({ code }) => code === 'agents')?.message ?? '';
    for (const part of ['agents.list[0]', 'agents.list[1]', 'agents.list[3]', '"default" of agent "sly"'])
      expect(message).toContain(part);
    await ask(client, 'agent:sly:main');
    expect(toolsOf(server), 'a policy that is not valid allows nothing').toEqual([]);

    writeConfig(gateway.stateDir, { ...modelConfig(server), agents: { list: [{ id: 'other' }] } });
    await waitUntil(
      async () => ((await ids(client)).includes('other') ? true : undefined),
      'the agent that was added',
    );
    expect((await client.request('status', {})).problems).toEqual([]);
    const refused = await client.refusal('chat.send', {
      sessionKey: 'agent:good:main',
      message: 'x',
      idempotencyKey: 'k',
    });
    expect(refused.error.message).toContain('There is no agent "good"');
    expect(refused.detailCode).toBe('UNKNOWN_AGENT_ID');
  });

  test('can be written with config.patch, which refuses what would not be used', async () => {
    const gateway = await startGateway();
    const client = await connectNative(gateway);
    const patch = async (change: unknown): Promise<unknown> => {
      const { hash } = (await client.call('config.get', {})) as { hash: string };
      return client.call('config.patch', { raw: JSON.stringify(change), baseHash: hash });
    };
    await patch({ agents: { list: [{ id: 'kitchen', tools: { deny: ['exec'] } }] } });
    expect(await ids(client)).toEqual(['main', 'kitchen']);
    for (const change of [
      { agents: { list: [{ id: '../x' }] } },
      { agents: { list: [{ id: 'a' }, { id: 'A' }] } },
      { agents: { list: [{ id: 'a', tools: { deny: 'exec' } }] } },
      { tools: { profile: 'everything' } },
      { skills: { entries: { tea: { enabled: 'yes' } } } },
    ])
      await expect(patch(change)).rejects.toThrow();
    expect(await ids(client)).toEqual(['main', 'kitchen']);
    const { children } = await client.request('config.schema.lookup', { path: 'agents.list.*' });
    expect(children.map(({ key }) => key)).toContain('tools');
  });

  test('are found by OpenAI’s clients, too', async () => {
    const { gateway, server } = await bench([{ id: 'kitchen', model: 'fake/big' }]);
    const base = gateway.url.replace('ws', 'http');
    const headers = { authorization: `Bearer ${gateway.token}`, 'content-type': 'application/json' };
    const { data } = (await (await fetch(`${base}/v1/models`, { headers })).json()) as {
      data: { id: string }[];
    };
    expect(data.map(({ id }) => id)).toContain('openclaw/kitchen');
    const chat = (model: string): Promise<Response> =>
      fetch(`${base}/v1/chat/completions`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }] }),
      });
    expect((await chat('openclaw/kitchen')).status).toBe(200);
    expect(server.requests.at(-1)?.body.model).toBe('big');
    expect((await chat('openclaw/cellar')).status).toBe(400);
  });
});

describe('a session of an agent that does not exist', () => {
  test.each<[string, Record<string, unknown>]>([
    ['chat.send', { sessionKey: 'agent:nobody:main', message: 'x', idempotencyKey: 'k' }],
    ['chat.send', { sessionKey: 'agent:MAIN:main', message: 'x', idempotencyKey: 'k' }],
    ['chat.inject', { sessionKey: 'agent:nobody:main', message: 'x' }],
    ['agent', { agentId: 'nobody', message: 'x', idempotencyKey: 'k' }],
    ['send', { to: 'agent:nobody:main', message: 'x', idempotencyKey: 'k' }],
    ['sessions.create', { agentId: 'nobody' }],
    ['sessions.patch', { key: 'agent:nobody:x', label: 'x' }],
    ['sessions.reset', { key: 'agent:nobody:x' }],
    ['wake', { mode: 'next-heartbeat', text: 'x', agentId: 'nobody' }],
    ['agent.identity.get', { agentId: 'nobody' }],
    [
      'cron.add',
      {
        name: 'x',
        agentId: 'nobody',
        schedule: { kind: 'every', everyMs: 60_000 },
        sessionTarget: 'isolated',
        wakeMode: 'now',
        payload: { kind: 'agentTurn', message: 'hi' },
      },
    ],
  ])('cannot be used with %s %j', async (method, params) => {
    const client = await connectNative(await startGateway());
    const { error } = await client.refusal(method, params);
    expect(error.message).toContain('There is no agent');
    expect(await client.request('sessions.list', {})).toMatchObject({ sessions: [] });
    expect(await client.request('cron.list', {})).toMatchObject({ jobs: [] });
  });
});

describe('agents.create', () => {
  test('makes an agent with an id of its name, a workspace and an identity', async () => {
    const { gateway, client, server } = await bench();
    const workspace = path.join(gateway.stateDir, 'workspace-hausliche-kuche');
    await expect(
      client.request('agents.create', { name: ' Häusliche Küche ', model: 'fake/big', emoji: '🍲' }),
    ).resolves.toEqual({
      ok: true,
      agentId: 'hausliche-kuche',
      name: 'Häusliche Küche',
      workspace,
      model: 'fake/big',
    });
    expect(readFileSync(path.join(workspace, 'IDENTITY.md'), 'utf8')).toContain('Häusliche Küche');
    await ask(client, 'agent:hausliche-kuche:main');
    expect(server.requests.at(-1)?.body.model).toBe('big');
    await expect(
      client.request('agent.identity.get', { sessionKey: 'agent:hausliche-kuche:x' }),
    ).resolves.toMatchObject({ agentId: 'hausliche-kuche', name: 'Häusliche Küche', emoji: '🍲' });

    // And it is still there after a restart.
    await gateway.stop();
    const again = await connectNative(await startGateway({ stateDir: gateway.stateDir }));
    expect((await again.request('agents.list', {})).agents[1]).toMatchObject({
      id: 'hausliche-kuche',
      createdVia: 'operator',
      createdAt: expect.any(Number) as number,
    });
  });

  test('gives every name an id that is one, and none twice', async () => {
    const client = await connectNative(await startGateway());
    const made = async (name: string): Promise<string> =>
      (await client.request('agents.create', { name })).agentId;
    await expect(made('助手')).resolves.toBe('agent');
    await expect(made('../../etc')).resolves.toBe('etc');
    await expect(made('CON')).resolves.toBe('con');
    await expect(made('x'.repeat(100))).resolves.toBe('x'.repeat(64));
    for (const [name, why] of [
      ['Etc', 'already exists'],
      ['Main', 'is reserved'],
      ['a\nb', 'one line'],
      [' ', 'one line'],
      ['y'.repeat(200), 'one line'],
    ])
      expect((await client.refusal('agents.create', { name })).error.message).toContain(why);
  });

  test('at the same moment makes one agent of one name', async () => {
    const client = await connectNative(await startGateway());
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, () => client.request('agents.create', { name: 'Twin' })),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await ids(client)).toEqual(['main', 'twin']);
  });

  test('takes no folder that is somebody else’s', async () => {
    const gateway = await startGateway();
    const client = await connectNative(gateway);
    const own = temporaryFolder();
    await client.request('agents.create', { name: 'first', workspace: path.join(own, 'first') });
    for (const workspace of [
      '/',
      '~',
      gateway.stateDir,
      path.join(gateway.stateDir, 'clawtray'),
      path.join(gateway.stateDir, 'ClawTray/x'),
      path.join(gateway.stateDir, 'x/../clawtray/y'),
      path.join(gateway.stateDir, 'workspace'),
      path.join(own, 'first'),
      path.join(own, 'FIRST/inside'),
      own,
      'a\u0000b',
    ])
      expect(
        (await client.refusal('agents.create', { name: 'second', workspace })).error.message,
        workspace,
      ).toMatch(/cannot be the workspace|control characters/);
    expect(readdirSync(path.join(gateway.stateDir, 'clawtray'))).not.toContain('x');
    expect(await ids(client)).toEqual(['main', 'first']);
  });

  test('takes no model that cannot be used', async () => {
    const { client } = await bench();
    for (const model of ['big', 'nowhere/big'])
      expect((await client.refusal('agents.create', { name: 'x', model })).error.code).toBe(
        'INVALID_REQUEST',
      );
    expect(await ids(client)).toEqual(['main']);
  });

  test('needs admin, as do the others', async () => {
    const gateway = await startGateway();
    const client = await connectNative(gateway, { scopes: ['operator.read', 'operator.write'] });
    for (const [method, params] of [
      ['agents.create', { name: 'x' }],
      ['agents.update', { agentId: 'main', name: 'x' }],
      ['agents.delete', { agentId: 'x' }],
      ['agents.restore', { agentId: 'x' }],
    ] as const)
      expect((await client.refusal(method, params)).detailCode).toBe('MISSING_SCOPE');
  });
});

describe('agents.update', () => {
  test('changes what is given, also of the main agent and of configured ones, and takes it back', async () => {
    const { gateway, client, server } = await bench([{ id: 'kitchen', name: 'Chef', model: 'fake/big' }]);
    await client.request('agents.update', { agentId: 'kitchen', model: 'fake/small', emoji: '🍲' });
    await client.request('agents.update', { agentId: 'main', name: 'Mia' });
    const { agents } = await client.request('agents.list', {});
    expect(agents).toMatchObject([
      { id: 'main', name: 'Mia' },
      { id: 'kitchen', name: 'Chef', identity: { emoji: '🍲' }, model: { primary: 'fake/small' } },
    ]);
    await ask(client, 'agent:kitchen:main');
    expect(server.requests.at(-1)?.body.model).toBe('small');
    await ask(client, 'main');
    expect(systemOf(server)).toContain('You are Mia');

    await client.request('agents.update', { agentId: 'kitchen', model: null, emoji: '' });
    const after = (await client.request('agents.list', {})).agents[1];
    expect(after).toMatchObject({ model: { primary: 'fake/big' } });
    expect(after?.identity).toEqual({ name: 'Chef' });

    const moved = path.join(gateway.stateDir, 'elsewhere');
    await client.request('agents.update', { agentId: 'kitchen', workspace: moved });
    await client.request('agents.files.set', { agentId: 'kitchen', name: 'USER.md', content: 'x' });
    expect(readdirSync(moved)).toEqual(['USER.md']);
  });

  test('of an agent that does not exist is refused', async () => {
    const client = await connectNative(await startGateway());
    const { error } = await client.refusal('agents.update', { agentId: 'x', name: 'y' });
    expect(error.message).toContain('There is no agent "x"');
  });
});

describe('agents.delete', () => {
  test('stops its runs, pauses its jobs and says so, hides its sessions, and all can be had again', async () => {
    const { gateway, client, server } = await bench();
    await client.request('agents.create', { name: 'Temp' });
    await client.request('agents.files.set', { agentId: 'temp', name: 'SOUL.md', content: 'mine' });
    await ask(client, 'agent:temp:main', 'remember this talk');
    const jobs = await Promise.all(
      [{ agentId: 'temp' }, { sessionKey: 'agent:temp:main' }, {}].map((whose, n) =>
        client.request('cron.add', {
          name: `job ${n}`,
          schedule: { kind: 'every', everyMs: 3_600_000 },
          sessionTarget: 'isolated',
          wakeMode: 'now',
          payload: { kind: 'agentTurn', message: 'hi' },
          ...whose,
        }),
      ),
    );
    server.reply({ steps: [{ text: 'I am about ' }, { hang: true }] });
    await client.request('chat.send', {
      sessionKey: 'agent:temp:main',
      message: 'go',
      idempotencyKey: 'hangs',
    });
    await client.event('chat', ({ runId, state }) => runId === 'hangs' && state === 'delta');

    const workspace = path.join(gateway.stateDir, 'workspace-temp');
    await expect(client.request('agents.delete', { agentId: 'temp' })).resolves.toEqual({
      ok: true,
      agentId: 'temp',
      removedBindings: 0,
      removed: [{ path: workspace, method: 'trash' }],
      failed: [],
    });
    expect((await client.runEnd('hangs')).state).toBe('aborted');
    expect(existsSync(workspace)).toBe(false);
    expect(await ids(client)).toEqual(['main']);
    expect((await client.request('sessions.list', {})).sessions).toEqual([]);
    const enabled = await client.request('cron.list', {});
    expect(enabled.jobs.map(({ id }) => id)).toEqual([jobs[2]?.id]);
    const { notifications } = await client.request('notifications.list', {});
    expect(notifications[0]).toMatchObject({
      title: 'Temp was deleted',
      body: 'Its 2 automations are paused.',
    });
    for (const [method, params] of [
      ['chat.send', { sessionKey: 'agent:temp:main', message: 'x', idempotencyKey: 'k2' }],
      ['cron.update', { id: jobs[0]?.id, patch: { enabled: true } }],
      ['agents.files.get', { agentId: 'temp', name: 'SOUL.md' }],
      ['agents.delete', { agentId: 'temp' }],
    ] as const)
      expect((await client.refusal(method, params)).error.message).toContain('was deleted');

    // A new one of that name is another one.
    expect((await client.request('agents.create', { name: 'Temp' })).agentId).toBe('temp-2');
    const { agents } = await client.request('agents.deleted', {});
    expect(agents).toMatchObject([{ agentId: 'temp', name: 'Temp' }]);

    await expect(client.request('agents.restore', { agentId: 'temp' })).resolves.toEqual({
      ok: true,
      agentId: 'temp',
      name: 'Temp',
      workspace,
    });
    const { file } = await client.request('agents.files.get', { agentId: 'temp', name: 'SOUL.md' });
    expect(file.content).toBe('mine');
    const history = await client.request('chat.history', { sessionKey: 'agent:temp:main' });
    expect(JSON.stringify(history.messages)).toContain('remember this talk');
    expect(JSON.stringify(history.messages)).toContain('I am about ');
    server.reply(says('back'));
    expect(await ask(client, 'agent:temp:main')).toBe('final');
    await client.request('cron.update', { id: jobs[0]?.id ?? '', patch: { enabled: true } });
    expect((await client.refusal('agents.restore', { agentId: 'temp' })).error.message).toContain(
      'not deleted',
    );
  });

  test('that a kill cut off is finished at the next start: no job goes on', async () => {
    const gateway = await startGateway();
    const client = await connectNative(gateway);
    await client.request('agents.create', { name: 'Temp' });
    await client.request('cron.add', {
      name: 'job',
      agentId: 'temp',
      schedule: { kind: 'every', everyMs: 3_600_000 },
      sessionTarget: 'isolated',
      wakeMode: 'now',
      payload: { kind: 'agentTurn', message: 'hi' },
    });
    await gateway.stop();
    const store = openStore(path.join(gateway.stateDir, 'clawtray'));
    await store.write(() => {
      createAgentsRepository(store).markDeleted('temp', Date.now(), path.join(gateway.stateDir, 'nowhere'));
    });
    store.close();
    const again = await connectNative(await startGateway({ stateDir: gateway.stateDir }));
    expect((await again.request('cron.list', {})).jobs).toEqual([]);
    const { notifications } = await again.request('notifications.list', {});
    expect(notifications).toMatchObject([{ title: 'Temp was deleted', body: 'Its automation is paused.' }]);
    await again.request('agents.restore', { agentId: 'temp' });
    expect(await ids(again)).toEqual(['main', 'temp']);
  });

  test('leaves a folder alone that somebody chose, or that is to stay', async () => {
    const gateway = await startGateway();
    const client = await connectNative(gateway);
    const chosen = path.join(temporaryFolder(), 'project');
    await client.request('agents.create', { name: 'a', workspace: chosen });
    await client.request('agents.create', { name: 'b' });
    await expect(client.request('agents.delete', { agentId: 'a' })).resolves.toEqual({
      ok: true,
      agentId: 'a',
      removedBindings: 0,
    });
    await client.request('agents.delete', { agentId: 'b', deleteFiles: false });
    expect(existsSync(chosen)).toBe(true);
    expect(existsSync(path.join(gateway.stateDir, 'workspace-b'))).toBe(true);
    for (const agentId of ['a', 'b']) await client.request('agents.restore', { agentId });
    expect(await ids(client)).toEqual(['main', 'a', 'b']);
    expect((await client.request('agents.list', {})).agents[1]?.workspace).toBe(chosen);
  });

  test('refuses the main agent, configured ones, and ones that do not exist', async () => {
    const { client } = await bench([{ id: 'kitchen' }]);
    for (const [agentId, why] of [
      ['main', 'cannot be deleted'],
      ['kitchen', 'The configuration declares'],
      ['x', 'There is no agent'],
    ])
      expect((await client.refusal('agents.delete', { agentId })).error.message).toContain(why);
  });

  test('is undone by a restore that does not overwrite anything', async () => {
    const gateway = await startGateway();
    const client = await connectNative(gateway);
    await client.request('agents.create', { name: 'a' });
    await client.request('agents.delete', { agentId: 'a' });
    const workspace = path.join(gateway.stateDir, 'workspace-a');
    mkdirSync(workspace);
    const { error } = await client.refusal('agents.restore', { agentId: 'a' });
    expect(error.message).toContain(`${workspace} is in the way`);
    expect((await client.request('agents.deleted', {})).agents).toHaveLength(1);
  });
});

describe('the files in the prompt', () => {
  test.skipIf(process.platform === 'win32')(
    'are bounded, and one that cannot be read does not end the turn',
    async () => {
      const { gateway, client, server } = await bench();
      const workspace = path.join(gateway.stateDir, 'workspace');
      mkdirSync(workspace);
      const outside = path.join(temporaryFolder(), 'outside.md');
      writeFileSync(outside, 'SECRET');
      symlinkSync(outside, path.join(workspace, 'USER.md'));
      writeFileSync(path.join(workspace, 'AGENTS.md'), '€'.repeat(500_000));
      for (const name of ['SOUL.md', 'IDENTITY.md', 'TOOLS.md', 'BOOTSTRAP.md'])
        writeFileSync(path.join(workspace, name), 'y'.repeat(19_000));
      writeFileSync(path.join(workspace, 'HEARTBEAT.md'), '- not told here');
      expect(await ask(client, 'main')).toBe('final');
      const system = systemOf(server);
      expect(system).toContain('€'.repeat(20_000));
      expect(system).not.toContain('€'.repeat(20_001));
      expect(system).toContain('[The rest of this file is left out: it is too long.]');
      expect(system).toContain('USER.md is a link that leads out');
      expect(system).not.toContain('SECRET');
      expect(system).not.toContain('not told here');
      expect(system.length).toBeLessThan(65_000);
    },
  );
});

describe('agent.identity.get', () => {
  test('answers what was set, else what IDENTITY.md says, else a default', async () => {
    const client = await connectNative(await startGateway());
    await expect(client.request('agent.identity.get', {})).resolves.toEqual({
      agentId: 'main',
      name: 'Assistant',
      nameSource: 'default',
      avatarStatus: 'none',
    });
    const content =
      '# Me\n\n- **Name:** Mia\n- **Emoji:** 🦊\n- **Avatar:** https://x.test/a.png\n- **Vibe:** (sharp? warm?)\n';
    await client.request('agents.files.set', { agentId: 'main', name: 'IDENTITY.md', content });
    await expect(client.request('agent.identity.get', { agentId: 'main' })).resolves.toEqual({
      agentId: 'main',
      name: 'Mia',
      nameSource: 'workspace',
      emoji: '🦊',
      avatar: 'https://x.test/a.png',
      avatarStatus: 'remote',
    });
    await client.request('agents.update', { agentId: 'main', name: 'Max' });
    await expect(client.request('agent.identity.get', {})).resolves.toMatchObject({
      name: 'Max',
      nameSource: 'config',
    });
  });
});
