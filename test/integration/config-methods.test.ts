import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { temporaryFolder, waitUntil } from '../fakes/temporary.ts';
import { startGateway, type TestGatewayOptions } from '../fakes/test-gateway.ts';

const REDACTED = '__OPENCLAW_REDACTED__';

interface Profile {
  readonly stateDir: string;
  readonly client: NativeClient;
  /** What a file in the state folder holds. */
  readonly read: (name: string) => string;
  readonly write: (name: string, text: string) => void;
}

async function openProfile(
  files: Readonly<Record<string, string>> = {},
  options: TestGatewayOptions = {},
): Promise<Profile> {
  const stateDir = temporaryFolder();
  const write = (name: string, text: string): void => {
    mkdirSync(path.dirname(path.join(stateDir, name)), { recursive: true });
    writeFileSync(path.join(stateDir, name), text);
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  const client = await connectNative(await startGateway({ stateDir, ...options }));
  return { stateDir, client, write, read: (name) => readFileSync(path.join(stateDir, name), 'utf8') };
}

const OWN = 'clawtray/config.json5';

async function patch(client: NativeClient, values: unknown, replacePaths?: readonly string[]) {
  const { hash } = await client.request('config.get', {});
  return client.request('config.patch', {
    raw: JSON.stringify(values),
    baseHash: hash,
    ...(replacePaths === undefined ? {} : { replacePaths }),
  });
}

async function refusalOfPatch(client: NativeClient, values: unknown): Promise<string> {
  const { hash } = await client.request('config.get', {});
  const refused = await client.refusal('config.patch', { raw: JSON.stringify(values), baseHash: hash });
  return refused.message;
}

describe('config.get', () => {
  test('tells that there is no configuration yet', async () => {
    const { client, stateDir } = await openProfile();
    expect(await client.request('config.get', {})).toMatchObject({
      path: path.join(stateDir, OWN),
      exists: false,
      raw: null,
      config: {},
      valid: true,
      hash: expect.stringMatching(/^hmac-sha256:v1:[\w-]{43}$/) as string,
    });
  });

  test('shows all files together, references as they are written, and no secret', async () => {
    const { client } = await openProfile(
      {
        'openclaw.json': `{ models: { providers: { a: { baseUrl: "http://user:pw@h/v1", apiKey: "sk-file", headers: { "X-Team": "team:secret" } },
          b: { baseUrl: "http://h/v1", apiKey: "\${B_KEY}" } } }, channels: { telegram: { botToken: "123:abc" } } }`,
        'config.toml': '[gateway]\nheartbeat_interval = 20\nnote = "${B_KEY}"\n',
      },
      { env: { B_KEY: 'sk-env' } },
    );
    const answer = await client.request('config.get', {});
    expect(answer.config).toEqual({
      models: {
        providers: {
          a: { baseUrl: REDACTED, apiKey: REDACTED, headers: { 'X-Team': REDACTED } },
          b: { baseUrl: 'http://h/v1', apiKey: '${B_KEY}' },
        },
      },
      channels: { telegram: { botToken: REDACTED } },
      gateway: { heartbeatInterval: 20, note: '${B_KEY}' },
    });
    expect(answer.resolved).toMatchObject({ models: { providers: { b: { apiKey: REDACTED } } } });
    expect(JSON.stringify(answer)).not.toMatch(/sk-(?:file|env)|123:abc|team:secret|user:pw/);
    expect(answer.appliedConfigHash).toBe(answer.hash);
  });

  test('says what is wrong, with its place', async () => {
    const { client } = await openProfile({
      'openclaw.json': '{ gateway: { port: "x" } }',
      'config.toml': 'a = = 1',
    });
    const { valid, issues, files } = await client.request('config.get', {});
    expect(valid).toBe(false);
    expect(issues).toEqual([{ path: 'gateway.port', message: 'must be number' }]);
    expect(files.map(({ exists, format, problem }) => [exists, format, problem])).toEqual([
      [true, 'json5', undefined],
      [true, 'toml', expect.stringContaining('config.toml (line 1')],
      [false, 'yaml', undefined],
      [false, 'json5', undefined],
    ]);
  });
});

describe('config.patch', () => {
  test('writes a private file of our own, and what it says holds at once', async () => {
    const { client, stateDir, read } = await openProfile({}, { env: {} });
    const answer = await client.request('config.patch', { raw: '{ gateway: { heartbeat_timeout: 120 } }' });
    expect(answer).toMatchObject({
      ok: true,
      changedPaths: ['gateway.heartbeatTimeout'],
      applied: ['gateway.heartbeatTimeout'],
      restartRequired: [],
      files: [path.join(stateDir, OWN)],
      sentinel: { payload: { kind: 'config-patch', stats: { requiresRestart: false } } },
    });
    expect(read(OWN)).toBe('{\n  gateway: {\n    heartbeat_timeout: 120,\n  },\n}\n');
    expect(statSync(path.join(stateDir, OWN)).mode & 0o777).toBe(0o600);
    const after = await client.request('config.get', {});
    expect([after.hash, after.appliedConfigHash]).toEqual([answer.hash, answer.hash]);
    expect(after.runtimeConfig).toMatchObject({ gateway: { heartbeatTimeout: 120 } });
  });

  test('changes a key where it is set, in every format, and nothing else', async () => {
    const { client, read } = await openProfile({
      'openclaw.json':
        '// theirs\n{\n  channels: { x: 1 }, // kept\n  agents: { defaults: { model: "a/b" } },\n}\n',
      'config.toml':
        '# course\n[gateway]\nheartbeat_interval = 30 # seconds\n\n# limits\n[gateway.rate_limit]\nburst_size = 20\n',
      'config.yml': '# notes\nmodels:\n  detect: false   # quiet\n',
    });
    const answer = await patch(client, {
      agents: { defaults: { model: 'c/d', timeoutSeconds: 5 } },
      gateway: { heartbeatInterval: 15, heartbeatMaxMissed: 5, rateLimit: { burstSize: null } },
      models: { detect: true },
    });
    expect(answer.files.map((file) => path.basename(file))).toEqual([
      'openclaw.json',
      'config.toml',
      'config.yml',
      'config.json5',
    ]);
    expect(read('openclaw.json')).toBe(
      '// theirs\n{\n  channels: { x: 1 }, // kept\n  agents: { defaults: { model: "c/d" } },\n}\n',
    );
    expect(read('config.toml')).toBe(
      '# course\n[gateway]\nheartbeat_interval = 15 # seconds\nheartbeat_max_missed = 5\n\n# limits\n[gateway.rate_limit]\n',
    );
    expect(read('config.yml')).toBe('# notes\nmodels:\n  detect: true   # quiet\n');
    // A key that is new goes to our own file: OpenClaw does not start with one that it does not know.
    expect(read(OWN)).toBe('{\n  agents: {\n    defaults: {\n      timeoutSeconds: 5,\n    },\n  },\n}\n');
  });

  test('takes a key away from every file that has it', async () => {
    const { client, read } = await openProfile({
      'openclaw.json': '{ gateway: { port: 1 } }',
      'config.yml': 'gateway:\n  port: 2\n  heartbeat_interval: 9\n',
    });
    await patch(client, { gateway: { port: null } });
    expect((await client.request('config.get', {})).config).toEqual({ gateway: { heartbeatInterval: 9 } });
    expect(read('openclaw.json')).toBe('{ gateway: { } }');
  });

  test('tells what takes a restart, what is not known here, and every client', async () => {
    const { client } = await openProfile();
    const answer = await patch(client, { gateway: { port: 4321 }, channels: { signal: { on: true } } });
    expect(answer).toMatchObject({
      applied: [],
      restartRequired: ['gateway.port'],
      unused: ['channels.signal.on'],
      sentinel: { payload: { stats: { requiresRestart: true } } },
    });
    expect(await client.event('config.changed')).toMatchObject({ hash: answer.hash });
    const { problems } = await client.request('status', {});
    expect(problems.map(({ message }) => message)).toEqual([
      'gateway.port changed in the configuration. Restart Clawtray to apply this change.',
    ]);
  });

  test('is not done for a state that is another one by now', async () => {
    const { client, write, read } = await openProfile({ 'config.yml': 'gateway:\n  port: 1\n' });
    const { hash } = await client.request('config.get', {});
    write('config.yml', 'gateway:\n  port: 2 # by hand\n');
    const raw = '{ gateway: { port: 3 } }';
    expect((await client.refusal('config.patch', { raw, baseHash: hash })).message).toBe(
      'config changed since last load; re-run config.get and retry',
    );
    expect((await client.refusal('config.patch', { raw })).message).toBe(
      'config base hash required for gateway.port; re-run config.get and retry with baseHash',
    );
    expect(read('config.yml')).toBe('gateway:\n  port: 2 # by hand\n');
  });

  test('that was done already is answered again, and writes nothing', async () => {
    const { client, stateDir } = await openProfile({ 'config.yml': 'gateway:\n  port: 1\n' });
    const { hash } = await client.request('config.get', {});
    const request = { raw: '{ gateway: { port: 5 } }', baseHash: hash };
    const first = await client.request('config.patch', request);
    const before = statSync(path.join(stateDir, 'config.yml')).mtimeMs;
    expect(await client.request('config.patch', request)).toMatchObject({
      noop: true,
      changedPaths: [],
      hash: first.hash,
    });
    expect(statSync(path.join(stateDir, 'config.yml')).mtimeMs).toBe(before);
  });

  test('of many at once for the same state: one is done, the others are told', async () => {
    const { client } = await openProfile({ [OWN]: '{}' });
    const { hash } = await client.request('config.get', {});
    const outcomes = await Promise.allSettled(
      [...Array(8).keys()].map((n) =>
        client.request('config.patch', { raw: JSON.stringify({ custom: { [`k${n}`]: n } }), baseHash: hash }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const { config } = await client.request('config.get', {});
    expect(Object.keys(config['custom'] as object)).toHaveLength(1);
  });

  test.each([
    [{ gateway: { port: 70_000 } }, 'invalid config: gateway.port: must be <= 65535'],
    [{ gateway: { heartbeat_timeout: 'soon' } }, 'invalid config: gateway.heartbeatTimeout: must be number'],
    [{ gateway: { bind: 'world' } }, 'invalid config: gateway.bind: must be one of "loopback", "lan"'],
    [{ gateway: { tls: { enabled: true } } }, 'invalid config: gateway.tls: The TLS certificate'],
    [
      { gateway: { auth: { token: 'changeme' } } },
      'invalid config: gateway.auth: The secret in gateway.auth.token',
    ],
    [
      { gateway: { auth: { mode: 'password' } } },
      'invalid config: gateway.auth: The secret in gateway.auth.password',
    ],
    [{ gateway: { bind: 'lan', auth: { mode: 'none' } } }, 'invalid config: gateway.auth: Sign-in is off'],
    [{ models: { providers: { x: { baseUrl: 'ftp://x' } } } }, 'invalid config: models.providers.x.baseUrl:'],
    [
      { gateway: { auth: { token: REDACTED } } },
      'there is none for gateway.auth.token; write the secret itself',
    ],
  ])('%j is refused with its place, and nothing is written', async (values, told) => {
    const { client, stateDir } = await openProfile();
    expect(await refusalOfPatch(client, values)).toContain(told);
    expect(existsSync(path.join(stateDir, OWN))).toBe(false);
    expect(readdirSync(path.join(stateDir, 'clawtray')).filter((name) => /lock|new/.test(name))).toEqual([]);
  });

  test('may mend one thing while another is still wrong', async () => {
    const { client } = await openProfile({ 'config.yml': 'gateway:\n  port: x\nmodels:\n  detect: 7\n' });
    await patch(client, { gateway: { port: 5 } });
    expect((await client.request('config.get', {})).issues.map(({ path }) => path)).toEqual([
      'models.detect',
    ]);
  });

  test.each([
    ['{ "__proto__": { "a": 1 } }', 'the name __proto__ cannot be used'],
    ['{ constructor: { a: 1 } }', 'the name constructor cannot be used'],
    ['[1]', 'expected an object'],
    ['{ a: ', 'invalid config: raw (line 1'],
    [`${'{a:'.repeat(3_000)}1${'}'.repeat(3_000)}`, 'nested too deeply'],
    [`{ a: "${'x'.repeat(1_000_001)}" }`, 'raw must not have more than 1000000 characters'],
  ])('%.40s is refused', async (raw, told) => {
    const { client } = await openProfile();
    expect((await client.refusal('config.patch', { raw })).message).toContain(told);
  });

  test('merges lists by id, and lets entries go only where that is said', async () => {
    const models = [{ id: 'm1', name: 'One' }, { id: 'm2' }];
    const { client } = await openProfile({
      [OWN]: JSON.stringify({
        models: { providers: { p: { baseUrl: 'http://h/v1', models } } },
        list: ['a', 'b'],
      }),
    });
    await patch(client, {
      models: { providers: { p: { models: [{ id: 'm2', name: 'Two' }, { id: 'm3' }] } } },
    });
    expect(await refusalOfPatch(client, { list: ['a'] })).toContain('name it in replacePaths (["list"])');
    await patch(client, { list: ['c'] }, ['list']);
    expect((await client.request('config.get', {})).config).toEqual({
      models: {
        providers: {
          p: {
            baseUrl: 'http://h/v1',
            models: [{ id: 'm1', name: 'One' }, { id: 'm2', name: 'Two' }, { id: 'm3' }],
          },
        },
      },
      list: ['c'],
    });
  });

  test('writes through a link, and leaves the mode of a file as it is', async () => {
    const stateDir = temporaryFolder();
    const elsewhere = path.join(temporaryFolder(), 'dotfile.yml');
    writeFileSync(elsewhere, 'gateway:\n  port: 1\n');
    chmodSync(elsewhere, 0o640);
    symlinkSync(elsewhere, path.join(stateDir, 'config.yml'));
    const client = await connectNative(await startGateway({ stateDir }));
    await patch(client, { gateway: { port: 2 } });
    expect(readFileSync(elsewhere, 'utf8')).toBe('gateway:\n  port: 2\n');
    expect(statSync(elsewhere).mode & 0o777).toBe(0o640);
  });

  test('does not touch a file that does not parse', async () => {
    const { client, read, write } = await openProfile({ 'config.yml': 'gateway:\n  port: 1\n' });
    write('config.yml', 'gateway:\n  port: [1\n');
    expect(await refusalOfPatch(client, { gateway: { port: 2 } })).toMatch(
      /^config\.yml \(line \d.*put its last good version back with "clawtray config restore"/,
    );
    expect(read('config.yml')).toBe('gateway:\n  port: [1\n');
  });
});

describe('secrets', () => {
  test('stay stored when the placeholder is written back, and references stay references', async () => {
    const { client, read } = await openProfile(
      {
        [OWN]:
          '{\n  // ask Ana\n  gateway: { auth: { token: "tok-secret" } },\n  models: { providers: { p: { baseUrl: "${BASE}", apiKey: "${KEY}" } } },\n}\n',
      },
      { env: { BASE: 'http://h/v1', KEY: 'sk-env' } },
    );
    const { config, resolved, hash } = await client.request('config.get', {});
    for (const shown of [config, resolved]) {
      const raw = JSON.stringify({ ...shown, agents: { defaults: { model: 'p/m' } } });
      const { hash: now } = await client.request('config.get', {});
      await client.request('config.set', { raw, baseHash: now });
    }
    expect(hash).not.toBe((await client.request('config.get', {})).hash);
    expect(read(OWN)).toBe(
      '{\n  // ask Ana\n  gateway: { auth: { token: "tok-secret" } },\n  models: { providers: { p: { baseUrl: "${BASE}", apiKey: "${KEY}" } } },\n  agents: {\n    defaults: {\n      model: "p/m",\n    },\n  },\n}\n',
    );
  });

  test('that others can read are told', async () => {
    const stateDir = temporaryFolder();
    writeFileSync(path.join(stateDir, 'config.yml'), 'gateway:\n  auth:\n    token: tok-secret\n');
    chmodSync(stateDir, 0o755);
    const client = await connectNative(await startGateway({ stateDir, token: 'given' }));
    const { problems } = await client.request('status', {});
    expect(problems.map(({ message }) => message)).toEqual([
      `config.yml holds secrets, and other users of this computer can read it. Run: chmod 600 ${path.join(stateDir, 'config.yml')}`,
    ]);
  });

  test('a new shared secret ends the connections that came with the old one, after the answer', async () => {
    const { client } = await openProfile({ [OWN]: '{ gateway: { auth: { token: "old-secret" } } }' });
    expect(await patch(client, { gateway: { auth: { token: 'new-secret' } } })).toMatchObject({
      applied: ['gateway.auth.token'],
    });
    expect((await client.ended).code).toBe(4001);
  });
});

describe('config.set and config.apply', () => {
  test.each(['config.set', 'config.apply'])('%s makes the configuration what is sent', async (method) => {
    const { client, read } = await openProfile({ 'config.yml': '# mine\na:\n  b: 1 # one\n  c: 2\n' });
    const { hash } = await client.request('config.get', {});
    expect(await client.call(method, { raw: '{ a: { b: 3 }, d: [1] }', baseHash: hash })).toMatchObject({
      changedPaths: ['a.b', 'a.c', 'd'],
      sentinel: { payload: { kind: method.replace('.', '-') } },
    });
    expect(read('config.yml')).toBe('# mine\na:\n  b: 3 # one\n');
    expect((await client.request('config.get', {})).config).toEqual({ a: { b: 3 }, d: [1] });
  });

  test('take the words about a restart, and put the note into the log', async () => {
    const stateDir = temporaryFolder();
    const gateway = await startGateway({ stateDir });
    const client = await connectNative(gateway);
    await client.request('config.apply', {
      raw: '{ a: 1 }',
      note: 'for Ana',
      sessionKey: 'main',
      restartDelayMs: 5,
      deliveryContext: { channel: 'x' },
    });
    expect(gateway.log.lines.some(({ fields }) => fields['note'] === 'for Ana')).toBe(true);
  });
});

describe('changes by hand', () => {
  test('are told, and our own are told once', async () => {
    const { client, write } = await openProfile();
    const { hash } = await patch(client, { gateway: { heartbeatInterval: 50 } });
    write('config.yml', 'gateway:\n  heartbeat_timeout: 100\n');
    const events = await waitUntil(
      () => {
        const all = client.events('config.changed');
        return all.some((event) => event.path.endsWith('config.yml')) ? all : undefined;
      },
      'the change by hand',
      8_000,
    );
    expect(events.map((event) => path.basename(event.path))).toEqual(['config.json5', 'config.yml']);
    expect(events[0]?.hash).toBe(hash);
  });
});

describe('config.schema', () => {
  test('describes every section with hints', async () => {
    const { client } = await openProfile();
    const { schema, uiHints } = await client.request('config.schema', {});
    expect(Object.keys(schema['properties'] as object)).toEqual(
      expect.arrayContaining(['gateway', 'models', 'agents']),
    );
    for (const [name, hint] of Object.entries(uiHints)) {
      const found = await client.request('config.schema.lookup', { path: name });
      expect({ hint: found.hint, hintPath: found.hintPath }, name).toEqual({ hint, hintPath: name });
    }
  });

  test.each([
    [
      'gateway.port',
      { path: 'gateway.port', reloadKind: 'restart', schema: { type: 'integer', maximum: 65_535 } },
    ],
    ['gateway.heartbeat_timeout', { path: 'gateway.heartbeatTimeout', reloadKind: 'hot' }],
    [
      'models/providers/mine/apiKey',
      { reloadKind: 'hot', hint: { sensitive: true }, hintPath: 'models.providers.*.apiKey' },
    ],
    ['models.providers.x.models[0].id', { schema: { type: 'string' }, children: [] }],
    [
      'models.providers',
      {
        children: [
          { key: '*', path: 'models.providers.*', type: 'object', required: false, hasChildren: true },
        ],
      },
    ],
  ])('looks up %s', async (place, expected) => {
    const { client } = await openProfile();
    expect(await client.request('config.schema.lookup', { path: place })).toMatchObject(expected);
  });

  test.each(['gateway.nonsense', 'toString', '__proto__'])('knows no %s', async (place) => {
    const { client } = await openProfile();
    expect((await client.refusal('config.schema.lookup', { path: place })).message).toBe(
      `config schema path not found: ${place}`,
    );
  });
});

test('who may only read sees the configuration and changes nothing', async () => {
  const gateway = await startGateway();
  const client = await connectNative(gateway, { scopes: ['operator.read'] });
  await client.request('config.get', {});
  for (const method of ['config.set', 'config.patch', 'config.apply'])
    expect((await client.refusal(method, { raw: '{}' })).message).toContain('operator.admin');
});
