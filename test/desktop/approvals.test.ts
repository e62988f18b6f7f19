import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ApprovalDecisionResult } from '../../src-main/shared/protocol/approvals.ts';
import { createDevice } from '../fakes/device.ts';
import { APP, turnedAway } from '../fakes/device-client.ts';
import { createProfile, startApp, type Profile, type RunningApp } from './support/app.ts';
import { connectToGateway, readToken, type GatewayClient } from './support/gateway-client.ts';
import {
  startNotificationServer,
  type NotificationServer,
  type ShownNotification,
} from './support/notification-server.ts';
import { startTrayHost, type TrayHost } from './support/tray-host.ts';
import { waitUntil } from './support/wait.ts';

let profile: Profile;
let notifications: NotificationServer;
let tray: TrayHost;
let running: RunningApp | undefined;
let gateway: GatewayClient;
/** Another program of the person's. */
let other: GatewayClient;

beforeEach(async () => {
  profile = await createProfile();
  notifications = await startNotificationServer();
  tray = await startTrayHost();
});

afterEach(async () => {
  gateway.close();
  other.close();
  await running?.quit();
  running = undefined;
  notifications.stop();
  tray.stop();
  await profile.remove();
});

async function start(args: readonly string[] = ['--hidden']): Promise<RunningApp> {
  running = await startApp(profile, { args });
  [gateway, other] = await Promise.all([connectToGateway(profile), connectToGateway(profile)]);
  return running;
}

/** Files a command that waits. */
async function ask(id: string, command: string, timeoutMs = 60_000): Promise<void> {
  const asked = { id, command, cwd: '/home/ana', agentId: 'main', timeoutMs };
  await gateway.request('exec.approval.request', { ...asked, twoPhase: true });
}

/** How it ended, once it has. */
const decided = (id: string): Promise<ApprovalDecisionResult> =>
  gateway.request('exec.approval.waitDecision', { id });

const about = (text: string) => (shown: ShownNotification) => shown.body.includes(text);
const closes = (id: number): Promise<true> =>
  waitUntil(
    () => (notifications.closed.includes(id) ? true : undefined),
    10_000,
    'the notification to close',
  );

async function reviewIn(app: RunningApp, shown: ShownNotification): Promise<Page> {
  notifications.press(shown.id, 'default');
  const page = await app.window();
  await page.getByRole('button', { name: 'Deny' }).waitFor();
  return page;
}

test('a short command is approved once on its notification, without a window', async () => {
  const app = await start();
  await ask('one', 'df -h /');
  const shown = await notifications.waitFor(about('df -h /'));
  expect(shown.summary).toBe('Agent main wants to run a command');
  expect(shown.body).toContain('Folder: /home/ana');
  expect(shown.actions).toEqual([
    'default',
    'Review',
    'button-deny',
    'Deny',
    'button-approve',
    'Approve once',
  ]);

  const item = await tray.item();
  await waitUntil(
    async () => ((await item.menu()).some(({ label }) => label === 'Decide: 1 approval') ? true : undefined),
    10_000,
    'the tray to count it',
  );
  notifications.press(shown.id, 'button-approve');
  expect(await decided('one')).toMatchObject({ decision: 'allow-once', terminalReason: 'user' });
  expect(await app.windowCount()).toBe(0);
  expect(notifications.shown.filter(about('df -h /'))).toHaveLength(1);
});

test('a command is denied on its notification; closing another decides nothing, and an answer elsewhere closes it', async () => {
  await start();
  await ask('no', 'rm -r build');
  notifications.press((await notifications.waitFor(about('rm -r build'))).id, 'button-deny');
  expect(await decided('no')).toMatchObject({ decision: 'deny', terminalReason: 'user' });

  await ask('later', 'uptime');
  notifications.dismiss((await notifications.waitFor(about('uptime'))).id);
  await ask('elsewhere', 'whoami');
  const shown = await notifications.waitFor(about('whoami'));
  const waiting = await gateway.request('exec.approval.list', {});
  expect(waiting.map(({ id }) => id)).toEqual(['later', 'elsewhere']);
  await other.request('exec.approval.resolve', { id: 'elsewhere', decision: 'deny' });
  await closes(shown.id);
});

test('a command that does not fit has no buttons, and is decided in the window with all of it in sight', async () => {
  const app = await start();
  const command = `tar czf all.tgz ${'some/long/folder '.repeat(20)}`.trim();
  await ask('long', command);
  const shown = await notifications.waitFor(about('Review the whole command'));
  expect(shown.actions).toEqual(['default', 'Review']);
  const page = await reviewIn(app, shown);
  expect(await page.getByRole('region', { name: 'Command' }).textContent()).toBe(command);
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Deny');
  await page.locator('button[aria-disabled="false"]', { hasText: 'Deny' }).waitFor();
  await page.keyboard.press('Enter');
  expect(await decided('long')).toMatchObject({ decision: 'deny' });
  await page.getByText('Nothing waits for you').waitFor();
});

test('of two answers the first counts, and a button that came too late says so', async () => {
  const app = await start();
  await ask('race', 'make install');
  const shown = await notifications.waitFor(about('make install'));
  const page = await reviewIn(app, shown);
  await page.locator('button[aria-disabled="false"]', { hasText: 'Allow once' }).waitFor();
  await Promise.allSettled([
    page.getByRole('button', { name: 'Allow once' }).click({ timeout: 1_000 }),
    other.request('exec.approval.resolve', { id: 'race', decision: 'deny' }),
  ]);
  const { decision } = await decided('race');
  await page.getByText(/^(Allowed|Denied): make install/).waitFor();
  expect(await page.getByText(decision === 'deny' ? /^Denied/ : /^Allowed/).count()).toBe(1);

  await ask('late', 'make clean');
  const second = await notifications.waitFor(about('make clean'));
  await other.request('exec.approval.resolve', { id: 'late', decision: 'deny' });
  notifications.press(second.id, 'button-approve');
  await closes(second.id);
  expect(await decided('late')).toMatchObject({
    decision: 'deny',
  });
});

test('one that nobody answers expires, in the window as well', async () => {
  const app = await start();
  await ask('short', 'sleep 1', 4_000);
  const shown = await notifications.waitFor(about('sleep 1'));
  const page = await reviewIn(app, shown);
  await page.getByText('The time was over, so it was not done: sleep 1').waitFor();
  expect(await decided('short')).toMatchObject({ decision: null, terminalReason: 'timeout' });
});

test('one that waits when the app is killed waits again after the next start', async () => {
  await start();
  await ask('kept', 'git push');
  await notifications.waitFor(about('git push'));
  gateway.close();
  other.close();
  await running?.kill();
  const before = notifications.shown.length;

  await start();
  const shown = await waitUntil(
    () => notifications.shown.slice(before).find(about('git push')),
    15_000,
    'the notification after the restart',
  );
  notifications.press(shown.id, 'button-approve');
  expect(await decided('kept')).toMatchObject({
    decision: 'allow-once',
  });
});

test('without buttons in the notification service the window is the way', async () => {
  notifications.stop();
  notifications = await startNotificationServer(['body']);
  const app = await start(['']);
  await ask('plain', 'date');
  const shown = await notifications.waitFor(about('date'));
  expect(shown.actions).toEqual([]);
  const page = await app.window();
  await page.getByRole('button', { name: 'Review' }).click();
  await page.getByRole('button', { name: 'Deny' }).waitFor();
});

test('a device is let in from its notification, and turned away from the window', async () => {
  await mkdir(profile.stateDir, { recursive: true });
  await writeFile(
    path.join(profile.stateDir, 'openclaw.json'),
    JSON.stringify({ gateway: { nodes: { pairing: { autoApproveLocal: false } } } }),
  );
  const app = await start();
  const place = { url: `ws://127.0.0.1:${profile.port}`, token: await readToken(profile) };
  const phone = createDevice();
  const client = { ...APP, displayName: 'Ada’s phone' };
  await turnedAway(place, phone, { client, scopes: ['operator.read'] });
  const shown = await notifications.waitFor(({ summary }) => summary.includes('Ada’s phone'));
  expect(shown.summary).toBe('“Ada’s phone” wants to be paired');
  expect(shown.actions.slice(-2)).toEqual(['button-approve', 'Approve']);
  notifications.press(shown.id, 'button-approve');
  await waitUntil(
    async () => {
      const { pending, paired } = await gateway.request('device.pair.list', {});
      return pending.length === 0 && paired.some(({ displayName }) => displayName === 'Ada’s phone')
        ? true
        : undefined;
    },
    10_000,
    'the device to be paired',
  );

  await turnedAway(place, createDevice(), {
    client: { ...client, displayName: 'Stranger' },
    scopes: ['operator.admin'],
  });
  const second = await notifications.waitFor(({ summary }) => summary.includes('Stranger'));
  // It would be able to change everything, so it is looked at in the window.
  expect(second.actions).toEqual(['default', 'Review']);
  notifications.press(second.id, 'default');
  const page = await app.window();
  await page.locator('button[aria-disabled="false"]', { hasText: 'Reject' }).click();
  await page.getByText('“Stranger” was rejected.').waitFor();
  expect((await gateway.request('device.pair.list', {})).pending).toEqual([]);
});
