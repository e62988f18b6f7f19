// The app with a second gateway: added by hand, chatted with, asked for a decision, put off duty, gone and back.

import { spawn, type ChildProcess } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { violations } from './support/accessibility.ts';
import { createProfile, environment, ROOT, startApp, type Profile, type RunningApp } from './support/app.ts';
import { connectToGateway, readToken, type GatewayClient } from './support/gateway-client.ts';
import { startNotificationServer, type NotificationServer } from './support/notification-server.ts';
import { startTrayHost, type TrayHost } from './support/tray-host.ts';
import { waitUntil } from './support/wait.ts';

let profile: Profile;
/** The profile of the other gateway. */
let studio: Profile;
let notifications: NotificationServer;
let tray: TrayHost;
let running: RunningApp | undefined;
let other: ChildProcess | undefined;
let there: GatewayClient | undefined;

beforeEach(async () => {
  [profile, studio] = await Promise.all([createProfile(), createProfile()]);
  notifications = await startNotificationServer();
  tray = await startTrayHost();
});

afterEach(async () => {
  there?.close();
  there = undefined;
  await running?.quit();
  running = undefined;
  other?.kill('SIGKILL');
  other = undefined;
  notifications.stop();
  tray.stop();
  await Promise.all([profile.remove(), studio.remove()]);
});

async function startOther(): Promise<string> {
  other = spawn(process.execPath, [path.join(ROOT, 'dist', 'cli', 'cli.mjs'), 'gateway'], {
    env: environment(studio),
    stdio: 'ignore',
  });
  const token = await readToken(studio);
  there = await connectToGateway(studio);
  return token;
}

async function chat(page: Page, words: string, answer: string | RegExp): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill(words);
  await page.getByRole('textbox', { name: 'Message' }).press('Enter');
  await page.getByRole('log').getByText(answer).waitFor();
}

const row = (page: Page) => page.getByRole('list', { name: 'Your gateways' }).getByText('Studio');

async function manage(page: Page): Promise<void> {
  await page.getByRole('button', { name: /Switch gateway/ }).click();
  await page.getByRole('menuitem', { name: 'Manage gateways' }).click();
  await row(page).waitFor();
}

/** Everything that the app has written, but databases and keys. */
async function written(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((one) => one.isFile() && /\.(?:json|log|ldb)$/.test(one.name));
  return (
    await Promise.all(files.map((one) => readFile(path.join(one.parentPath, one.name), 'latin1')))
  ).join();
}

/** In light and dark. */
async function expectAccessible(page: Page, what: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect(await violations(page), `${what}, ${colorScheme}`).toEqual([]);
  }
}

test('a second gateway is added by hand, used like the own one, and can be off duty', async () => {
  const token = await startOther();
  running = await startApp(profile);
  const page = await running.window();
  await chat(page, 'remember that Ana likes tea', 'I’ll remember that.');
  await page.getByRole('button', { name: /^Gateway: / }).click();
  await page.getByRole('button', { name: 'Other gateways' }).click();
  await page.getByRole('button', { name: 'Add gateway' }).click();
  await page.getByLabel('Address or setup code').fill(`127.0.0.1:${studio.port}`);
  await page.getByRole('button', { name: 'Look', exact: true }).click();
  await page.getByText('It runs on this computer').waitFor();
  await expectAccessible(page, 'the question whether it is the right one');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Cancel');
  await page.getByLabel('Name').fill('Studio');
  await page.getByRole('textbox', { name: 'Token' }).fill(token);
  await page.getByRole('button', { name: 'Confirm and connect' }).click();
  await page
    .getByText(/^Connected · 127\.0\.0\.1/)
    .nth(1)
    .waitFor();

  await expectAccessible(page, 'the list');

  // The window is led there by a page of its own, and says where it is.
  await page.getByRole('button', { name: 'Open Studio' }).click();
  await page.getByText('on Studio').first().waitFor();
  await page.getByRole('button', { name: 'New chat' }).click();
  await chat(page, 'remember that Ben likes coffee', 'I’ll remember that.');
  await waitUntil(
    async () => ((await page.title()).includes('– Studio –') ? true : undefined),
    5_000,
    'the title to say where the window is',
  );
  const told = JSON.stringify(await page.evaluate(() => [Object.entries(localStorage), location.href]));
  expect(told).not.toContain(token);
  expect(await written(profile.stateDir)).not.toContain(token);

  // A command waits there while the window is elsewhere.
  await page.getByRole('button', { name: /Switch gateway/ }).click();
  await page.getByRole('menuitem', { name: 'This app' }).click();
  await page.getByText('on This app').first().waitFor();
  await there?.request('exec.approval.request', {
    id: 'one',
    command: 'df -h /',
    timeoutMs: 60_000,
    twoPhase: true,
  });
  const shown = await notifications.waitFor(({ body }) => body.includes('df -h /'));
  expect(shown.summary).toBe('On Studio: A program wants to run a command');
  const item = await tray.item();
  await waitUntil(
    async () =>
      (await item.menu()).some(({ label }) => label === 'Decide: 1 approval on Studio') ? true : undefined,
    10_000,
    'the tray to count it',
  );
  notifications.press(shown.id, 'button-approve');
  expect(await there?.request('exec.approval.waitDecision', { id: 'one' })).toMatchObject({
    decision: 'allow-once',
  });

  // A click on the next one opens the right gateway at the right place.
  await there?.request('exec.approval.request', {
    id: 'two',
    command: 'uptime',
    timeoutMs: 60_000,
    twoPhase: true,
  });
  notifications.press((await notifications.waitFor(({ body }) => body.includes('uptime'))).id, 'default');
  await page.getByRole('region', { name: 'Command' }).getByText('uptime').waitFor();
  await page.getByText('on Studio').first().waitFor();
  await there?.request('exec.approval.resolve', { id: 'two', decision: 'deny' });

  // Off duty it is left alone, and not shown any longer.
  await manage(page);
  await page.getByRole('button', { name: 'Actions for Studio' }).click();
  await page.getByRole('menuitem', { name: 'Put off duty' }).click();
  await page.getByText('on This app').first().waitFor();
  await waitUntil(
    async () => ((await there?.request('status', {}))?.connections === 1 ? true : undefined),
    10_000,
    'the app to be gone',
  );
  // What was written there is still there, for whoever comes back.
  await manage(page);
  await page.getByRole('button', { name: 'Put on duty' }).click();
  await page
    .getByText(/^Connected · 127\.0\.0\.1/)
    .nth(1)
    .waitFor();
  await page.getByRole('button', { name: 'Open Studio' }).click();
  await page.getByText('on Studio').first().waitFor();
  await page.getByRole('log').getByText('I’ll remember that.').waitFor();

  // It goes, which is said, and comes back by itself.
  there?.close();
  other?.kill('SIGKILL');
  await page.getByText('Studio isn’t reached.').waitFor();
  await startOther();
  await page.getByText('Studio isn’t reached.').waitFor({ state: 'hidden' });
  await chat(page, 'remember that Cem likes water', 'I’ll remember that.');
});

test('skills, notifications and pairing have no accessibility fault; a code ends with the window that shows it', async () => {
  running = await startApp(profile);
  const page = await running.window();
  const setups: string[] = [];
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => {
      const found = /"setupId":"([^"]+)"/.exec(String(payload))?.[1];
      if (found !== undefined) setups.push(found);
    });
  });
  // Only sockets from now on are listened to.
  await page.reload();
  await page.getByRole('textbox', { name: 'Message' }).waitFor();
  await page.keyboard.press('Control+,');
  const sections = page.getByRole('navigation', { name: 'Sections' });
  for (const name of ['Skills', 'Notifications', 'Devices']) {
    await sections.getByRole('button', { name }).click();
    await sections.locator('[aria-current=page]', { hasText: name }).waitFor();
    await page.getByRole('main').getByRole('heading').nth(1).waitFor();
    await expectAccessible(page, name);
  }
  await page.getByRole('button', { name: 'Pair a device' }).click();
  await expectAccessible(page, 'what a device may do');
  await page.getByRole('textbox', { name: 'Another address' }).fill('wss://desk.example:18789');
  await page.getByRole('button', { name: 'Show code' }).click();
  await page.getByRole('timer').waitFor();
  await expectAccessible(page, 'the code');
  const [setupId = ''] = setups;
  expect(setupId).not.toBe('');

  await running.app.evaluate(({ BrowserWindow }) => {
    for (const window of BrowserWindow.getAllWindows()) window.close();
  });
  there = await connectToGateway(profile);
  await waitUntil(
    async () => {
      const { withdrawn } = (await there?.request('device.pair.setupWithdraw', { setupId })) ?? {};
      return withdrawn === false ? true : undefined;
    },
    5_000,
    'the code to be worth nothing',
  );
});
