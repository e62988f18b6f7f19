// Every view of the window and every dialog, and how somebody gets there with the keyboard and the pointer. Whatever must hold of all of
// them (accessibility, zoom, direction) goes through this list.

import type { Locator, Page } from 'playwright-core';

export interface View {
  readonly name: string;
  /** From whichever view is shown. */
  open(page: Page): Promise<void>;
  /** What is there once it is complete. */
  ready(page: Page): Locator;
}

/** Not one of the sidebar, which has buttons for every chat. */
const button = (page: Page, name: string | RegExp): Locator =>
  page.getByRole('main').getByRole('button', { name });
const dialog = (page: Page, name: string | RegExp): Locator => page.getByRole('dialog', { name });

/** By the palette, which is there in a narrow window, too. */
async function goTo(page: Page, words: string): Promise<void> {
  await leave(page);
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: 'Where to go' });
  await field.fill(words);
  await page.getByRole('option', { name: words }).first().waitFor();
  await field.press('Enter');
  await field.waitFor({ state: 'detached' });
}

const words = (page: Page): Locator => page.getByRole('searchbox', { name: 'Search chats' });

/** Brings the sidebar, which a narrow window hides. */
async function bringSidebar(page: Page): Promise<void> {
  await leave(page);
  if (!(await words(page).isVisible())) await page.keyboard.press('Control+b');
  await words(page).waitFor();
}

/** Out of whatever lies over the view, of a search, and of setting up. */
export async function leave(page: Page): Promise<void> {
  const over = page.locator('dialog[open], [role="dialog"], [role="menu"], [role="listbox"]');
  for (let i = 0; i < 4 && (await over.count()) > 0; i += 1) {
    await page.keyboard.press('Escape');
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  const later = page.getByRole('button', { name: 'Set up later' });
  if (await later.isVisible()) await later.click();
  if ((await words(page).isVisible()) && (await words(page).inputValue()) !== '') await words(page).fill('');
}

async function settings(page: Page, section: string): Promise<void> {
  await leave(page);
  await page.keyboard.press('Control+,');
  await page
    .getByRole('navigation', { name: 'Sections' })
    .getByRole('button', { name: section, exact: true })
    .click();
}

/** A view of the palette's list. */
function place(name: string, ready: View['ready']): View {
  return { name, open: (page) => goTo(page, name), ready };
}

function section(name: string, ready: View['ready']): View {
  return { name: `Settings, ${name}`, open: (page) => settings(page, name), ready };
}

/** Something that is opened in a view by its buttons. */
function inside(view: View, name: string, title: string | RegExp, ...clicks: readonly ClickOn[]): View {
  return {
    name,
    open: async (page) => {
      await view.open(page);
      await view.ready(page).first().waitFor();
      for (const click of clicks) await click(page).first().click();
    },
    ready: (page) => dialog(page, title),
  };
}

type ClickOn = (page: Page) => Locator;
const press =
  (name: string | RegExp): ClickOn =>
  (page) =>
    button(page, name);
const choose =
  (name: string): ClickOn =>
  (page) =>
    page.getByRole('menuitem', { name });

const RELEASE = 'What is left to do for the release?';
const CHAT: View = {
  name: 'Chat',
  open: async (page) => {
    await goTo(page, RELEASE);
    const tool = button(page, /^List files/);
    await tool.waitFor();
    if ((await tool.getAttribute('aria-expanded')) === 'false') await tool.click();
  },
  ready: (page) => page.getByRole('region', { name: 'Result' }),
};
const NEW_CHAT = place('New chat', (page) => page.getByRole('heading', { name: 'What can I do for you?' }));
const SLASH: View = {
  name: 'Commands in the composer',
  open: async (page) => {
    await NEW_CHAT.open(page);
    await page.getByRole('textbox', { name: 'Message' }).fill('/');
  },
  ready: (page) => page.getByRole('listbox', { name: 'Commands' }),
};
const FOUND: View = {
  name: 'Found messages',
  open: async (page) => {
    await goTo(page, RELEASE);
    await bringSidebar(page);
    await words(page).fill('changelog');
  },
  ready: (page) => page.getByRole('heading', { name: 'In messages' }),
};
const DETAILS: View = {
  name: 'Gateway details',
  open: async (page) => {
    await bringSidebar(page);
    await page.getByRole('button', { name: /^Gateway: / }).click();
  },
  ready: (page) => dialog(page, 'Gateway details'),
};
const APPROVALS = place('Waiting for you', (page) => button(page, /^(Deny|Reject)/));
const INBOX = place('Inbox', (page) => page.getByRole('main').getByText('Water the plants'));
const AUTOMATIONS = place('Automations', (page) => page.getByRole('main').getByText('Summary of the mail'));
const CALENDAR: View = {
  name: 'Calendar',
  open: async (page) => {
    await AUTOMATIONS.open(page);
    await button(page, 'Calendar').click();
  },
  ready: (page) => page.getByRole('group', { name: 'Days shown' }),
};
const HEARTBEAT = place('Heartbeat', (page) => page.getByRole('textbox', { name: 'Checklist' }));
const GATEWAYS = place('Gateways', (page) => page.getByRole('main').getByText('Studio'));
const GENERAL = section('General', (page) => page.getByRole('combobox', { name: 'For the window' }));
const NOTIFICATIONS = section('Notifications', (page) => page.getByRole('switch', { name: 'Reminders' }));
const AGENTS = section('Agents', (page) => page.getByRole('textbox', { name: 'AGENTS.md' }));
const SKILLS = section('Skills', (page) => page.getByRole('main').getByRole('switch').first());
const DEVICES = section('Devices', (page) => page.getByRole('heading', { name: 'Paired devices' }));
const ALLOWED = section('Allowed', (page) => page.getByText('Nothing is allowed without a question.'));
const USAGE = section('Usage', (page) => page.getByRole('heading', { name: 'By model' }));
const LOGS = section('Logs', (page) => page.getByRole('searchbox', { name: 'Filter lines' }));
const ALL = section('Gateway', (page) => page.getByRole('searchbox', { name: 'Search settings' }));
/** One of setting up; each can be passed over. */
function step(at: number, title: string): View {
  return {
    name: `Setting up, ${title}`,
    open: async (page) => {
      await GENERAL.open(page);
      await button(page, /^Set up again|^Go on setting up/).click();
      await page.getByRole('heading', { level: 1 }).waitFor();
      for (let i = 0; i < 4 && !(await page.getByText('Step 1 of').isVisible()); i += 1)
        await button(page, 'Back').click();
      for (let i = 0; i < at; i += 1) await button(page, 'Skip').click();
    },
    ready: (page) => page.getByRole('heading', { name: title }),
  };
}
const ABOUT = section('About', (page) => page.getByText('Where your data lies'));

export const VIEWS: readonly View[] = [
  CHAT,
  {
    name: 'Approval in a chat',
    open: (page) => goTo(page, 'How full is the disk?'),
    ready: (page) => page.getByRole('log').getByRole('button', { name: 'Deny' }),
  },
  NEW_CHAT,
  SLASH,
  FOUND,
  DETAILS,
  inside(CHAT, 'Link', 'Open this address?', (page) => page.getByRole('link', { name: 'the plan' })),
  {
    name: 'Palette',
    open: async (page) => {
      await leave(page);
      await page.keyboard.press('Control+k');
    },
    ready: (page) => page.getByRole('option').first(),
  },
  {
    name: 'Menu of a chat',
    open: async (page) => {
      await goTo(page, RELEASE);
      await button(page, 'Actions for this chat').click();
    },
    ready: (page) => page.getByRole('menuitem', { name: 'Rename' }),
  },
  inside(CHAT, 'Rename a chat', 'Rename this chat', press('Actions for this chat'), choose('Rename')),
  inside(CHAT, 'Model of a chat', 'Model for this chat', press('Actions for this chat'), choose('Model')),
  inside(CHAT, 'Start over', /^Start “/, press('Actions for this chat'), choose('Start over')),
  inside(
    {
      ...CHAT,
      open: (page) => goTo(page, 'Help me to drink'),
      ready: (page) => page.getByText('Tell me when'),
    },
    'Delete a chat',
    /^Delete “/,
    press('Actions for this chat'),
    choose('Delete'),
  ),
  APPROVALS,
  INBOX,
  {
    name: 'Menu of a notification',
    open: async (page) => {
      await INBOX.open(page);
      await button(page, /^Actions for/)
        .first()
        .click();
    },
    ready: (page) => page.getByRole('menuitem').first(),
  },
  AUTOMATIONS,
  CALENDAR,
  inside(AUTOMATIONS, 'New automation', 'New automation', press('New automation')),
  inside(
    AUTOMATIONS,
    'Change an automation',
    'Change this automation',
    press(/^Actions for Water/),
    choose('Change'),
  ),
  inside(AUTOMATIONS, 'History', /^History of/, press(/^Actions for Water/), choose('History')),
  {
    name: 'Question about an automation',
    open: async (page) => {
      await AUTOMATIONS.open(page);
      await button(page, /^Actions for Water/).click();
      await choose('Remove')(page).click();
    },
    ready: (page) => page.getByText('Remove this automation?'),
  },
  HEARTBEAT,
  GATEWAYS,
  inside(GATEWAYS, 'Add a gateway', 'Add a gateway', press('Add gateway')),
  GENERAL,
  NOTIFICATIONS,
  AGENTS,
  inside(AGENTS, 'New agent', 'New agent', press(/^Actions for/), choose('New agent')),
  SKILLS,
  inside(SKILLS, 'Install a skill', 'Install a skill', press('Install a skill')),
  DEVICES,
  inside(DEVICES, 'Pair a device', 'Pair a device', press('Pair a device')),
  inside(DEVICES, 'Offer this computer', 'Offer this computer', press('Offer this computer')),
  ALLOWED,
  USAGE,
  LOGS,
  ALL,
  ABOUT,
  step(0, 'What should answer you?'),
  step(1, 'Say something'),
  step(2, 'Do notifications arrive?'),
  step(3, 'Start with this computer?'),
];

/** Goes to a view and waits until it is complete and stands still. */
export async function show(page: Page, view: View): Promise<void> {
  await view.open(page);
  await view.ready(page).first().waitFor();
  await settled(page);
}

/** Nothing moves, and nothing is being loaded. */
export async function settled(page: Page): Promise<void> {
  await page.getByText('Loading', { exact: true }).waitFor({ state: 'detached' });
  await page.evaluate(async () => {
    await document.fonts.ready;
    const ending = document
      .getAnimations()
      .filter((one) => one.effect?.getComputedTiming().iterations !== Infinity)
      .map((one) => one.finished.catch(() => undefined));
    await Promise.all(ending);
    // What follows from the last change is drawn.
    for (let i = 0; i < 2; i += 1) await new Promise(requestAnimationFrame);
  });
}
