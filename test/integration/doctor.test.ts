import {
  chmodSync,
  closeSync,
  cpSync,
  existsSync,
  openSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DoctorReport, Finding } from '../../src-main/gateway/doctor/finding.ts';
import { newestSchema } from '../../src-main/gateway/store/migrations.ts';
import { openSqlite, type Database } from '../../src-main/gateway/store/sqlite.ts';
import { useCli } from '../fakes/cli-process.ts';
import { connectNative } from '../fakes/native-client.ts';
import { makeOldDatabase } from '../fakes/old-database.ts';
import { temporaryFolder } from '../fakes/temporary.ts';
import { startGateway, writeConfig } from '../fakes/test-gateway.ts';

const cli = useCli();

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

interface Examined extends DoctorReport {
  readonly exitCode: number | null;
  of(check: string): readonly Finding[];
}

async function doctor(stateDir: string, ...args: readonly string[]): Promise<Examined> {
  const command = cli(stateDir, 'doctor', '--json', ...args);
  const exitCode = await command.exited;
  const report = JSON.parse(command.output()) as DoctorReport;
  return {
    ...report,
    exitCode,
    of: (check) => report.findings.filter((finding) => finding.check.startsWith(check)),
  };
}

/** A state folder with a configuration that keeps the machine's own servers out of it. */
async function quietState(more: object = {}): Promise<string> {
  const stateDir = temporaryFolder();
  writeConfig(stateDir, { gateway: { port: await freePort() }, models: { detect: false }, ...more });
  chmodSync(path.join(stateDir, 'openclaw.json'), 0o600);
  return stateDir;
}

/** A profile that a gateway has used: two sessions, with messages. */
async function usedState(messages = 3): Promise<string> {
  const stateDir = await quietState();
  const gateway = await startGateway({ stateDir });
  const client = await connectNative(gateway);
  for (let n = 0; n < messages; n += 1) {
    await client.call('sessions_send', {
      message: {
        type: 'transcript',
        call_id: n % 2 === 0 ? 'even' : 'odd',
        text: `text ${n} ${'x'.repeat(800)}`,
      },
    });
  }
  await gateway.stop();
  return stateDir;
}

const databaseOf = (stateDir: string): string => path.join(stateDir, 'clawtray', 'clawtray.sqlite');

function alter(file: string, work: (db: Database) => void): void {
  const db = openSqlite(file);
  work(db);
  db.close();
}

/** Writes nonsense over the pages of a table but the first, which says where the others are. */
function damage(file: string, table: string): void {
  let root = 0;
  let pageSize = 0;
  alter(file, (db) => {
    pageSize = Number(db.prepare('PRAGMA page_size').get()?.['page_size']);
    root = Number(db.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').get([table])?.['rootpage']);
  });
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Buffer.alloc(pageSize, 0xa5), 0, pageSize, (root - 1) * pageSize);
  closeSync(descriptor);
}

/** How many messages there are, and how many of them are found by a word that stands in all. */
async function callMessages(stateDir: string): Promise<{ readonly there: number; readonly found: number }> {
  const client = await connectNative(await startGateway({ stateDir }));
  const counts = await Promise.all(
    ['call:even', 'call:odd'].map((sessionKey) => client.request('chat.history', { sessionKey })),
  );
  const { results } = await client.request('sessions.search', { query: 'text', limit: 25 });
  return { there: counts.reduce((sum, { totalMessages }) => sum + totalMessages, 0), found: results.length };
}

describe('clawtray doctor', () => {
  test('finds nothing wrong with a fresh machine and with a profile that was used', async () => {
    const fresh = await doctor(await quietState());
    expect(fresh).toMatchObject({ exitCode: 0, errors: 0, warnings: 0 });
    const used = await doctor(await usedState());
    expect(used.findings.filter(({ state }) => state === 'warning' || state === 'error')).toEqual([]);
    expect(used.exitCode).toBe(0);
    expect(used.of('database')).toMatchObject([{ state: 'ok' }]);
  });

  test('says it in words, too', async () => {
    const stateDir = await usedState();
    chmodSync(path.join(stateDir, 'clawtray', 'token'), 0o644);
    const command = cli(stateDir, 'doctor');
    expect(await command.exited).toBe(0);
    expect(command.output()).toMatch(
      /^warning {3}.*token can be read by others \(mode 0644 instead of 0600\)\.$/m,
    );
    expect(command.output()).toMatch(/0 errors, 1 warning\. Some of it can be repaired: .*doctor --repair/);
    const token = readFileSync(path.join(stateDir, 'clawtray', 'token'), 'utf8').trim();
    expect(command.output()).not.toContain(token);
  });

  test('looks at the profile of a running gateway without disturbing it', async () => {
    const stateDir = await quietState();
    const gateway = await startGateway({ stateDir });
    const report = await doctor(stateDir, '--repair');
    expect(report.of('process')).toMatchObject([{ state: 'ok' }]);
    expect(report.of('database')).toMatchObject([
      { state: 'note', message: 'The database is in use by the running gateway, so it was not looked into.' },
    ]);
    await expect(connectNative(gateway)).resolves.toBeDefined();
  });
});

describe('files', () => {
  test('that others can read are closed with --repair; links and other people’s files are left alone', async () => {
    const stateDir = await usedState();
    const profile = path.join(stateDir, 'clawtray');
    const elsewhere = path.join(stateDir, 'elsewhere');
    writeFileSync(elsewhere, 'mine', { mode: 0o644 });
    symlinkSync(elsewhere, path.join(profile, 'link'));
    for (const name of ['token', 'clawtray.sqlite', 'profile.key'])
      chmodSync(path.join(profile, name), 0o666);
    chmodSync(profile, 0o755);
    chmodSync(path.join(stateDir, 'openclaw.json'), 0o644);
    const before = await doctor(stateDir);
    expect(before.of('files.modes')).toHaveLength(4);
    expect(statSync(profile).mode & 0o777).toBe(0o755);
    const after = await doctor(stateDir, '--repair');
    expect(after.of('files.modes').every(({ repaired }) => repaired !== undefined)).toBe(true);
    expect(statSync(profile).mode & 0o777).toBe(0o700);
    expect(statSync(path.join(profile, 'token')).mode & 0o777).toBe(0o600);
    expect(statSync(elsewhere).mode & 0o777).toBe(0o644);
    expect(after.of('files.configuration')).toMatchObject([{ state: 'warning' }]);
  });

  test('that killed writes and killed processes left are removed with --repair', async () => {
    const stateDir = await usedState();
    const profile = path.join(stateDir, 'clawtray');
    writeFileSync(path.join(profile, 'token.4242.new'), 'half', { mode: 0o600 });
    const gone = {
      pid: 2 ** 22 + 1,
      port: await freePort(),
      host: '127.0.0.1',
      version: '0',
      startedAtMs: 1,
    };
    writeFileSync(path.join(profile, 'gateway.json'), JSON.stringify(gone), { mode: 0o600 });
    expect((await doctor(stateDir)).of('process.runtime-file')).toHaveLength(1);
    const report = await doctor(stateDir, '--repair');
    expect(report.repaired).toBe(2);
    expect(readdirSync(profile)).not.toContain('token.4242.new');
    expect(existsSync(path.join(profile, 'gateway.json'))).toBe(false);
  });
});

describe('configuration', () => {
  test('has each mistake told with its file and line', async () => {
    const stateDir = await quietState();
    writeFileSync(
      path.join(stateDir, 'openclaw.json'),
      '{\n  // my gateway\n  "gateway": {\n    "auth": { "mode": "none" },\n    "port": "eighty"\n  },\n  models: { detect: false }\n}\n',
      { mode: 0o600 },
    );
    writeFileSync(
      path.join(stateDir, 'config.toml'),
      '[gateway]\nheartbeat_interval = "often"\nbroken = = 1\n',
      { mode: 0o600 },
    );
    writeFileSync(path.join(stateDir, 'config.yml'), 'agents:\n  defaults:\n    timeoutSeconds: -1\n', {
      mode: 0o600,
    });
    const report = await doctor(stateDir);
    const told = report.of('configuration').map(({ message }) => message);
    expect(told).toContainEqual(expect.stringMatching(/config\.toml:3:\d+: /));
    expect(told).toContainEqual(expect.stringMatching(/openclaw\.json:5: at \/gateway\/port: must be /));
    expect(told).toContainEqual(
      expect.stringMatching(/config\.yml:3: at \/agents\/defaults\/timeoutSeconds: must be >= 0\.$/),
    );
    expect(report.exitCode).toBe(1);
  });

  test('names secrets that are weak, variables that are not set and providers that do not answer, and no secret', async () => {
    const port = await freePort();
    const stateDir = await quietState({
      gateway: { port: await freePort(), auth: { token: 'aaaaaaaaaaaaaaaaaaaaaa' } },
      models: {
        providers: {
          here: {
            baseUrl: `http://127.0.0.1:${port}/v1`,
            apiKey: 'sk-very-secret-key',
            models: [{ id: 'm' }],
          },
          unset: { baseUrl: 'http://127.0.0.1:9/v1', apiKey: '${NOT_SET_ANYWHERE}' },
        },
      },
    });
    const command = cli(stateDir, 'doctor');
    expect(await command.exited).toBe(0);
    const text = command.output();
    expect(text).toContain('can be guessed');
    expect(text).toContain('NOT_SET_ANYWHERE is not set');
    expect(text).toMatch(/The provider here at 127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\)/);
    expect(text).not.toContain('sk-very-secret-key');
    expect(text).not.toContain('aaaaaaaaaa');
  });
});

describe('a database', () => {
  test('with a search index, references and counters that do not fit is repaired after a backup', async () => {
    const stateDir = await quietState();
    const profile = path.join(stateDir, 'clawtray');
    makeOldDatabase(profile, newestSchema());
    alter(databaseOf(stateDir), (db) => {
      db.exec(`PRAGMA foreign_keys = OFF;
        INSERT INTO memory_index (memory_index, rowid, text) VALUES ('delete', 1, 'Ana likes Crème brûlée');
        DELETE FROM sessions WHERE key = 'agent:main:main';
        UPDATE sessions SET message_count = 0;
        INSERT INTO runs (run_id, session_key, state, accepted_at, ended_at) VALUES ('lost', 'agent:main:nowhere', 'done', 1, 2)`);
    });
    const before = await doctor(stateDir);
    expect(before.exitCode).toBe(1);
    expect(before.of('database').map(({ check }) => check)).toEqual([
      'database.search-index',
      'database.orphans',
      'database.orphans',
    ]);
    const repaired = await doctor(stateDir, '--repair');
    expect(repaired.exitCode).toBe(0);
    expect(repaired.of('database').every((finding) => finding.repaired?.includes('backups') === true)).toBe(
      true,
    );
    expect((await doctor(stateDir)).of('database')).toMatchObject([{ state: 'ok' }]);
    const client = await connectNative(await startGateway({ stateDir }));
    await expect(client.request('chat.history', { sessionKey: 'main' })).resolves.toMatchObject({
      totalMessages: 2,
    });
    await client.request('chat.send', { sessionKey: 'main', message: 'hello', idempotencyKey: 'k' });
    await client.runEnd('k');
  });

  test('of a newer version is left alone', async () => {
    const stateDir = await usedState();
    alter(databaseOf(stateDir), (db) => {
      db.exec(`PRAGMA user_version = ${newestSchema() + 1}`);
    });
    const before = readFileSync(databaseOf(stateDir));
    const report = await doctor(stateDir, '--repair');
    expect(report.of('database.schema')).toMatchObject([
      { state: 'error', hint: 'Install that version again.' },
    ]);
    expect(readFileSync(databaseOf(stateDir)).equals(before)).toBe(true);
  });

  test('that is no database any more is told at the start, put aside with --repair, and begun from its backup', async () => {
    const stateDir = await quietState();
    const profile = path.join(stateDir, 'clawtray');
    makeOldDatabase(profile, newestSchema() - 1);
    await (await startGateway({ stateDir })).stop();
    writeFileSync(databaseOf(stateDir), 'nothing of it is left '.repeat(1_000));

    const start = cli(stateDir, 'gateway');
    expect(await start.exited).toBe(78);
    expect(start.problems()).toMatch(
      /The database in .* is damaged; nothing was changed\. "clawtray doctor" says what can be done/,
    );
    const told = await doctor(stateDir);
    expect(told.of('database.damaged')).toMatchObject([{ state: 'error', repairable: true }]);

    const repaired = await doctor(stateDir, '--repair');
    expect(repaired.of('database.damaged')[0]?.repaired).toMatch(
      /The backup .* was restored, and 0 rows were read/,
    );
    const [kept = ''] = readdirSync(path.join(profile, 'damaged'));
    expect(readFileSync(path.join(profile, 'damaged', kept, 'clawtray.sqlite'), 'utf8')).toMatch(
      /^nothing of it is left/,
    );
    const client = await connectNative(await startGateway({ stateDir }));
    await expect(client.request('chat.history', { sessionKey: 'main' })).resolves.toMatchObject({
      totalMessages: 2,
    });
  });

  test('with one damaged table keeps the rows of all others, and what is new since the backup', async () => {
    const stateDir = await quietState();
    const profile = path.join(stateDir, 'clawtray');
    makeOldDatabase(profile, newestSchema() - 1);
    const gateway = await startGateway({ stateDir });
    const client = await connectNative(gateway);
    await client.call('sessions_send', {
      message: { type: 'transcript', call_id: 'new', text: 'since the backup' },
    });
    await gateway.stop();
    damage(databaseOf(stateDir), 'notifications');
    const repaired = await doctor(stateDir, '--repair');
    expect(repaired.of('database.damaged')[0]?.repaired).toMatch(/Not all could be read of: notifications\./);
    const again = await connectNative(await startGateway({ stateDir }));
    await expect(again.request('chat.history', { sessionKey: 'call:new' })).resolves.toMatchObject({
      totalMessages: 1,
    });
    await expect(again.request('notifications.list', {})).resolves.toMatchObject({ total: 2 });
  });

  test('without any backup still gives the rows that can be read', async () => {
    const stateDir = await usedState(20);
    damage(databaseOf(stateDir), 'runs');
    expect((await doctor(stateDir, '--repair')).exitCode).toBe(0);
    expect(await callMessages(stateDir)).toEqual({ there: 20, found: 20 });
  });

  test('that is damaged is never lost to a repair that finds no room or is cut off', async () => {
    const stateDir = await usedState();
    const profile = path.join(stateDir, 'clawtray');
    damage(databaseOf(stateDir), 'runs');
    const before = temporaryFolder();
    cpSync(profile, before, { recursive: true });
    // Where the damaged file would be kept lies something else.
    writeFileSync(path.join(profile, 'damaged'), 'in the way', { mode: 0o600 });
    const report = await doctor(stateDir, '--repair');
    expect(report.of('database.damaged')).toMatchObject([{ state: 'error' }]);
    expect(report.of('database.damaged')[0]?.hint).toMatch(/^It could not be repaired: /);
    expect(
      readFileSync(databaseOf(stateDir)).equals(readFileSync(path.join(before, 'clawtray.sqlite'))),
    ).toBe(true);
  });
});

test('a folder that is not there is created by nobody', async () => {
  const stateDir = path.join(temporaryFolder(), 'not', 'there');
  const command = cli(stateDir, 'doctor', '--json', '--repair');
  await command.exited;
  expect(existsSync(stateDir)).toBe(false);
});
