// Announces the gateway of this process in the local network. What that takes is loaded once there is something to announce:
// a gateway for this computer alone pays nothing.

import type { Announcement } from '../shared/discovery.ts';
import { errorText, type Logger } from '../shared/logger.ts';
import type { Clock } from '../shared/time.ts';
import type { Discovery } from './discovery.ts';

export interface NetworkAnnouncer {
  /** `undefined`: says goodbye. */
  announce(announcement: Announcement | undefined): void;
  close(): Promise<void>;
}

export function createNetworkAnnouncer(deps: {
  readonly clock: Clock;
  readonly log: Logger;
  readonly version: string;
}): NetworkAnnouncer {
  let discovery: Promise<Discovery> | undefined;
  let wanted: Announcement | undefined;

  async function load(): Promise<Discovery> {
    const { createLocalDiscovery } = await import('./local-network.ts');
    return createLocalDiscovery({
      ...deps,
      onChange: ({ problem }) => {
        if (problem !== undefined) deps.log.warn('the gateway may not be found in the network', { problem });
      },
    });
  }

  return {
    announce: (announcement) => {
      wanted = announcement;
      if (announcement === undefined && discovery === undefined) return;
      discovery ??= load();
      discovery.then(
        (loaded) => {
          loaded.announce(wanted);
        },
        (error: unknown) => {
          deps.log.warn('the gateway is not announced in the network', { error: errorText(error) });
        },
      );
    },
    close: async () => {
      const loaded = await discovery?.catch(() => undefined);
      await loaded?.close();
    },
  };
}
