// The desktop: puts gateway, tray, window and notifications together and keeps them together until the person quits.

import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { app, globalShortcut, session } from 'electron';
import { GatewayConnection } from '../client/connection.ts';
import { createNodeDialer } from '../client/node-dialer.ts';
import { createNetworkAnnouncer } from '../discovery/network-announcer.ts';
import type { GatewayPaths } from '../gateway/config/paths.ts';
import { systemClock } from '../gateway/system-clock.ts';
import { pinnedSocket } from '../gateway/tls/pinned-socket.ts';
import { handleRequests } from '../ipc/ipc-main.ts';
import { PRODUCT_NAME, VERSION } from '../shared/brand.ts';
import { OWN_GATEWAY } from '../shared/gateways.ts';
import type { NavigationTarget } from '../shared/ipc.ts';
import { errorText, type Logger } from '../shared/logger.ts';
import { SCOPES } from '../shared/protocol/scopes.ts';
import { startApprovalCenter } from './approvals/approval-center.ts';
import { serveApp } from './app-protocol.ts';
import { tellDamagedSettings } from './damaged-settings.ts';
import { createGatewayHost, hostUrl, type HostState } from './gateway/gateway-host.ts';
import { createElectronSecretBox } from './gateways/electron-secret-box.ts';
import { createOtherGateways } from './gateways/other-gateways.ts';
import { ownEntry } from './gateways/own-entry.ts';
import { recoverPage } from './health/page-recovery.ts';
import { QUICK_CHAT_SWITCH, type LaunchRequest } from './launch/launch-request.ts';
import { createLauncher } from './launch/launcher.ts';
import { commandLine } from './login-item.ts';
import { createMainWindow } from './main-window.ts';
import { installAppMenu } from './menus/app-menu.ts';
import { attachContextMenu } from './menus/context-menu.ts';
import { checkSpelling } from './menus/spell-check.ts';
import { createZoom } from './menus/zoom.ts';
import { startNotificationCenter } from './notifications/notification-center.ts';
import { createLockPrivacy } from './notifications/lock-privacy.ts';
import { followLockSetting } from './notifications/lock-setting.ts';
import { createNotificationPause } from './notifications/pause.ts';
import { createScreenCapture } from './node/screen-capture.ts';
import { createSystemNotifier } from './notifications/system-notifier.ts';
import { watchPower } from './power/power.ts';
import { createQuickChatWindow } from './quick-chat/quick-chat-window.ts';
import { createShortcutKeeper } from './quick-chat/shortcut.ts';
import { createQuit } from './quitting.ts';
import { forOwnPages, lockDownSessions, trustOwnCertificate } from './security.ts';
import { openSettings } from './settings.ts';
import { createElectronTray } from './tray/electron-tray.ts';
import { startTrayFeed } from './tray/tray-feed.ts';
import { watchTrayHost } from './tray/tray-host-watch.ts';
import { createTrayController } from './tray/tray.ts';
import { electronUpdateSource } from './updates/electron-update-source.ts';
import { createUpdates } from './updates/updates.ts';
import { createWindowRequests } from './window-requests.ts';
import { createApplicationLanguage } from './words/language.ts';
import { say } from './words/words.ts';

export interface DesktopApp {
  /** What a start of the program asks for while this one runs. */
  launch(request: LaunchRequest): void;
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
  /** What this start of the program asks for. */
  readonly first: LaunchRequest;
}): DesktopApp {
  const { folders, paths, log } = deps;
  const settings = openSettings(app.getPath('userData'));
  const language = createApplicationLanguage({
    settings,
    preferred: () => app.getPreferredSystemLanguages(),
    onChange: () => {
      setMenu();
      feed.hostChanged(host.state());
    },
  });
  // The notification service reads the icon from outside, so it lies beside the archive.
  const icon = path.join(folders.assets, 'icon.png').replace('app.asar', 'app.asar.unpacked');
  const power = watchPower({
    log,
    onResume: () => {
      host.resumed();
      connection.retryNow();
      others.resumed();
    },
    onLock: (locked) => {
      notifier.lockChanged(locked);
    },
  });
  const notifier = createLockPrivacy({
    notifier: createSystemNotifier(icon, log),
    locked: power.locked,
    showsAll: () => lockSetting.showsAll(),
    openInbox: () => {
      open({ view: 'inbox' });
    },
  });
  const quit = createQuit(() => feed);
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
    nodeHost: {
      dial: createNodeDialer({
        createSocket: pinnedSocket,
        random: Math.random,
        newId: randomUUID,
        platform: process.platform,
      }),
      captureScreen: createScreenCapture(),
    },
  });
  lockDownSessions();
  trustOwnCertificate(session.defaultSession, () => host.certificate());
  serveApp(folders.renderer, (gateway) =>
    gateway === OWN_GATEWAY ? hostUrl(host.state()) : others.windowUrl(gateway),
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
  const lockSetting = followLockSetting(connection, log);
  const quickChat = createQuickChatWindow({ preload: folders.preload, icon, clock: systemClock });
  const shortcut = createShortcutKeeper({
    registry: globalShortcut,
    settings,
    pressed: quickChat.toggle,
    command: process.platform === 'linux' ? commandLine(QUICK_CHAT_SWITCH) : undefined,
    uncertain: process.env['XDG_SESSION_TYPE'] === 'wayland',
  });
  const tray = createTrayController({
    createTray: () => createElectronTray(path.join(folders.assets, 'tray')),
    clock: systemClock,
    open: (target, gateway) => {
      if (gateway === undefined) open(target);
      else openAt(target, gateway);
    },
    quickChat: quickChat.show,
    restart: () => {
      updates.install();
    },
    pause: (paused) => {
      if (paused) pause.pause();
      else pause.resume();
    },
    quit,
  });
  const trayHost = process.platform === 'linux' ? watchTrayHost(tray.recreate, log) : undefined;
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
    now: () => systemClock.now(),
    log,
  });
  feed.pauseChanged(pause.until());
  pause.onChange((untilMs) => {
    feed.pauseChanged(untilMs);
    if (untilMs !== undefined) return;
    center.resume();
    others.resumeNotifications();
  });

  const updates = createUpdates({
    source: electronUpdateSource(log),
    currentVersion: VERSION,
    settings,
    clock: systemClock,
    random: Math.random,
    announce: host.announceUpdate,
    onChange: (state) => {
      window.tellUpdateChanged(state);
      const { version, stage } = state;
      feed.updateChanged(version === undefined ? undefined : { version, ready: stage === 'ready' });
    },
    log,
  });

  const zoom = createZoom(settings);
  forOwnPages((contents) => {
    zoom.attach(contents);
    attachContextMenu(contents);
    recoverPage(contents, log);
  });
  checkSpelling(session.defaultSession, settings.spellCheck());
  const setMenu = (): void => {
    installAppMenu({ open, quickChat: quickChat.show, zoom: zoom.change, quit }, !app.isPackaged);
  };
  setMenu();

  const launch = createLauncher({
    open,
    openOwn: (target) => {
      openAt(target, OWN_GATEWAY);
    },
    quickChat: quickChat.show,
    clock: systemClock,
    log,
  });

  handleRequests(
    createWindowRequests({
      paths,
      settings,
      language,
      host,
      others,
      connection,
      notifier,
      feed,
      shortcut,
      quickChat,
      updates,
      open,
      openAt,
    }),
  );

  /** The page's security policy names the gateway's address, so a new address needs a new page. */
  function onHostChange(state: HostState): void {
    feed.hostChanged(state);
    others.changed();
    const url = hostUrl(state);
    if (url !== undefined && url !== lastUrl) {
      lastUrl = url;
      if (others.selected() === OWN_GATEWAY) window.reload();
      quickChat.reload();
      connection.start();
      connection.retryNow();
    } else {
      window.tellGatewayChanged();
      quickChat.tellGatewayChanged();
    }
    if (state.status === 'running') host.announceUpdate(updates.available());
  }

  function onWindowClosed(): void {
    others.search(false);
    if (settings.toldAboutTray()) return;
    settings.markToldAboutTray();
    void notifier.show({
      id: 'about-tray',
      title: say('aboutTray.title'),
      body: say('aboutTray.text'),
      persistent: false,
      onClick: open,
    });
  }

  // The window after the gateway: then its first page can connect at once. A failed start is shown in it.
  void host.start().finally(() => {
    if (deps.first.kind !== 'hidden') launch(deps.first);
  });
  tellDamagedSettings(settings, notifier, () => {
    open({ view: 'settings' });
  });
  // Not waited for: a keyring may ask the person first.
  others.start().catch((error: unknown) => {
    log.error('other gateways could not be started', { error: errorText(error) });
  });

  return {
    launch,
    stop: async () => {
      power.stop();
      lockSetting.stop();
      trayHost?.stop();
      shortcut.stop();
      quickChat.stop();
      updates.stop();
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
