import { access } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { violations } from './support/accessibility.ts';
import { createProfile, startApp, type Profile, type RunningApp } from './support/app.ts';
import { startNotificationServer, type NotificationServer } from './support/notification-server.ts';

let profile: Profile;
let notifications: NotificationServer;
let running: RunningApp | undefined;

beforeEach(async () => {
  profile = await createProfile({ firstStart: true });
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
  return running.window();
}

/** Presses Tab until the button of this name has the focus, then Enter. */
async function press(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).waitFor();
  for (let i = 0; i < 20; i += 1) {
    const focused = await page.evaluate(() =>
      (document.activeElement as HTMLElement | null)?.innerText.trim(),
    );
    if (focused === name) {
      await page.keyboard.press('Enter');
      return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error(`"${name}" cannot be reached with Tab.`);
}

/** The step has begun: its question has the focus, so that it is read out. */
async function asks(page: Page, question: string): Promise<void> {
  await page.getByRole('heading', { name: question }).waitFor();
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(question);
  expect(await violations(page)).toEqual([]);
}

test('a new profile is set up with the keyboard alone, and asked once', async () => {
  let page = await open();
  await asks(page, 'What should answer you?');
  await press(page, 'Continue');

  await asks(page, 'Say something');
  await press(page, 'Send');
  await page.getByRole('log').getByText('not a language model').waitFor();
  await press(page, 'Continue');

  await asks(page, 'Do notifications arrive?');
  await press(page, 'Show a test notification');
  await notifications.waitFor(({ summary }) => summary === 'Test');
  await press(page, 'Yes, I saw it');
  await press(page, 'Continue');

  await asks(page, 'Start with this computer?');
  const autostart = path.join(profile.folder, '.config/autostart/clawtray.desktop');
  await expect(access(autostart)).rejects.toThrow();
  await press(page, 'Start when I sign in');
  await page.getByRole('textbox', { name: 'Message' }).waitFor();
  await access(autostart);

  await running?.quit();
  page = await open();
  await page.getByRole('textbox', { name: 'Message' }).waitFor();
  expect(await page.getByRole('button', { name: 'Go on setting up' }).count()).toBe(0);
});
