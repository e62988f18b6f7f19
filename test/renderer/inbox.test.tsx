import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { InboxNotification } from '../../src-main/shared/protocol/notifications.ts';
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

  it('snoozes, brings back and ends what can be put off, and says until when', async () => {
    const { gateway, user } = await openInbox((fake) => {
      fake.notifications = [notification('n1', { kind: 'reminder', body: 'Stretch' })];
      const change =
        (next: Partial<InboxNotification>) =>
        ({ ids }: { ids: readonly string[] }) => {
          fake.notifications = fake.notifications.map((one) =>
            ids.includes(one.id) ? { ...one, ...next } : one,
          );
          return { ok: true, unread: 0 } as const;
        };
      fake.handlers['notifications.snooze'] = (params) =>
        change({
          state: params.untilMs > Date.now() ? 'snoozed' : 'unread',
          snoozedUntilMs: params.untilMs,
        })(params);
      fake.handlers['notifications.resolve'] = change({ state: 'resolved' });
    });
    const choose = async (name: string): Promise<void> => {
      await does(user.click(screen.getByRole('button', { name: 'Actions for Stretch' })));
      await does(user.click(screen.getByRole('menuitem', { name })));
    };
    const before = Date.now();
    await choose('Snooze for 10 minutes');
    const asked = gateway.requests.find(({ method }) => method === 'notifications.snooze')?.params as {
      ids: string[];
      untilMs: number;
    };
    expect(asked.ids).toEqual(['n1']);
    expect(asked.untilMs - before).toBeGreaterThanOrEqual(600_000);
    const snoozed = screen.getByRole('list', { name: 'Snoozed' });
    expect(within(snoozed).getByText('Stretch')).toBeTruthy();
    expect(within(snoozed).getByText(/^In (?:9|10) minutes$/)).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Inbox' })).toBeTruthy();
    await choose('Bring back now');
    expect(screen.queryByRole('list', { name: 'Snoozed' })).toBeNull();
    await choose('Done');
    expect(gateway.requests.filter(({ method }) => method === 'notifications.resolve')).toHaveLength(1);
    expect(screen.queryByRole('button', { name: 'Actions for Stretch' })).toBeNull();
  });

  it('asks what becomes of a missed run', async () => {
    const { gateway, user } = await openInbox((fake) => {
      fake.notifications = [
        notification('n1', { kind: 'alert', source: 'automation', title: 'Backup was missed', jobId: 'j1' }),
        notification('n2', { kind: 'alert', source: 'automation', title: 'News did not work', jobId: 'j2' }),
      ];
      let open = true;
      fake.handlers['cron.missed'] = () => ({
        missed: open ? [{ jobId: 'j1', jobName: 'Backup', slotAtMs: 1, untilMs: 2 }] : [],
      });
      fake.handlers['cron.missed.resolve'] = () => {
        open = false;
        return { ok: true };
      };
    });
    expect(screen.getAllByRole('button', { name: 'Skip' })).toHaveLength(1);
    await does(user.click(screen.getByRole('button', { name: 'Run now' })));
    expect(gateway.requests.find(({ method }) => method === 'cron.missed.resolve')?.params).toEqual({
      id: 'j1',
      action: 'run',
    });
    expect(screen.queryByRole('button', { name: 'Run now' })).toBeNull();
  });

  it('shows what belongs together as one, and all of it on request', async () => {
    const { gateway, user } = await openInbox((fake) => {
      fake.notifications = [
        notification('n1', { kind: 'job', title: 'News 3', group: 'cron:a' }),
        notification('n2', { kind: 'job', title: 'Other', group: 'cron:b' }),
        notification('n3', { kind: 'job', title: 'News 2', group: 'cron:a' }),
        notification('n4', { kind: 'job', title: 'News 1', group: 'cron:a' }),
      ];
    });
    expect(screen.queryByText('News 2')).toBeNull();
    await does(user.click(screen.getByRole('button', { name: '2 earlier' })));
    expect(screen.getByText('News 2')).toBeTruthy();
    expect(screen.getByText('News 1')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Hide earlier ones' }).getAttribute('aria-expanded')).toBe(
      'true',
    );
    // Told anew, it is the newest, and once.
    const again = notification('n2', {
      kind: 'job',
      title: 'Other',
      group: 'cron:b',
      body: 'twice',
      count: 2,
    });
    await happens(() => gateway.emit('notification', { notification: again, unread: 4 }));
    expect(screen.getAllByText('Other')).toHaveLength(1);
    expect(screen.getByText('2 times')).toBeTruthy();
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
