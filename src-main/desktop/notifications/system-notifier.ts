// The notifications of the system that we run on: Electron's on macOS and Windows, D-Bus itself on Linux, where Electron's
// have no buttons.

import { Notification } from 'electron';
import { APP_ID, PRODUCT_NAME } from '../../shared/brand.ts';
import type { Logger } from '../../shared/logger.ts';
import { say } from '../words/words.ts';
import { createDbusNotifier } from './dbus-notifier.ts';
import { createElectronNotifier } from './electron-notifier.ts';
import type { OsNotifier } from './os-notifier.ts';

/** @param icon a file that other processes can read */
export function createSystemNotifier(icon: string, log: Logger): OsNotifier {
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
