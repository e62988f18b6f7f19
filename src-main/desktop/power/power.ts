// Sleep and the lock of the screen, as the system tells them.

import { powerMonitor } from 'electron';
import type { Logger } from '../../shared/logger.ts';
import { watchLinuxScreenLock } from './linux-screen-lock.ts';

export interface Power {
  /** As far as it is known at the start. */
  readonly locked: boolean;
  stop(): void;
}

/** After Electron's `ready`. */
export function watchPower(deps: {
  readonly log: Logger;
  readonly onResume: () => void;
  readonly onLock: (locked: boolean) => void;
}): Power {
  const { log, onResume, onLock } = deps;
  powerMonitor.on('resume', onResume);
  if (process.platform === 'linux') {
    const lock = watchLinuxScreenLock({ env: process.env, log, onChange: onLock });
    return {
      locked: false,
      stop: () => {
        powerMonitor.off('resume', onResume);
        lock.stop();
      },
    };
  }
  const locks = (): void => {
    onLock(true);
  };
  const unlocks = (): void => {
    onLock(false);
  };
  powerMonitor.on('lock-screen', locks);
  powerMonitor.on('unlock-screen', unlocks);
  return {
    locked: powerMonitor.getSystemIdleState(60) === 'locked',
    stop: () => {
      powerMonitor.off('resume', onResume);
      powerMonitor.off('lock-screen', locks);
      powerMonitor.off('unlock-screen', unlocks);
    },
  };
}
