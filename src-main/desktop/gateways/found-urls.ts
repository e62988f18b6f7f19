// Where a gateway that announces itself says to be. Pure; all of it is what a stranger said.

import { isIP } from 'node:net';
import type { FoundGateway } from '../../shared/discovery.ts';

const MOST_TRIED = 4;

/**
 * What to try, the most likely address first. That it has no encryption is not believed: who says so may want to listen.
 */
export function foundUrls({ addresses, port, tls }: FoundGateway): readonly string[] {
  const places = addresses
    .slice(0, MOST_TRIED)
    .map((address) => `${isIP(address) === 6 ? `[${address}]` : address}:${port}`);
  const secure = places.map((place) => `wss://${place}`);
  return tls ? secure : [...secure, ...places.map((place) => `ws://${place}`)];
}
