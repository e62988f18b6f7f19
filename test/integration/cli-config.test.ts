import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { useCli } from '../fakes/cli-process.ts';
import { connectNative } from '../fakes/native-client.ts';
import { temporaryFolder } from '../fakes/temporary.ts';
import { startGateway } from '../fakes/test-gateway.ts';

const cli = useCli();

interface Ran {
  readonly code: number | null;
  readonly output: string;
  readonly problems: string;
}

async function run(stateDir: string, ...args: readonly string[]): Promise<Ran> {
  const command = cli(stateDir, 'config', ...args);
  const code = await command.exited;
  return { code, output: command.output(), problems: command.problems() };
}

const OWN = path.join('clawtray', 'config.json5');

describe('clawtray config', () => {
  test('sets what the course sets, and the running gateway takes it over', async () => {
    const gateway = await startGateway();
    const client = await connectNative(gateway);
    const own = path.join(gateway.stateDir, OWN);
    expect(await run(gateway.stateDir, 'set', 'gateway.heartbeat_timeout', '120')).toEqual({
      code: 0,
      output: `Set gateway.heartbeat_timeout in ${own}.\nIt holds now.\n`,
      problems: '',
    });
    await run(gateway.stateDir, 'set', 'gateway.heartbeat_max_missed', '5');
    expect(readFileSync(own, 'utf8')).toBe(
      '{\n  gateway: {\n    heartbeat_timeout: 120,\n    heartbeat_max_missed: 5,\n  },\n}\n',
    );
    expect((await client.request('config.get', {})).runtimeConfig).toMatchObject({
      gateway: { heartbeatTimeout: 120, heartbeatMaxMissed: 5 },
    });
    expect((await run(gateway.stateDir, 'get', 'gateway.heartbeat_timeout')).output).toBe('120\n');
    expect((await run(gateway.stateDir, 'set', 'gateway.heartbeatTimeout', '120')).output).toBe(
      'gateway.heartbeatTimeout is like that already.\n',
    );
    expect((await run(gateway.stateDir, 'set', 'gateway.port', '4321')).output).toContain(
      'Restart Clawtray to apply it.',
    );
    const refused = await run(gateway.stateDir, 'set', 'gateway.port', '0');
    expect(refused).toMatchObject({ code: 1, problems: 'invalid config: gateway.port: must be >= 1\n' });
    expect((await run(gateway.stateDir, 'unset', 'gateway.heartbeat_timeout')).output).toContain('Removed ');
    expect(await run(gateway.stateDir, 'get', 'gateway.heartbeat_timeout')).toEqual({
      code: 1,
      output: '',
      problems: 'gateway.heartbeat_timeout is not set.\n',
    });
  });

  test('does the same in the files when no gateway runs, and keeps their form', async () => {
    const stateDir = temporaryFolder();
    const file = path.join(stateDir, 'config.toml');
    writeFileSync(file, '# mine\n[gateway]\nport = 18789 # ours\n');
    expect(await run(stateDir, 'set', 'gateway.heartbeatTimeout', '120')).toEqual({
      code: 0,
      output: `Set gateway.heartbeatTimeout in ${file}.\nIt holds from the next start on.\n`,
      problems: '',
    });
    await run(stateDir, 'set', 'models.providers["my.server"].baseUrl', 'http://127.0.0.1:8000/v1');
    await run(stateDir, 'set', 'models.providers["my.server"].models', "[{ id: 'm1' }]");
    await run(stateDir, 'set', 'models.providers["my.server"].models[0].name', '12');
    expect(readFileSync(file, 'utf8')).toMatch(
      /^# mine\n\[gateway\]\nport = 18789 # ours\nheartbeatTimeout = 120\n/,
    );
    expect(JSON.parse((await run(stateDir, 'get', 'models')).output)).toEqual({
      providers: { 'my.server': { baseUrl: 'http://127.0.0.1:8000/v1', models: [{ id: 'm1', name: '12' }] } },
    });
    expect((await run(stateDir, 'validate')).output).toContain('The configuration is valid.');
    expect((await run(stateDir, 'path')).output).toBe(`${path.join(stateDir, OWN)}\n`);
    expect((await run(stateDir, 'path', '--all')).output.split('\n')).toHaveLength(5);
    expect((await run(stateDir, 'set', 'a..b', '1')).problems).toContain('“a..b” is no setting');
    expect(JSON.parse((await run(stateDir, 'schema', 'gateway.port')).output)).toMatchObject({
      schema: { type: 'integer' },
    });
    expect(readdirSync(path.join(stateDir, 'clawtray')).filter((name) => name.includes('lock'))).toEqual([]);
  });

  test('prints secrets only when it is asked to, and takes them from the standard input', async () => {
    const stateDir = temporaryFolder();
    const own = path.join(stateDir, OWN);
    mkdirSync(path.dirname(own));
    writeFileSync(own, '{ gateway: { auth: { token: "tok-secret" } } }');
    for (const args of [['get'], ['get', '--json'], ['get', 'gateway.auth.token'], ['validate']]) {
      const { output, problems } = await run(stateDir, ...args);
      expect(output + problems).not.toContain('tok-secret');
    }
    expect((await run(stateDir, 'get', 'gateway.auth.token', '--reveal')).output).toBe('tok-secret\n');
    // Another value beside it does not disturb what is stored.
    expect(await run(stateDir, 'set', 'gateway.heartbeat_interval', '9')).toMatchObject({ code: 0 });
    expect(readFileSync(own, 'utf8')).toContain('"tok-secret"');
    // Standard input is empty here, and nothing is no secret.
    expect((await run(stateDir, 'set', 'gateway.auth.token', '-')).problems).toContain(
      'The secret in gateway.auth.token is empty or a placeholder',
    );
  });

  test('of many processes at once loses no change', async () => {
    const stateDir = temporaryFolder();
    const count = 6;
    const ran = await Promise.all(
      Array.from({ length: count }, (_, n) => run(stateDir, 'set', `custom.k${n}`, `${n}`)),
    );
    expect(ran.map(({ problems }) => problems).join('')).toBe('');
    const { output } = await run(stateDir, 'get', 'custom');
    expect(Object.keys(JSON.parse(output) as object)).toHaveLength(count);
  }, 30_000);

  test('restore puts the last good version back and keeps what was there', async () => {
    const stateDir = temporaryFolder();
    const file = path.join(stateDir, 'config.yml');
    writeFileSync(file, 'gateway:\n  port: 1 # good\n');
    expect((await run(stateDir, 'restore')).output).toBe(
      'All files can be read; there is nothing to restore.\n',
    );
    writeFileSync(file, 'gateway:\n  port: [1\n');
    expect(await run(stateDir, 'validate')).toMatchObject({
      code: 1,
      problems: expect.stringContaining('line') as string,
    });
    const { code, output } = await run(stateDir, 'restore');
    expect(code).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe('gateway:\n  port: 1 # good\n');
    const kept = /what it held is in (.+)\.\n/.exec(output)?.[1] ?? '';
    expect(existsSync(kept)).toBe(true);
    expect(readFileSync(kept, 'utf8')).toBe('gateway:\n  port: [1\n');
  });
});
