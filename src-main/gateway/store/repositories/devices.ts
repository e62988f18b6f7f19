// Rows of `devices` and `device_tokens`. The writing functions belong inside `store.write`.

import type { Store } from '../open-store.ts';

export interface DeviceRecord {
  readonly deviceId: string;
  readonly publicKey: string;
  readonly displayName: string | undefined;
  /** As pinned at pairing; another value on connect needs a new approval. */
  readonly platform: string;
  readonly deviceFamily: string;
}

export interface DeviceTokenRecord {
  readonly scopes: readonly string[];
  /** Random; the token is derived from it, so the token itself is never stored. */
  readonly serial: string;
  readonly issuedAt: number;
}

export interface DevicesRepository {
  find(deviceId: string): DeviceRecord | undefined;
  insert(device: DeviceRecord, approvedVia: 'silent' | 'ticket', at: number): void;
  touch(deviceId: string, at: number): void;
  token(deviceId: string, role: string): DeviceTokenRecord | undefined;
  saveToken(deviceId: string, role: string, token: DeviceTokenRecord): void;
}

export function createDevicesRepository(store: Store): DevicesRepository {
  return {
    find: (deviceId) => {
      const row = store
        .prepare('SELECT public_key, display_name, platform, device_family FROM devices WHERE device_id = ?')
        .get([deviceId]);
      if (row === undefined) return undefined;
      return {
        deviceId,
        publicKey: String(row['public_key']),
        displayName: typeof row['display_name'] === 'string' ? row['display_name'] : undefined,
        platform: String(row['platform']),
        deviceFamily: String(row['device_family']),
      };
    },

    insert: (d, approvedVia, at) => {
      store
        .prepare(
          `INSERT INTO devices (device_id, public_key, display_name, platform, device_family, approved_via, created_at,
             last_seen_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (device_id) DO NOTHING`,
        )
        .run([
          d.deviceId,
          d.publicKey,
          d.displayName ?? null,
          d.platform,
          d.deviceFamily,
          approvedVia,
          at,
          at,
        ]);
    },

    touch: (deviceId, at) => {
      store.prepare('UPDATE devices SET last_seen_at = ? WHERE device_id = ?').run([at, deviceId]);
    },

    token: (deviceId, role) => {
      const row = store
        .prepare('SELECT scopes, serial, issued_at FROM device_tokens WHERE device_id = ? AND role = ?')
        .get([deviceId, role]);
      if (row === undefined) return undefined;
      return {
        scopes: JSON.parse(String(row['scopes'])) as string[],
        serial: String(row['serial']),
        issuedAt: Number(row['issued_at']),
      };
    },

    saveToken: (deviceId, role, token) => {
      store
        .prepare(
          `INSERT INTO device_tokens (device_id, role, scopes, serial, issued_at) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (device_id, role) DO UPDATE SET scopes = excluded.scopes, serial = excluded.serial,
             issued_at = excluded.issued_at`,
        )
        .run([deviceId, role, JSON.stringify(token.scopes), token.serial, token.issuedAt]);
    },
  };
}
