// What a start of the program does, the first as well as one while the app already runs. Addresses come from anybody: only
// what `app-link` understands is followed, and no faster than a person clicks.

import { app } from 'electron';
import type { NavigationTarget } from '../../shared/ipc.ts';
import type { Logger } from '../../shared/logger.ts';
import type { Clock } from '../../shared/time.ts';
import { readAppLink } from './app-link.ts';
import type { LaunchRequest } from './launch-request.ts';
import { createLinkThrottle } from './link-throttle.ts';

export function createLauncher(deps: {
  /** Shows the window, with a place in it. */
  open(target?: NavigationTarget): void;
  /** The same on our own gateway, whichever the window shows. */
  openOwn(target: NavigationTarget): void;
  quickChat(): void;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Logger;
}): (request: LaunchRequest) => void {
  const links = createLinkThrottle(deps.clock);

  function follow(address: string): void {
    const link = readAppLink(address);
    if (!link.ok) deps.log.warn('an address was not followed', { reason: link.reason });
    else if (links.admit()) followTo(link.target);
  }

  /** Addresses name places of our own gateway. Which one a draft is for is asked, so the window stays where it is. */
  function followTo(target: NavigationTarget | undefined): void {
    if (target === undefined || target.view === 'draft') deps.open(target);
    else deps.openOwn(target);
  }

  return (request) => {
    switch (request.kind) {
      case 'open':
      // Started again, whatever it was told: somebody wants to see it.
      case 'hidden':
        deps.open();
        break;
      case 'quick-chat':
        deps.quickChat();
        break;
      case 'quit':
        app.quit();
        break;
      case 'link':
        follow(request.address);
        break;
    }
  };
}
