// Starts the app, hidden, when the person signs in. Off unless they switched it on. macOS and Windows keep a list of their
// own; on Linux it is a file in the autostart folder (Desktop Application Autostart Specification).

import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { app } from 'electron';
import { PRODUCT_NAME } from '../shared/brand.ts';
import type { LoginItemState } from '../shared/ipc.ts';

export interface LoginItem {
  get(): Promise<LoginItemState>;
  /** @throws Error the list or the folder cannot be changed */
  set(enabled: boolean): Promise<void>;
}

const HIDDEN = '--hidden';

export function createLoginItem(): LoginItem {
  return process.platform === 'linux' ? autostartFile() : systemList();
}

function systemList(): LoginItem {
  const supported = process.platform === 'darwin' || process.platform === 'win32';
  const options = process.platform === 'win32' ? { args: [HIDDEN] } : {};
  return {
    get: () =>
      Promise.resolve({ supported, enabled: supported && app.getLoginItemSettings(options).openAtLogin }),
    set: (enabled) => {
      app.setLoginItemSettings({ openAtLogin: enabled, ...options });
      return Promise.resolve();
    },
  };
}

function autostartFile(): LoginItem {
  const config = process.env['XDG_CONFIG_HOME'] ?? path.join(homedir(), '.config');
  const file = path.join(config, 'autostart', 'clawtray.desktop');
  return {
    get: async () => {
      const text = await readFile(file, 'utf8').catch(() => '');
      // Desktops switch an entry off without removing it.
      const off = /^(Hidden=true|X-GNOME-Autostart-enabled=false)$/m.test(text);
      return { supported: true, enabled: text !== '' && !off };
    },
    set: async (enabled) => {
      if (!enabled) {
        await rm(file, { force: true });
        return;
      }
      await mkdir(path.dirname(file), { recursive: true });
      const temporary = `${file}.${process.pid}`;
      await writeFile(temporary, entry());
      await rename(temporary, file);
    },
  };
}

function entry(): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    `Name=${PRODUCT_NAME}`,
    `Exec=${[...command(), HIDDEN].map(quoted).join(' ')}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/** A command line that starts this installation, for a desktop's own settings. */
export function commandLine(...args: readonly string[]): string {
  return [...command(), ...args].map((word) => (/^[\w./=:-]+$/.test(word) ? word : quoted(word))).join(' ');
}

/** How this installation is started: an AppImage by its own file, not by what it unpacks itself to. */
function command(): readonly string[] {
  const image = process.env['APPIMAGE'];
  if (image !== undefined) return [image];
  return app.isPackaged ? [process.execPath] : [process.execPath, app.getAppPath()];
}

/** As the Desktop Entry Specification quotes arguments; `%` would begin a field code. */
function quoted(argument: string): string {
  const escaped = argument.replace(/(["`$\\])/g, '\\$1').replaceAll('%', '%%');
  // A backslash is escaped once more as part of a string value.
  return `"${escaped.replaceAll('\\', '\\\\')}"`;
}
