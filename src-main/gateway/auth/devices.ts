// Everything about devices, put together: their tokens, who may come in, what waits for approval, and its management.

import { errorText, type Logger } from '../../shared/logger.ts';
import type { Clock } from '../../shared/time.ts';
import type { EventBus } from '../event-bus.ts';
import type { NotificationService } from '../notifications/notification-service.ts';
import type { Peers } from '../peers.ts';
import type { Store } from '../store/open-store.ts';
import { createDevicesRepository } from '../store/repositories/devices.ts';
import { createPairingRequestsRepository } from '../store/repositories/pairing-requests.ts';
import { createAdmission, type Admission } from './admission.ts';
import { createDeviceRequests, type DeviceRequests } from './device-requests.ts';
import { createDeviceService, type DeviceService } from './device-service.ts';
import { createDeviceTokens, type DeviceTokens } from './device-tokens.ts';
import { createDeviceSetup, type DeviceSetup, type NetworkFacts } from './device-setup.ts';
import { createSetupCodes, type SetupCodes } from './setup-codes.ts';
import { createScopeUpgrades, type ScopeUpgrades } from './scope-upgrades.ts';

export interface Devices {
  readonly tokens: DeviceTokens;
  readonly requests: DeviceRequests;
  readonly admission: Admission;
  readonly service: DeviceService;
  readonly upgrades: ScopeUpgrades;
  readonly setupCodes: SetupCodes;
  readonly setup: DeviceSetup;
}

export function createDevices(deps: {
  readonly store: Store;
  readonly clock: Clock;
  readonly bus: EventBus;
  readonly notifications: NotificationService;
  readonly peers: Peers;
  /** Ends what hangs on a role; called inside the write that takes the role away. */
  readonly onRoleEnded: (deviceId: string, role: string) => void;
  readonly log: Logger;
  /** Key of this profile; tokens are derived with it. */
  readonly key: Buffer;
  /** This gateway as the network sees it now. */
  readonly network: () => NetworkFacts;
}): Devices {
  const { store, clock, log } = deps;
  const now = (): number => clock.now();
  const repository = createDevicesRepository(store);
  const tokens = createDeviceTokens({ repository, now, key: deps.key });
  const requests = createDeviceRequests({
    ...deps,
    repository: createPairingRequestsRepository(store, 'device_pairing_requests'),
    onFailure: (error) => {
      log.error('pairing requests could not be cleared up', { error: errorText(error) });
    },
  });
  const setupCodes = createSetupCodes(now);
  return {
    tokens,
    requests,
    admission: createAdmission({ ...deps, repository, tokens, requests, setupCodes, now }),
    service: createDeviceService({ ...deps, repository, tokens, requests, now }),
    upgrades: createScopeUpgrades({ ...deps, repository, tokens, requests }),
    setupCodes,
    setup: createDeviceSetup(setupCodes, deps.network),
  };
}
