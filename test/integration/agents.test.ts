import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { modelConfig, startModelServer } from '../fakes/model-server.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { temporaryFolder } from '../fakes/temporary.ts';
import { startGateway } from '../fakes/test-gateway.ts';

interface Bench {
  readonly client: NativeClient;
  /** The main agent's; it is there. */
  readonly workspace: string;
}

async function bench(files: Readonly<Record<string, string | Buffer>> = {}): Promise<Bench> {
  const gateway = await startGateway();
  const workspace = path.join(gateway.stateDir, 'workspace');
  mkdirSync(workspace);
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(workspace, name), text);
  return { client: await connectNative(gateway), workspace };
}

const main = { agentId: 'main' };

describe('agents.list', () => {
  test('answers the main agent with its workspace, and the model if there is one', async () => {
    const plain = await startGateway();
    const workspace = path.join(plain.stateDir, 'workspace');
    await expect((await connectNative(plain)).request('agents.list', {})).resolves.toEqual({
      defaultId: 'main',
      mainKey: 'main',
      scope: 'per-sender',
      agents: [{ id: 'main', workspace }],
    });
    const gateway = await startGateway({ config: modelConfig(await startModelServer()) });
    await expect((await connectNative(gateway)).request('agents.list', {})).resolves.toMatchObject({
      agents: [{ model: { primary: 'fake/m1' } }],
    });
  });
});

describe('agents.files', () => {
  test('list shows every file, also those that are not there', async () => {
    const { client, workspace } = await bench({ 'SOUL.md': 'kind', 'secret.txt': 'x' });
    const { files, ...rest } = await client.request('agents.files.list', main);
    expect(rest).toEqual({ ...main, workspace });
    expect(files.filter(({ missing }) => !missing)).toEqual([
      {
        name: 'SOUL.md',
        path: path.join(workspace, 'SOUL.md'),
        missing: false,
        size: 4,
        updatedAtMs: expect.any(Number) as number,
      },
    ]);
    expect(files.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'AGENTS.md',
        'USER.md',
        'IDENTITY.md',
        'TOOLS.md',
        'HEARTBEAT.md',
        'MEMORY.md',
      ]),
    );
    expect(JSON.stringify(files)).not.toContain('secret.txt');
  });

  test('set writes what get answers, into the agent’s workspace', async () => {
    const { client, workspace } = await bench();
    rmSync(workspace, { recursive: true });
    const missing = await client.request('agents.files.get', { ...main, name: 'HEARTBEAT.md' });
    expect(missing.file).toEqual({
      name: 'HEARTBEAT.md',
      path: path.join(workspace, 'HEARTBEAT.md'),
      missing: true,
    });
    for (const content of ['- look at the calendär\n', '']) {
      const written = await client.request('agents.files.set', { ...main, name: 'HEARTBEAT.md', content });
      expect(written).toMatchObject({ ok: true, file: { content, size: Buffer.byteLength(content) } });
      expect(readFileSync(path.join(workspace, 'HEARTBEAT.md'), 'utf8')).toBe(content);
      const { file } = await client.request('agents.files.get', { ...main, name: 'HEARTBEAT.md' });
      expect(file).toEqual(written.file);
    }
    expect(readdirSync(workspace)).toEqual(['HEARTBEAT.md']);
  });

  test.skipIf(process.platform === 'win32')(
    'set keeps who may read the file; a new one is its owner’s',
    async () => {
      const { client, workspace } = await bench({ 'SOUL.md': 'kind' });
      const mode = (name: string): number => statSync(path.join(workspace, name)).mode & 0o777;
      const before = mode('SOUL.md');
      for (const name of ['SOUL.md', 'USER.md'])
        await client.request('agents.files.set', { ...main, name, content: 'x' });
      expect([mode('SOUL.md'), mode('USER.md')]).toEqual([before, 0o600]);
    },
  );

  test('set overwrites nothing that was changed since it was read, when it is told what was read', async () => {
    const { client, workspace } = await bench();
    const file = { ...main, name: 'HEARTBEAT.md' };
    const made = await client.request('agents.files.set', {
      ...file,
      content: 'a',
      expectedUpdatedAtMs: null,
    });
    const { updatedAtMs: readAt = 0 } = made.file;
    // A person's editor, a second later.
    writeFileSync(path.join(workspace, 'HEARTBEAT.md'), 'theirs');
    utimesSync(path.join(workspace, 'HEARTBEAT.md'), readAt / 1000 + 1, readAt / 1000 + 1);
    for (const expectedUpdatedAtMs of [readAt, null]) {
      const refused = await client.refusal('agents.files.set', {
        ...file,
        content: 'b',
        expectedUpdatedAtMs,
      });
      expect(refused.error.message).toContain('changed meanwhile');
      expect(refused.detailCode).toBe('FILE_CHANGED');
    }
    expect(readFileSync(path.join(workspace, 'HEARTBEAT.md'), 'utf8')).toBe('theirs');
    const { updatedAtMs: now = 0 } = (await client.request('agents.files.get', file)).file;
    await client.request('agents.files.set', { ...file, content: 'b', expectedUpdatedAtMs: now });
    expect(readFileSync(path.join(workspace, 'HEARTBEAT.md'), 'utf8')).toBe('b');
  });

  test('set needs admin', async () => {
    const client = await connectNative(await startGateway(), { scopes: ['operator.read', 'operator.write'] });
    const refused = await client.refusal('agents.files.set', { ...main, name: 'SOUL.md', content: 'x' });
    expect(refused.detailCode).toBe('MISSING_SCOPE');
    await expect(client.request('agents.files.list', main)).resolves.toBeDefined();
  });

  test.each(['../clawtray/token', '..', 'a/SOUL.md', '/etc/passwd', 'soul.md', 'SOUL.md\0', 'SOUL.md/../x'])(
    'refuse the name %j',
    async (name) => {
      const { client, workspace } = await bench({ 'SOUL.md': 'kind' });
      for (const [method, rest] of [
        ['agents.files.get', {}],
        ['agents.files.set', { content: 'x' }],
      ] as const) {
        const { error } = await client.refusal(method, { ...main, name, ...rest });
        expect(error).toMatchObject({ code: 'INVALID_REQUEST' });
        expect(error.message).toContain('unsupported file');
      }
      expect(readdirSync(workspace)).toEqual(['SOUL.md']);
    },
  );

  test.each(['other', '../..', 'MAIN'])('know no agent %j', async (agentId) => {
    const { client } = await bench();
    const { error } = await client.refusal('agents.files.list', { agentId });
    expect(error).toMatchObject({ code: 'INVALID_REQUEST' });
    expect(error.message).toContain('no agent');
  });

  test.skipIf(process.platform === 'win32')(
    'follow links within the workspace and none out of it',
    async () => {
      const { client, workspace } = await bench({ 'notes.md': 'inside' });
      const outside = path.join(temporaryFolder(), 'outside.md');
      writeFileSync(outside, 'SECRET');
      symlinkSync('notes.md', path.join(workspace, 'MEMORY.md'));
      symlinkSync(outside, path.join(workspace, 'SOUL.md'));
      symlinkSync('nowhere.md', path.join(workspace, 'USER.md'));

      await client.request('agents.files.set', { ...main, name: 'MEMORY.md', content: 'changed' });
      expect(readFileSync(path.join(workspace, 'notes.md'), 'utf8')).toBe('changed');
      const { file } = await client.request('agents.files.get', { ...main, name: 'MEMORY.md' });
      expect(file.content).toBe('changed');

      for (const name of ['SOUL.md', 'USER.md']) {
        await client.refusal('agents.files.get', { ...main, name });
        await client.refusal('agents.files.set', { ...main, name, content: 'x' });
      }
      expect(readFileSync(outside, 'utf8')).toBe('SECRET');
      expect(readdirSync(workspace).sort()).toEqual(['MEMORY.md', 'SOUL.md', 'USER.md', 'notes.md']);
      const { files } = await client.request('agents.files.list', main);
      expect(files.filter(({ missing }) => !missing).map(({ name }) => name)).toEqual(['MEMORY.md']);
      expect(JSON.stringify(client.wire.frames)).not.toContain('SECRET');
    },
  );

  test('neither read nor write what is too long, no text, or no file', async () => {
    const long = 'x'.repeat(262_145);
    const { client, workspace } = await bench({
      'SOUL.md': long,
      'USER.md': Buffer.from([0xff, 0xfe, 0x41]),
    });
    mkdirSync(path.join(workspace, 'TOOLS.md'));
    const told = async (name: string, content?: string): Promise<string> => {
      const method = content === undefined ? 'agents.files.get' : 'agents.files.set';
      const params = { ...main, name, ...(content === undefined ? {} : { content }) };
      return (await client.refusal(method, params)).error.message;
    };
    await expect(told('SOUL.md')).resolves.toContain('longer than 262144 bytes');
    await expect(told('AGENTS.md', long)).resolves.toContain('longer than 262144 bytes');
    await expect(told('USER.md')).resolves.toContain('not text in UTF-8');
    await expect(told('TOOLS.md')).resolves.toContain('something else than a file');
    await expect(told('TOOLS.md', 'x')).resolves.toContain('something else than a file');
    expect(readdirSync(workspace).sort()).toEqual(['SOUL.md', 'TOOLS.md', 'USER.md']);
  });

  test('are whole at every moment, however many write', async () => {
    const { client, workspace } = await bench();
    const texts = Array.from({ length: 12 }, (_, n) => `${n}`.repeat(50_000));
    await Promise.all(
      texts.map((content) => client.request('agents.files.set', { ...main, name: 'MEMORY.md', content })),
    );
    expect(texts).toContain(readFileSync(path.join(workspace, 'MEMORY.md'), 'utf8'));
    expect(readdirSync(workspace)).toEqual(['MEMORY.md']);
  });
});
