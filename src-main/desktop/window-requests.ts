// What the window may ask the desktop beside its gateway, and who answers each. Senders and params were checked at the door
// (`ipc/ipc-main`); nothing is decided here.

import { session } from 'electron';
import type { GatewayConnection } from '../client/connection.ts';
import type { GatewayPaths } from '../gateway/config/paths.ts';
import type { RequestHandlers } from '../ipc/ipc-main.ts';
import { VERSION } from '../shared/brand.ts';
import { OWN_GATEWAY } from '../shared/gateways.ts';
import type { AppInfo, GatewayAccessResult, NavigationTarget } from '../shared/ipc.ts';
import { resolveSessionKey } from '../shared/session-key.ts';
import type { GatewayHost } from './gateway/gateway-host.ts';
import { gatewayRequests } from './gateways/gateway-requests.ts';
import type { OtherGateways } from './gateways/other-gateways.ts';
import { collectDiagnostics } from './health/collect-diagnostics.ts';
import { createLoginItem } from './login-item.ts';
import { checkSpelling } from './menus/spell-check.ts';
import type { OsNotifier } from './notifications/os-notifier.ts';
import type { QuickChatWindow } from './quick-chat/quick-chat-window.ts';
import type { ShortcutKeeper } from './quick-chat/shortcut.ts';
import { openExternal } from './security.ts';
import type { Settings } from './settings.ts';
import type { TrayFeed } from './tray/tray-feed.ts';
import type { Updates } from './updates/updates.ts';
import type { ApplicationLanguage } from './words/language.ts';

/** The parts of the desktop that answer. */
export interface WindowRequestsDeps {
  readonly paths: GatewayPaths;
  readonly settings: Settings;
  readonly language: ApplicationLanguage;
  readonly host: GatewayHost;
  readonly others: OtherGateways;
  /** To this app's own gateway. */
  readonly connection: GatewayConnection;
  readonly notifier: OsNotifier;
  readonly feed: Pick<TrayFeed, 'facts'>;
  readonly quickChat: Pick<QuickChatWindow, 'hide'>;
  readonly shortcut: ShortcutKeeper;
  readonly updates: Updates;
  /** Shows the window. */
  open(): void;
  /** Shows the window with a place of one gateway. */
  openAt(target: NavigationTarget, gateway: string): void;
}

export function createWindowRequests(deps: WindowRequestsDeps): RequestHandlers {
  const { paths, settings, language, host, others, notifier, shortcut, updates } = deps;
  const loginItem = createLoginItem();
  return {
    ...gatewayRequests(others, deps.connection),
    'gateway:access': (gateway) => {
      if (gateway === OWN_GATEWAY) return ownAccess(host);
      // A page for another one than is shown: a new page is on its way.
      const access = others.windowAccess(gateway);
      return access === undefined ? { state: 'starting' } : { state: 'ready', kind: 'remote', ...access };
    },
    'gateway:retry': async () => {
      if (host.state().status === 'failed') await host.start();
      return undefined;
    },
    'app:info': (): AppInfo => ({
      version: VERSION,
      platform: platformName(),
      configFile: paths.ownConfigFile,
    }),
    'app:open-external': openExternal,
    'app:setup': () => settings.setup(),
    'app:save-setup': (state) => {
      settings.saveSetup(state);
      return undefined;
    },
    'app:test-notification': (words) =>
      notifier.show({
        ...words,
        id: 'test',
        persistent: false,
        onClick: () => {
          deps.open();
        },
      }),
    'app:login-item': () => loginItem.get(),
    'app:set-login-item': async (enabled) => {
      await loginItem.set(enabled);
      return undefined;
    },
    'app:language': language.state,
    'app:set-language': language.choose,
    'app:diagnostics': async () =>
      collectDiagnostics({
        paths,
        hostState: host.state(),
        status: deps.feed.facts().status,
        loginItem: await loginItem.get(),
        shortcut: shortcut.state(),
        updates: updates.state(),
      }),
    'app:spell-check': () => settings.spellCheck(),
    'app:set-spell-check': (enabled) => {
      settings.saveSpellCheck(enabled);
      checkSpelling(session.defaultSession, enabled);
      return undefined;
    },
    'app:show-chat': (sessionKey) => {
      deps.openAt({ view: 'chat', sessionKey: resolveSessionKey(sessionKey) }, OWN_GATEWAY);
      return undefined;
    },
    'quick-chat:shortcut': shortcut.state,
    'quick-chat:set-shortcut': shortcut.set,
    'quick-chat:hide': () => {
      deps.quickChat.hide();
      return undefined;
    },
    'updates:state': updates.state,
    'updates:check': updates.check,
    'updates:download': updates.download,
    'updates:install': () => {
      updates.install();
      return undefined;
    },
    'updates:choose': updates.choose,
  };
}

function ownAccess(host: GatewayHost): GatewayAccessResult {
  const state = host.state();
  if (state.status === 'failed') return { state: 'failed', message: state.message };
  const access = host.windowAccess();
  return access === undefined ? { state: 'starting' } : { state: 'ready', ...access };
}

function platformName(): AppInfo['platform'] {
  const { platform } = process;
  return platform === 'darwin' || platform === 'linux' || platform === 'win32' ? platform : 'other';
}
