// Offers this computer as a node to a gateway that the person uses already. Where it is and which certificate it may show is
// known; that it lets this computer in is asked for over the connection that stands. Its secret stays where it is.

import type { GatewayConnection } from '../../client/connection.ts';
import type { GatewayOutcome, OfferToGateway } from '../../shared/gateways.ts';
import { isJsonObject } from '../../shared/json.ts';
import { errorText } from '../../shared/logger.ts';
import { SECOND } from '../../shared/time.ts';
import { say } from '../words/words.ts';
import type { GatewayFleet } from './gateway-fleet.ts';

const TIMEOUT = 10 * SECOND;

export async function offerComputer(
  { fleet, own }: { readonly fleet: GatewayFleet; readonly own: Pick<GatewayConnection, 'request'> },
  { id, offers }: OfferToGateway,
): Promise<GatewayOutcome> {
  const record = fleet.record(id);
  const remote = fleet.find(id);
  if (record === undefined || remote === undefined) return failed(say('gateways.gone'));
  const { name, fingerprint } = record;
  if (remote.state().condition !== 'connected') return failed(say('gateways.offerNotReached', { name }));
  const url = remote.url();
  const there = remote.connection;
  let code: unknown;
  let setupId: unknown;
  try {
    // For a node alone, once, for minutes. The address is the one at which it is reached from here.
    const wish = { bootstrapProfile: 'node', publicUrl: url } as const;
    const answer = await there.call('device.pair.setupCode', wish, TIMEOUT);
    if (isJsonObject(answer)) ({ setupCode: code, setupId } = answer);
  } catch (error) {
    return failed(say('gateways.offerRefused', { name, reason: errorText(error) }));
  }
  // Another program's answer, whatever it holds.
  if (typeof code !== 'string') return failed(say('gateways.offerRefused', { name, reason: '?' }));
  try {
    const { link } = await own.request(
      'node.links.add',
      { code, url, ...(fingerprint === undefined ? {} : { fingerprint }), name, offers },
      TIMEOUT,
    );
    return { state: 'done', id: link.id };
  } catch (error) {
    there.call('device.pair.setupWithdraw', { setupId }, TIMEOUT).catch(() => undefined);
    return failed(errorText(error));
  }
}

function failed(message: string): GatewayOutcome {
  return { state: 'failed', message };
}
