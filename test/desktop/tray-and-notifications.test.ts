import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { NotificationsListResult } from '../../src-main/shared/protocol/notifications.ts';
import { createProfile, startApp, type Profile, type RunningApp } from './support/app.ts';
import { connectToGateway, type GatewayClient } from './support/gateway-client.ts';
import { startNotificationServer, type NotificationServer } from './support/notification-server.ts';
import { ownName } from './support/bus-service.ts';
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

function remindSoon(text: string, inMs: number): Promise<unknown> {
  return gateway!.request('cron.add', {
    name: text,
    schedule: { kind: 'at', at: new Date(Date.now() + inMs).toISOString() },
    sessionTarget: 'main',
    sessionKey: 'agent:main:health',
    wakeMode: 'now',
    payload: { kind: 'systemEvent', text },
  });
}

test('the tray says that the gateway is ready and opens the window', async () => {
  const app = await start(['--hidden']);
  const item = await tray.item();

  const labels = await waitUntil(
    async () => {
      const menu = await item.menu();
      return menu.some(({ label }) => label === 'Ready') ? menu.map(({ label }) => label) : undefined;
    },
    10_000,
    'a tray that is ready',
  );
  expect(labels).toContain('Answers: Built-in assistant');
  expect(labels).toContain('Quit Clawtray');
  expect(await app.windowCount()).toBe(0);

  await item.click('Open Chat');
  expect(await (await app.window()).title()).toContain('Clawtray');
});

test('a reminder arrives as a native notification without a window, and a click opens its session', async () => {
  const app = await start(['--hidden']);
  await remindSoon('Stretch <b>& breathe</b>', 1_000);

  const shown = await notifications.waitFor(({ summary }) => summary === 'Reminder');
  expect(shown.appName).toBe('Clawtray');
  // Plain text: what looks like markup is shown as it was written.
  expect(shown.body).toBe('Stretch &lt;b&gt;&amp; breathe&lt;/b&gt;');
  expect(shown.actions).toEqual(['default', 'Open', 'button-done', 'Done', 'button-snooze', 'Snooze 10 min']);
  expect(shown.expire).toBe(0);
  expect(await app.windowCount()).toBe(0);

  const delivered = await waitUntil(
    async () => {
      const inbox = await gateway!.request('notifications.list', {});
      return inbox.notifications.find(({ delivery }) => delivery?.status === 'delivered');
    },
    5_000,
    'the delivery to be recorded',
  );
  expect(delivered.body).toBe('Stretch <b>& breathe</b>');

  notifications.press(shown.id, 'default');
  const page = await app.window();
  await page.getByText('Stretch <b>& breathe</b>').first().waitFor();
  const inbox = await waitUntil(
    async () => {
      const list = await gateway!.request('notifications.list', {});
      return list.unread === 0 ? list : undefined;
    },
    5_000,
    'the notification to count as read',
  );
  expect(inbox.notifications).toHaveLength(1);
});

test('a reminder that came due while the app was closed arrives after the next start, once', async () => {
  await start(['--hidden']);
  await remindSoon('Water the plants', 1_500);
  gateway?.close();
  await running?.quit();
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  expect(notifications.shown).toHaveLength(0);

  await start(['--hidden']);
  await notifications.waitFor(({ body }) => body === 'Water the plants');
  const jobs = await gateway!.request('cron.list', { includeDisabled: true });
  expect(jobs.jobs).toEqual([]);
  const history = await gateway!.request('chat.history', { sessionKey: 'agent:main:health' });
  expect(history.messages).toHaveLength(1);
  expect(notifications.shown.filter(({ body }) => body === 'Water the plants')).toHaveLength(1);
});

test('many notifications that waited are told as one', async () => {
  await start(['--hidden']);
  notifications.stop();
  for (let i = 1; i <= 5; i += 1) await remindSoon(`Thing ${i}`, 100);
  gateway?.close();
  // Killed before anything could be shown: the inbox has them, nobody has seen them.
  await running?.kill();
  running = undefined;

  notifications = await startNotificationServer();
  await start(['--hidden']);
  const summary = await notifications.waitFor(({ summary: title }) => title.endsWith('notifications'));
  expect(summary.body).toBe('They came while Clawtray was not running.');
});

test('closing the window keeps the app, and starting it again shows the window', async () => {
  const app = await start();
  const page = await app.window();
  await page.close();
  await waitUntil(
    async () => ((await app.windowCount()) === 0 ? true : undefined),
    5_000,
    'the window to close',
  );
  const told = await notifications.waitFor(({ summary }) => summary === 'Clawtray keeps running');
  expect(told.body).toContain('start Clawtray again');
  expect(await gateway!.request('health', {})).toMatchObject({ ok: true });

  const second = await startApp(profile).catch(() => undefined);
  expect(await (await app.window()).title()).toContain('Clawtray');
  await second?.quit();
});

/** Once the inbox is that way. */
async function inboxWith(
  fits: (inbox: NotificationsListResult) => boolean,
): Promise<NotificationsListResult> {
  return waitUntil(
    async () => {
      const inbox = await gateway!.request('notifications.list', {});
      return fits(inbox) ? inbox : undefined;
    },
    10_000,
    'the inbox',
  );
}

test('a reminder is done or snoozed on the notification, and goes when it is dealt with elsewhere', async () => {
  await start(['--hidden']);
  const item = await tray.item();
  const counts = (label: string): Promise<true> =>
    waitUntil(
      async () => ((await item.menu()).some((one) => one.label === label) ? true : undefined),
      10_000,
      label,
    );
  for (const text of ['one', 'two', 'three']) await remindSoon(text, 100);
  const [one, two, three] = await Promise.all(
    ['one', 'two', 'three'].map((text) => notifications.waitFor(({ body }) => body === text)),
  );
  await counts('Inbox (3 unread)');

  notifications.press(one!.id, 'button-done');
  const done = await inboxWith(({ unread }) => unread === 2);
  expect(done.notifications.find(({ body }) => body === 'one')?.state).toBe('resolved');

  const before = Date.now();
  notifications.press(two!.id, 'button-snooze');
  const snoozed = await inboxWith(({ snoozed: count }) => count === 1);
  const until = snoozed.notifications.find(({ body }) => body === 'two')?.snoozedUntilMs ?? 0;
  expect(until - before).toBeGreaterThanOrEqual(10 * 60_000);
  expect(until - before).toBeLessThan(11 * 60_000);
  await counts('Inbox (1 unread)');

  // Read by another client: it does not stay on the screen, and the tray knows.
  await gateway!.request('notifications.read', {});
  await waitUntil(
    () => (notifications.closed.includes(three!.id) ? true : undefined),
    5_000,
    'it to be closed',
  );
  await counts('Inbox');

  // The count is that of the inbox after a restart too.
  await remindSoon('four', 100);
  await counts('Inbox (1 unread)');
  gateway?.close();
  await running?.quit();
  await start(['--hidden']);
  const again = await tray.item();
  await waitUntil(
    async () => ((await again.menu()).some(({ label }) => label === 'Inbox (1 unread)') ? true : undefined),
    10_000,
    'the tray after a restart',
  );
  expect(notifications.shown.filter(({ body }) => body === 'four')).toHaveLength(1);
});

test('nothing private is on the lock screen, unless the person wants that', async () => {
  const saver = await ownName('org.gnome.ScreenSaver', ({ member }) =>
    member === 'GetActive' ? { signature: 'b', body: [false] } : undefined,
  );
  const lock = (active: boolean): void => {
    saver.signal('/org/gnome/ScreenSaver', 'org.gnome.ScreenSaver', 'ActiveChanged', 'b', [active]);
  };
  const sees = (body: string): Promise<unknown> =>
    waitUntil(
      () => (notifications.visible().some((one) => one.body === body) ? true : undefined),
      10_000,
      `“${body}” on the screen`,
    );
  try {
    await start(['--hidden']);
    await remindSoon('See the doctor', 100);
    await sees('See the doctor');
    lock(true);
    await sees('A notification is waiting.');
    await remindSoon('Call the lawyer', 100);
    await inboxWith(
      ({ notifications: all }) => all.filter(({ delivery }) => delivery !== undefined).length === 2,
    );
    expect(notifications.visible().map(({ summary, body, actions }) => [summary, body, actions])).toEqual([
      ['Clawtray', 'A notification is waiting.', ['default', 'Open']],
      ['Clawtray', 'A notification is waiting.', ['default', 'Open']],
    ]);
    lock(false);
    await sees('See the doctor');
    await sees('Call the lawyer');
    await gateway!.request('notifications.settings.set', { lockScreen: 'full' });
    lock(true);
    await remindSoon('Buy milk', 100);
    await sees('Buy milk');
  } finally {
    saver.stop();
  }
});

test('the tray counts what waits, and quitting ends the gateway', async () => {
  const app = await start(['--hidden']);
  await remindSoon('Call Ana', 300);
  const item = await tray.item();
  await waitUntil(
    async () => ((await item.menu()).some(({ label }) => label === 'Inbox (1 unread)') ? true : undefined),
    10_000,
    'the tray to count the reminder',
  );

  const exited = new Promise((resolve) => app.app.process().once('exit', resolve));
  await item.click('Quit Clawtray');
  expect(await exited).toBe(0);
  running = undefined;
});

test('starts at sign-in only when the person switched that on', async () => {
  const app = await start();
  const page = await app.window();
  const file = path.join(profile.folder, '.config', 'autostart', 'clawtray.desktop');
  await page.keyboard.press('Control+,');
  const choice = page.getByRole('switch', { name: 'Start when I sign in to this computer' });
  expect(await choice.isChecked()).toBe(false);
  await choice.click();
  const entry = await waitUntil(
    () => readFile(file, 'utf8').catch(() => undefined),
    5_000,
    'the autostart entry',
  );
  expect(entry).toMatch(/^Exec="\/.+" "--hidden"$/m);
  await choice.click();
  await waitUntil(
    () =>
      readFile(file, 'utf8').then(
        () => undefined,
        () => true,
      ),
    5_000,
    'the autostart entry to go',
  );
});

test('the tray pauses notifications for a while; what came is told afterwards', async () => {
  await start(['--hidden']);
  const item = await tray.item();
  const has = (label: string): Promise<true> =>
    waitUntil(
      async () => ((await item.menu()).some((one) => one.label.startsWith(label)) ? true : undefined),
      10_000,
      label,
    );
  await has('Pause Notifications');
  await item.click('Pause Notifications for 1 Hour');
  await has('Resume Notifications (paused until');
  await remindSoon('Feed the cat', 200);
  await has('Inbox (1 unread)');
  expect(notifications.shown).toHaveLength(0);

  // Nor is a summary of many a way around it.
  const summarized = new Promise<void>((resolve) => {
    gateway!.connection.on('notifications.summary', () => {
      resolve();
    });
  });
  for (let n = 0; n < 8; n += 1) await remindSoon(`many ${n}`, 100);
  await has('Inbox (9 unread)');
  await summarized;
  expect(notifications.shown).toHaveLength(0);

  // A decision is never held back.
  await gateway!.request('exec.approval.request', { id: 'x', command: 'date', twoPhase: true });
  await notifications.waitFor(({ body }) => body.startsWith('date'));

  await item.click('Resume Notifications');
  await notifications.waitFor(({ summary }) => summary === '9 notifications');
  await has('Pause Notifications');
});

test('the tray names the next jobs in their order', async () => {
  await start(['--hidden']);
  await remindSoon('Second thing', 7_200_000);
  await remindSoon('First thing', 3_600_000);
  const item = await tray.item();
  await waitUntil(
    async () => {
      const labels = (await item.menu()).map(({ label }) => label);
      const at = labels.findIndex((label) => label.startsWith('Next: First thing, '));
      return at >= 0 && labels[at + 1]?.startsWith('Then: Second thing, ') === true ? true : undefined;
    },
    10_000,
    'the next jobs',
  );
});

test('settings that cannot be read are told of, and do not keep the app from starting', async () => {
  await writeFile(path.join(profile.folder, 'electron', 'settings.json'), '{"zoomLevel": 1');
  await start(['--hidden']);
  const told = await notifications.waitFor(({ summary }) => summary === 'Some settings couldn’t be read');
  expect(told.body).toContain('settings.json.broken');
  notifications.press(told.id, 'default');
  await (await running!.window()).getByRole('heading', { name: 'Settings' }).waitFor();
});
