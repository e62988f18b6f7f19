// The small window of the quick chat: made when it is first wanted, hidden by Escape with its answer kept, and destroyed after
// it was not wanted for a while, because a hidden page costs memory all day.

import path from 'node:path';
import { BrowserWindow, nativeTheme, screen } from 'electron';
import { APP_ORIGIN, PRODUCT_NAME } from '../../shared/brand.ts';
import { MINUTE, type Clock, type TimerHandle } from '../../shared/time.ts';
import { sendToWindow } from '../../ipc/ipc-main.ts';
import { BACKGROUND, SAFE_PAGE } from '../page-preferences.ts';
import { placeNear } from './placement.ts';

export interface QuickChatWindow {
  /** Shows it near the pointer; hides it when it already has the focus. */
  readonly toggle: () => void;
  readonly show: () => void;
  hide(): void;
  /** The gateway is another one. */
  reload(): void;
  tellGatewayChanged(): void;
  stop(): void;
}

const SIZE = { width: 440, height: 460 };
const MINIMUM = { minWidth: 340, minHeight: 260 };
const KEPT_HIDDEN = 10 * MINUTE;

export function createQuickChatWindow(deps: {
  readonly preload: string;
  readonly icon: string;
  readonly clock: Clock;
}): QuickChatWindow {
  let window: BrowserWindow | undefined;
  let ending: TimerHandle | undefined;

  function open(): BrowserWindow {
    const created = new BrowserWindow({
      ...SIZE,
      ...MINIMUM,
      title: `${PRODUCT_NAME} Quick Chat`,
      icon: deps.icon,
      show: false,
      frame: false,
      alwaysOnTop: true,
      skipTaskbar: true,
      fullscreenable: false,
      maximizable: false,
      minimizable: false,
      ...(process.platform === 'darwin' ? { type: 'panel' } : {}),
      backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
      webPreferences: { ...SAFE_PAGE, preload: path.resolve(deps.preload) },
    });
    created.once('ready-to-show', () => {
      place(created);
      created.show();
      created.focus();
    });
    created.on('closed', () => {
      keep();
      window = undefined;
    });
    load(created);
    return created;
  }

  function place(target: BrowserWindow): void {
    const pointer = screen.getCursorScreenPoint();
    const [width = SIZE.width, height = SIZE.height] = target.getSize();
    target.setBounds(placeNear(pointer, { width, height }, screen.getDisplayNearestPoint(pointer).workArea));
  }

  function keep(): void {
    if (ending !== undefined) deps.clock.cancel(ending);
    ending = undefined;
  }

  function show(): void {
    keep();
    if (window === undefined) {
      window = open();
      return;
    }
    if (!window.isVisible()) place(window);
    window.show();
    window.focus();
    sendToWindow(window.webContents, 'quick-chat:shown', undefined);
  }

  function hide(): void {
    if (window === undefined) return;
    window.hide();
    keep();
    ending = deps.clock.schedule(KEPT_HIDDEN, () => window?.destroy());
  }

  return {
    show,
    hide,
    toggle: () => {
      if (window?.isVisible() === true && window.isFocused()) hide();
      else show();
    },
    reload: () => {
      if (window !== undefined) load(window);
    },
    tellGatewayChanged: () => {
      if (window !== undefined) sendToWindow(window.webContents, 'gateway:changed', undefined);
    },
    stop: () => {
      keep();
      window?.destroy();
    },
  };
}

function load(target: BrowserWindow): void {
  // A load that a newer one replaces is rejected, which is fine.
  target.loadURL(`${APP_ORIGIN}/index.html?quick-chat`).catch(() => undefined);
}
