// The one window: made when it is wanted, destroyed when it is closed (the tray stays), told where to go.

import path from 'node:path';
import { BrowserWindow, nativeTheme, screen } from 'electron';
import { APP_ORIGIN, PRODUCT_NAME } from '../shared/brand.ts';
import type { NavigationTarget, UpdateState } from '../shared/ipc.ts';
import { onWindowListening, sendToWindow } from '../ipc/ipc-main.ts';
import { BACKGROUND, SAFE_PAGE } from './page-preferences.ts';
import type { Settings, WindowBounds } from './settings.ts';
import { placement, type Area } from './window-placement.ts';

export interface MainWindow {
  /** Shows the window, making it if there is none, and goes to the target. */
  show(target?: NavigationTarget): void;
  /** The gateway is another one: the page and its security policy are loaded anew. */
  reload(): void;
  /** The gateway's state changed, the address did not. */
  tellGatewayChanged(): void;
  tellUpdateChanged(state: UpdateState): void;
}

export interface MainWindowDeps {
  readonly settings: Settings;
  /** Folder with preload and icons. */
  readonly preload: string;
  readonly icon: string;
  readonly onClosed: () => void;
}

const DEFAULT_SIZE = { width: 1040, height: 720 };
const MINIMUM = { minWidth: 380, minHeight: 480 };

export function createMainWindow(deps: MainWindowDeps): MainWindow {
  const { settings } = deps;
  let window: BrowserWindow | undefined;
  /** Held back until the page listens. */
  let waitingTarget: NavigationTarget | undefined;
  let listening = false;

  onWindowListening((contents) => {
    if (window?.webContents !== contents) return;
    listening = true;
    if (waitingTarget !== undefined) sendToWindow(contents, 'navigate', waitingTarget);
    waitingTarget = undefined;
  });

  function open(): BrowserWindow {
    const saved = settings.windowBounds();
    const created = new BrowserWindow({
      ...DEFAULT_SIZE,
      ...MINIMUM,
      ...placeOf(saved),
      title: PRODUCT_NAME,
      icon: deps.icon,
      show: false,
      autoHideMenuBar: true,
      backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
      ...(process.platform === 'darwin' ? { titleBarStyle: 'hiddenInset' } : {}),
      webPreferences: { ...SAFE_PAGE, preload: path.resolve(deps.preload) },
    });
    if (saved?.maximized === true) created.maximize();
    created.once('ready-to-show', () => {
      created.show();
    });
    created.on('close', () => {
      settings.saveWindowBounds({ ...created.getNormalBounds(), maximized: created.isMaximized() });
    });
    created.on('closed', () => {
      window = undefined;
      listening = false;
      deps.onClosed();
    });
    load(created);
    return created;
  }

  function load(target: BrowserWindow): void {
    listening = false;
    // A load that a newer one replaces is rejected, which is fine.
    target.loadURL(`${APP_ORIGIN}/index.html`).catch(() => undefined);
  }

  return {
    show: (target) => {
      waitingTarget = target ?? waitingTarget;
      if (window === undefined) {
        window = open();
        return;
      }
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
      if (listening && waitingTarget !== undefined) {
        sendToWindow(window.webContents, 'navigate', waitingTarget);
        waitingTarget = undefined;
      }
    },
    reload: () => {
      if (window !== undefined) load(window);
    },
    tellGatewayChanged: () => {
      if (window !== undefined) sendToWindow(window.webContents, 'gateway:changed', undefined);
    },
    tellUpdateChanged: (state) => {
      if (window !== undefined) sendToWindow(window.webContents, 'updates:changed', state);
    },
  };
}

function placeOf(saved: WindowBounds | undefined): Partial<Area> {
  if (saved === undefined) return {};
  const { x = 0, y = 0, width, height } = saved;
  return placement(saved, screen.getDisplayMatching({ x, y, width, height }).workArea);
}
