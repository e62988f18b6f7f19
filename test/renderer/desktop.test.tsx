import { screen, within } from '@testing-library/react';
import { beforeAll, describe, expect, it } from 'vitest';
import type { QuickChatShortcut, UpdateState } from '../../src-main/shared/ipc.ts';
import { missingAbilities } from '../../src-renderer/features/gateways/missing-abilities.ts';
import {
  acceleratorInWords,
  acceleratorOf,
} from '../../src-renderer/features/settings/desktop/accelerator.ts';
import type { DesktopHost } from '../../src-renderer/host/host.ts';
import { composer, does, happens, openWindow, type Window } from './support/app.tsx';

const press = { code: 'KeyK', ctrlKey: false, altKey: false, shiftKey: false, metaKey: false };

describe('keys that are pressed', () => {
  it('are named as Electron names them, by their place', () => {
    expect(acceleratorOf({ ...press, ctrlKey: true, shiftKey: true })).toBe('Control+Shift+K');
    expect(acceleratorOf({ ...press, code: 'Space', altKey: true })).toBe('Alt+Space');
    expect(acceleratorOf({ ...press, code: 'F9' })).toBe('F9');
  });

  it('are none while they are needed for writing, or are only modifiers', () => {
    expect(acceleratorOf(press)).toBeUndefined();
    expect(acceleratorOf({ ...press, shiftKey: true })).toBeUndefined();
    expect(acceleratorOf({ ...press, code: 'ControlLeft', ctrlKey: true })).toBeUndefined();
    expect(acceleratorOf({ ...press, code: 'MediaPlayPause', ctrlKey: true })).toBeUndefined();
  });

  it('are shown as they stand on the keyboard', () => {
    expect(acceleratorInWords('CommandOrControl+Shift+Space', 'linux')).toBe('Ctrl+Shift+Space');
    expect(acceleratorInWords('CommandOrControl+Shift+Space', 'darwin')).toBe('⌘⇧Space');
  });
});

it('what a gateway cannot do is known only once it has said what it can', () => {
  expect(missingAbilities(new Set())).toEqual([]);
  expect(
    missingAbilities(new Set(['cron.add', 'agents.list', 'config.patch', 'usage.cost', 'logs.tail'])),
  ).toEqual(['inbox', 'approvals', 'devices']);
});

interface FakeDesktop extends DesktopHost {
  readonly did: string[];
}

function fakeDesktop(taken = false): FakeDesktop {
  const did: string[] = [];
  let shortcut: QuickChatShortcut = { accelerator: 'Control+Space', status: taken ? 'taken' : 'active' };
  let update: UpdateState = { supported: true, enabled: true, channel: 'stable', stage: 'idle' };
  const step = async (name: string, next: Partial<UpdateState>): Promise<UpdateState> => {
    did.push(name);
    update = { ...update, ...next };
    return update;
  };
  return {
    did,
    diagnostics: async () => 'Clawtray\n  version: 1.0.0\n',
    spellCheck: async () => true,
    setSpellCheck: async (enabled) => {
      did.push(`spelling ${String(enabled)}`);
    },
    showChat: async () => undefined,
    quickChat: {
      shortcut: async () => shortcut,
      setShortcut: async (accelerator) => {
        did.push(`key ${String(accelerator)}`);
        shortcut = { accelerator, status: accelerator === null ? 'off' : 'active' };
        return shortcut;
      },
      hide: async () => undefined,
      onShown: () => () => undefined,
    },
    updates: {
      state: async () => update,
      check: () => step('check', { stage: 'available', version: '2.0.0' }),
      download: () => step('download', { stage: 'ready' }),
      install: async () => {
        did.push('install');
      },
      choose: (choice) => step(`choose ${choice.channel}`, choice),
      onChanged: () => () => undefined,
    },
  };
}

async function openSettings(desktop: DesktopHost): Promise<Window> {
  const window = await openWindow({
    prepare: (gateway, host) => {
      gateway.handlers['models.list'] = () => ({ models: [] });
      Object.assign(host, { desktop });
    },
  });
  await happens(() => {
    window.host.navigate({ view: 'settings' });
  });
  return window;
}

describe('the settings of this computer', () => {
  // Loaded when it is first opened, which takes a loaded machine longer than a test waits for words.
  beforeAll(async () => {
    await import('../../src-renderer/features/settings/settings-view.tsx');
  }, 30_000);

  it('are there also while no gateway is reached, and at one that serves none', async () => {
    const loginItem = { get: async () => ({ supported: true, enabled: false }), set: async () => undefined };
    const { host } = await openWindow({
      prepare: (gateway, it) => {
        gateway.online = false;
        Object.assign(it, { desktop: fakeDesktop(), loginItem });
      },
    });
    await happens(() => {
      host.navigate({ view: 'settings' });
    });
    expect(screen.getByRole('switch', { name: /^Start when/ })).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Change' })).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Look now' })).toBeTruthy();
    const sections = within(screen.getByRole('navigation', { name: 'Sections' })).getAllByRole('button');
    expect(sections.map(({ textContent }) => textContent)).toEqual(['General', 'About']);
  });

  it('can be reached from the page of a gateway that did not start', async () => {
    const { user } = await openWindow({
      prepare: (_gateway, it) => {
        it.access = { state: 'failed', message: 'Another program uses port 18789.' };
        Object.assign(it, { desktop: fakeDesktop() });
      },
    });
    await does(user.click(screen.getByRole('button', { name: 'Settings' })));
    expect(screen.getByRole('button', { name: 'Look now' })).toBeTruthy();
    await does(user.keyboard('{Escape}'));
    expect(screen.getByRole('button', { name: 'Try again' })).toBeTruthy();
  });

  it('say that a key is taken, and take another one by pressing it', async () => {
    const desktop = fakeDesktop(true);
    const { user } = await openSettings(desktop);
    await screen.findByText(/Another program has this key/);
    const change = screen.getByRole('button', { name: 'Change' });
    await does(user.click(change));
    await does(user.keyboard('{Control>}{Shift>}k{/Shift}{/Control}'));
    expect(desktop.did).toEqual(['key Control+Shift+K']);
    await screen.findByText('This key brings the quick chat.');

    // Escape leaves the key, and the view.
    await does(user.click(screen.getByRole('button', { name: 'Change' })));
    await does(user.keyboard('{Escape}'));
    expect(screen.getByText('Ctrl+Shift+K')).toBeTruthy();
    await does(user.click(screen.getByRole('button', { name: 'Use none' })));
    expect(desktop.did.at(-1)).toBe('key null');
  });

  it('look for a newer version, fetch it, and restart only when told to', async () => {
    const desktop = fakeDesktop();
    const { user } = await openSettings(desktop);
    await does(user.click(await screen.findByRole('button', { name: 'Look now' })));
    await screen.findByText('Version 2.0.0 is available.');
    await does(user.click(screen.getByRole('button', { name: 'Fetch it' })));
    expect(desktop.did).toEqual(['check', 'download']);
    await does(user.click(screen.getByRole('button', { name: 'Restart as 2.0.0' })));
    expect(desktop.did.at(-1)).toBe('install');
  });

  it('copy diagnostics', async () => {
    const { host, user } = await openSettings(fakeDesktop());
    await does(user.click(await screen.findByRole('button', { name: 'Copy diagnostics' })));
    expect(host.copied).toEqual(['Clawtray\n  version: 1.0.0\n']);
    expect(screen.getByText('Copied')).toBeTruthy();
  });
});

describe('text that a link brought', () => {
  it('goes into a new chat only when the person wants it, and is not sent', async () => {
    const { gateway, host, user } = await openWindow();
    await happens(() => {
      host.navigate({ view: 'draft', message: 'Call Ana\nat nine' });
    });
    const dialog = screen.getByRole('dialog', { name: 'Text from another program' });
    expect(within(dialog).getByRole('region').textContent).toBe('Call Ana\nat nine');
    await does(user.keyboard('{Escape}'));
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(composer().value).toBe('');

    await happens(() => {
      host.navigate({ view: 'draft', message: 'Call Ana' });
    });
    await does(user.click(screen.getByRole('button', { name: 'Use as draft' })));
    expect(composer().value).toBe('Call Ana');
    expect(gateway.requests.some(({ method }) => method === 'chat.send')).toBe(false);
  });

  it('is put below what was already begun', async () => {
    const { host, user } = await openWindow();
    await does(user.type(composer(), 'Hello'));
    await happens(() => {
      host.navigate({ view: 'draft', message: 'Call Ana', sessionKey: 'agent:main:main' });
    });
    await does(user.click(screen.getByRole('button', { name: 'Use as draft' })));
    expect(composer().value).toBe('Hello\n\nCall Ana');
  });
});
