import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { composer, does, happens, openWindow, type Window } from './support/app.tsx';
import type { FakeGateway } from './support/fake-gateway.ts';
import { notification, sessionRow } from './support/samples.ts';

const NOTES = 'agent:main:notes';

async function openInbox(prepare: (gateway: FakeGateway) => void): Promise<Window> {
  const opened = await openWindow({ prepare });
  await opened.user.click(screen.getByRole('button', { name: /^Inbox/ }));
  return opened;
}

describe('the inbox', () => {
  it('counts what is unread and opens the session that a notification belongs to', async () => {
    const { gateway, user } = await openInbox((fake) => {
      fake.rows.set(NOTES, sessionRow(NOTES));
      fake.notifications = [
        notification('n1', { body: 'Stretch', sessionKey: NOTES }),
        notification('n2', { readAtMs: 1 }),
      ];
    });
    expect(screen.getByRole('button', { name: 'Inbox, 1 unread' })).toBeTruthy();
    expect(document.title).toBe('(1) Inbox – Clawtray');
    await does(user.click(screen.getByRole('button', { name: /unread.*Stretch/ })));
    expect(screen.getByRole('heading', { name: 'notes' })).toBeTruthy();
    expect(gateway.requests.find(({ method }) => method === 'notifications.read')?.params).toEqual({
      ids: ['n1'],
    });
    expect(screen.getByRole('button', { name: 'Inbox' })).toBeTruthy();
  });

  it('marks all as read', async () => {
    const { user } = await openInbox((fake) => {
      fake.notifications = [notification('n1'), notification('n2')];
    });
    await does(user.click(screen.getByRole('button', { name: 'Mark all as read' })));
    expect(screen.getByRole('button', { name: 'Inbox' })).toBeTruthy();
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Mark all as read' }).disabled).toBe(true);
  });

  it('shows at once what is raised, and says why it could not be shown elsewhere', async () => {
    const { gateway } = await openInbox(() => undefined);
    expect(screen.getByRole('heading', { name: 'Nothing here yet' })).toBeTruthy();
    const raised = notification('n9', {
      kind: 'alert',
      title: 'Nightly summary did not work',
      body: 'Ollama is down',
    });
    await happens(() => gateway.emit('notification', { notification: raised, unread: 1 }));
    expect(screen.getByText('Nightly summary did not work')).toBeTruthy();

    const delivery = { surface: 'os', status: 'failed', reason: 'Notifications are off.', atMs: 1 } as const;
    gateway.notifications = [{ ...raised, delivery }];
    await happens(() => gateway.emit('notifications.changed', { unread: 1 }));
    expect(screen.getByText(/wasn’t shown. Notifications are off./)).toBeTruthy();
  });

  it('counts a reminder as seen once the person does something in its chat', async () => {
    const { gateway, host, user } = await openWindow();
    await happens(() => host.navigate({ view: 'chat', sessionKey: NOTES }));
    gateway.notifications = [notification('n1', { sessionKey: NOTES })];
    await happens(() => gateway.emit('notification', { notification: gateway.notifications[0]!, unread: 1 }));
    expect(screen.getByRole('button', { name: 'Inbox, 1 unread' })).toBeTruthy();
    await does(user.type(composer(), 'ok'));
    expect(screen.getByRole('button', { name: 'Inbox' })).toBeTruthy();
  });

  it('goes where the desktop says', async () => {
    const { host } = await openWindow();
    await happens(() => host.navigate({ view: 'inbox' }));
    expect(screen.getByRole('heading', { name: 'Inbox' })).toBeTruthy();
  });

  it('says that more exists than is shown', async () => {
    await openInbox((fake) => {
      fake.handlers['notifications.list'] = () => ({
        notifications: [notification('n1')],
        unread: 0,
        snoozed: 0,
        total: 400,
      });
    });
    expect(within(screen.getByRole('main')).getByText('The newest 1 of 400')).toBeTruthy();
  });
});
