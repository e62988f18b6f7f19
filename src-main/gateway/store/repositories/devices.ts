// Rows of `devices` and `device_tokens` (one per device and role that it was approved for). The writing functions belong
// inside `store.write`.

import type { Store } from '../open-store.ts';
import type { SqlRow } from '../sqlite.ts';

/** `silent`: a holder of the shared secret on this computer; `owner`: somebody approved it. */
export type ApprovedVia = 'silent' | 'owner' | 'setup-code';

/** What a device is; what it says about itself is cleaned before it gets here. */
export interface DeviceIdentity {
  readonly deviceId: string;
  /** Raw Ed25519 key, base64url. */
  readonly publicKey: string;
  readonly displayName: string | undefined;
  readonly platform: string;
  readonly deviceFamily: string | undefined;
  readonly clientId: string;
  readonly clientMode: string;
  readonly remoteIp: string;
}

export interface DeviceRecord extends DeviceIdentity {
  /** The person's name for it. */
  readonly label: string | undefined;
  readonly approvedVia: ApprovedVia;
  readonly createdAt: number;
  readonly approvedAt: number;
  readonly lastSeenAt: number;
}

/** What a device may be, and the token that proves it. */
export interface DeviceGrant {
  readonly role: string;
  /** What its token carries; never more than was approved. */
  readonly scopes: readonly string[];
  readonly approvedScopes: readonly string[];
  /** What it was when it was approved for this role; another value on connect needs a new approval. */
  readonly platform: string;
  readonly deviceFamily: string | undefined;
  /** Random; the token is derived from it, so the token itself is never stored. */
  readonly serial: string;
  readonly createdAt: number;
  /** When the token of this serial was made. */
  readonly issuedAt: number;
  readonly rotatedAt: number | undefined;
  readonly revokedAt: number | undefined;
}

export interface DevicesRepository {
  find(deviceId: string): DeviceRecord | undefined;
  /** Newest approval first. */
  list(): readonly DeviceRecord[];
  /** Adds a device, or replaces what is known about it; its label stays. */
  save(device: DeviceIdentity, approval: { readonly via: ApprovedVia; readonly at: number }): void;
  seen(deviceId: string, address: string, at: number): void;
  setLabel(deviceId: string, label: string): void;
  /** With everything that belongs to it. */
  remove(deviceId: string): void;
  /** Forgets the silently paired devices that were not seen for longest, so that only `keep` are left. */
  pruneSilent(keep: number): void;
  grant(deviceId: string, role: string): DeviceGrant | undefined;
  grants(deviceId: string): readonly DeviceGrant[];
  saveGrant(deviceId: string, grant: DeviceGrant): void;
  removeGrant(deviceId: string, role: string): void;
}

const COLUMNS = `device_id, public_key, display_name, label, platform, device_family, client_id, client_mode, remote_ip,
  approved_via, created_at, approved_at, last_seen_at`;
const GRANT_COLUMNS =
  'role, scopes, approved_scopes, platform, device_family, serial, created_at, issued_at, rotated_at, revoked_at';

export function createDevicesRepository(store: Store): DevicesRepository {
  return {
    find: (deviceId) => {
      const row = store.prepare(`SELECT ${COLUMNS} FROM devices WHERE device_id = ?`).get([deviceId]);
      return row === undefined ? undefined : toDevice(row);
    },

    list: () =>
      store
        .prepare(`SELECT ${COLUMNS} FROM devices ORDER BY approved_at DESC, device_id`)
        .all()
        .map(toDevice),

    save: (d, { via, at }) => {
      store
        .prepare(
          `INSERT INTO devices (device_id, public_key, display_name, platform, device_family, client_id, client_mode,
             remote_ip, approved_via, created_at, approved_at, last_seen_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (device_id) DO UPDATE SET public_key = excluded.public_key,
             display_name = excluded.display_name, platform = excluded.platform,
             device_family = excluded.device_family, client_id = excluded.client_id,
             client_mode = excluded.client_mode, remote_ip = excluded.remote_ip,
             approved_via = excluded.approved_via, approved_at = excluded.approved_at`,
        )
        .run([
          d.deviceId,
          d.publicKey,
          d.displayName ?? null,
          d.platform,
          d.deviceFamily ?? '',
          d.clientId,
          d.clientMode,
          d.remoteIp,
          via,
          at,
          at,
          at,
        ]);
    },

    seen: (deviceId, address, at) => {
      store
        .prepare('UPDATE devices SET last_seen_at = ?, remote_ip = ? WHERE device_id = ?')
        .run([at, address, deviceId]);
    },

    setLabel: (deviceId, label) => {
      store.prepare('UPDATE devices SET label = ? WHERE device_id = ?').run([label, deviceId]);
    },

    remove: (deviceId) => {
      store.prepare('DELETE FROM devices WHERE device_id = ?').run([deviceId]);
    },

    pruneSilent: (keep) => {
      store
        .prepare(
          `DELETE FROM devices WHERE device_id IN (SELECT device_id FROM devices WHERE approved_via = 'silent'
             ORDER BY last_seen_at DESC, device_id LIMIT -1 OFFSET ?)`,
        )
        .run([keep]);
    },

    grant: (deviceId, role) => {
      const row = store
        .prepare(`SELECT ${GRANT_COLUMNS} FROM device_tokens WHERE device_id = ? AND role = ?`)
        .get([deviceId, role]);
      return row === undefined ? undefined : toGrant(row);
    },

    grants: (deviceId) =>
      store
        .prepare(`SELECT ${GRANT_COLUMNS} FROM device_tokens WHERE device_id = ? ORDER BY role DESC`)
        .all([deviceId])
        .map(toGrant),

    saveGrant: (deviceId, g) => {
      store
        .prepare(
          `INSERT INTO device_tokens (device_id, role, scopes, approved_scopes, platform, device_family, serial, created_at,
             issued_at, rotated_at, revoked_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (device_id, role) DO UPDATE SET scopes = excluded.scopes,
             approved_scopes = excluded.approved_scopes, platform = excluded.platform,
             device_family = excluded.device_family, serial = excluded.serial, issued_at = excluded.issued_at,
             rotated_at = excluded.rotated_at, revoked_at = excluded.revoked_at`,
        )
        .run([
          deviceId,
          g.role,
          JSON.stringify(g.scopes),
          JSON.stringify(g.approvedScopes),
          g.platform,
          g.deviceFamily ?? '',
          g.serial,
          g.createdAt,
          g.issuedAt,
          g.rotatedAt ?? null,
          g.revokedAt ?? null,
        ]);
    },

    removeGrant: (deviceId, role) => {
      store.prepare('DELETE FROM device_tokens WHERE device_id = ? AND role = ?').run([deviceId, role]);
    },
  };
}

function toDevice(row: SqlRow): DeviceRecord {
  return {
    deviceId: String(row['device_id']),
    publicKey: String(row['public_key']),
    displayName: textOf(row['display_name']),
    label: textOf(row['label']),
    platform: String(row['platform']),
    deviceFamily: textOf(row['device_family']),
    clientId: String(row['client_id']),
    clientMode: String(row['client_mode']),
    remoteIp: String(row['remote_ip']),
    approvedVia: row['approved_via'] as ApprovedVia,
    createdAt: Number(row['created_at']),
    approvedAt: Number(row['approved_at']),
    lastSeenAt: Number(row['last_seen_at']),
  };
}

function toGrant(row: SqlRow): DeviceGrant {
  return {
    role: String(row['role']),
    scopes: JSON.parse(String(row['scopes'])) as string[],
    approvedScopes: JSON.parse(String(row['approved_scopes'])) as string[],
    platform: String(row['platform']),
    deviceFamily: textOf(row['device_family']),
    serial: String(row['serial']),
    createdAt: Number(row['created_at']),
    issuedAt: Number(row['issued_at']),
    rotatedAt: numberOf(row['rotated_at']),
    revokedAt: numberOf(row['revoked_at']),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
