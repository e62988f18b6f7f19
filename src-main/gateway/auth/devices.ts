// Paired devices and their tokens. Who may be paired without asking is decided by the authenticator.

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { DeviceRecord, DeviceTokenRecord, DevicesRepository } from '../store/repositories/devices.ts';
import type { Writer } from '../store/writer.ts';

export interface IssuedToken {
  readonly token: string;
  readonly scopes: readonly string[];
  readonly issuedAt: number;
}

export interface Devices {
  find(deviceId: string): DeviceRecord | undefined;
  /** The scopes that this token carries for this device and role; `undefined` if it is not that device's token. */
  verifyToken(deviceId: string, role: string, token: string): readonly string[] | undefined;
  /** Pairs a device (again) and answers its token, which stays the same while its scopes do. */
  pair(
    device: DeviceRecord,
    role: string,
    scopes: readonly string[],
    via: 'silent' | 'ticket',
  ): Promise<IssuedToken>;
}

export function createDevices(deps: {
  readonly repository: DevicesRepository;
  readonly store: Writer;
  readonly now: () => number;
  /** Key of this profile; tokens are derived with it and are useless elsewhere. */
  readonly key: Buffer;
}): Devices {
  const { repository, store, now, key } = deps;

  const derive = (deviceId: string, role: string, record: DeviceTokenRecord): string =>
    createHmac('sha256', key).update(`device-token|${deviceId}|${role}|${record.serial}`).digest('base64url');

  return {
    find: (deviceId) => repository.find(deviceId),

    verifyToken: (deviceId, role, token) => {
      const record = repository.token(deviceId, role);
      if (record === undefined) return undefined;
      const expected = Buffer.from(derive(deviceId, role, record));
      const given = Buffer.from(token);
      return given.length === expected.length && timingSafeEqual(given, expected) ? record.scopes : undefined;
    },

    pair: (device, role, scopes, via) =>
      store.write(() => {
        repository.insert(device, via, now());
        repository.touch(device.deviceId, now());
        const known = repository.token(device.deviceId, role);
        const wanted = [...new Set([...(known?.scopes ?? []), ...scopes])];
        if (known?.scopes.length === wanted.length) {
          return {
            token: derive(device.deviceId, role, known),
            scopes: known.scopes,
            issuedAt: known.issuedAt,
          };
        }
        const record = { scopes: wanted, serial: randomBytes(16).toString('base64url'), issuedAt: now() };
        repository.saveToken(device.deviceId, role, record);
        return { token: derive(device.deviceId, role, record), scopes: wanted, issuedAt: record.issuedAt };
      }),
  };
}
