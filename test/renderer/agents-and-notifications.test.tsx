import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { AgentSummary } from '../../src-main/shared/protocol/agents.ts';
import {
  NOTIFICATION_SOURCES,
  type NotificationSettings,
} from '../../src-main/shared/protocol/notifications.ts';
import { does, openWindow, type FakeHost, type Window } from './support/app.tsx';
import { Refusal, type FakeGateway } from './support/fake-gateway.ts';

async function open(
  section: string,
  prepare: (gateway: FakeGateway, host: FakeHost) => void,
): Promise<Window> {
  const window = await openWindow({ prepare });
  await does(window.user.keyboard('{Control>},{/Control}'));
  await does(window.user.click(await screen.findByRole('button', { name: section })));
  return window;
}

const last = (gateway: FakeGateway, method: string): unknown =>
  gateway.requests.findLast((request) => request.method === method)?.params;

describe('agents', () => {
  function served(gateway: FakeGateway): void {
    let agents: AgentSummary[] = [{ id: 'main', workspace: '/w' }];
    gateway.handlers['agents.list'] = () => ({
      defaultId: 'main',
      mainKey: 'main',
      scope: 'per-sender',
      agents,
    });
    gateway.handlers['agents.files.list'] = ({ agentId }) => ({ agentId, workspace: '/w', files: [] });
    gateway.handlers['agents.create'] = ({ name }) => {
      if (name === 'main') throw new Refusal('INVALID_REQUEST', '"main" is reserved. Choose another name.');
      const agentId = name.toLowerCase();
      agents = [...agents, { id: agentId, name, workspace: '/x', createdVia: 'operator' }];
      return { ok: true, agentId, name, workspace: '/x' };
    };
    gateway.handlers['agents.update'] = ({ agentId, name }) => {
      agents = agents.map((one) => (one.id === agentId && name !== undefined ? { ...one, name } : one));
      return { ok: true, agentId };
    };
    gateway.handlers['agents.delete'] = ({ agentId }) => {
      agents = agents.filter(({ id }) => id !== agentId);
      return { ok: true, agentId, removedBindings: 0 };
    };
    gateway.handlers['agents.deleted'] = () => ({
      agents: [{ agentId: 'garden', name: 'Garden', deletedAtMs: Date.now() }],
    });
    gateway.handlers['agents.restore'] = ({ agentId }) => {
      agents = [...agents, { id: agentId, name: 'Garden', workspace: '/x', createdVia: 'operator' }];
      return { ok: true, agentId, name: 'Garden', workspace: '/x' };
    };
  }

  async function choose({ user }: Window, command: string): Promise<void> {
    await does(user.click(screen.getByRole('button', { name: /^Actions for/ })));
    await does(user.click(screen.getByRole('menuitem', { name: command })));
  }

  it('are made, renamed and deleted, and the main one stays', async () => {
    const window = await open('Agents', served);
    const { user } = window;
    await does(user.click(screen.getByRole('button', { name: 'Actions for main' })));
    expect(screen.queryByRole('menuitem', { name: 'Delete' })).toBeNull();
    await does(user.click(screen.getByRole('menuitem', { name: 'New agent' })));
    await does(user.type(screen.getByRole('textbox', { name: 'Name' }), 'main{Enter}'));
    expect(screen.getByRole('alert').textContent).toContain('reserved');
    await user.clear(screen.getByRole('textbox', { name: 'Name' }));
    await does(user.type(screen.getByRole('textbox', { name: 'Name' }), 'Work{Enter}'));
    expect(screen.getByRole('combobox', { name: 'Agent' })).toHaveProperty('value', 'work');

    await choose(window, 'Rename');
    await user.clear(screen.getByRole('textbox', { name: 'Name' }));
    await does(user.type(screen.getByRole('textbox', { name: 'Name' }), 'Office{Enter}'));
    screen.getByRole('button', { name: 'Actions for Office' });

    await choose(window, 'Delete');
    expect(window.gateway.count('agents.delete')).toBe(0);
    await does(user.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Delete' })));
    expect(last(window.gateway, 'agents.delete')).toEqual({ agentId: 'work' });
    expect(screen.getByRole('combobox', { name: 'Agent' })).toHaveProperty('value', 'main');
  });

  it('that were deleted are restored', async () => {
    const window = await open('Agents', served);
    await choose(window, 'Deleted agents');
    await does(window.user.click(screen.getByRole('button', { name: 'Restore Garden' })));
    expect(screen.getByRole('combobox', { name: 'Agent' })).toHaveProperty('value', 'garden');
    expect(screen.queryByRole('dialog')).toBeNull();
  });
});

describe('notifications', () => {
  function served(part: Partial<NotificationSettings['quietHours']> = {}) {
    return (gateway: FakeGateway): void => {
      let settings: NotificationSettings = {
        sources: Object.fromEntries(
          NOTIFICATION_SOURCES.map((source) => [source, { os: true }]),
        ) as NotificationSettings['sources'],
        quietHours: { enabled: false, start: '22:00', end: '07:00', except: ['approval'], ...part },
        lockScreen: 'private',
      };
      gateway.handlers['notifications.settings.get'] = () => settings;
      gateway.handlers['notifications.settings.set'] = ({ sources, quietHours, lockScreen }) => {
        settings = {
          sources: { ...settings.sources, ...(sources as NotificationSettings['sources']) },
          quietHours: { ...settings.quietHours, ...quietHours },
          lockScreen: lockScreen ?? settings.lockScreen,
        };
        return settings;
      };
    };
  }

  it('of one source are switched off', async () => {
    const { user, gateway } = await open('Notifications', served());
    const choice = screen.getByRole('switch', { name: 'Automations' });
    await does(user.click(choice));
    expect(last(gateway, 'notifications.settings.set')).toEqual({ sources: { automation: { os: false } } });
    expect(choice).toHaveProperty('checked', false);
  });

  it('are quiet at certain hours, with exceptions', async () => {
    const { user, gateway } = await open('Notifications', served());
    await does(user.click(screen.getByRole('switch', { name: 'Be quiet at certain hours' })));
    const end = screen.getByLabelText('To');
    await user.clear(end);
    await user.type(end, '06:30');
    await does(user.tab());
    expect(last(gateway, 'notifications.settings.set')).toEqual({
      quietHours: { start: '22:00', end: '06:30' },
    });
    await does(user.click(screen.getAllByRole('switch', { name: 'Reminders' })[0]!));
    expect(last(gateway, 'notifications.settings.set')).toEqual({
      quietHours: { except: ['approval', 'reminder'] },
    });
  });

  it('show what they say on a locked screen only when somebody wants that', async () => {
    const { user, gateway } = await open('Notifications', served());
    const choice = screen.getByRole('switch', { name: 'Show what they say while the screen is locked' });
    expect(choice).toHaveProperty('checked', false);
    await does(user.click(choice));
    expect(last(gateway, 'notifications.settings.set')).toEqual({ lockScreen: 'full' });
    expect(choice).toHaveProperty('checked', true);
  });

  it('that were not shown are told of, with what helps', async () => {
    await open('Notifications', (gateway, host) => {
      served()(gateway);
      host.testNotification = () => Promise.resolve({ status: 'failed', reason: 'No service runs.' });
      gateway.notifications = [
        {
          id: 'n',
          kind: 'reminder',
          source: 'reminder',
          state: 'unread',
          title: 'Tea',
          body: '',
          createdAtMs: Date.now(),
          delivery: { surface: 'os', status: 'failed', reason: 'No service ran.', atMs: Date.now() },
        },
      ];
    });
    screen.getByText('No service ran.');
    screen.getByText('What usually helps:');
    screen.getByRole('button', { name: 'Show a test notification' });
  });
});
