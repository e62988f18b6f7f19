// The desktop: puts gateway, tray, window and notifications together and keeps them together until the person quits.

import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { app, dialog, globalShortcut, Notification, session } from 'electron';
import { GatewayConnection } from '../client/connection.ts';
import { createNodeDialer } from '../client/node-dialer.ts';
import { createNetworkAnnouncer } from '../discovery/network-announcer.ts';
import type { GatewayPaths } from '../gateway/config/paths.ts';
import { systemClock } from '../gateway/system-clock.ts';
import { pinnedSocket } from '../gateway/tls/pinned-socket.ts';
import { handleRequests } from '../ipc/ipc-main.ts';
import { APP_ID, PRODUCT_NAME, VERSION } from '../shared/brand.ts';
import { OWN_GATEWAY } from '../shared/gateways.ts';
import type { AppInfo, GatewayAccessResult, NavigationTarget } from '../shared/ipc.ts';
import { errorText, type Logger } from '../shared/logger.ts';
import { SCOPES } from '../shared/protocol/scopes.ts';
import { resolveSessionKey } from '../shared/session-key.ts';
import { startApprovalCenter } from './approvals/approval-center.ts';
import { serveApp } from './app-protocol.ts';
import { createGatewayHost, type HostState } from './gateway/gateway-host.ts';
import { createElectronSecretBox } from './gateways/electron-secret-box.ts';
import { gatewayRequests } from './gateways/gateway-requests.ts';
import { createOtherGateways, type OtherGatewaysDeps } from './gateways/other-gateways.ts';
import { collectDiagnostics } from './health/collect-diagnostics.ts';
import { recoverPage } from './health/page-recovery.ts';
import { readAppLink } from './launch/app-link.ts';
import { QUICK_CHAT_SWITCH, type LaunchRequest } from './launch/launch-request.ts';
import { createLinkThrottle } from './launch/link-throttle.ts';
import { commandLine, createLoginItem } from './login-item.ts';
import { createMainWindow } from './main-window.ts';
import { installAppMenu } from './menus/app-menu.ts';
import { attachContextMenu } from './menus/context-menu.ts';
import { checkSpelling } from './menus/spell-check.ts';
import { createZoom } from './menus/zoom.ts';
import { createDbusNotifier } from './notifications/dbus-notifier.ts';
import { createElectronNotifier } from './notifications/electron-notifier.ts';
import { startNotificationCenter } from './notifications/notification-center.ts';
import { createLockPrivacy } from './notifications/lock-privacy.ts';
import { followLockSetting } from './notifications/lock-setting.ts';
import { createNotificationPause } from './notifications/pause.ts';
import { createScreenCapture } from './node/screen-capture.ts';
import type { OsNotifier } from './notifications/os-notifier.ts';
import { watchPower } from './power/power.ts';
import { createQuickChatWindow } from './quick-chat/quick-chat-window.ts';
import { createShortcutKeeper } from './quick-chat/shortcut.ts';
import { quitQuestion, type QuitQuestion } from './quit-question.ts';
import { forOwnPages, lockDownSessions, openExternal, trustOwnCertificate } from './security.ts';
import { openSettings } from './settings.ts';
import { createElectronTray } from './tray/electron-tray.ts';
import { startTrayFeed, type TrayFeed } from './tray/tray-feed.ts';
import { watchTrayHost } from './tray/tray-host-watch.ts';
import { timeText } from './tray/tray-model.ts';
import { createTrayController } from './tray/tray.ts';
import { electronUpdateSource } from './updates/electron-update-source.ts';
import { createUpdates } from './updates/updates.ts';
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
  const settings = openSettings();
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
    notifier: createNotifier(icon, log),
    locked: power.locked,
    showsAll: () => lockSetting.showsAll(),
    openInbox: () => {
      open({ view: 'inbox' });
    },
  });
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
    gateway === OWN_GATEWAY ? urlOf(host.state()) : others.windowUrl(gateway),
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

  /** Says what will not run, and asks; a quit that the system asks for is not asked about. */
  function quit(): void {
    const { status, host: state, nextJobs, now } = feed.facts();
    const question = quitQuestion({
      endsGateway: state.status === 'running' && state.kind === 'embedded',
      jobs: feed.jobCount(),
      nextJobs,
      activeRuns: status?.activeRuns.length ?? 0,
      timeText: (atMs) => timeText(atMs, now),
    });
    if (question === undefined) app.quit();
    else void askBeforeQuit(question);
  }

  let asking = false;
  async function askBeforeQuit({ message, detail }: QuitQuestion): Promise<void> {
    if (asking) return;
    asking = true;
    const { response } = await dialog.showMessageBox({
      type: 'question',
      message,
      detail,
      buttons: [say('quit.quit'), say('quit.stay')],
      defaultId: 1,
      cancelId: 1,
      noLink: true,
    });
    asking = false;
    if (response === 0) app.quit();
  }

  function launch(request: LaunchRequest): void {
    switch (request.kind) {
      case 'open':
      // Started again, whatever it was told: somebody wants to see it.
      case 'hidden':
        open();
        break;
      case 'quick-chat':
        quickChat.show();
        break;
      case 'quit':
        app.quit();
        break;
      case 'link':
        follow(request.address);
        break;
    }
  }

  const links = createLinkThrottle(systemClock);
  function follow(address: string): void {
    const link = readAppLink(address);
    if (!link.ok) log.warn('an address was not followed', { reason: link.reason });
    else if (links.admit()) followTo(link.target);
  }

  /** Addresses name places of our own gateway. Which one a draft is for is asked, so the window stays where it is. */
  function followTo(target: NavigationTarget | undefined): void {
    if (target === undefined || target.view === 'draft') open(target);
    else openAt(target, OWN_GATEWAY);
  }

  handleRequests({
    ...gatewayRequests(others),
    'gateway:access': (gateway) => {
      if (gateway === OWN_GATEWAY) return accessFor(host.state(), host.windowAccess());
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
      notifier.show({ ...words, id: 'test', persistent: false, onClick: open }),
    'app:login-item': () => loginItem.get(),
    'app:set-login-item': async (enabled) => {
      await loginItem.set(enabled);
      return undefined;
    },
    'app:language': language.state,
    'app:set-language': language.choose,
    'app:diagnostics': () => diagnostics(),
    'app:spell-check': () => settings.spellCheck(),
    'app:set-spell-check': (enabled) => {
      settings.saveSpellCheck(enabled);
      checkSpelling(session.defaultSession, enabled);
      return undefined;
    },
    'app:show-chat': (sessionKey) => {
      openAt({ view: 'chat', sessionKey: resolveSessionKey(sessionKey) }, OWN_GATEWAY);
      return undefined;
    },
    'quick-chat:shortcut': shortcut.state,
    'quick-chat:set-shortcut': shortcut.set,
    'quick-chat:hide': () => {
      quickChat.hide();
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
  });

  async function diagnostics(): Promise<string> {
    return collectDiagnostics({
      paths,
      hostState: host.state(),
      status: feed.facts().status,
      loginItem: await loginItem.get(),
      shortcut: shortcut.state(),
      updates: updates.state(),
    });
  }

  /** The page's security policy names the gateway's address, so a new address needs a new page. */
  function onHostChange(state: HostState): void {
    feed.hostChanged(state);
    others.changed();
    const url = urlOf(state);
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

function createNotifier(icon: string, log: Logger): OsNotifier {
  const { platform, versions } = process;
  if (platform !== 'linux')
    return createElectronNotifier({ Notification, platform, version: versions.electron });
  return createDbusNotifier({
    appName: PRODUCT_NAME,
    desktopEntry: APP_ID,
    icon,
    openLabel: () => say('notice.open'),
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
