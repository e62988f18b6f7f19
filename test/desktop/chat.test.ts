import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { says, startModelServer, type ModelServer, type Reply } from '../fakes/model-server.ts';
import { createProfile, startApp, type Profile, type RunningApp } from './support/app.ts';
import { connectToGateway } from './support/gateway-client.ts';
import { startNotificationServer, type NotificationServer } from './support/notification-server.ts';
import { waitUntil } from './support/wait.ts';

let profile: Profile;
let notifications: NotificationServer;
let running: RunningApp | undefined;

beforeEach(async () => {
  profile = await createProfile();
  notifications = await startNotificationServer();
});

afterEach(async () => {
  await running?.quit();
  running = undefined;
  notifications.stop();
  await profile.remove();
});

async function open(): Promise<Page> {
  running = await startApp(profile);
  const page = await running.window();
  await page.getByRole('textbox').waitFor();
  return page;
}

async function configureModel(...replies: Reply[]): Promise<ModelServer> {
  const server = await startModelServer(...replies);
  await mkdir(profile.stateDir, { recursive: true });
  await writeFile(
    path.join(profile.stateDir, 'openclaw.json'),
    JSON.stringify({
      models: { providers: { local: { baseUrl: server.url, models: [{ id: 'test-model' }] } } },
      agents: { defaults: { model: 'local/test-model' } },
    }),
  );
  return server;
}

/** The conversation, without the list of chats and what is only for screen readers. */
function messages(page: Page): Locator {
  return page.getByRole('log', { name: 'Messages' });
}

async function say(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox').fill(text);
  await page.getByRole('textbox').press('Enter');
}

test('a message is answered, and the conversation is there after a restart', async () => {
  let page = await open();
  await say(page, 'remember that Ana likes tea');
  await messages(page).getByText('I’ll remember that.').waitFor();

  await running?.quit();
  page = await open();
  await messages(page).getByText('I’ll remember that.').waitFor();
  await say(page, 'what do you know about Ana?');
  await messages(page).getByRole('listitem').getByText('Ana likes tea', { exact: true }).waitFor();
});

test('a reminder that was typed into the chat arrives, with the window closed, and opens its chat', async () => {
  const page = await open();
  await say(page, 'remind me in 10 seconds to stretch');
  await messages(page)
    .getByText(/I’ll remind you in a moment/)
    .waitFor();
  await page.close();

  const shown = await notifications.waitFor(({ summary }) => summary === 'Reminder', 40_000);
  expect(shown.body).toBe('Stretch');
  notifications.press(shown.id, 'default');
  const reopened = await running!.window();
  await messages(reopened).getByRole('article', { name: 'Reminder' }).getByText('Stretch').waitFor();
});

test('an answer is shown while it is written, and can be stopped', async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await configureModel({ steps: [{ text: 'The first half ' }, { wait: held }, { text: 'and the rest.' }] });
  const page = await open();
  await say(page, 'Tell me something long');
  await messages(page).getByText('The first half').waitFor();

  await page.getByRole('button', { name: 'Stop' }).click();
  await messages(page)
    .getByText(/stopped/i)
    .first()
    .waitFor();
  release();
  expect(await messages(page).getByText('and the rest.').count()).toBe(0);
  await messages(page).getByText('The first half').waitFor();
});

test('what the model writes stays text: no script, no remote image, no raw HTML', async () => {
  await configureModel(
    says(
      '**bold** <img src=x onerror="window.hacked = true"><script>window.hacked = true</script> ![cat](http://127.0.0.1:9/cat.png) [click](javascript:window.hacked=true)',
    ),
  );
  const page = await open();
  const requested: string[] = [];
  page.on('request', (request) => requested.push(request.url()));
  await say(page, 'Be evil');
  await page.locator('strong', { hasText: 'bold' }).waitFor();

  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
  expect(await page.locator('main img, main script').count()).toBe(0);
  expect(requested.filter((url) => url.includes('cat.png'))).toEqual([]);
  expect(await page.locator('a[href^="javascript:"]').count()).toBe(0);
});

test('a model that cannot be reached is said in words, and trying again works', async () => {
  const server = await configureModel();
  await server.close();
  const page = await open();
  await say(page, 'Hello?');
  await messages(page)
    .getByText(/Couldn’t reach local/)
    .waitFor({ timeout: 20_000 });
  await page.getByRole('button', { name: 'Try again' }).first().waitFor();
});

test('the automations show what will happen, and a job can be removed', async () => {
  const page = await open();
  await say(page, 'remind me every weekday at 8:30 to check the calendar');
  await messages(page)
    .getByText(/every weekday at 0?8:30/)
    .first()
    .waitFor();

  await page.getByRole('button', { name: 'Automations' }).click();
  const row = page.getByRole('main').getByRole('listitem').filter({ hasText: 'Check the calendar' });
  await row.waitFor();
  await row.getByRole('button', { name: /^Actions for/ }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await page.getByRole('button', { name: 'Remove', exact: true }).last().click();
  await row.waitFor({ state: 'detached' });
});

test('the page can reach its gateway and nothing else', async () => {
  const page = await open();
  const server = await startModelServer();
  const blocked = await page.evaluate(async (elsewhere) => {
    const results: Record<string, boolean> = {};
    // A port that answers, so that only the policy can be the reason.
    results['fetch'] = await fetch(elsewhere, { mode: 'no-cors' }).then(
      () => true,
      () => false,
    );
    const inline = document.createElement('script');
    inline.textContent = 'window.inline = true';
    document.body.append(inline);
    results['inline'] = 'inline' in window;
    results['node'] = 'require' in window || 'process' in window;
    results['popup'] = window.open('https://example.com') !== null;
    return results;
  }, server.url);
  expect(blocked).toEqual({ fetch: false, inline: false, node: false, popup: false });
  const bridge = await page.evaluate(() =>
    Object.keys((window as unknown as { clawtray: object }).clawtray).sort(),
  );
  expect(bridge).toEqual([
    'appInfo',
    'checkForUpdate',
    'chooseUpdates',
    'diagnostics',
    'downloadUpdate',
    'gatewayAccess',
    'gateways',
    'hideQuickChat',
    'installUpdate',
    'language',
    'loginItem',
    'onGatewayChanged',
    'onNavigate',
    'onQuickChatShown',
    'onUpdateChanged',
    'openExternal',
    'quickChatShortcut',
    'retryGateway',
    'saveSetup',
    'setLanguage',
    'setLoginItem',
    'setQuickChatShortcut',
    'setSpellCheck',
    'setup',
    'showChat',
    'spellCheck',
    'testNotification',
    'updateState',
  ]);
});

test('a long chat is read back to what is searched for, keeps few rows in the page, and stays where its reader is', async () => {
  const page = await open();
  const gateway = await connectToGateway(profile);
  const sessionKey = 'agent:main:long';
  const tell = (message: string): Promise<unknown> => gateway.request('chat.inject', { sessionKey, message });
  for (let i = 0; i < 350; i += 1)
    await tell(`Line ${i}. ${i === 120 ? 'The heating costs 412 euros. ' : ''}${'words '.repeat(i % 50)}`);
  await page.getByRole('searchbox', { name: 'Search chats and messages' }).fill('heating euro');
  await page.getByRole('button', { name: /The heating costs 412 euros/ }).click();
  const log = messages(page);
  const found = log.getByRole('group', { name: 'The message that you looked for' });
  await found.getByText('The heating costs').waitFor();
  await waitUntil(
    () => found.evaluate((row) => (row === document.activeElement ? true : undefined)),
    5_000,
    'the focus on the message',
  );
  const [inside, around] = [await found.boundingBox(), await log.boundingBox()];
  const middle = (box: typeof inside): number => (box === null ? NaN : box.y + box.height / 2);
  expect(Math.abs(middle(inside) - middle(around))).toBeLessThan(60);
  expect(await log.locator('[data-index]').count()).toBeLessThan(60);
  await page.getByRole('button', { name: 'Latest messages' }).click();
  await log.getByText('Line 349.').waitFor();

  await log.hover();
  await waitUntil(
    async () => {
      await page.mouse.wheel(0, -2_000);
      return (await log.getByText(/^Line 0\./).count()) === 1 ? true : undefined;
    },
    30_000,
    'the first message',
  );
  expect(await log.locator('[data-index]').count()).toBeLessThan(60);

  const place = log.getByText(/^Line 2\./);
  const before = await place.boundingBox();
  await tell('The newest line');
  await page.getByRole('button', { name: 'New messages' }).waitFor();
  expect(await place.boundingBox()).toEqual(before);
  await page.getByRole('button', { name: 'New messages' }).click();
  await log.getByText('The newest line').waitFor();
  expect(await log.locator('[data-index]').count()).toBeLessThan(60);
  gateway.close();
});
