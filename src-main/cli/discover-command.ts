// `clawtray discover`: which gateways announce themselves in the local network. What they say is shown and nothing else is
// done with it.

import { isIP } from 'node:net';
import { createLocalDiscovery } from '../discovery/local-network.ts';
import { systemClock } from '../gateway/system-clock.ts';
import { VERSION } from '../shared/brand.ts';
import type { DiscoveryProblem, FoundGateway, FoundGateways } from '../shared/discovery.ts';
import { silentLogger } from '../shared/logger.ts';
import { SECOND } from '../shared/time.ts';
import { print, printProblem } from './output.ts';
import { untilStopped } from './stop-signal.ts';

/**
 * @param seconds how long to look; without, until somebody stops it
 * @returns the exit code: 0 also when nobody is there, 1 when looking does not work
 */
export async function discover(options: {
  seconds?: number;
  watch?: boolean;
  json?: boolean;
}): Promise<number> {
  const asJson = options.json === true;
  const discovery = createLocalDiscovery({
    clock: systemClock,
    log: silentLogger,
    version: VERSION,
    onChange: (found) => {
      if (options.watch === true) show(found, asJson);
    },
  });
  discovery.search();
  if (options.watch === true) await untilStopped();
  else await new Promise((resolve) => setTimeout(resolve, (options.seconds ?? 3) * SECOND));
  const found = discovery.found();
  await discovery.close();
  if (options.watch !== true) show(found, asJson);
  return found.status === 'stopped' ? 1 : 0;
}

function show(found: FoundGateways, asJson: boolean): void {
  if (asJson) {
    print(JSON.stringify(found));
    return;
  }
  if (found.problem !== undefined) printProblem(problemText(found.problem));
  if (found.gateways.length === 0) print('No gateway announces itself in this network.');
  for (const gateway of found.gateways) print(line(gateway));
  if (found.hidden > 0) print(`… and ${found.hidden} more.`);
}

function problemText({ code, detail }: DiscoveryProblem): string {
  switch (code) {
    case 'names-taken':
      return `Other computers have all the names ${detail}.`;
    case 'not-allowed':
      return 'The system does not let Clawtray look for gateways (local network access or a firewall).';
    case 'port-taken':
      return 'Another program keeps the port of the local network’s names (5353) for itself.';
    case 'no-multicast':
      return 'The network does not take messages to everybody (multicast).';
    case 'failed':
      return `Gateways in the local network cannot be looked for: ${detail}`;
  }
}

function line(gateway: FoundGateway): string {
  const { name, addresses, port, tls, direct, version } = gateway;
  const address = addresses[0] ?? '?';
  const url = `${tls ? 'wss' : 'ws'}://${isIP(address) === 6 ? `[${address}]` : address}:${port}`;
  const about = [
    ...(version === undefined ? [] : [version]),
    ...(tls ? [] : ['no TLS']),
    ...(direct ? [] : ['only on its own computer']),
  ];
  return `${name}  ${url}${about.length === 0 ? '' : `  (${about.join(', ')})`}`;
}
