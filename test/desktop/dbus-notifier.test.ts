// The notifier against a real bus and server, without an app around it.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDbusNotifier } from '../../src-main/desktop/notifications/dbus-notifier.ts';
import type { OsNotification, OsNotifier } from '../../src-main/desktop/notifications/os-notifier.ts';
import { silentLogger } from '../../src-main/shared/logger.ts';
import { startNotificationServer, type NotificationServer } from './support/notification-server.ts';
import { waitUntil } from './support/wait.ts';

let server: NotificationServer;
let notifier: OsNotifier;

beforeEach(async () => {
  server = await startNotificationServer();
  notifier = createDbusNotifier({
    appName: 'Clawtray',
    desktopEntry: 'clawtray',
    icon: '/icon.png',
    openLabel: () => 'Open',
    log: silentLogger,
  });
});

afterEach(() => {
  notifier.stop();
  server.stop();
});

function notification(id: string, onClick: () => void = () => undefined): OsNotification {
  return { id, title: id, body: '', persistent: true, onClick };
}

test('a click that comes together with the answer is not lost', async () => {
  await notifier.show(notification('warm'));
  for (let round = 1; round <= 20; round += 1) {
    let clicks = 0;
    server.whenNextComes((id) => {
      server.press(id, 'default');
    });
    await notifier.show(
      notification(`round ${round}`, () => {
        clicks += 1;
      }),
    );
    await waitUntil(() => (clicks === 1 ? true : undefined), 2_000, `the click of round ${round}`);
  }
});

test('what is closed before the service has answered does not stay', async () => {
  const showing = notifier.show(notification('short'));
  notifier.close('short');
  expect(await showing).toEqual({ status: 'delivered' });
  const { id } = await server.waitFor(({ summary }) => summary === 'short');
  await waitUntil(() => (server.closed.includes(id) ? true : undefined), 2_000, 'it to be closed');
});

test('what is closed and shown again stays', async () => {
  const first = notifier.show(notification('again'));
  notifier.close('again');
  await Promise.all([first, notifier.show(notification('again'))]);
  await notifier.show(notification('last'));
  const ids = server.shown.filter(({ summary }) => summary === 'again').map(({ id }) => id);
  expect(ids.filter((id) => !server.closed.includes(id))).toHaveLength(1);
});

test('of two with one name at the same time the later one is left', async () => {
  await Promise.all([notifier.show(notification('twin')), notifier.show(notification('twin'))]);
  const ids = new Set(server.shown.filter(({ summary }) => summary === 'twin').map(({ id }) => id));
  expect(ids.size).toBe(1);
});
