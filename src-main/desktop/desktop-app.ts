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
import { OWN_GATEWAY } from '../shared/gateways.ts';
import type { AppInfo, GatewayAccessResult, NavigationTarget } from '../shared/ipc.ts';
import { errorText, type Logger } from '../shared/logger.ts';
import { languageState } from '../shared/languages.ts';
import { SCOPES } from '../shared/protocol/scopes.ts';
import { startApprovalCenter } from './approvals/approval-center.ts';
import { serveApp } from './app-protocol.ts';
import { createGatewayHost, type HostState } from './gateway/gateway-host.ts';
import { createElectronSecretBox } from './gateways/electron-secret-box.ts';
import { gatewayRequests } from './gateways/gateway-requests.ts';
import { createOtherGateways, type OtherGatewaysDeps } from './gateways/other-gateways.ts';
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
import { startTrayFeed, type TrayFeed } from './tray/tray-feed.ts';
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

  const network = createNetworkAnnouncer({
    clock: systemClock,
    log,
    version: VERSION,
    onFound: () => {
      others.changed();
    },
  });
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
  serveApp(folders.renderer, () =>
    others.selected() === OWN_GATEWAY ? urlOf(host.state()) : others.windowUrl(),
  );

  const window = createMainWindow({
    settings,
    preload: folders.preload,
    icon,
    gateway: () => others.selected(),
    onClosed: onWindowClosed,
  });
  const open = (target?: NavigationTarget): void => {
    window.show(target);
  };
  /** A place of one gateway, whichever the window shows now. One that is off duty is looked after in the list. */
  const openAt = (target: NavigationTarget | undefined, gateway: string): void => {
    void others.select(gateway).then(({ state }) => {
      window.show(state === 'done' ? target : { view: 'gateways' });
    });
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
    open: (target, gateway) => {
      if (gateway === undefined) open(target);
      else openAt(target, gateway);
    },
    pause: (paused) => {
      if (paused) pause.pause();
      else pause.resume();
    },
    quit: () => {
      app.quit();
    },
  });
  const pause = createNotificationPause(settings, systemClock);
  const feed = startTrayFeed({
    connection,
    tray,
    clock: systemClock,
    host: host.state(),
    onOwn: () => {
      others.changed();
    },
    log,
  });
  const others = createOtherGateways({
    profileDir: paths.profileDir,
    box: createElectronSecretBox(),
    network,
    notifier,
    own: () => ownEntry(host.state(), host.certificate(), feed.own()),
    open: openAt,
    paused: () => pause.until() !== undefined,
    onChange: (view) => {
      feed.gatewaysChanged(view);
      window.tellGateways(view);
    },
    onSelected: () => {
      window.reload();
    },
    onReached: () => {
      window.tellGatewayChanged();
    },
    clock: systemClock,
    random: Math.random,
    log,
  });
  const approvals = startApprovalCenter({
    connection,
    notifier,
    open: (target) => {
      openAt(target, OWN_GATEWAY);
    },
    onCount: (count) => {
      feed.waitingChanged(count);
    },
    now: () => systemClock.now(),
    log,
  });
  const center = startNotificationCenter({
    connection,
    notifier,
    open: (target) => {
      openAt(target, OWN_GATEWAY);
    },
    showApproval: (id) => approvals.deliver(id),
    paused: () => pause.until() !== undefined,
    log,
  });
  feed.pauseChanged(pause.until());
  pause.onChange((untilMs) => {
    feed.pauseChanged(untilMs);
    if (untilMs !== undefined) return;
    center.resume();
    others.resumeNotifications();
  });

  handleRequests({
    ...gatewayRequests(others),
    'gateway:access': (gateway) => {
      // The page is for another gateway: a new one is on its way.
      if (gateway !== others.selected()) return { state: 'starting' };
      if (gateway === OWN_GATEWAY) return accessFor(host.state(), host.windowAccess());
      const access = others.windowAccess();
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
    others.changed();
    const url = urlOf(state);
    if (url !== undefined && url !== lastUrl) {
      lastUrl = url;
      if (others.selected() === OWN_GATEWAY) window.reload();
      connection.start();
      connection.retryNow();
    } else {
      window.tellGatewayChanged();
    }
  }

  function onWindowClosed(): void {
    others.search(false);
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
    others.resumed();
  };
  powerMonitor.on('resume', onResume);

  // The window after the gateway: then its first page can connect at once. A failed start is shown in it.
  void host.start().finally(() => {
    if (!deps.hidden) open();
  });
  // Not waited for: a keyring may ask the person first.
  others.start().catch((error: unknown) => {
    log.error('other gateways could not be started', { error: errorText(error) });
  });

  return {
    open,
    stop: async () => {
      powerMonitor.off('resume', onResume);
      feed.stop();
      others.stop();
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

/** Our own gateway in the list of all. */
function ownEntry(
  state: HostState,
  fingerprint: string | undefined,
  { waiting, unread, version }: ReturnType<TrayFeed['own']>,
): ReturnType<OtherGatewaysDeps['own']> {
  const facts = {
    waiting,
    unread,
    url: urlOf(state),
    ...(version === undefined ? {} : { version }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
  };
  switch (state.status) {
    case 'starting':
      return { ...facts, condition: 'connecting' };
    case 'running':
      return { ...facts, condition: 'connected' };
    case 'failed':
      return { ...facts, condition: 'unreachable', problem: state.message };
  }
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
