import { describe, expect, test } from 'vitest';
import { connectCourse, type CourseClient } from '../fakes/course-client.ts';
import { callsTool, modelConfig, says, startModelServer } from '../fakes/model-server.ts';
import { connectNative } from '../fakes/native-client.ts';
import { createGate, temporaryFolder } from '../fakes/temporary.ts';
import { startGateway } from '../fakes/test-gateway.ts';

interface Listed {
  readonly channel_id: string;
  readonly name: string | null;
  readonly channel: string;
  readonly metadata: object;
  readonly message_count: number;
}

async function create(client: CourseClient, name: string, metadata: object = {}): Promise<string> {
  const { channel_id: id } = await client.call('channel.create', { name, metadata });
  return id as string;
}

async function list(client: CourseClient): Promise<readonly Listed[]> {
  const { channels } = await client.call('channel.list');
  return channels as Listed[];
}

// The course's exercise: three channels, a topic in each, switching between them, and after a restart once more.
describe('three channels', () => {
  const TOPICS = { coding: 'the parser', writing: 'the novel', research: 'the glacier' };

  test('are conversations of their own, also after a restart', async () => {
    const stateDir = temporaryFolder();
    const model = await startModelServer(says('Noted.'));
    const config = modelConfig(model);
    const first = await startGateway({ stateDir, config });
    const client = await connectCourse(first);
    const ids = new Map<string, string>();
    for (const [name, topic] of Object.entries(TOPICS)) {
      ids.set(name, await create(client, name, { purpose: name }));
      await client.call('channel.switch', { channel_id: ids.get(name) });
      expect(await client.chat(`Let us talk about ${topic}.`)).toBe('Noted.');
    }
    await first.stop();

    const again = await connectCourse(await startGateway({ stateDir, config }));
    expect(again.session['channels']).toEqual(['default', 'coding', 'writing', 'research']);
    for (const [name, topic] of Object.entries(TOPICS)) {
      await expect(again.call('channel.switch', { channel_id: ids.get(name) })).resolves.toMatchObject({
        channel: name,
      });
      await again.chat('What were we talking about?');
      const heard = JSON.stringify(model.requests.at(-1)?.body.messages);
      expect(heard).toContain(topic);
      for (const other of Object.values(TOPICS)) if (other !== topic) expect(heard).not.toContain(other);
    }
    expect(await list(again)).toMatchObject([
      { channel_id: 'default', name: 'default', message_count: 0 },
      ...[...ids].map(([name, id]) => ({
        channel_id: id,
        name,
        metadata: { purpose: name },
        message_count: 4,
      })),
    ]);
  });

  test('remember only what was said in them', async () => {
    const client = await connectCourse(await startGateway(), { scopes: ['operator.admin'] });
    await create(client, 'coding');
    await create(client, 'writing');
    await client.chat('remember that the password of the build server is kept by Ana', 'coding');
    const recall = (channel: string): Promise<Record<string, unknown>> =>
      client.call('memory.recall', { query: 'build server', channel });
    await expect(recall('coding')).resolves.toMatchObject({
      channel: 'coding',
      memories: [{ text: expect.stringContaining('Ana') as string }],
    });
    await expect(recall('writing')).resolves.toEqual({ channel: 'writing', memories: [] });
    await expect(recall('default')).resolves.toEqual({ channel: 'default', memories: [] });
  });

  test('may be used at the same time on one connection', async () => {
    const gate = createGate();
    const slow = { steps: [{ wait: gate.opened }, { text: 'slow' }, { finish: 'stop' }] };
    const model = await startModelServer(slow, says('quick'));
    const client = await connectCourse(await startGateway({ config: modelConfig(model) }));
    await create(client, 'coding');
    await create(client, 'writing');
    const coding = client.chat('think', 'coding');
    await model.request(1);
    expect(await client.chat('hi', 'writing')).toBe('quick');
    gate.open();
    expect(await coding).toBe('slow');
  });
});

describe('channel.create', () => {
  test('answers an id, the name and what was noted', async () => {
    const client = await connectCourse(await startGateway());
    const metadata = { project: 'project-x', purpose: 'code-review' };
    await expect(
      client.call('channel.create', { name: 'code-review-project-x', metadata }),
    ).resolves.toMatchObject({
      channel_id: expect.stringMatching(/^ch-[0-9a-f]{10}$/) as string,
      name: 'code-review-project-x',
      channel: 'code-review-project-x',
      metadata,
      message_count: 0,
    });
  });

  test('needs no name: then the id is what it is called', async () => {
    const client = await connectCourse(await startGateway());
    const { channel_id: id, name, channel } = await client.call('channel.create');
    expect([name, channel]).toEqual([null, id]);
    await client.chat('hi', id as string);
    expect(client.told('chat.complete')).toMatchObject([{ channel: id }]);
  });

  test('makes a session that native clients see by its name', async () => {
    const gateway = await startGateway();
    const client = await connectCourse(gateway);
    const native = await connectNative(gateway);
    await native.request('sessions.subscribe', {});
    await create(client, 'coding');
    await native.event('sessions.changed', ({ sessionKey }) => sessionKey === 'agent:main:coding');
    await client.chat('hi', 'coding');
    const { messages } = await native.request('chat.history', { sessionKey: 'coding' });
    expect(messages[0]).toMatchObject({ role: 'user', content: 'hi' });
  });

  test('refuses a name that is taken and says which channel has it', async () => {
    const client = await connectCourse(await startGateway());
    const id = await create(client, 'coding');
    expect(await client.refusal('channel.create', { name: 'coding' })).toEqual({
      code: -32602,
      message: 'There is a channel coding already. Use it, or choose another name.',
      data: { code: 'CHANNEL_EXISTS', channel: 'coding', channel_id: id },
    });
  });

  test('refuses the name of a conversation that was begun elsewhere, which can be used as it is', async () => {
    const gateway = await startGateway();
    const native = await connectNative(gateway);
    await native.request('chat.send', { sessionKey: 'ideas', message: 'hi', idempotencyKey: 'k' });
    await native.runEnd('k');
    const client = await connectCourse(gateway);
    expect(await client.refusal('channel.create', { name: 'ideas' })).toMatchObject({
      data: { code: 'CHANNEL_EXISTS', channel: 'ideas' },
    });
    await client.chat('and again', 'ideas');
  });

  test.each([
    '',
    '  ',
    'default',
    'main',
    'MAIN',
    'agent:main:x',
    'call:x',
    'cron:x',
    'ch-1234567890',
    'a\nb',
    'x'.repeat(129),
    5,
  ])('refuses %j as a name', async (name) => {
    const client = await connectCourse(await startGateway());
    expect(await client.refusal('channel.create', { name })).toMatchObject({ code: -32602 });
    expect(await list(client)).toHaveLength(1);
  });

  test.each([
    ['text', 'x'],
    ['a list', []],
    ['too much', { text: 'x'.repeat(17_000) }],
    ['too deep', JSON.parse('{"a":'.repeat(20) + '1' + '}'.repeat(20)) as object],
  ])('refuses %s as metadata', async (_what, metadata) => {
    const client = await connectCourse(await startGateway());
    expect(await client.refusal('channel.create', { name: 'x', metadata })).toMatchObject({ code: -32602 });
  });

  test('is a method of the course’s dialect only', async () => {
    const native = await connectNative(await startGateway());
    expect((await native.refusal('channel.create', { name: 'x' })).message).toContain('unknown method');
  });

  test('stops at a thousand', async () => {
    const config = { gateway: { rate_limit: { enabled: false } } };
    const client = await connectCourse(await startGateway({ config, limits: { maxInFlight: 2_000 } }));
    const names = Array.from({ length: 1_000 }, (_, n) => `channel ${n}`);
    await Promise.all(names.map((name) => create(client, name)));
    expect((await client.refusal('channel.create', { name: 'one more' })).message).toContain(
      'There are 1000 channels already.',
    );
    expect(await list(client)).toHaveLength(1_001);
  });
});

describe('channel.switch', () => {
  test('sets only the connection’s own default', async () => {
    const gateway = await startGateway();
    const client = await connectCourse(gateway);
    const other = await connectCourse(gateway, { clientId: 'another' });
    const id = await create(client, 'coding');
    await expect(client.call('channel.switch', { channel_id: id })).resolves.toEqual({
      channel_id: id,
      channel: 'coding',
    });
    await expect(client.call('channel.list')).resolves.toMatchObject({ current: 'coding' });
    await expect(other.call('channel.list')).resolves.toMatchObject({ current: 'default' });
    await client.chat('hi');
    expect(client.told('chat.complete')).toMatchObject([{ channel: 'coding' }]);
    await client.call('channel.switch', { channel_id: 'default' });
    await client.chat('hi');
    expect(client.told('chat.complete')).toMatchObject([{ channel: 'coding' }, { channel: 'default' }]);
  });

  test('brings the channel’s stream from then on', async () => {
    const gateway = await startGateway();
    const writing = await connectCourse(gateway);
    const reading = await connectCourse(gateway, { clientId: 'another' });
    const id = await create(writing, 'coding');
    await reading.call('channel.switch', { channel_id: id });
    await writing.chat('hi', 'coding');
    await reading.notification('chat.complete', ({ channel }) => channel === 'coding');
  });

  test('takes a name as well', async () => {
    const client = await connectCourse(await startGateway());
    const id = await create(client, 'coding');
    await expect(client.call('channel.switch', { channel_id: 'coding' })).resolves.toMatchObject({
      channel_id: id,
    });
  });
});

describe('a channel that is not there', () => {
  test.each([
    ['chat.send', { message: 'hi', channel: 'codng' }],
    ['chat.send', { message: 'hi', channel: 'ch-0000000000' }],
    ['channel.switch', { channel_id: 'ch-0000000000' }],
  ])('is told by %s, and nothing is made', async (method, params) => {
    const client = await connectCourse(await startGateway());
    expect(await client.refusal(method, params)).toMatchObject({
      code: -32602,
      message: expect.stringMatching(/^There is no channel .*channel\.create makes one\.$/) as string,
      data: { code: 'CHANNEL_NOT_FOUND' },
    });
    expect(await list(client)).toHaveLength(1);
  });
});

test('chat.send answers which channel it was, by its id or its name', async () => {
  const client = await connectCourse(await startGateway());
  const id = await create(client, 'coding');
  for (const channel of [id, 'coding']) {
    await expect(client.call('chat.send', { message: 'hi', channel })).resolves.toMatchObject({
      channel: 'coding',
      channel_id: id,
    });
  }
  await expect(client.call('chat.send', { text: 'hi', channel: 'default' })).resolves.toMatchObject({
    channel: 'default',
    channel_id: 'default',
  });
});

describe('memory.recall', () => {
  test('is for the owner', async () => {
    const client = await connectCourse(await startGateway());
    expect(await client.refusal('memory.recall', { query: 'x' })).toMatchObject({
      code: -32003,
      data: { missingScope: 'operator.admin' },
    });
  });

  test.each([{}, { query: '' }, { query: 'x', limit: 0 }, { query: 'x', channel: 'nowhere' }])(
    'refuses %j',
    async (params) => {
      const client = await connectCourse(await startGateway(), { scopes: ['operator.admin'] });
      expect(await client.refusal('memory.recall', params)).toMatchObject({ code: -32602 });
    },
  );
});

describe('skill.invoke and skill.result', () => {
  test('go around every tool of a run, to those who are in that channel', async () => {
    const model = await startModelServer(
      callsTool('memory_search', { query: 'Ana' }),
      callsTool('reminder_remove', { id: 'x' }),
      says('Done.'),
    );
    const gateway = await startGateway({ config: modelConfig(model) });
    const client = await connectCourse(gateway);
    const outside = await connectCourse(gateway, { clientId: 'another' });
    await create(client, 'coding');
    await client.chat('go', 'coding');
    expect(client.told('skill.invoke')).toEqual([
      { skill: 'memory_search', args: { query: 'Ana' }, status: 'executing', channel: 'coding', index: 0 },
      { skill: 'reminder_remove', args: { id: 'x' }, status: 'executing', channel: 'coding', index: 1 },
    ]);
    expect(client.told('skill.result')).toEqual([
      {
        skill: 'memory_search',
        status: 'done',
        output: '[]',
        duration_ms: expect.any(Number) as number,
        channel: 'coding',
        index: 0,
      },
      {
        skill: 'reminder_remove',
        status: 'failed',
        output: 'There is no reminder with the id x.',
        duration_ms: expect.any(Number) as number,
        channel: 'coding',
        index: 1,
      },
    ]);
    const order = client.wire.frames.map((frame) => frame['method']).filter((name) => name !== undefined);
    expect(order.indexOf('skill.invoke')).toBeLessThan(order.indexOf('skill.result'));
    expect(order.lastIndexOf('skill.result')).toBeLessThan(order.indexOf('chat.complete'));
    await outside.call('system.status');
    expect([...outside.told('skill.invoke'), ...outside.told('skill.result')]).toEqual([]);
  });

  test('a skill cannot be run by name yet, and that is said', async () => {
    const client = await connectCourse(await startGateway());
    expect(await client.refusal('skill.run', { skill: 'email-assistant', args: 'x' })).toMatchObject({
      code: -32602,
      message: 'There is no skill named email-assistant. No skills are installed.',
      data: { code: 'SKILL_NOT_FOUND' },
    });
  });
});
