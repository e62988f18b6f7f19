// Newer versions by electron-updater: from the place in app-update.yml, which electron-builder writes into packages that were
// made with one. Loaded when it is first asked, because most starts do not need it.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { app } from 'electron';
import type { AppUpdater } from 'electron-updater';
import type { Logger } from '../../shared/logger.ts';
import type { UpdateSource } from './updates.ts';

/** `undefined`: not packaged, or packaged without a place to look at. */
export function electronUpdateSource(log: Logger): UpdateSource | undefined {
  if (!app.isPackaged || !existsSync(path.join(process.resourcesPath, 'app-update.yml'))) return undefined;
  let loaded: Promise<AppUpdater> | undefined;
  const updater = (): Promise<AppUpdater> => (loaded ??= load(log));
  return {
    check: async (channel) => {
      const ready = await updater();
      ready.channel = channel === 'beta' ? 'beta' : 'latest';
      // Somebody who leaves the beta channel waits for the next stable version.
      ready.allowDowngrade = false;
      ready.allowPrerelease = channel === 'beta';
      const result = await ready.checkForUpdates();
      return result?.isUpdateAvailable === true ? result.updateInfo.version : undefined;
    },
    download: async () => {
      await (await updater()).downloadUpdate();
    },
    install: () => {
      void updater().then((ready) => {
        ready.quitAndInstall();
      });
    },
  };
}

async function load(log: Logger): Promise<AppUpdater> {
  const { default: module } = await import('electron-updater');
  const { autoUpdater } = module;
  autoUpdater.autoDownload = false;
  autoUpdater.autoInstallOnAppQuit = false;
  autoUpdater.logger = {
    info: (message: unknown) => {
      log.debug('updater', { message: String(message) });
    },
    warn: (message: unknown) => {
      log.warn('updater', { message: String(message) });
    },
    // What fails is thrown as well, and told there.
    error: (message: unknown) => {
      log.debug('updater', { message: String(message) });
    },
  };
  return autoUpdater;
}
