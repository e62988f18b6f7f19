// The control UI in a real browser page: no preload script, no bridge, a session of its own. Chromium is the app's, the
// page is the one that any browser would get from the gateway.

import { AxeBuilder } from '@axe-core/playwright';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startModelServer, type Reply } from '../fakes/model-server.ts';
import { createGate } from '../fakes/temporary.ts';
import { createProfile, startApp, type Profile, type RunningApp } from './support/app.ts';
import { connectToGateway, readToken } from './support/gateway-client.ts';

let profile: Profile;
let running: RunningApp;

beforeEach(async () => {
  profile = await createProfile();
});

afterEach(async () => {
  await running.quit();
  await profile.remove();
});

async function configureModel(...replies: Reply[]): Promise<void> {
  const server = await startModelServer(...replies);
  await mkdir(profile.stateDir, { recursive: true });
  await writeFile(
    path.join(profile.stateDir, 'openclaw.json'),
    JSON.stringify({
      models: { providers: { local: { baseUrl: server.url, models: [{ id: 'test-model' }] } } },
      agents: { defaults: { model: 'local/test-model' } },
    }),
  );
}

/** A window that is nothing but a browser. */
async function openBrowser(): Promise<Page> {
  running = await startApp(profile, { args: ['--hidden'] });
  (await connectToGateway(profile)).close();
  const opened = running.app.waitForEvent('window');
  await running.app.evaluate(async ({ BrowserWindow, session }, url) => {
    const browser = new BrowserWindow({
      width: 1040,
      height: 720,
      webPreferences: { session: session.fromPartition('browser'), sandbox: true, contextIsolation: true },
    });
    // The app keeps its own windows where they are; a browser goes where the page says.
    browser.webContents.removeAllListeners('will-frame-navigate');
    await browser.loadURL(url);
  }, `http://127.0.0.1:${profile.port}/`);
  const page = await opened;
  await page.locator('#root > *').first().waitFor({ state: 'attached' });
  return page;
}

const faults = async (page: Page): Promise<string[]> => {
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode(true)
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
};

async function signIn(page: Page, secret: string): Promise<void> {
  await page.getByLabel('Token').fill(secret);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

test('signs in with the token, chats, and shows the answer while it is being written', async () => {
  const gate = createGate();
  await configureModel({
    steps: [{ text: 'The kettle ' }, { wait: gate.opened }, { text: 'is on.' }, { finish: 'stop' }],
  });
  const page = await openBrowser();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  expect(await page.evaluate(() => 'clawtray' in window)).toBe(false);
  expect(await faults(page)).toEqual([]);
  await signIn(page, 'not the token');
  await page.getByRole('alert').getByText('That is not this gateway’s token.').waitFor();
  // Chromium writes every answer of 400 and more to the console.
  complaints.length = 0;

  const token = await readToken(profile);
  await signIn(page, `  ${token}\n`);
  const composer = page.getByRole('textbox', { name: 'Message' });
  await composer.fill('Is the kettle on?');
  await composer.press('Enter');
  const messages = page.getByRole('log', { name: 'Messages' });
  await messages.getByText('The kettle').waitFor();
  expect(await messages.getByText('The kettle is on.').count()).toBe(0);
  gate.open();
  await messages.getByText('The kettle is on.').waitFor();
  expect(await faults(page)).toEqual([]);

  // The token is nowhere that a script could find it, and the cookie neither.
  const visible = await page.evaluate(() =>
    JSON.stringify([
      Object.entries(localStorage),
      Object.entries(sessionStorage),
      document.cookie,
      location.href,
      document.documentElement.outerHTML,
    ]),
  );
  expect(visible).not.toContain(token);
  expect(visible).not.toContain('clawtray_session');
  expect(complaints).toEqual([]);
});

test('stays signed in over a reload, until the person signs out', async () => {
  const page = await openBrowser();
  await signIn(page, await readToken(profile));
  await page.getByRole('textbox', { name: 'Message' }).waitFor();
  await page.reload();
  await page.getByRole('textbox', { name: 'Message' }).waitFor();
  await page.getByRole('button', { name: /^Gateway: / }).click();
  await page.getByText('Serves this page').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Token').waitFor();
  await page.reload();
  await page.getByLabel('Token').waitFor();
});
