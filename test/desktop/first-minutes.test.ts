// What somebody does who has just installed this, in the order in which they would: each step by what is on the screen.
// CLAWTRAY_SCREENSHOTS names a folder for pictures of every step, in light and in dark.

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDevice } from '../fakes/device.ts';
import { APP, turnedAway } from '../fakes/device-client.ts';
import { callsTool, says, serveModels, type ModelRequest, type Reply } from '../fakes/model-server.ts';
import { createProfile, startApp, type Profile, type RunningApp } from './support/app.ts';
import { readToken } from './support/gateway-client.ts';
import { startNotificationServer, type NotificationServer } from './support/notification-server.ts';
import { settled } from './support/views.ts';

let profile: Profile;
let notifications: NotificationServer;
let model: Awaited<ReturnType<typeof serveModels>>;
let running: RunningApp | undefined;
let steps = 0;

beforeEach(async () => {
  profile = await createProfile({ firstStart: true });
  // Other programs of this computer have to be let in, too, as a phone has to be.
  await mkdir(profile.stateDir, { recursive: true });
  await writeFile(
    path.join(profile.stateDir, 'openclaw.json'),
    JSON.stringify({ gateway: { nodes: { pairing: { autoApproveLocal: false } } } }),
  );
  notifications = await startNotificationServer();
  model = await serveModels(replyTo, ['aurora-7b', 'aurora-70b']);
});

afterEach(async () => {
  await running?.quit();
  running = undefined;
  notifications.stop();
  await model.close();
  await profile.remove();
});

/** A model that uses tools for what it is asked to do. */
function replyTo({ body }: ModelRequest): Reply {
  const asked = JSON.stringify(body.messages.findLast(({ role }) => role === 'user')?.content ?? '');
  const done = body.messages.at(-1)?.role === 'tool';
  if (asked.includes('hello')) return says('Hello! What can I do for you today?');
  if (asked.includes('wine'))
    return says(
      'A dry **Riesling** goes well with trout. Serve it at about 9 °C, and open it ten minutes before.',
    );
  if (asked.includes('Remind me'))
    return done
      ? says('Done. I’ll remind you to stretch in a few seconds.')
      : callsTool('reminder_set', { text: 'Stretch', at: new Date(Date.now() + 5_000).toISOString() });
  if (asked.includes('disk'))
    return done
      ? says('Your home folder has plenty of room left.')
      : callsTool('exec', { command: 'df -h /' });
  return says(`This is ${body.model}.`);
}

async function open(date?: string): Promise<Page> {
  running = await startApp(profile, date === undefined ? {} : { date: { at: date, stands: false } });
  const page = await running.window();
  page.setDefaultTimeout(15_000);
  return page;
}

const folder = process.env['CLAWTRAY_SCREENSHOTS'];
async function look(page: Page, step: string): Promise<void> {
  if (folder === undefined) return;
  steps += 1;
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await settled(page);
    const name = `${String(steps).padStart(2, '0')}-${step.replaceAll(' ', '-')}-${colorScheme}.png`;
    await page.screenshot({ path: path.join(folder, name) });
  }
}

const messages = (page: Page) => page.getByRole('log', { name: 'Messages' });

async function say(page: Page, words: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill(words);
  await page.getByRole('textbox', { name: 'Message' }).press('Enter');
}

const press = (page: Page, name: string | RegExp): Promise<void> =>
  page.getByRole('button', { name }).first().click();

test('somebody new sets it up, chats, is reminded, decides, finds what was said, lets a device in and changes the model', async () => {
  // Yesterday.
  let page = await open(new Date(Date.now() - 24 * 3_600_000).toISOString());
  await page.getByRole('heading', { name: 'What should answer you?' }).waitFor();
  await look(page, 'first start');
  await page.getByRole('radio', { name: /^A provider with a key/ }).check();
  await page.getByRole('combobox', { name: 'Provider' }).selectOption('Another address');
  await look(page, 'provider');
  await page.getByRole('textbox', { name: 'Address' }).fill(model.url);
  await press(page, 'Connect');
  await page.getByRole('combobox', { name: 'Model' }).waitFor();
  await look(page, 'provider found');
  await press(page, 'Continue');
  await page.getByRole('heading', { name: 'Say something' }).waitFor();
  await look(page, 'first message');
  await press(page, 'Send');
  await messages(page).getByText('Hello! What can I do').waitFor();
  await look(page, 'first answer');
  await press(page, 'Continue');
  await look(page, 'notifications asked');
  await press(page, 'Show a test notification');
  await notifications.waitFor(({ summary }) => summary === 'Test');
  await look(page, 'notification shown');
  await press(page, 'Yes, I saw it');
  await look(page, 'notification seen');
  await press(page, 'Continue');
  await page.getByRole('heading', { name: 'Start with this computer?' }).waitFor();
  await look(page, 'start asked');
  await press(page, 'Not now');
  await page.getByRole('textbox', { name: 'Message' }).waitFor();
  await look(page, 'set up');

  await press(page, 'New chat');
  await look(page, 'new chat');
  await say(page, 'Which wine goes with trout?');
  await messages(page).getByText('Riesling').waitFor();
  await look(page, 'answer');
  await running?.quit();

  // Today: what was said yesterday.
  page = await open();
  await page.getByRole('textbox', { name: 'Message' }).waitFor();
  await look(page, 'next day');
  await page.getByRole('searchbox', { name: 'Search chats' }).fill('Riesling');
  const found = page.getByRole('navigation', { name: 'Chats' }).getByRole('listitem');
  await found.getByText(/Riesling/).waitFor();
  await look(page, 'found');
  await found.first().click();
  await messages(page).getByText('Yesterday').waitFor();
  await messages(page).getByText('Riesling').waitFor();
  await look(page, 'found chat');
  await press(page, 'Clear search');

  // A reminder.
  await press(page, 'New chat');
  await say(page, 'Remind me in a few seconds to stretch');
  await messages(page).getByText('Done. I’ll remind you').waitFor();
  await look(page, 'reminder set');
  const reminder = await notifications.waitFor(({ summary }) => summary === 'Reminder');
  expect(reminder.body).toBe('Stretch');
  await messages(page).getByRole('article', { name: 'Reminder' }).getByText('Stretch').waitFor();
  await look(page, 'reminder arrived');
  await press(page, /^Inbox/);
  await page.getByRole('main').getByText('Stretch').waitFor();
  await look(page, 'inbox');

  // A command.
  await press(page, 'New chat');
  await say(page, 'How full is my disk?');
  await messages(page).locator('button[aria-disabled="false"]', { hasText: 'Allow once' }).waitFor();
  await look(page, 'command asked');
  await messages(page)
    .getByRole('button', { name: /^Allow once/ })
    .click();
  await messages(page).getByText('plenty of room left').waitFor();
  await look(page, 'command ran');

  // A new device.
  const place = { url: `ws://127.0.0.1:${profile.port}`, token: await readToken(profile) };
  await turnedAway(place, createDevice(), {
    client: { ...APP, displayName: 'Ada’s phone' },
    scopes: ['operator.read', 'operator.write'],
  });
  await page.getByRole('status').getByText('“Ada’s phone” wants to be paired').waitFor();
  await look(page, 'device asks');
  await press(page, 'Review');
  await page.locator('button[aria-disabled="false"]', { hasText: 'Approve' }).waitFor();
  await look(page, 'device reviewed');
  await press(page, 'Approve');
  await page.getByText('“Ada’s phone” was paired.').waitFor();
  await look(page, 'device approved');
  await press(page, 'Settings');
  await press(page, 'Devices');
  await page.getByRole('main').getByText('Ada’s phone').waitFor();
  await look(page, 'devices');

  // Another model.
  await press(page, 'General');
  await page.getByRole('combobox', { name: 'For all chats' }).waitFor();
  await look(page, 'model before');
  await page.getByRole('combobox', { name: 'For all chats' }).selectOption('custom/aurora-70b');
  await page.getByText('Now answers: aurora-70b').waitFor();
  await look(page, 'model after');
  await press(page, 'New chat');
  await say(page, 'Who are you?');
  await messages(page).getByText('This is aurora-70b.').waitFor();
  await look(page, 'other model');
  expect(model.requests.at(-1)?.body.model).toBe('aurora-70b');
}, 120_000);
