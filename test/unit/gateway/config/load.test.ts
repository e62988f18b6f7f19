import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfig, type LoadedConfig } from '../../../../src-main/gateway/config/load.ts';
import { resolvePaths, type GatewayPaths } from '../../../../src-main/gateway/config/paths.ts';
import { temporaryFolder } from '../../../fakes/temporary.ts';

interface Files {
  readonly paths: GatewayPaths;
  readonly write: (name: string, text: string) => string;
  readonly load: (env?: NodeJS.ProcessEnv) => Promise<LoadedConfig>;
}

function createFiles(): Files {
  const paths = resolvePaths({ OPENCLAW_STATE_DIR: temporaryFolder() });
  return {
    paths,
    write: (name, text) => {
      const file = path.join(paths.stateDir, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
      return file;
    },
    load: (env = {}) => loadConfig(paths, env),
  };
}

describe('loadConfig', () => {
  test('is empty when there is no file', async () => {
    expect(await createFiles().load()).toMatchObject({
      config: { gateway: {}, models: {}, agents: {} },
      problems: [],
      files: [],
    });
  });

  test('reads all formats, the main file first and our own last', async () => {
    const { write, load } = createFiles();
    write('clawtray/config.json5', '{ gateway: { port: 4 }, agents: { defaults: { model: "a/b" } } }');
    write('config.yml', 'gateway:\n  port: 3\n  auth:\n    enabled: false\n');
    write('config.toml', '[gateway]\nport = 2\nheartbeat_interval = 30\n');
    write('openclaw.json', '{ gateway: { port: 1 } }');
    const { config, problems, files } = await load();
    expect(config.gateway).toMatchObject({ port: 1, auth: { enabled: false }, heartbeatInterval: 30 });
    expect(config.agents).toEqual({ defaults: { model: 'a/b' } });
    expect(files.map((file) => path.basename(file))).toEqual([
      'openclaw.json',
      'config.toml',
      'config.yml',
      'config.json5',
    ]);
    expect(problems).toEqual([
      'gateway.port is set in openclaw.json and in config.toml; the first one is used.',
      'gateway.port is set in openclaw.json and in config.yml; the first one is used.',
      'gateway.port is set in openclaw.json and in config.json5; the first one is used.',
    ]);
  });

  test('uses the last good version of a file that does not parse any more', async () => {
    const { write, load } = createFiles();
    const file = write('openclaw.json', '{ gateway: { port: 1 } }');
    await load();
    write('openclaw.json', '{ gateway: ');
    const { config, problems } = await load();
    expect(config.gateway.port).toBe(1);
    expect(problems).toEqual([
      expect.stringMatching(/^openclaw\.json \(line 1, column 12\): .+\. Its last good version is used\.$/),
    ]);
    expect(readFileSync(file, 'utf8')).toBe('{ gateway: ');
  });

  test('leaves a file out that never parsed', async () => {
    const { write, load } = createFiles();
    write('config.toml', 'port = = 1');
    write('config.yml', 'gateway: { port: 2 }');
    const { config, problems } = await load();
    expect(config.gateway.port).toBe(2);
    expect(problems).toEqual([expect.stringMatching(/config\.toml \(line 1.*The file is not used\.$/)]);
  });

  test('keeps the copy as private as a secret', async () => {
    const { write, load, paths } = createFiles();
    chmodSync(write('openclaw.json', '{ gateway: { auth: { token: "s" } } }'), 0o600);
    await load();
    const copies = readdirSync(paths.lastGoodDir);
    expect(copies).toHaveLength(1);
    for (const copy of copies) expect(statSync(path.join(paths.lastGoodDir, copy)).mode & 0o777).toBe(0o600);
  });

  test('a section that is not valid is left out and told with its place; the others are used', async () => {
    const { write, load } = createFiles();
    write('openclaw.json', '{ gateway: { port: "many" }, agents: { defaults: { model: "a/b" } } }');
    const { config, problems } = await load();
    expect(config).toMatchObject({ gateway: {}, agents: { defaults: { model: 'a/b' } } });
    expect(problems).toEqual([
      'The section "gateway" of the configuration is not used: at /gateway/port: must be number.',
    ]);
  });

  test('of agents, models and messages only what is wrong is left out, and told', async () => {
    const { write, load } = createFiles();
    write(
      'openclaw.json',
      `{
        agents: { defaults: { model: { primary: "a/b", fallbacks: [1, "c/d", 2] }, timeoutSeconds: "long", maxSteps: 5 } },
        models: { providers: {
          bad: { baseUrl: "ftp://x" },
          good: { baseUrl: "http://x/v1", headers: 4, models: [{ id: "" }, { id: "m" }] },
        } },
        messages: { queue: { mode: "steer", cap: 0 } },
      }`,
    );
    const { config, problems } = await load();
    expect(config).toMatchObject({
      agents: { defaults: { model: { primary: 'a/b', fallbacks: ['c/d'] }, maxSteps: 5 } },
      models: { providers: { good: { baseUrl: 'http://x/v1', models: [{ id: 'm' }] } } },
      messages: { queue: { mode: 'steer' } },
    });
    expect(config.agents.defaults).not.toHaveProperty('timeoutSeconds');
    expect(config.models.providers).not.toHaveProperty('bad');
    expect(config.models.providers?.['good']).not.toHaveProperty('headers');
    const told = (place: string): RegExp =>
      new RegExp(`^${place} in the configuration is not used: it must `);
    for (const place of [
      'agents.defaults.model.fallbacks.0',
      'agents.defaults.timeoutSeconds',
      'models.providers.bad',
      'models.providers.good.headers',
      'models.providers.good.models.0.id',
      'messages.queue.cap',
    ])
      expect(problems).toContainEqual(expect.stringMatching(told(place)));
  });

  test('tells which variables are missing', async () => {
    const { write, load } = createFiles();
    write(
      'openclaw.json',
      '{ models: { providers: { a: { baseUrl: "http://x/v1", apiKey: "${KEY_ONE}" } } } }',
    );
    expect((await load()).problems).toEqual(['The configuration uses ${KEY_ONE}, but KEY_ONE is not set.']);
    const { config, problems } = await load({ KEY_ONE: 'k' });
    expect(problems).toEqual([]);
    expect(config.models.providers?.['a']?.apiKey).toBe('k');
  });

  test('keys that belong to OpenClaw are no problem', async () => {
    const { write, load } = createFiles();
    write(
      'openclaw.json',
      '{ channels: { telegram: {} }, gateway: { tailscale: { mode: "off" } }, wizard: 1 }',
    );
    expect((await load()).problems).toEqual([]);
  });

  test('a file that cannot be read is told and does not stop the others', async () => {
    const { write, load, paths } = createFiles();
    mkdirSync(path.join(paths.stateDir, 'openclaw.json'), { recursive: true });
    write('config.yml', 'gateway: { port: 2 }');
    const { config, problems } = await load();
    expect(config.gateway.port).toBe(2);
    expect(problems).toEqual(['openclaw.json cannot be read (EISDIR). The file is not used.']);
  });

  test('a file that cannot be read any more is replaced by its last good version, one that is gone is not', async () => {
    const { write, load, paths } = createFiles();
    const file = write('openclaw.json', '{ gateway: { port: 1 } }');
    await load();
    rmSync(file);
    expect((await load()).config.gateway.port).toBeUndefined();
    mkdirSync(path.join(paths.stateDir, 'openclaw.json'));
    const { config, problems } = await load();
    expect(config.gateway.port).toBe(1);
    expect(problems).toEqual(['openclaw.json cannot be read (EISDIR). Its last good version is used.']);
  });

  test('a last good version that is damaged itself is not used', async () => {
    const { write, load, paths } = createFiles();
    write('openclaw.json', '{}');
    write('config.yml', 'gateway: { port: 2 }');
    await load();
    for (const copy of readdirSync(paths.lastGoodDir))
      writeFileSync(path.join(paths.lastGoodDir, copy), '{ broken, too');
    write('openclaw.json', '{ broken');
    const { config, problems } = await load();
    expect(config.gateway.port).toBe(2);
    expect(problems).toHaveLength(1);
  });

  test('files of the same name in different folders keep their own last good version', async () => {
    const stateDir = temporaryFolder();
    const elsewhere = path.join(temporaryFolder(), 'config.yml');
    const paths = resolvePaths({ OPENCLAW_STATE_DIR: stateDir, OPENCLAW_CONFIG_PATH: elsewhere });
    writeFileSync(elsewhere, 'gateway: { port: 1 }');
    writeFileSync(path.join(stateDir, 'config.yml'), 'agents: { defaults: { model: a/b } }');
    await loadConfig(paths, {});
    writeFileSync(elsewhere, 'gateway: [');
    const { config } = await loadConfig(paths, {});
    expect(config).toMatchObject({ gateway: { port: 1 }, agents: { defaults: { model: 'a/b' } } });
  });
});
