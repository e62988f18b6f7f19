// The tray by Electron: the right image for each system, theme and state.

import path from 'node:path';
import {
  app,
  Menu,
  nativeImage,
  nativeTheme,
  Tray,
  type MenuItemConstructorOptions,
  type NativeImage,
} from 'electron';
import type { TrayIcon } from './tray-model.ts';
import type { TrayHandle, TrayMenuEntry } from './tray.ts';

export function createElectronTray(imageFolder: string): TrayHandle {
  let icon: TrayIcon = 'offline';
  const tray = new Tray(loadImage(imageFolder, icon));
  const refresh = (): void => {
    tray.setImage(loadImage(imageFolder, icon));
  };
  nativeTheme.on('updated', refresh);

  return {
    setIcon: (next) => {
      icon = next;
      refresh();
    },
    setToolTip: (text) => {
      tray.setToolTip(text);
    },
    setMenu: (entries) => {
      tray.setContextMenu(Menu.buildFromTemplate(entries.map(toTemplate)));
    },
    setCount: (count) => {
      // An app without a Dock icon has its count in the menu bar; Windows has no place for it but the words of the tooltip.
      if (process.platform === 'darwin') tray.setTitle(count === 0 ? '' : String(count));
      else app.setBadgeCount(count);
    },
    onClick: (listener) => {
      // macOS opens the menu on a click by itself.
      if (process.platform !== 'darwin') tray.on('click', listener);
    },
    destroy: () => {
      nativeTheme.off('updated', refresh);
      tray.destroy();
    },
  };
}

function toTemplate({ submenu, ...entry }: TrayMenuEntry): MenuItemConstructorOptions {
  return submenu === undefined ? { ...entry } : { ...entry, submenu: submenu.map(toTemplate) };
}

/** macOS colours template images itself; elsewhere the image must stand out from the panel. */
function loadImage(folder: string, icon: TrayIcon): NativeImage {
  if (process.platform === 'darwin') {
    const image = nativeImage.createFromPath(path.join(folder, 'mac', `${icon}Template.png`));
    image.setTemplateImage(true);
    return image;
  }
  const system = process.platform === 'win32' ? 'windows' : 'linux';
  return nativeImage.createFromPath(
    path.join(folder, system, `${icon}-${onDarkPanel() ? 'light' : 'dark'}.png`),
  );
}

/** GNOME's panel is dark in either theme. */
function onDarkPanel(): boolean {
  return (process.env['XDG_CURRENT_DESKTOP'] ?? '').includes('GNOME') || nativeTheme.shouldUseDarkColors;
}
