// Discovery on this computer's real network: what the command line and the desktop use.

import { hostname, networkInterfaces } from 'node:os';
import type { FoundGateways } from '../shared/discovery.ts';
import type { Logger } from '../shared/logger.ts';
import type { Clock } from '../shared/time.ts';
import { createDiscovery, type Discovery } from './discovery.ts';
import { openMulticastLink } from './multicast-link.ts';

/** Loads the multicast library; import this only when somebody announces or looks. */
export function createLocalDiscovery(deps: {
  readonly clock: Clock;
  readonly log: Logger;
  readonly version: string;
  readonly onChange?: (found: FoundGateways) => void;
}): Discovery {
  return createDiscovery({
    onChange: () => undefined,
    ...deps,
    hostname: hostname(),
    interfaces: networkInterfaces,
    openLink: (address, listener) => openMulticastLink(address, listener, deps.clock),
  });
}
