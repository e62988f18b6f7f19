// Setup codes: what a person hands to a phone or another machine so that it may pair itself, once, within minutes. Owns the
// codes that are open. They are kept in memory, as hashes: a gateway that stops voids them.

import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { SetupAccess, SetupCompletion } from '../../shared/protocol/devices.ts';
import type { Scope } from '../../shared/protocol/scopes.ts';
import { MINUTE } from '../../shared/time.ts';
import type { Role } from './principal.ts';

/** What a code lets a device be paired for. Never administration: that is asked for later, and approved. */
const ACCESS: Readonly<
  Record<SetupAccess, { readonly roles: readonly Role[]; readonly scopes: readonly Scope[] }>
> = {
  full: {
    roles: ['operator', 'node'],
    scopes: [
      'operator.read',
      'operator.write',
      'operator.approvals',
      'operator.questions',
      'operator.talk',
      'operator.talk.secrets',
    ],
  },
  limited: {
    roles: ['operator', 'node'],
    scopes: ['operator.read', 'operator.write', 'operator.talk'],
  },
  node: { roles: ['node'], scopes: [] },
};

const LIFETIME = 10 * MINUTE;
/** Codes that are open or were lately used; the oldest goes first. */
const MAX_CODES = 32;

export interface IssuedSetup {
  readonly setupId: string;
  /** Shown once, to whoever asked. */
  readonly token: string;
  readonly expiresAtMs: number;
}

/** A code in the hands of the device that shows it. */
export interface SetupClaim {
  readonly setupId: string;
  readonly access: SetupAccess;
  readonly scopes: readonly Scope[];
}

export interface SetupCodes {
  issue(access: SetupAccess): IssuedSetup;
  /** @returns `undefined` if there is no such code, it ended, was used by another device, or does not fit the role */
  find(token: string, deviceId: string, role: Role): SetupClaim | undefined;
  /**
   * Uses it up, inside the write that pairs the device. The same device may come once in each role.
   * @returns `false` if somebody was faster
   */
  claim(
    claim: SetupClaim,
    device: { readonly id: string; readonly name: string | undefined },
    role: Role,
  ): boolean;
  /** Takes a claim back: the write failed. */
  release(claim: SetupClaim, role: Role): void;
  /** @returns whether there was one that nobody had used; a device that has begun to pair itself goes on */
  withdraw(setupId: string): boolean;
  /** What became of a code; `undefined` while nobody used it, or when it is not known. */
  completion(setupId: string): SetupCompletion | undefined;
}

interface Entry {
  readonly setupId: string;
  readonly access: SetupAccess;
  readonly expiresAtMs: number;
  roles: readonly Role[];
  completion?: SetupCompletion;
}

export function createSetupCodes(now: () => number): SetupCodes {
  const codes = new Map<string, Entry>();

  const byId = (setupId: string): Entry | undefined =>
    [...codes.values()].find((entry) => entry.setupId === setupId);

  function fits(entry: Entry, deviceId: string, role: Role): boolean {
    const { completion, roles } = entry;
    if (entry.expiresAtMs <= now() || !ACCESS[entry.access].roles.includes(role)) return false;
    return completion === undefined || (completion.deviceId === deviceId && !roles.includes(role));
  }

  return {
    issue: (access) => {
      const token = `oc_setup_${randomBytes(32).toString('base64url')}`;
      const setupId = randomUUID();
      const expiresAtMs = now() + LIFETIME;
      codes.set(digest(token), { setupId, access, expiresAtMs, roles: [] });
      for (const key of codes.keys()) {
        if (codes.size <= MAX_CODES) break;
        codes.delete(key);
      }
      return { setupId, token, expiresAtMs };
    },
    find: (token, deviceId, role) => {
      const entry = codes.get(digest(token));
      if (entry === undefined || !fits(entry, deviceId, role)) return undefined;
      const { setupId, access } = entry;
      return { setupId, access, scopes: role === 'node' ? [] : ACCESS[access].scopes };
    },
    claim: ({ setupId }, device, role) => {
      const entry = byId(setupId);
      if (entry === undefined || !fits(entry, device.id, role)) return false;
      entry.roles = [...entry.roles, role];
      entry.completion ??= {
        setupId,
        deviceId: device.id,
        ...(device.name === undefined ? {} : { deviceName: device.name }),
        access: entry.access,
        ts: now(),
      };
      return true;
    },
    release: ({ setupId }, role) => {
      const entry = byId(setupId);
      if (entry === undefined) return;
      entry.roles = entry.roles.filter((used) => used !== role);
      if (entry.roles.length === 0) delete entry.completion;
    },
    withdraw: (setupId) => {
      for (const [key, entry] of codes) {
        if (entry.setupId !== setupId || entry.roles.length > 0) continue;
        codes.delete(key);
        return entry.expiresAtMs > now();
      }
      return false;
    },
    completion: (setupId) => byId(setupId)?.completion,
  };
}

const digest = (token: string): string => createHash('sha256').update(token).digest('hex');
