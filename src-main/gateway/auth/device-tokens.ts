// Tokens of paired devices: derived from a random serial and this profile's key, so that none is ever stored. Knows what
// a token is worth; who may change that is decided elsewhere. The changing functions belong inside `store.write`.

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { grants } from '../../shared/protocol/scopes.ts';
import type { DeviceGrant, DeviceIdentity, DevicesRepository } from '../store/repositories/devices.ts';

export interface DeviceTokens {
  reveal(deviceId: string, grant: DeviceGrant): string;
  /** What a device may be in this role, unless that was never approved or was revoked. */
  live(deviceId: string, role: string): DeviceGrant | undefined;
  /** The grant that this is the token of. Constant time. */
  verify(deviceId: string, role: string, token: string): DeviceGrant | undefined;
  /** Allows a device, as it is now, a role and these scopes beside what it has. A revoked token never comes back. */
  approve(device: DeviceIdentity, role: string, scopes: readonly string[]): DeviceGrant;
  /** Lets the token carry these scopes, which are approved. */
  cover(deviceId: string, grant: DeviceGrant, scopes: readonly string[]): DeviceGrant;
  /** A new token in place of the old one, with these scopes. */
  rotate(deviceId: string, grant: DeviceGrant, scopes: readonly string[]): DeviceGrant;
  revoke(deviceId: string, grant: DeviceGrant): DeviceGrant;
}

export function createDeviceTokens(deps: {
  readonly repository: DevicesRepository;
  readonly now: () => number;
  /** Key of this profile; tokens are useless elsewhere. */
  readonly key: Buffer;
}): DeviceTokens {
  const { repository, now, key } = deps;

  const newSerial = (): string => randomBytes(16).toString('base64url');

  const reveal = (deviceId: string, grant: DeviceGrant): string =>
    createHmac('sha256', key)
      .update(`device-token|${deviceId}|${grant.role}|${grant.serial}`)
      .digest('base64url');

  function live(deviceId: string, role: string): DeviceGrant | undefined {
    const grant = repository.grant(deviceId, role);
    return grant?.revokedAt === undefined ? grant : undefined;
  }

  function save(deviceId: string, grant: DeviceGrant): DeviceGrant {
    repository.saveGrant(deviceId, grant);
    return grant;
  }

  return {
    reveal,
    live,

    verify: (deviceId, role, token) => {
      const grant = live(deviceId, role);
      if (grant === undefined) return undefined;
      const expected = Buffer.from(reveal(deviceId, grant));
      const given = Buffer.from(token);
      return given.length === expected.length && timingSafeEqual(given, expected) ? grant : undefined;
    },

    approve: ({ deviceId, platform, deviceFamily }, role, scopes) => {
      const known = live(deviceId, role);
      const at = now();
      if (known !== undefined) {
        return save(deviceId, {
          ...known,
          platform,
          deviceFamily,
          scopes: together(known.scopes, scopes),
          approvedScopes: together(known.approvedScopes, scopes),
        });
      }
      const allowed = [...new Set(scopes)];
      return save(deviceId, {
        role,
        scopes: allowed,
        approvedScopes: allowed,
        platform,
        deviceFamily,
        serial: newSerial(),
        createdAt: at,
        issuedAt: at,
        rotatedAt: undefined,
        revokedAt: undefined,
      });
    },

    cover: (deviceId, grant, scopes) => {
      const wider = together(grant.scopes, scopes);
      return wider.length === grant.scopes.length ? grant : save(deviceId, { ...grant, scopes: wider });
    },

    rotate: (deviceId, grant, scopes) =>
      save(deviceId, {
        ...grant,
        scopes: [...new Set(scopes)],
        serial: newSerial(),
        issuedAt: now(),
        rotatedAt: now(),
      }),

    revoke: (deviceId, grant) => save(deviceId, { ...grant, revokedAt: now() }),
  };
}

/** The first list, and what it does not grant yet. */
function together(held: readonly string[], more: readonly string[]): readonly string[] {
  const reach = new Set(held);
  return [...held, ...new Set(more.filter((scope) => !grants(reach, scope)))];
}
