// Paired devices as people manage them: approve and reject requests, list, name and remove devices, rotate and revoke
// their tokens. Every change checks who asks for it inside the same write, then ends the connections that it concerns.

import { GatewayError } from '../../shared/errors.ts';
import type {
  DevicePairListResult,
  DeviceTokenRotateResult,
  PairedDevice,
  PendingDevice,
} from '../../shared/protocol/devices.ts';
import { grants } from '../../shared/protocol/scopes.ts';
import type { EventBus } from '../event-bus.ts';
import type { Peers } from '../peers.ts';
import type {
  DeviceGrant,
  DeviceIdentity,
  DeviceRecord,
  DevicesRepository,
} from '../store/repositories/devices.ts';
import type { Writer } from '../store/writer.ts';
import { needsReach, needsRole, needsScopes, reaches, type Manager } from './device-authority.ts';
import type { DeviceRequests } from './device-requests.ts';
import type { DeviceTokens } from './device-tokens.ts';
import { plainText } from '../../shared/plain-text.ts';
import type { Role } from './principal.ts';

export interface DeviceService {
  list(manager: Manager): DevicePairListResult;
  /** @throws GatewayError `not-found` (unknown requestId), `forbidden` */
  approve(manager: Manager, requestId: string): Promise<{ requestId: string; device: PairedDevice }>;
  reject(manager: Manager, requestId: string): Promise<{ requestId: string; deviceId: string }>;
  /** Forgets a device, and everything that it could do. */
  remove(manager: Manager, deviceId: string): Promise<{ deviceId: string }>;
  rename(manager: Manager, deviceId: string, label: string): Promise<{ deviceId: string; label: string }>;
  /** @param scopes of the new token; those of the old one if left out */
  rotate(
    manager: Manager,
    deviceId: string,
    role: string,
    scopes: readonly string[] | undefined,
  ): Promise<DeviceTokenRotateResult>;
  revoke(
    manager: Manager,
    deviceId: string,
    role: string,
  ): Promise<{ deviceId: string; role: string; revokedAtMs: number }>;
  /** Takes one role away from a device; the last one takes the device with it. */
  removeRole(manager: Manager, deviceId: string, role: Role): Promise<void>;
  /** What the person calls it. */
  labelOf(deviceId: string): string | undefined;
}

/** What OpenClaw's clients see when their device was revoked, rotated or removed. */
const REMOVED = 'device removed';

export function createDeviceService(deps: {
  readonly repository: DevicesRepository;
  readonly tokens: DeviceTokens;
  readonly requests: DeviceRequests;
  readonly store: Writer;
  readonly bus: EventBus;
  readonly peers: Peers;
  /** Ends what hangs on a role; called inside the write that takes the role away. */
  readonly onRoleEnded: (deviceId: string, role: string) => void;
  readonly now: () => number;
}): DeviceService {
  const { repository, tokens, requests, store, bus, peers, onRoleEnded, now } = deps;

  function view(device: DeviceRecord, connected: ReadonlySet<string>): PairedDevice {
    return toPairedDevice(device, repository.grants(device.deviceId), connected.has(device.deviceId));
  }

  function needsDevice(manager: Manager, deviceId: string, what: string): DeviceRecord {
    needsReach(manager, deviceId, what);
    const device = repository.find(deviceId);
    if (device === undefined) throw new GatewayError('not-found', 'unknown deviceId');
    return device;
  }

  /** Who manages only their own device is no administrator of its other roles. */
  function needsAllRoles(manager: Manager, deviceId: string, what: string): void {
    if (manager.ownDevice === undefined) return;
    needsRole(
      manager,
      repository.grants(deviceId).map(({ role }) => role),
      what,
    );
  }

  function needsGrant(manager: Manager, deviceId: string, role: string, what: string): DeviceGrant {
    needsDevice(manager, deviceId, what);
    needsRole(manager, [role], what);
    const grant = tokens.live(deviceId, role);
    if (grant === undefined)
      throw new GatewayError('not-found', `the device has no role ${role.slice(0, 64)}`);
    // A token that can do more than the manager is not theirs to take or to renew.
    if (role === 'operator') needsScopes(manager, grant.scopes);
    return grant;
  }

  function approveNow(manager: Manager, requestId: string): PendingDevice {
    const request = requests.find(requestId);
    needsReach(manager, request?.deviceId, 'device pairing approval');
    if (request === undefined) throw unknownRequest();
    const role = request.role ?? 'operator';
    needsRole(manager, [role], 'device pairing approval');
    needsScopes(manager, request.scopes ?? []);
    requests.take(requestId);
    const device = identityOf(request);
    repository.save(device, { via: 'owner', at: now() });
    tokens.approve(device, role, request.scopes ?? []);
    return request;
  }

  function changed(): void {
    bus.publish('device.pair.changed', {});
  }

  return {
    list: (manager) => {
      const connected = peers.connectedDevices();
      return {
        pending: requests.list().filter(({ deviceId }) => reaches(manager, deviceId)),
        paired: repository
          .list()
          .filter(({ deviceId }) => reaches(manager, deviceId))
          .map((device) => view(device, connected)),
      };
    },

    approve: async (manager, requestId) => {
      const { request, device } = await store.write(() => {
        const approved = approveNow(manager, requestId);
        const saved = repository.find(approved.deviceId);
        if (saved === undefined) throw new GatewayError('internal', 'The device was not saved.');
        return { request: approved, device: saved };
      });
      requests.resolved(request, 'approved');
      return { requestId, device: view(device, peers.connectedDevices()) };
    },

    reject: async (manager, requestId) => {
      const request = await store.write(() => {
        const waiting = requests.find(requestId);
        needsReach(manager, waiting?.deviceId, 'device pairing rejection');
        if (waiting === undefined) throw unknownRequest();
        requests.take(requestId);
        return waiting;
      });
      requests.resolved(request, 'rejected');
      return { requestId, deviceId: request.deviceId };
    },

    remove: async (manager, deviceId) => {
      const what = 'device pairing removal';
      const waiting = await store.write(() => {
        needsDevice(manager, deviceId, what);
        needsAllRoles(manager, deviceId, what);
        needsScopes(manager, tokens.live(deviceId, 'operator')?.scopes ?? []);
        repository.remove(deviceId);
        return requests.takeBySubject(deviceId);
      });
      peers.retireDevice(deviceId, undefined, REMOVED);
      if (waiting !== undefined) requests.resolved(waiting, 'rejected');
      changed();
      return { deviceId };
    },

    rename: async (manager, deviceId, label) => {
      const name = plainText(label);
      if (name === undefined) throw new GatewayError('invalid-params', 'label required');
      await store.write(() => {
        needsDevice(manager, deviceId, 'device pairing rename');
        needsAllRoles(manager, deviceId, 'device pairing rename');
        repository.setLabel(deviceId, name);
      });
      changed();
      return { deviceId, label: name };
    },

    rotate: async (manager, deviceId, role, scopes) => {
      const grant = await store.write(() => {
        const old = needsGrant(manager, deviceId, role, 'device token rotation');
        const wanted = scopes ?? old.scopes;
        const approved = new Set(old.approvedScopes);
        const beyond = wanted.find((scope) => !grants(approved, scope));
        if (beyond !== undefined) throw notApproved(beyond);
        if (role === 'operator') needsScopes(manager, wanted);
        return tokens.rotate(deviceId, old, wanted);
      });
      peers.retireDevice(deviceId, asRole(role), REMOVED);
      changed();
      const own = manager.ownDevice === deviceId;
      return {
        deviceId,
        role,
        ...(own ? { token: tokens.reveal(deviceId, grant) } : {}),
        scopes: grant.scopes,
        rotatedAtMs: grant.issuedAt,
        tokenDelivery: own ? 'in-band' : 'withheld-cross-device',
      };
    },

    revoke: async (manager, deviceId, role) => {
      const revokedAtMs = await store.write(() => {
        const grant = needsGrant(manager, deviceId, role, 'device token revocation');
        onRoleEnded(deviceId, role);
        return tokens.revoke(deviceId, grant).revokedAt ?? now();
      });
      peers.retireDevice(deviceId, asRole(role), REMOVED);
      changed();
      return { deviceId, role, revokedAtMs };
    },

    removeRole: async (manager, deviceId, role) => {
      const what = `${role} pairing removal`;
      await store.write(() => {
        needsReach(manager, deviceId, what);
        const grant = repository.grant(deviceId, role);
        if (grant === undefined) throw new GatewayError('not-found', `unknown ${role}Id`);
        needsAllRoles(manager, deviceId, what);
        onRoleEnded(deviceId, role);
        repository.removeGrant(deviceId, role);
        if (repository.grants(deviceId).length === 0) repository.remove(deviceId);
      });
      peers.retireDevice(deviceId, role, REMOVED);
      changed();
    },

    labelOf: (deviceId) => repository.find(deviceId)?.label,
  };
}

function unknownRequest(): GatewayError {
  return new GatewayError('not-found', 'unknown requestId');
}

function notApproved(scope: string): GatewayError {
  const shown = scope.slice(0, 64);
  return new GatewayError(
    'forbidden',
    `device token rotation denied: the device was never approved for ${shown}`,
    {
      details: { reason: 'scope-outside-approved-baseline', scope: shown },
    },
  );
}

function asRole(role: string): Role {
  return role === 'node' ? 'node' : 'operator';
}

function identityOf(request: PendingDevice): DeviceIdentity {
  return {
    deviceId: request.deviceId,
    publicKey: request.publicKey,
    displayName: request.displayName,
    platform: request.platform ?? '',
    deviceFamily: request.deviceFamily,
    clientId: request.clientId ?? '',
    clientMode: request.clientMode ?? '',
    remoteIp: request.remoteIp ?? '',
  };
}

function toPairedDevice(
  device: DeviceRecord,
  held: readonly DeviceGrant[],
  connected: boolean,
): PairedDevice {
  const name = device.label ?? device.displayName;
  const live = held.filter(({ revokedAt }) => revokedAt === undefined);
  const [first] = live;
  return {
    deviceId: device.deviceId,
    publicKey: device.publicKey,
    ...(name === undefined ? {} : { displayName: name }),
    ...(device.label === undefined ? {} : { operatorLabel: device.label }),
    platform: device.platform,
    ...(device.deviceFamily === undefined ? {} : { deviceFamily: device.deviceFamily }),
    ...(device.clientId === '' ? {} : { clientId: device.clientId }),
    ...(device.clientMode === '' ? {} : { clientMode: device.clientMode }),
    ...(device.remoteIp === '' ? {} : { remoteIp: device.remoteIp }),
    ...(first === undefined ? {} : { role: first.role }),
    roles: live.map(({ role }) => role),
    scopes: [...new Set(live.flatMap(({ approvedScopes }) => approvedScopes))],
    approvedVia: device.approvedVia,
    createdAtMs: device.createdAt,
    approvedAtMs: device.approvedAt,
    lastSeenAtMs: device.lastSeenAt,
    lastSeenReason: 'connect',
    connected,
    tokens: held.map(({ role, scopes, createdAt, rotatedAt, revokedAt }) => ({
      role,
      scopes,
      createdAtMs: createdAt,
      ...(rotatedAt === undefined ? {} : { rotatedAtMs: rotatedAt }),
      ...(revokedAt === undefined ? {} : { revokedAtMs: revokedAt }),
    })),
  };
}
