// A page whose process is gone comes back by itself, a few times; one that does not react is told of in the log. Drafts are
// kept by the page itself, and everything else by the gateway.

import type { WebContents } from 'electron';
import type { Logger } from '../../shared/logger.ts';
import { MINUTE } from '../../shared/time.ts';

/** More than this within the window, and the page would only crash again. */
const MAX_RELOADS = 3;
const WINDOW = 5 * MINUTE;

export interface ReloadBudget {
  /** Whether one more may be tried now. */
  take(now: number): boolean;
}

export function createReloadBudget(): ReloadBudget {
  let taken: number[] = [];
  return {
    take: (now) => {
      taken = taken.filter((at) => now - at < WINDOW);
      if (taken.length >= MAX_RELOADS) return false;
      taken.push(now);
      return true;
    },
  };
}

export function recoverPage(contents: WebContents, log: Logger): void {
  const budget = createReloadBudget();
  contents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return;
    const again = budget.take(Date.now());
    log.error('the page of a window is gone', { reason, exitCode, again });
    // Not from within the event: the process is still being taken down.
    if (again)
      setImmediate(() => {
        if (!contents.isDestroyed()) contents.reload();
      });
  });
  contents.on('unresponsive', () => {
    log.warn('the page of a window does not react');
  });
  contents.on('responsive', () => {
    log.info('the page of a window reacts again');
  });
  contents.on('preload-error', (_event, _path, error) => {
    log.error('the bridge to a window could not be made', { error: error.message });
  });
}
