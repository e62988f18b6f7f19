// A connected device that asks for more than it was approved for, and waits until somebody decided: device.scopes.*. What
// it was given counts from its next connection on; this one keeps what it has.

import { GatewayError } from '../../shared/errors.ts';
import type { PairingDecision, ScopeUpgradeResult } from '../../shared/protocol/devices.ts';
import { grants } from '../../shared/protocol/scopes.ts';
import type { EventBus } from '../event-bus.ts';
import type { DevicesRepository } from '../store/repositories/devices.ts';
import type { Writer } from '../store/writer.ts';
import { existingScopes } from './admission.ts';
import type { DeviceRequests } from './device-requests.ts';
import type { DeviceTokens } from './device-tokens.ts';
import type { Principal } from './principal.ts';

export interface ScopeUpgrades {
  /** @throws GatewayError `invalid-request` without a device, or when there is nothing to ask for */
  request(principal: Principal, scopes: readonly string[]): Promise<{ requestId: string }>;
  /**
   * Resolves when the request is decided, or has expired.
   * @throws GatewayError `not-found` for a request that is not this device's own
   */
  wait(principal: Principal, requestId: string): Promise<ScopeUpgradeResult>;
}

/** How requests ended that somebody may still come to wait for. */
const MAX_DECISIONS = 256;

export function createScopeUpgrades(deps: {
  readonly repository: DevicesRepository;
  readonly tokens: DeviceTokens;
  readonly requests: DeviceRequests;
  readonly store: Writer;
  readonly bus: EventBus;
}): ScopeUpgrades {
  const { repository, tokens, requests, store, bus } = deps;
  const decided = new Map<string, { readonly deviceId: string; readonly decision: PairingDecision }>();

  /** Everybody who waits for a request waits for the same promise, so there are no more of them than requests. */
  const waiters = new Map<
    string,
    { readonly promise: Promise<PairingDecision>; readonly resolve: (decision: PairingDecision) => void }
  >();

  bus.subscribe(({ event, payload }) => {
    if (event !== 'device.pair.resolved') return;
    waiters.get(payload.requestId)?.resolve(payload.decision);
    waiters.delete(payload.requestId);
    decided.set(payload.requestId, { deviceId: payload.deviceId, decision: payload.decision });
    const [oldest] = decided.keys();
    if (decided.size > MAX_DECISIONS && oldest !== undefined) decided.delete(oldest);
  });

  function decisionOn(requestId: string): Promise<PairingDecision> {
    const known = waiters.get(requestId);
    if (known !== undefined) return known.promise;
    let resolve = (_decision: PairingDecision): void => undefined;
    const promise = new Promise<PairingDecision>((settle) => {
      resolve = settle;
    });
    waiters.set(requestId, { promise, resolve });
    return promise;
  }

  function resultOf(deviceId: string, requestId: string, decision: PairingDecision): ScopeUpgradeResult {
    const grant = tokens.live(deviceId, 'operator');
    switch (decision) {
      case 'approved':
        return grant === undefined
          ? { status: 'rejected', requestId }
          : {
              status: 'approved',
              requestId,
              deviceToken: tokens.reveal(deviceId, grant),
              scopes: existingScopes(grant.scopes),
            };
      case 'rejected':
        return { status: 'rejected', requestId };
      case 'expired':
      case 'superseded':
        return { status: 'expired', requestId };
    }
  }

  return {
    request: async ({ device }, scopes) => {
      if (device === undefined)
        throw new GatewayError('invalid-request', 'Only a paired device can ask for more scopes.');
      const unknown = scopes.find((scope) => !existingScopes([scope]).includes(scope));
      if (unknown !== undefined)
        throw new GatewayError('invalid-request', `unknown scope: ${unknown.slice(0, 64)}`);
      const filed = await store.write(() => {
        const record = repository.find(device.id);
        const grant = tokens.live(device.id, 'operator');
        if (record === undefined || grant === undefined)
          throw new GatewayError('invalid-request', 'The device is not paired any more.');
        const held = new Set(grant.scopes);
        if (scopes.every((scope) => grants(held, scope)))
          throw new GatewayError(
            'invalid-request',
            'The device has these scopes: connect again and ask for them.',
          );
        const ask = {
          device: record,
          role: 'operator',
          scopes: existingScopes(scopes),
          origin: undefined,
        } as const;
        return requests.file(ask, true);
      });
      requests.announce(filed);
      if (filed.request === undefined)
        throw new GatewayError('unavailable', 'Too many devices wait for an approval. Try again later.');
      return { requestId: filed.request.requestId };
    },

    wait: ({ device }, requestId) => {
      const own = (deviceId: string | undefined): boolean =>
        deviceId !== undefined && deviceId === device?.id;
      const known = decided.get(requestId);
      if (known !== undefined && own(known.deviceId)) {
        return Promise.resolve(resultOf(known.deviceId, requestId, known.decision));
      }
      const waiting = requests.find(requestId);
      if (waiting === undefined || !own(waiting.deviceId))
        throw new GatewayError('not-found', 'unknown requestId');
      return decisionOn(requestId).then((decision) => resultOf(waiting.deviceId, requestId, decision));
    },
  };
}
