import { AxeBuilder } from '@axe-core/playwright';
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { resolveElectron } from '../../scripts/electron/resolve.mjs';
import { createProfile, environment, ROOT, startApp, type Profile, type RunningApp } from './support/app.ts';
import { connectToGateway, readToken, type GatewayClient } from './support/gateway-client.ts';
import { startNotificationServer, type NotificationServer } from './support/notification-server.ts';
import { startTrayHost, type TrayHost } from './support/tray-host.ts';
import { waitUntil } from './support/wait.ts';

let profile: Profile;
let notifications: NotificationServer;
let tray: TrayHost;
let running: RunningApp | undefined;
let gateway: GatewayClient | undefined;

beforeEach(async () => {
  profile = await createProfile();
  notifications = await startNotificationServer();
  tray = await startTrayHost();
});

afterEach(async () => {
  gateway?.close();
  gateway = undefined;
  await running?.quit();
  running = undefined;
  notifications.stop();
  tray.stop();
  await profile.remove();
});

async function start(args: readonly string[] = []): Promise<RunningApp> {
  running = await startApp(profile, { args });
  gateway = await connectToGateway(profile);
  return running;
}

/** Starts the program again, as a desktop does for an address or a key; it hands over and ends. */
async function startAgain(...args: readonly string[]): Promise<void> {
  const { executable } = await resolveElectron();
  const switches = [
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ...['--disable-gpu', `--user-data-dir=${path.join(profile.folder, 'electron')}`],
  ];
  const second = spawn(executable, [...switches, ROOT, ...args], {
    env: environment(profile),
    stdio: 'ignore',
  });
  await new Promise((resolve) => second.once('exit', resolve));
}

function logText(): Promise<string> {
  return readFile(path.join(profile.stateDir, 'clawtray', 'logs', 'clawtray.log'), 'utf8');
}

/** The page at an address with this in it, once there is one. */
function pageWith(app: RunningApp, part: string): Promise<Page> {
  return waitUntil(
    () => app.app.windows().find((page) => page.url().includes(part)),
    15_000,
    `a page with ${part}`,
  );
}

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
}

const isVisible = (app: RunningApp, part: string): Promise<boolean | undefined> =>
  app.app.evaluate(
    ({ BrowserWindow }, wanted) =>
      BrowserWindow.getAllWindows()
        .find((window) => window.webContents.getURL().includes(wanted))
        ?.isVisible(),
    part,
  );

test('the quick chat answers in a window of its own, hides on Escape, and still has the answer', async () => {
  const app = await start(['--hidden']);
  await (await tray.item()).click('Quick Chat');
  const quick = await pageWith(app, '?quick-chat');
  await quick.getByRole('textbox').fill('remember that Ana likes tea');
  await quick.getByRole('textbox').press('Enter');
  await quick.getByRole('log').getByText('I’ll remember that.').waitFor();

  await quick.emulateMedia({ colorScheme: 'dark' });
  await expectAccessible(quick);

  await quick.keyboard.press('Escape');
  await waitUntil(
    async () => ((await isVisible(app, '?quick-chat')) === false ? true : undefined),
    5_000,
    'hiding',
  );
  // The way of desktops that give keys to no program.
  await startAgain('--quick-chat');
  await waitUntil(
    async () => ((await isVisible(app, '?quick-chat')) === true ? true : undefined),
    5_000,
    'showing',
  );
  await quick.getByRole('log').getByText('I’ll remember that.').waitFor();
  expect(await app.windowCount()).toBe(1);

  await quick.getByRole('button', { name: 'Continue in the window' }).click();
  const main = await waitUntil(() => app.app.windows().find((page) => page !== quick), 15_000, 'the window');
  await main.getByRole('log').getByText('I’ll remember that.').waitFor();
});

test('an address offers a draft with its whole text and sends nothing; what is wrong is only logged', async () => {
  const app = await start();
  const page = await app.window();
  await page.getByRole('textbox').waitFor();
  await startAgain('clawtray://exec?command=hunter2');
  await startAgain('clawtray://chat?message=Call%20Ana%0Aat%20nine&send=true');
  const dialog = page.getByRole('dialog', { name: 'Text from another program' });
  await dialog.getByRole('region', { name: 'The whole text' }).waitFor();
  expect(await dialog.getByRole('region').innerText()).toBe('Call Ana\nat nine');
  // What leaves everything as it is has the focus.
  expect(
    await dialog.getByRole('button', { name: 'Discard' }).evaluate((it) => it === document.activeElement),
  ).toBe(true);
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Use as draft' }).click();
  await waitUntil(
    async () =>
      (await page.getByRole('textbox', { name: 'Message' }).inputValue()) === 'Call Ana\nat nine'
        ? true
        : undefined,
    5_000,
    'the draft',
  );
  const { sessions } = await gateway!.request('sessions.list', {});
  expect(JSON.stringify(sessions)).not.toContain('Call Ana');

  await waitUntil(
    async () => {
      // One address a second is followed.
      await startAgain('clawtray://automations');
      return (await page.getByRole('heading', { name: 'Automations', exact: true }).isVisible())
        ? true
        : undefined;
    },
    15_000,
    'the automations',
  );
  const log = await logText();
  expect(log).toContain('an address was not followed');
  expect(log).not.toContain('hunter2');
});

test('the tray comes back with its menu when the program that shows it is replaced', async () => {
  await start(['--hidden']);
  await tray.item();
  tray.stop();
  tray = await startTrayHost();
  const item = await tray.item();
  const labels = (await item.menu()).map(({ label }) => label);
  expect(labels).toContain('Quit Clawtray');
  await item.click('Open Chat');
  await (await running!.window()).getByRole('textbox').waitFor();
});

test('a page that crashed comes back, zoom stays, and diagnostics tell of it without secrets', async () => {
  const app = await start();
  const page = await app.window();
  await page.getByRole('textbox').waitFor();
  const zoom = (): Promise<number | undefined> =>
    app.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getZoomLevel());
  await app.app.evaluate(({ Menu }) => {
    const view = Menu.getApplicationMenu()?.items.find(({ label }) => label === '&View');
    view?.submenu?.items.find(({ label }) => label === 'Zoom In')?.click();
  });
  expect(await zoom()).toBe(0.5);

  await app.app.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer();
  });
  await waitUntil(
    async () => ((await logText()).includes('the page of a window is gone') ? true : undefined),
    15_000,
    'the log to tell of the crash',
  );
  const alive = await waitUntil(
    () =>
      app.app
        .evaluate(({ BrowserWindow }) => {
          const contents = BrowserWindow.getAllWindows()[0]?.webContents;
          return contents?.executeJavaScript('document.querySelector("textarea") !== null') as
            Promise<boolean> | undefined;
        })
        .then((found) => (found === true ? true : undefined)),
    15_000,
    'the page to come back',
  );
  expect(alive).toBe(true);
  await waitUntil(async () => ((await zoom()) === 0.5 ? true : undefined), 5_000, 'the zoom to come back');

  const text = await app.app.evaluate(
    ({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(
        'window.clawtray.diagnostics()',
      ) as Promise<string>,
  );
  expect(text).toContain('electron: ');
  expect(text).toContain('the page of a window is gone');
  expect(text).not.toContain(await readToken(profile));
  expect(text).not.toContain(profile.folder);
});

test('quitting names what will not run, and can be left', async () => {
  const app = await start(['--hidden']);
  await app.app.evaluate(({ dialog }) => {
    const asked: string[] = [];
    Object.assign(globalThis, { asked });
    dialog.showMessageBox = ((options: { detail: string }) => {
      asked.push(options.detail);
      return Promise.resolve({ response: asked.length === 1 ? 1 : 0, checkboxChecked: false });
    }) as unknown as typeof dialog.showMessageBox;
  });
  await gateway!.request('cron.add', {
    name: 'Water the plants',
    schedule: { kind: 'at', at: new Date(Date.now() + 3_600_000).toISOString() },
    sessionTarget: 'main',
    wakeMode: 'now',
    payload: { kind: 'systemEvent', text: 'Water the plants' },
  });
  const item = await tray.item();
  await waitUntil(
    async () =>
      (await item.menu()).some(({ label }) => label.startsWith('Next: Water the plants')) ? true : undefined,
    10_000,
    'the job in the menu',
  );
  await item.click('Quit Clawtray');
  const asked = await waitUntil(
    () =>
      app.app
        .evaluate(() => (globalThis as unknown as { asked: string[] }).asked)
        .then((all) => (all.length > 0 ? all : undefined)),
    5_000,
    'the question',
  );
  expect(asked[0]).toContain('• Water the plants, ');
  expect((await gateway!.request('health', {})).ok).toBe(true);

  const exited = new Promise<number | null>((resolve) => app.app.process().once('exit', resolve));
  await item.click('Quit Clawtray');
  expect(await exited).toBe(0);
  running = undefined;
});
