// How the main screens look. docs/design.md says how the pictures are renewed.

import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openFurnished, type Furnished } from './support/furnished.ts';
import { comparable, expectPicture } from './support/snapshot.ts';
import { leave, settled, show, VIEWS } from './support/views.ts';
import { ROOT } from './support/app.ts';

/** When the first thing in the pictures happened, and when they are looked at. */
const DATE = '2026-11-20T09:30:00Z';
const NOW = '2026-11-20T09:40:00Z';
const SIZE = { width: 960, height: 640 };

let it: Furnished;
let page: Page;
let devTools: CDPSession;
let canCompare = false;

beforeAll(async () => {
  it = await openFurnished({
    date: { at: DATE, stands: true },
    env: {
      LANG: 'en_US.UTF-8',
      LANGUAGE: 'en_US',
      TZ: 'UTC',
      FONTCONFIG_FILE: path.join(ROOT, 'test/desktop/support/fonts.conf'),
    },
  });
  page = it.page;
  page.setDefaultTimeout(8_000);
  await page.clock.setFixedTime(NOW);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  devTools = await page.context().newCDPSession(page);
  // What was drawn before had another time.
  await page.reload();
  await page.getByRole('textbox', { name: 'Message' }).waitFor();
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('* { caret-color: transparent !important; animation: none !important; }');
    document.adoptedStyleSheets = [sheet];
  });
  canCompare = comparable(await it.running.app.evaluate(() => process.versions['chrome'] ?? ''));
  if (!canCompare)
    console.log(
      'The pictures were made with another Chromium, so they are not compared. Renew them: npm run snapshots',
    );
});

afterAll(async () => {
  await it.close();
});

const named =
  (name: string): (() => Promise<void>) =>
  async () => {
    const view = VIEWS.find((one) => one.name === name);
    if (view === undefined) throw new Error(`there is no view ${name}`);
    await show(page, view);
  };

const SCREENS: Readonly<Record<string, () => Promise<void>>> = {
  chat: named('Chat'),
  approvals: async () => {
    await named('Waiting for you')();
    await page.locator('button[aria-disabled="false"]').first().waitFor();
  },
  inbox: named('Inbox'),
  automations: named('Automations'),
  settings: named('Settings, General'),
  onboarding: async () => {
    await named('Settings, General')();
    await page.getByRole('button', { name: 'Set up again' }).click();
    await page.getByRole('heading', { name: 'What should answer you?' }).waitFor();
    await page.getByRole('radio').first().waitFor();
    await settled(page);
  },
};

const WAYS = [
  { way: 'light', colorScheme: 'light', dir: 'ltr', scale: 1 },
  { way: 'dark', colorScheme: 'dark', dir: 'ltr', scale: 1 },
  { way: '2x', colorScheme: 'light', dir: 'ltr', scale: 2 },
  { way: 'rtl', colorScheme: 'dark', dir: 'rtl', scale: 1 },
] as const;

test.each(WAYS)('the main screens look as they did, $way', async ({ way, colorScheme, dir, scale }) => {
  await page.emulateMedia({ colorScheme });
  await devTools.send('Emulation.setDeviceMetricsOverride', {
    ...SIZE,
    deviceScaleFactor: scale,
    mobile: false,
  });
  await page.evaluate((direction) => {
    document.documentElement.dir = direction;
  }, dir);
  const different: string[] = [];
  for (const [screen, open] of Object.entries(SCREENS)) {
    await open();
    // A pointer that was left somewhere would be seen.
    await page.mouse.move(0, 0);
    await settled(page);
    const { data } = await devTools.send('Page.captureScreenshot', { format: 'png' });
    try {
      if (canCompare) expectPicture(`${screen}-${way}`, Buffer.from(data, 'base64'));
    } catch (error) {
      different.push(error instanceof Error ? error.message : String(error));
    }
    if (screen === 'onboarding') await page.getByRole('button', { name: 'Set up later' }).click();
  }
  await leave(page);
  expect(different).toEqual([]);
});
