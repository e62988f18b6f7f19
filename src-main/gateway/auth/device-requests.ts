// Devices that ask to be paired: from the ask to the request that waits, its notification and its events. Who may come in
// at once, and who decides about a request, stand elsewhere.

import type { PairingDecision, PendingDevice } from '../../shared/protocol/devices.ts';
import type { Clock } from '../../shared/time.ts';
import type { EventBus } from '../event-bus.ts';
import type { NotificationService } from '../notifications/notification-service.ts';
import { createRequestNotices } from '../notifications/request-notices.ts';
import type { DeviceIdentity } from '../store/repositories/devices.ts';
import type { PairingRequestsRepository } from '../store/repositories/pairing-requests.ts';
import type { Writer } from '../store/writer.ts';
import { createPairingFiling, type FiledPairing } from './pairing-filing.ts';
import { createPendingRequests, type PendingRequests } from './pending-requests.ts';
import type { Role } from './principal.ts';

export interface PairingAsk {
  readonly device: DeviceIdentity;
  readonly role: Role;
  /** Only scopes that exist; for nodes none. */
  readonly scopes: readonly string[];
  readonly origin: string | undefined;
}

export type FiledDevice = FiledPairing<PendingDevice>;

export interface DeviceRequests extends Pick<
  PendingRequests<PendingDevice>,
  'list' | 'find' | 'take' | 'takeBySubject' | 'start'
> {
  /** Resolves when what is being written is on disk. */
  stop(): Promise<void>;
  /**
   * Inside `store.write` only.
   * @param isRepair the device was approved before
   */
  file(ask: PairingAsk, isRepair: boolean): FiledDevice;
  announce(filed: FiledDevice): void;
  /** Tells how a request ended. */
  resolved(request: PendingDevice, decision: PairingDecision): void;
}

export function createDeviceRequests(deps: {
  readonly repository: PairingRequestsRepository<PendingDevice>;
  readonly store: Writer;
  readonly clock: Clock;
  readonly bus: EventBus;
  readonly notifications: NotificationService;
  readonly onFailure: (error: unknown) => void;
}): DeviceRequests {
  const { clock, bus, notifications } = deps;
  const requestNotices = createRequestNotices(deps);

  function resolved({ requestId, deviceId }: PendingDevice, decision: PairingDecision): void {
    bus.publish('device.pair.resolved', { requestId, deviceId, decision, ts: clock.now() });
    // One request in place of another: the device still waits.
    if (decision === 'superseded') return;
    requestNotices.over(requestId);
  }

  const pending = createPendingRequests<PendingDevice>({
    ...deps,
    stillAsking: () => false,
    onExpired: (requests) => {
      for (const request of requests) resolved(request, 'expired');
    },
  });

  const file = createPairingFiling({ pending, clock, notifications, wordsFor });

  return {
    list: () => pending.list(),
    find: (requestId) => pending.find(requestId),
    take: (requestId) => pending.take(requestId),
    takeBySubject: (deviceId) => pending.takeBySubject(deviceId),
    start: () => {
      pending.start();
    },
    stop: async () => {
      await pending.stop();
      await requestNotices.written();
    },

    file: (ask, isRepair) =>
      file({
        subjectId: ask.device.deviceId,
        address: ask.device.remoteIp,
        make: (requestId, ts) => ({ ...requestOf(ask, isRepair), requestId, ts }),
      }),

    announce: ({ request, created, superseded, notification }) => {
      if (superseded !== undefined) resolved(superseded, 'superseded');
      if (request !== undefined && created) bus.publish('device.pair.requested', request);
      if (notification !== undefined) notifications.announce(notification);
    },

    resolved,
  };
}

type Wanted = Omit<PendingDevice, 'requestId' | 'ts'>;

function requestOf({ device, role, scopes, origin }: PairingAsk, isRepair: boolean): Wanted {
  return {
    deviceId: device.deviceId,
    publicKey: device.publicKey,
    ...(device.displayName === undefined ? {} : { displayName: device.displayName }),
    platform: device.platform,
    ...(device.deviceFamily === undefined ? {} : { deviceFamily: device.deviceFamily }),
    clientId: device.clientId,
    clientMode: device.clientMode,
    ...(origin === undefined ? {} : { browserOrigin: origin }),
    role,
    roles: [role],
    scopes,
    remoteIp: device.remoteIp,
    ...(isRepair ? { isRepair } : {}),
  };
}

/** The inbox's words. Everything that the device says about itself is clean and short by now. */
function wordsFor(request: PendingDevice): { title: string; body: string } {
  const name = request.displayName ?? request.deviceFamily ?? request.clientId ?? 'A device';
  const what = [request.deviceFamily, request.platform].filter((word) => word !== undefined).join(', ');
  const scopes = (request.scopes ?? []).map((scope) => scope.replace(/^operator\./, ''));
  const asks =
    request.role === 'node'
      ? 'asks to join as a node, a device that runs commands'
      : `asks for access (${scopes.length === 0 ? 'no scopes' : scopes.join(', ')})`;
  return {
    title: `${name} wants to be paired`,
    body: `“${name}” (${what}; ${request.remoteIp ?? 'unknown address'}) ${asks}. Approve it only if you are setting up this device right now.`,
  };
}
