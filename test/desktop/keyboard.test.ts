// The whole window without a pointer.

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { letAgentAsk, openFurnished, type Furnished } from './support/furnished.ts';
import { chooseInMenu, focusName, missedBy, tabStops, tabTo } from './support/keyboard.ts';
import { leave } from './support/views.ts';

let it: Furnished;
let page: Page;

beforeAll(async () => {
  it = await openFurnished();
  await letAgentAsk(it.gateway);
  page = it.page;
  page.setDefaultTimeout(8_000);
  await page.emulateMedia({ reducedMotion: 'reduce' });
});

afterAll(async () => {
  await it.close();
});

beforeEach(async () => {
  await leave(page);
});

const heading = (name: string): Promise<void> =>
  page.getByRole('heading', { level: 1, name, exact: true }).waitFor();

/** Where the keys and the palette lead, and what is there once it is complete. */
const PLACES: readonly { keys?: string; words?: string; section?: string; ready: () => Promise<void> }[] = [
  { keys: 'Control+n', ready: () => page.getByRole('heading', { name: 'What can I do for you?' }).waitFor() },
  { words: 'What is left', ready: () => page.getByText('Three things are left').waitFor() },
  { words: 'Waiting for you', ready: () => page.getByRole('button', { name: /^Reject|^Deny/ }).waitFor() },
  { keys: 'Control+2', ready: () => heading('Inbox') },
  { keys: 'Control+3', ready: () => page.getByRole('main').getByText('Summary of the mail').waitFor() },
  { keys: 'Control+4', ready: () => page.getByRole('textbox', { name: 'Checklist' }).waitFor() },
  { words: 'Gateways', ready: () => page.getByRole('main').getByText('Studio').waitFor() },
  { section: 'General', ready: () => page.getByRole('combobox', { name: 'For all chats' }).waitFor() },
  { section: 'Notifications', ready: () => page.getByRole('switch', { name: 'Reminders' }).waitFor() },
  { section: 'Agents', ready: () => page.getByRole('textbox', { name: 'AGENTS.md' }).waitFor() },
  { section: 'Skills', ready: () => page.getByRole('main').getByRole('switch').first().waitFor() },
  { section: 'Devices', ready: () => page.getByText('No device was paired yet.').waitFor() },
  { section: 'Allowed', ready: () => page.getByText('Nothing is allowed').waitFor() },
  { section: 'Usage', ready: () => page.getByRole('heading', { name: 'By model' }).waitFor() },
  { section: 'Logs', ready: () => page.getByRole('searchbox', { name: 'Filter lines' }).waitFor() },
  { section: 'Gateway', ready: () => page.getByRole('searchbox', { name: 'Search settings' }).waitFor() },
  { section: 'About', ready: () => page.getByRole('heading', { name: 'Licence' }).waitFor() },
];

async function goTo(words: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Where to go' }).waitFor();
  await page.keyboard.type(words);
  await page.getByRole('option', { name: words }).first().waitFor();
  await page.keyboard.press('Enter');
}

async function goToSection(section: string): Promise<void> {
  await page.keyboard.press('Control+,');
  await heading('Settings');
  await tabTo(page, section);
  await page.keyboard.press('Enter');
}

test('every view is reached by key, and everything in it with Tab, with the focus in sight', async () => {
  const faults: Record<string, unknown> = {};
  for (const { keys, words, section, ready } of PLACES) {
    if (keys !== undefined) await page.keyboard.press(keys);
    if (words !== undefined) await goTo(words);
    if (section !== undefined) await goToSection(section);
    await ready();
    const stops = await tabStops(page);
    const unseen = stops.filter(({ visible }) => !visible).map(({ name }) => name);
    const missed = await missedBy(page);
    if (unseen.length > 0 || missed.length > 0) faults[keys ?? words ?? section ?? ''] = { unseen, missed };
  }
  expect(faults).toEqual({});
});

test.each([
  { at: 'What is left', opener: 'Actions for this chat', command: 'Rename', title: 'Rename this chat' },
  { at: 'What is left', opener: 'Actions for this chat', command: 'Model', title: 'Model for this chat' },
  { at: 'What is left', opener: 'Actions for this chat', command: 'Start over', title: /^Start “/ },
  { at: 'Help me to', opener: 'Actions for this chat', command: 'Delete', title: /^Delete “/ },
  { at: 'Automations', opener: 'New automation', title: 'New automation' },
  { at: 'Automations', opener: /^Actions for Water/, command: 'Change', title: 'Change this automation' },
  { at: 'Automations', opener: /^Actions for Water/, command: 'History', title: /^History of/ },
  { at: 'Gateways', opener: 'Add gateway', title: 'Add a gateway' },
  { at: 'Agents', opener: 'Actions for main', command: 'New agent', title: 'New agent' },
  { at: 'Skills', opener: 'Install a skill', title: 'Install a skill' },
  { at: 'Devices', opener: 'Pair a device', title: 'Pair a device' },
  { at: 'Devices', opener: 'Offer this computer', title: 'Offer this computer' },
])(
  '$title: opens by key, holds the focus, and gives it back on Escape',
  async ({ at, opener, command, title }) => {
    await goTo(at);
    if (command === undefined) {
      await tabTo(page, opener);
      await page.keyboard.press('Enter');
    } else await chooseInMenu(page, opener, command);
    const dialog = page.getByRole('dialog', { name: title });
    await dialog.waitFor();
    const inside = (): Promise<boolean> =>
      dialog.evaluate((element) => element.contains(document.activeElement));
    expect(await inside()).toBe(true);
    const stops = await tabStops(page);
    expect(stops.filter(({ visible }) => !visible)).toEqual([]);
    expect(await missedBy(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await focusName(page)).toMatch(opener);
  },
);

test('what people do every day is done by key', async () => {
  // A chat: written, answered, renamed from the list.
  await page.keyboard.press('Control+n');
  await page.getByRole('heading', { name: 'What can I do for you?' }).waitFor();
  await page.keyboard.type('Remember the milk');
  await page.keyboard.press('Enter');
  await page.getByRole('log').getByText('Gladly. Tell me when.').waitFor();
  // The list is one stop, and the arrows go through it.
  await tabTo(page, /^(How full is the disk|Remember the milk)/);
  await page.keyboard.press('Home');
  expect(await focusName(page)).toMatch(/^Remember the milk/);
  await page.keyboard.press('ArrowDown');
  expect(await focusName(page)).not.toMatch(/^Remember/);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('F2');
  await page.getByRole('dialog', { name: 'Rename this chat' }).waitFor();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('Shopping');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Shopping' }).waitFor();

  // A reminder in the inbox, and an automation.
  await page.keyboard.press('Control+2');
  await chooseInMenu(page, 'Actions for Water the plants', 'Done');
  await page.keyboard.press('Control+3');
  await page.getByRole('main').getByText('Summary of the mail').waitFor();
  await chooseInMenu(page, 'Actions for Summary of the mail', 'Remove');
  await page.getByText('Remove this automation?').waitFor();
  expect(await focusName(page)).toBe('Keep');
  await tabTo(page, 'Remove');
  await page.keyboard.press('Enter');
  await page.getByRole('main').getByText('Summary of the mail').waitFor({ state: 'detached' });

  // A file of an agent.
  await goToSection('Agents');
  await page.getByRole('textbox', { name: 'AGENTS.md' }).waitFor();
  await tabTo(page, 'AGENTS.md');
  await page.keyboard.press('Tab');
  await tabTo(page, 'AGENTS.md');
  await page.keyboard.type('# Mine');
  await page.keyboard.press('Control+s');
  await page.getByText('Saved.').waitFor();

  // A switch.
  await goToSection('Notifications');
  const reminders = page.getByRole('switch', { name: 'Calls' });
  await reminders.waitFor();
  await reminders.focus();
  await page.keyboard.press('Space');
  await expect.poll(() => reminders.isChecked()).toBe(false);

  // A device and a command: what leaves everything as it is has the focus, and a key is enough.
  await goTo('Waiting for you');
  for (const [answer, told] of [
    ['Deny', /^Denied: git push/],
    ['Reject', /was rejected/],
    ['Deny', /^Denied: df/],
  ] as const) {
    await page.locator('button[aria-disabled="false"]', { hasText: answer }).waitFor();
    await expect.poll(() => focusName(page)).toBe(answer);
    await page.keyboard.press('Enter');
    await page.getByText(told).waitFor();
  }
  await page.getByText('Nothing waits for you').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { level: 1, name: 'Shopping' }).waitFor();
});
