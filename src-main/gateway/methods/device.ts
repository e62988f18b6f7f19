// device.*: paired devices, requests to be paired, device tokens, and a device's own wish for more scopes.

import * as z from 'zod/mini';
import type { DeviceService } from '../auth/device-service.ts';
import type { DeviceSetup } from '../auth/device-setup.ts';
import type { ScopeUpgrades } from '../auth/scope-upgrades.ts';
import { managerOf } from '../auth/device-authority.ts';
import { defineMethod, type Method } from './method.ts';

const id = z.string().check(z.minLength(1), z.maxLength(256));
const scope = 'operator.pairing';
const MAX_SCOPES = 64;

export function deviceMethods({
  service: devices,
  upgrades,
  setup,
}: {
  readonly service: DeviceService;
  readonly upgrades: ScopeUpgrades;
  readonly setup: DeviceSetup;
}): readonly Method[] {
  return [
    defineMethod({
      name: 'device.scopes.requestUpgrade',
      scope: 'operator.read',
      params: z.strictObject({
        scopes: z.array(id).check(
          z.minLength(1),
          z.maxLength(8),
          z.refine((scopes) => new Set(scopes).size === scopes.length, 'must not have duplicate items'),
        ),
      }),
      handle: ({ scopes }, { principal }) => upgrades.request(principal, scopes),
    }),
    defineMethod({
      name: 'device.scopes.waitUpgrade',
      scope: 'operator.read',
      params: z.strictObject({ requestId: id }),
      handle: ({ requestId }, { principal }) => upgrades.wait(principal, requestId),
    }),
    defineMethod({
      name: 'device.pair.list',
      scope,
      params: z.strictObject({}),
      handle: (_params, { principal }) => devices.list(managerOf(principal)),
    }),
    defineMethod({
      name: 'device.pair.approve',
      scope,
      params: z.strictObject({ requestId: id }),
      handle: ({ requestId }, { principal }) => devices.approve(managerOf(principal), requestId),
    }),
    defineMethod({
      name: 'device.pair.reject',
      scope,
      params: z.strictObject({ requestId: id }),
      handle: ({ requestId }, { principal }) => devices.reject(managerOf(principal), requestId),
    }),
    defineMethod({
      name: 'device.pair.remove',
      scope,
      params: z.strictObject({ deviceId: id }),
      handle: ({ deviceId }, { principal }) => devices.remove(managerOf(principal), deviceId),
    }),
    defineMethod({
      name: 'device.pair.rename',
      scope,
      params: z.strictObject({ deviceId: id, label: z.string().check(z.minLength(1), z.maxLength(64)) }),
      handle: ({ deviceId, label }, { principal }) => devices.rename(managerOf(principal), deviceId, label),
    }),
    defineMethod({
      name: 'device.pair.setupCode',
      scope: 'operator.admin',
      params: z.strictObject({
        publicUrl: z.exactOptional(z.string().check(z.minLength(1), z.maxLength(2_048))),
        // There is one address to prefer: the one that the network reaches.
        preferRemoteUrl: z.exactOptional(z.boolean()),
        includeQr: z.exactOptional(z.boolean()),
        bootstrapProfile: z.exactOptional(z.enum(['limited', 'node'])),
      }),
      handle: ({ publicUrl, includeQr, bootstrapProfile }) =>
        setup.create({ publicUrl, includeQr, access: bootstrapProfile ?? 'full' }),
    }),
    defineMethod({
      name: 'device.pair.setupStatus',
      scope: 'operator.admin',
      params: z.strictObject({ setupId: z.string().check(z.minLength(1), z.maxLength(128)) }),
      handle: ({ setupId }) => setup.status(setupId),
    }),
    defineMethod({
      name: 'device.pair.setupWithdraw',
      scope: 'operator.admin',
      params: z.strictObject({ setupId: z.string().check(z.minLength(1), z.maxLength(128)) }),
      handle: ({ setupId }) => setup.withdraw(setupId),
    }),
    defineMethod({
      name: 'device.token.rotate',
      scope,
      params: z.strictObject({
        deviceId: id,
        role: id,
        scopes: z.exactOptional(z.array(id).check(z.maxLength(MAX_SCOPES))),
      }),
      handle: ({ deviceId, role, scopes }, { principal }) =>
        devices.rotate(managerOf(principal), deviceId, role, scopes),
    }),
    defineMethod({
      name: 'device.token.revoke',
      scope,
      params: z.strictObject({ deviceId: id, role: id }),
      handle: ({ deviceId, role }, { principal }) => devices.revoke(managerOf(principal), deviceId, role),
    }),
  ];
}
