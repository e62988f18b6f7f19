// What the window may ask about other gateways, and who answers. Params were checked at the door.

import type { GatewayConnection } from '../../client/connection.ts';
import type { RequestHandlers } from '../../ipc/ipc-main.ts';
import type { DesktopRequestName } from '../../shared/ipc.ts';
import { offerComputer } from './offer-computer.ts';
import type { OtherGateways } from './other-gateways.ts';

type GatewayRequests = Pick<RequestHandlers, Extract<DesktopRequestName, `gateways:${string}`>>;

/** @param own the connection to this app's own gateway */
export function gatewayRequests(
  others: OtherGateways,
  own: Pick<GatewayConnection, 'request'>,
): GatewayRequests {
  const { fleet } = others;
  return {
    'gateways:list': () => others.view(),
    'gateways:search': (wanted) => {
      others.search(wanted);
      return undefined;
    },
    'gateways:inspect': ({ kind, text }) =>
      kind === 'found' ? fleet.inspectFound(text) : fleet.inspect(text),
    'gateways:add': (wish) => fleet.add(wish),
    'gateways:sign-in': (wish) => fleet.signIn(wish),
    'gateways:trust': ({ id, fingerprint }) => fleet.trust(id, fingerprint),
    'gateways:rename': ({ id, name }) => fleet.rename(id, name),
    'gateways:duty': ({ id, onDuty }) => fleet.setDuty(id, onDuty),
    'gateways:forget': (id) => fleet.forget(id),
    'gateways:retry': (id) => {
      fleet.retry(id);
      return undefined;
    },
    'gateways:select': (id) => others.select(id),
    'gateways:offer': (wish) => offerComputer({ fleet, own }, wish),
    'gateways:draft': ({ gateway, draft }) => others.useDraft(gateway, draft),
  };
}
