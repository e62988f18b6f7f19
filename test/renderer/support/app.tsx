// Renders the whole window against a fake gateway. Only the socket and the desktop's bridge are not real.

import { act, cleanup, render, screen } from '@testing-library/react';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import { I18nextProvider } from 'react-i18next';
import { afterEach, vi } from 'vitest';
import { silentLogger } from '../../../src-main/shared/logger.ts';
import type { NavigationTarget } from '../../../src-main/shared/ipc.ts';
import { App } from '../../../src-renderer/app/app.tsx';
import { createClient, type Client } from '../../../src-renderer/app/client.ts';
import { createI18n } from '../../../src-renderer/app/i18n/i18n.ts';
import { languageState } from '../../../src-main/shared/languages.ts';
import type { Host, HostAccess, LoginItem, SetupMemory } from '../../../src-renderer/host/host.ts';
// What the window loads when it is opened first: read before the tests, whose patience is for the window alone.
import '../../../src-renderer/features/heartbeat/heartbeat-view.tsx';
import '../../../src-renderer/features/settings/settings-view.tsx';
import '../../../src-renderer/features/setup/setup-view.tsx';
import { FakeGateway } from './fake-gateway.ts';
import { ManualClock } from './manual-clock.ts';

export interface FakeHost extends Host {
  access: HostAccess;
  loginItem?: LoginItem;
  setup?: SetupMemory;
  testNotification?: NonNullable<Host['testNotification']>;
  readonly tickets: string[];
  readonly opened: string[];
  readonly copied: string[];
  retries: number;
  readonly saved: Map<string, unknown>;
  navigate(target: NavigationTarget): void;
  gatewayChanged(): void;
}

export interface Window {
  readonly gateway: FakeGateway;
  readonly host: FakeHost;
  readonly clock: ManualClock;
  readonly client: Client;
  readonly user: UserEvent;
}

export interface WindowOptions {
  readonly prepare?: (gateway: FakeGateway, host: FakeHost) => void;
  readonly narrow?: boolean;
  readonly saved?: Map<string, unknown>;
}

let stop: (() => void) | undefined;

afterEach(() => {
  stop?.();
  stop = undefined;
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

export async function openWindow({ prepare, narrow = false, saved }: WindowOptions = {}): Promise<Window> {
  stubBrowser(narrow);
  const gateway = new FakeGateway();
  const host = fakeHost(gateway, saved ?? new Map<string, unknown>());
  prepare?.(gateway, host);
  const clock = new ManualClock();
  let ids = 0;
  const client = createClient({
    host,
    clock,
    random: () => 0,
    newId: () => `id${(ids += 1)}`,
    log: silentLogger,
  });
  render(
    <I18nextProvider i18n={createI18n()}>
      <App client={client} />
    </I18nextProvider>,
  );
  await happens(() => {
    stop = client.start();
  });
  return { gateway, host, clock, client, user: userEvent.setup({ delay: null }) };
}

/** Longer than a frame and than the pause between two drawings of a stream. */
const QUIET = 60;

/** Waits until the page has not changed for a while: answers, events and the frames after them have happened. */
async function settle(): Promise<void> {
  let changed = true;
  const observer = new MutationObserver(() => {
    changed = true;
  });
  observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  while (changed) {
    changed = false;
    await act(() => new Promise((resolve) => setTimeout(resolve, QUIET)));
  }
  observer.disconnect();
}

/** Something that the gateway or the clock does, and what follows from it. */
export async function happens(what: () => unknown): Promise<void> {
  act(() => void what());
  await settle();
}

/** Something that the person does, and what follows from it. */
export async function does(what: Promise<void>): Promise<void> {
  await what;
  await settle();
}

export function composer(): HTMLTextAreaElement {
  return screen.getByRole('textbox', { name: 'Message' });
}

function fakeHost(gateway: FakeGateway, saved: Map<string, unknown>): FakeHost {
  const navigators = new Set<(target: NavigationTarget) => void>();
  const changed = new Set<() => void>();
  const host: FakeHost = {
    gateway: 'own',
    platform: 'linux',
    access: { state: 'ready', url: 'ws://127.0.0.1:18789', kind: 'embedded' },
    tickets: [],
    opened: [],
    copied: [],
    retries: 0,
    saved,
    storage: {
      read: (key) => saved.get(key),
      write: (key, value) => void saved.set(key, value),
    },
    language: {
      get: async () => languageState(saved.get('language'), ['en-GB']),
      choose: async (choice) => {
        saved.set('language', choice);
        return languageState(choice, ['en-GB']);
      },
    },
    createSocket: gateway.createSocket,
    gatewayAccess: async () => {
      if (host.access.state !== 'ready') return host.access;
      const ticket = `ticket ${host.tickets.length + 1}`;
      host.tickets.push(ticket);
      return { ...host.access, auth: { bootstrapToken: ticket } };
    },
    retryGateway: async () => {
      host.retries += 1;
    },
    appInfo: async () => ({
      version: '1.0.0',
      platform: 'linux',
      configFile: '/home/ana/.openclaw/config.json5',
    }),
    openExternal: async (address) => {
      host.opened.push(address);
      return true;
    },
    copyText: async (text) => {
      host.copied.push(text);
      return true;
    },
    onGatewayChanged: (listener) => {
      changed.add(listener);
      return () => void changed.delete(listener);
    },
    onNavigate: (listener) => {
      navigators.add(listener);
      return () => void navigators.delete(listener);
    },
    navigate: (target) => {
      for (const listener of navigators) listener(target);
    },
    gatewayChanged: () => {
      for (const listener of changed) listener();
    },
  };
  return host;
}

/** What jsdom does not have. */
function stubBrowser(narrow: boolean): void {
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe(): void {
        // Nothing has a size here.
      }
      unobserve(): void {
        // Nothing has a size here.
      }
      disconnect(): void {
        // Nothing has a size here.
      }
    },
  );
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      observe(): void {
        // Nothing comes into view here.
      }
      disconnect(): void {
        // Nothing comes into view here.
      }
    },
  );
  let before: Element | null = null;
  HTMLDialogElement.prototype.showModal = function showModal() {
    before = document.activeElement;
    this.open = true;
    this.querySelector('button')?.focus();
  };
  HTMLDialogElement.prototype.close = function close() {
    this.open = false;
    if (before instanceof HTMLElement) before.focus();
  };
  vi.stubGlobal('matchMedia', (query: string) => ({
    matches: narrow && query.includes('max-width'),
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }));
  Element.prototype.scrollIntoView = () => undefined;
  // Room for rows, which themselves have no height here: all of them are in the page.
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(800);
}
