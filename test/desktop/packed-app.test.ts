import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DesktopBridge } from '../../src-main/shared/ipc.ts';
import { createProfile, environment, ROOT, type Profile } from './support/app.ts';
import { connectToGateway } from './support/gateway-client.ts';
import { startNotificationServer, type NotificationServer } from './support/notification-server.ts';
import { startTrayHost, type TrayHost } from './support/tray-host.ts';
import { startUpdateServer, type UpdateServer } from './support/update-server.ts';
import { waitUntil } from './support/wait.ts';

let profile: Profile;
let notifications: NotificationServer;
let tray: TrayHost;
let app: ChildProcess | undefined;
let updates: UpdateServer | undefined;

beforeAll(async () => {
  profile = await createProfile();
  notifications = await startNotificationServer();
  tray = await startTrayHost();
  const out = path.join(profile.folder, 'out');
  await promisify(execFile)(process.execPath, ['scripts/pack.mjs', `-c.directories.output=${out}`], {
    cwd: ROOT,
  });
}, 180_000);

afterAll(async () => {
  app?.kill('SIGKILL');
  updates?.stop();
  notifications.stop();
  tray.stop();
  await profile.remove();
});

test('the packed folder starts: gateway, tray, notification, terminal, and an orderly end', async () => {
  const folder = path.join(profile.folder, 'out', 'linux-unpacked');
  app = spawn(
    path.join(folder, 'clawtray'),
    [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      `--user-data-dir=${path.join(profile.folder, 'electron')}`,
      '--hidden',
    ],
    { env: environment(profile), stdio: 'ignore' },
  );
  // What others wrote and is in it, where people can read it: what is bundled, and what is shipped as it is.
  const licences = readFileSync(path.join(folder, 'resources', 'THIRD-PARTY-LICENSES.txt'), 'utf8');
  for (const name of ['react', 'libsql', 'ws', '@lydell/node-pty'])
    expect(licences).toMatch(new RegExp(`^${name} [0-9.]+\\nLicence: `, 'm'));
  expect(existsSync(path.join(folder, 'resources', 'LICENSE'))).toBe(true);

  const gateway = await connectToGateway(profile);
  const item = await tray.item();
  await waitUntil(
    async () => ((await item.menu()).some(({ label }) => label === 'Ready') ? true : undefined),
    15_000,
    'the tray to be ready',
  );

  await gateway.request('cron.add', {
    name: 'Stretch',
    schedule: { kind: 'at', at: new Date(Date.now() + 200).toISOString() },
    sessionTarget: 'main',
    wakeMode: 'now',
    payload: { kind: 'systemEvent', text: 'Stretch' },
  });
  const shown = await notifications.waitFor(({ body }) => body === 'Stretch');
  // The notification service reads it from outside the archive.
  expect(existsSync(shown.icon)).toBe(true);

  // Terminals are native code beside the archive.
  const { hash } = await gateway.request('config.get', {});
  await gateway.request('config.patch', {
    raw: JSON.stringify({ gateway: { tools: { allow: ['exec'] } } }),
    baseHash: hash,
  });
  await gateway.request('exec.approvals.set', {
    file: { version: 1, defaults: { security: 'full', ask: 'off' } },
  });
  const inTerminal = await gateway.request('tools.invoke', {
    name: 'exec',
    args: { command: 'test -t 0 && test -t 1 && stty size', pty: true },
  });
  expect(inTerminal).toMatchObject({ ok: true, output: '40 120' });
  gateway.close();

  const exited = new Promise<number | null>((resolve) => app?.once('exit', resolve));
  app.kill('SIGTERM');
  expect(await exited).toBe(0);
  expect(existsSync(path.join(profile.stateDir, 'clawtray', 'gateway.json'))).toBe(false);
});

const MANIFEST = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string };

declare global {
  interface Window {
    readonly clawtray?: DesktopBridge;
  }
}

test('a newer version is found where the package says, told to clients, fetched whole, and never installed by itself', async () => {
  updates = await startUpdateServer();
  const folder = path.join(profile.folder, 'out', 'linux-unpacked');
  // As electron-builder writes them into a .deb.
  await writeFile(
    path.join(folder, 'resources', 'app-update.yml'),
    `provider: generic\nurl: ${updates.url}\nupdaterCacheDirName: clawtray-updater\n`,
  );
  await writeFile(path.join(folder, 'resources', 'package-type'), 'deb');
  const data = path.join(profile.folder, 'electron');
  app = spawn(
    path.join(folder, 'clawtray'),
    [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ...['--disable-gpu', '--remote-debugging-port=0', `--user-data-dir=${data}`],
    ],
    { env: environment(profile), stdio: 'ignore' },
  );
  const gateway = await connectToGateway(profile);
  const told: unknown[] = [];
  gateway.connection.on('update.available', ({ updateAvailable }) => told.push(updateAvailable));
  const port = await waitUntil(
    async () => {
      const text = await readFile(path.join(data, 'DevToolsActivePort'), 'utf8').catch(() => '');
      return /^\d+/.exec(text)?.[0];
    },
    15_000,
    'the port for the page',
  );
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  const page = await waitUntil(
    () => browser.contexts().flatMap((context) => context.pages())[0],
    15_000,
    'the page',
  );
  await page.getByRole('textbox').waitFor();

  expect(await page.evaluate(() => window.clawtray?.checkForUpdate())).toMatchObject({
    stage: 'available',
    version: '9.9.9',
  });
  await waitUntil(() => told[0], 5_000, 'clients to be told');
  expect(told).toEqual([{ currentVersion: MANIFEST.version, latestVersion: '9.9.9', channel: 'stable' }]);
  expect(updates.asked).toEqual(['/latest-linux.yml']);

  const whole = updates.content;
  updates.content = Buffer.from('somebody else’s!');
  expect(await page.evaluate(() => window.clawtray?.downloadUpdate())).toMatchObject({ stage: 'failed' });
  updates.content = whole;
  expect(await page.evaluate(() => window.clawtray?.downloadUpdate())).toMatchObject({ stage: 'ready' });

  await browser.close();
  gateway.close();
  expect(app.exitCode).toBeNull();
  const exited = new Promise<number | null>((resolve) => app?.once('exit', resolve));
  app.kill('SIGTERM');
  expect(await exited).toBe(0);
});
