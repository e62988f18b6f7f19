import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createProfile, environment, ROOT, type Profile } from './support/app.ts';
import { connectToGateway } from './support/gateway-client.ts';
import { startNotificationServer, type NotificationServer } from './support/notification-server.ts';
import { startTrayHost, type TrayHost } from './support/tray-host.ts';
import { waitUntil } from './support/wait.ts';

let profile: Profile;
let notifications: NotificationServer;
let tray: TrayHost;
let app: ChildProcess | undefined;

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
  notifications.stop();
  tray.stop();
  await profile.remove();
});

test('the packed folder starts: gateway, tray, notification, and an orderly end', async () => {
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
  gateway.close();

  const exited = new Promise<number | null>((resolve) => app?.once('exit', resolve));
  app.kill('SIGTERM');
  expect(await exited).toBe(0);
  expect(existsSync(path.join(profile.stateDir, 'clawtray', 'gateway.json'))).toBe(false);
});
