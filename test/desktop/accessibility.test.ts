import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violations } from './support/accessibility.ts';
import { createProfile, startApp, type Profile, type RunningApp } from './support/app.ts';

let profile: Profile;
let running: RunningApp;
let page: Page;

beforeAll(async () => {
  profile = await createProfile();
  running = await startApp(profile);
  page = await running.window();
  await page.getByRole('textbox').fill('remind me every weekday at 8:30 to check the calendar');
  await page.getByRole('textbox').press('Enter');
  await page
    .getByRole('log')
    .getByText(/every weekday/)
    .last()
    .waitFor();
});

afterAll(async () => {
  await running.quit();
  await profile.remove();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`chat, automations, inbox and heartbeat have no accessibility fault, ${colorScheme}`, async () => {
    await page.emulateMedia({ colorScheme });
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Automations' }).click();
    await page.getByRole('main').getByText('Check the calendar').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: /^Inbox/ }).click();
    await page.getByText('Nothing here yet').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Control+4');
    await page.getByRole('textbox', { name: 'Checklist' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Control+n');
    await page.getByRole('heading', { name: 'What can I do for you?' }).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test(`menu and questions about a chat have no accessibility fault, ${colorScheme}`, async () => {
    await page.emulateMedia({ colorScheme });
    await page.keyboard.press('Control+1');
    await page.getByRole('navigation', { name: 'Chats' }).getByRole('listitem').first().click();
    for (const name of ['Rename', 'Start over']) {
      await page.getByRole('button', { name: 'Actions for this chat' }).click();
      await page.getByRole('menuitem', { name }).waitFor();
      expect(await violations(page)).toEqual([]);
      await page.getByRole('menuitem', { name }).click();
      await page.getByRole('dialog').waitFor();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    // The focus is back where the menu was opened.
    expect(await page.evaluate(() => document.activeElement?.ariaLabel)).toBe('Actions for this chat');
  });
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the settings have no accessibility fault, ${colorScheme}`, async () => {
    await page.emulateMedia({ colorScheme });
    await page.keyboard.press('Control+,');
    const sections = page.getByRole('navigation', { name: 'Sections' });
    await sections.waitFor();
    for (const name of ['General', 'Agents', 'Devices', 'Usage', 'Logs', 'Gateway', 'About']) {
      await sections.getByRole('button', { name }).click();
      await page.waitForTimeout(300);
      expect(await violations(page), name).toEqual([]);
    }
  });
}

test('everything can be reached with the keyboard, and the focus is always somewhere visible', async () => {
  await page.keyboard.press('Control+n');
  await page.getByRole('textbox').waitFor();
  const reached: string[] = [];
  for (let i = 0; i < 30; i += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      if (!(element instanceof HTMLElement) || element === document.body) return undefined;
      const { width, height } = element.getBoundingClientRect();
      return { name: element.ariaLabel ?? element.innerText.trim(), visible: width > 0 && height > 0 };
    });
    // Past the last one the focus leaves the page once.
    if (focused === undefined) continue;
    expect(focused.visible, focused.name).toBe(true);
    reached.push(focused.name);
  }
  for (const name of ['New chat', 'Inbox', 'Automations', 'Message']) {
    expect(
      reached.some((label) => label.includes(name)),
      `${name} in ${reached.join(', ')}`,
    ).toBe(true);
  }
});
