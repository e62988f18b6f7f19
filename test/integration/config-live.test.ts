import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { modelConfig, says, startModelServer } from '../fakes/model-server.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { temporaryFolder, waitUntil } from '../fakes/temporary.ts';
import { startGateway, writeConfig } from '../fakes/test-gateway.ts';

async function problems(client: NativeClient): Promise<string[]> {
  const status = await client.request('status', {});
  return status.problems.map(({ code, message }) => `${code}: ${message}`);
}

/** Waits until the problems are as expected. */
function problemsBecome(client: NativeClient, fits: (problems: string[]) => boolean): Promise<string[]> {
  return waitUntil(
    async () => {
      const found = await problems(client);
      return fits(found) ? found : undefined;
    },
    'the problems to change',
    8_000,
  );
}

describe('a configuration that does not parse at the start', () => {
  test('does not keep the gateway from starting, is told with its place, and is left alone', async () => {
    const stateDir = temporaryFolder();
    writeConfig(stateDir, '{\n  gateway: {\n    port 5\n');
    const client = await connectNative(await startGateway({ stateDir }));
    expect(await problems(client)).toEqual([
      expect.stringMatching(/^config: openclaw\.json \(line 3, column \d+\): .+ The file is not used\.$/),
    ]);
  });

  test.each<[string, string, string]>([
    ['config.toml', '[gateway]\nport = = 5', 'config.toml (line 2'],
    ['config.yml', 'gateway:\n  port: [5', 'config.yml (line 2'],
    ['config.yml', 'gateway: *nobody', 'config.yml'],
    ['clawtray/config.json5', '{ gateway: ', 'config.json5 (line 1'],
  ])('%s: %j', async (name, text, told) => {
    const stateDir = temporaryFolder();
    const file = path.join(stateDir, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    const client = await connectNative(await startGateway({ stateDir }));
    expect((await problems(client)).join()).toContain(told);
  });

  test('the last good version of an earlier start is used', async () => {
    const stateDir = temporaryFolder();
    const model = await startModelServer(says('I am the configured one'));
    const first = await startGateway({ stateDir, config: modelConfig(model) });
    await first.stop();
    writeConfig(stateDir, '{ broken');
    const client = await connectNative(await startGateway({ stateDir }));
    await expect(client.request('status', {})).resolves.toMatchObject({
      model: { source: 'configured', label: 'm1 on fake' },
    });
    expect((await problems(client))[0]).toContain('Its last good version is used.');
  });
});

describe('a configuration that changes while the gateway runs', () => {
  test('is used from then on', async () => {
    const stateDir = temporaryFolder();
    const model = await startModelServer(says('hello'));
    const client = await connectNative(await startGateway({ stateDir }));
    writeConfig(stateDir, modelConfig(model));
    await waitUntil(
      async () => ((await client.request('status', {})).model.source === 'configured' ? true : undefined),
      'the model',
      8_000,
    );
    await client.request('chat.send', { sessionKey: 'main', message: 'hi', idempotencyKey: 'k' });
    expect(await client.runEnd('k')).toMatchObject({ state: 'final', message: { provider: 'fake' } });
  });

  test('and does not parse any more keeps the last good one, tells, and clears when it is fixed', async () => {
    const stateDir = temporaryFolder();
    const model = await startModelServer(says('hello'));
    const client = await connectNative(await startGateway({ stateDir, config: modelConfig(model) }));
    expect(await problems(client)).toEqual([]);
    writeConfig(stateDir, '{ models: {');
    const [told] = await problemsBecome(client, ({ length }) => length > 0);
    expect(told).toMatch(/^config: openclaw\.json \(line 1, column \d+\)/);
    await expect(client.request('status', {})).resolves.toMatchObject({ model: { source: 'configured' } });
    await client.event('health');
    writeConfig(stateDir, { ...modelConfig(model), channels: {} });
    await problemsBecome(client, ({ length }) => length === 0);
  });

  test('in what is fixed at the start asks for a restart', async () => {
    const stateDir = temporaryFolder();
    const client = await connectNative(await startGateway({ stateDir }));
    writeConfig(stateDir, { gateway: { port: 4 } });
    const [told] = await problemsBecome(client, ({ length }) => length > 0);
    expect(told).toMatch(/^restart-needed: .*Restart Clawtray/);
    rmSync(path.join(stateDir, 'openclaw.json'));
    await problemsBecome(client, ({ length }) => length === 0);
  });
});

describe('several configuration files that disagree', () => {
  test('are told, and the first one wins', async () => {
    const stateDir = temporaryFolder();
    const model = await startModelServer(says('hello'));
    writeConfig(stateDir, modelConfig(model));
    writeFileSync(path.join(stateDir, 'config.yml'), 'agents:\n  defaults:\n    model: other/m2\n');
    const client = await connectNative(await startGateway({ stateDir }));
    expect(await problems(client)).toEqual([
      'config: agents.defaults.model is set in openclaw.json and in config.yml; the first one is used.',
    ]);
    await expect(client.request('status', {})).resolves.toMatchObject({ model: { label: 'm1 on fake' } });
  });
});
