// Tells that settings could not be read: otherwise somebody wonders why the app is not as they left it.

import type { OsNotifier } from './notifications/os-notifier.ts';
import type { Settings } from './settings.ts';
import { say } from './words/words.ts';

/** @param open shows the settings */
export function tellDamagedSettings(
  { damaged }: Pick<Settings, 'damaged'>,
  notifier: Pick<OsNotifier, 'show'>,
  open: () => void,
): void {
  if (damaged === undefined) return;
  void notifier.show({
    id: 'damaged-settings',
    title: say('damagedSettings.title'),
    body: say('damagedSettings.text', { file: damaged }),
    persistent: true,
    onClick: open,
  });
}
