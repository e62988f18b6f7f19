// The desktop: puts gateway, tray, window and notifications together and keeps them together until the person quits.

import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { app, powerMonitor, session } from 'electron';
import { GatewayConnection } from '../client/connection.ts';
import { createNetworkAnnouncer } from '../discovery/network-announcer.ts';
import type { GatewayPaths } from '../gateway/config/paths.ts';
import { systemClock } from '../gateway/system-clock.ts';
import { handleRequests } from '../ipc/ipc-main.ts';
import { PRODUCT_NAME, VERSION } from '../shared/brand.ts';
import type { AppInfo, GatewayAccessResult, NavigationTarget } from '../shared/ipc.ts';
import { languageState } from '../shared/languages.ts';
import type { Logger } from '../shared/logger.ts';
import { SCOPES } from '../shared/protocol/scopes.ts';
import { startApprovalCenter } from './approvals/approval-center.ts';
import { serveApp } from './app-protocol.ts';
import { createGatewayHost, type HostState } from './gateway/gateway-host.ts';
import { createLoginItem } from './login-item.ts';
import { createMainWindow } from './main-window.ts';
import { createDbusNotifier } from './notifications/dbus-notifier.ts';
import { createElectronNotifier } from './notifications/electron-notifier.ts';
import { startNotificationCenter } from './notifications/notification-center.ts';
import { createNotificationPause } from './notifications/pause.ts';
import type { OsNotifier } from './notifications/os-notifier.ts';
import { lockDownSessions, openExternal, trustOwnCertificate } from './security.ts';
import { openSettings } from './settings.ts';
import { createElectronTray } from './tray/electron-tray.ts';
import { startTrayFeed } from './tray/tray-feed.ts';
import { createTrayController } from './tray/tray.ts';

export interface DesktopApp {
  /** Shows the window; the way in when there is no tray. */
  open(): void;
  /** Ends the gateway in order. */
  stop(): Promise<void>;
}

export interface DesktopFolders {
  /** Built renderer. */
  readonly renderer: string;
  readonly preload: string;
  readonly assets: string;
}

/** After Electron's `ready`. */
export function startDesktop(deps: {
  readonly folders: DesktopFolders;
  readonly paths: GatewayPaths;
  readonly log: Logger;
  readonly hidden: boolean;
}): DesktopApp {
  const { folders, paths, log } = deps;
  const settings = openSettings();
  // The notification service reads the icon from outside, so it lies beside the archive.
  const icon = path.join(folders.assets, 'icon.png').replace('app.asar', 'app.asar.unpacked');
  const notifier = createNotifier(icon, log);
  const loginItem = createLoginItem();
  let lastUrl: string | undefined;

  const network = createNetworkAnnouncer({ clock: systemClock, log, version: VERSION });
  const host = createGatewayHost({
    env: process.env,
    log,
    pagesFolder: folders.renderer,
    skillsFolder: path.join(folders.assets, 'skills'),
    onChange: onHostChange,
    onAnnounce: (announcement) => {
      network.announce(announcement);
    },
  });
  lockDownSessions();
  trustOwnCertificate(session.defaultSession, () => host.certificate());
  serveApp(folders.renderer, () => urlOf(host.state()));

  const window = createMainWindow({ settings, preload: folders.preload, icon, onClosed: onWindowClosed });
  const open = (target?: NavigationTarget): void => {
    window.show(target);
  };

  const connection = new GatewayConnection({
    access: () => {
      const access = host.ownAccess();
      return access === undefined
        ? Promise.reject(new Error('The gateway is not running.'))
        : Promise.resolve(access);
    },
    createSocket: (url) => host.dial(url),
    client: {
      id: 'gateway-client',
      mode: 'backend',
      version: VERSION,
      platform: process.platform,
      displayName: PRODUCT_NAME,
    },
    scopes: SCOPES,
    clock: systemClock,
    random: Math.random,
    newId: randomUUID,
    log,
  });
  const tray = createTrayController({
    createTray: () => createElectronTray(path.join(folders.assets, 'tray')),
    open,
    pause: (paused) => {
      if (paused) pause.pause();
      else pause.resume();
    },
    quit: () => {
      app.quit();
    },
  });
  const pause = createNotificationPause(settings, systemClock);
  const feed = startTrayFeed({ connection, tray, clock: systemClock, host: host.state(), log });
  const approvals = startApprovalCenter({
    connection,
    notifier,
    open,
    onCount: (count) => {
      feed.waitingChanged(count);
    },
    now: () => systemClock.now(),
    log,
  });
  const center = startNotificationCenter({
    connection,
    notifier,
    open,
    showApproval: (id) => approvals.deliver(id),
    paused: () => pause.until() !== undefined,
    log,
  });
  feed.pauseChanged(pause.until());
  pause.onChange((untilMs) => {
    feed.pauseChanged(untilMs);
    if (untilMs === undefined) center.resume();
  });

  handleRequests({
    'gateway:access': () => accessFor(host.state(), host.windowAccess()),
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
      notifier.show({ ...words, id: 'test', persistent: false, onClick: open }),
    'app:login-item': () => loginItem.get(),
    'app:set-login-item': async (enabled) => {
      await loginItem.set(enabled);
      return undefined;
    },
    'app:language': () => languageState(settings.language(), app.getPreferredSystemLanguages()),
    'app:set-language': (choice) => {
      settings.saveLanguage(choice);
      return languageState(choice, app.getPreferredSystemLanguages());
    },
  });

  /** The page's security policy names the gateway's address, so a new address needs a new page. */
  function onHostChange(state: HostState): void {
    feed.hostChanged(state);
    const url = urlOf(state);
    if (url !== undefined && url !== lastUrl) {
      lastUrl = url;
      window.reload();
      connection.start();
      connection.retryNow();
    } else {
      window.tellGatewayChanged();
    }
  }

  function onWindowClosed(): void {
    if (settings.toldAboutTray()) return;
    settings.markToldAboutTray();
    void notifier.show({
      id: 'about-tray',
      title: 'Clawtray keeps running',
      body: 'Reminders and programs still reach it. Open it from the tray, or start Clawtray again to see this window.',
      persistent: false,
      onClick: open,
    });
  }

  const onResume = (): void => {
    host.resumed();
    connection.retryNow();
  };
  powerMonitor.on('resume', onResume);

  // The window after the gateway: then its first page can connect at once. A failed start is shown in it.
  void host.start().finally(() => {
    if (!deps.hidden) open();
  });

  return {
    open,
    stop: async () => {
      powerMonitor.off('resume', onResume);
      feed.stop();
      center.stop();
      approvals.stop();
      pause.stop();
      connection.stop();
      tray.destroy();
      await host.stop();
      await network.close();
    },
  };
}

function createNotifier(icon: string, log: Logger): OsNotifier {
  if (process.platform !== 'linux') return createElectronNotifier();
  return createDbusNotifier({
    appName: PRODUCT_NAME,
    desktopEntry: 'clawtray',
    icon,
    openLabel: 'Open',
    log,
  });
}

function urlOf(state: HostState): string | undefined {
  return state.status === 'running' ? state.url : undefined;
}

function accessFor(
  state: HostState,
  access: { url: string; ticket: string; kind: 'embedded' | 'attached' } | undefined,
): GatewayAccessResult {
  if (state.status === 'failed') return { state: 'failed', message: state.message };
  return access === undefined ? { state: 'starting' } : { state: 'ready', ...access };
}

function platformName(): AppInfo['platform'] {
  const { platform } = process;
  return platform === 'darwin' || platform === 'linux' || platform === 'win32' ? platform : 'other';
}
