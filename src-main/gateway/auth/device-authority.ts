// Who may manage which devices, and give them what. Nobody gives more than they hold, and who signed in as a device and
// is no administrator manages that device alone. Pure.

import { GatewayError } from '../../shared/errors.ts';
import { grants } from '../../shared/protocol/scopes.ts';
import { missingScope } from './auth-errors.ts';
import type { Principal } from './principal.ts';

/** The one who asks for a change. */
export interface Manager {
  readonly scopes: ReadonlySet<string>;
  readonly admin: boolean;
  /** The device that they signed in as. */
  readonly ownDevice: string | undefined;
}

export function managerOf({ scopes, device, secretVersion }: Principal): Manager {
  return {
    scopes,
    admin: grants(scopes, 'operator.admin'),
    // Who showed the shared secret besides is the owner, whatever the device.
    ownDevice: secretVersion === undefined ? device?.id : undefined,
  };
}

/** Whether the manager may see and change this device (`undefined`: one that does not exist) at all. */
export function reaches(manager: Manager, deviceId: string | undefined): boolean {
  return manager.admin || manager.ownDevice === undefined || manager.ownDevice === deviceId;
}

/**
 * @param what for the message, for example `device token rotation`
 * @throws GatewayError `forbidden`; it does not tell whether there is such a device
 */
export function needsReach(manager: Manager, deviceId: string | undefined, what: string): void {
  if (reaches(manager, deviceId)) return;
  throw denied(what, 'device-ownership-mismatch', 'this device may manage only itself');
}

/** Roles other than operator are an administrator's business, also on one's own device. */
export function needsRole(manager: Manager, roles: readonly string[], what: string): void {
  if (manager.admin || roles.every((role) => role === 'operator')) return;
  throw denied(what, 'role-management-requires-admin', 'it takes operator.admin');
}

/**
 * Nobody hands on what they do not hold.
 * @throws GatewayError `forbidden` with the scope that is missing
 */
export function needsScopes(manager: Manager, scopes: readonly string[]): void {
  const beyond = scopes.find((scope) => !grants(manager.scopes, scope));
  if (beyond !== undefined) throw missingScope(beyond);
}

function denied(what: string, reason: string, why: string): GatewayError {
  return new GatewayError('forbidden', `${what} denied: ${why}`, { details: { reason } });
}
