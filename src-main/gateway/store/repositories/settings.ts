// Rows of `settings`: what clients set at run time and what is no configuration. The writing function belongs inside
// `store.write`.

import type { Store } from '../open-store.ts';

export interface SettingsRepository {
  /** The JSON value under a key; `undefined` when it was never set. */
  get(key: string): unknown;
  set(key: string, value: unknown, at: number): void;
}

export function createSettingsRepository(store: Store): SettingsRepository {
  return {
    get: (key) => {
      const row = store.prepare('SELECT value FROM settings WHERE key = ?').get([key]);
      return row === undefined ? undefined : (JSON.parse(String(row['value'])) as unknown);
    },
    set: (key, value, at) => {
      store
        .prepare(
          `INSERT INTO settings (key, value, updated_at) VALUES (?, ?, ?)
           ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
        )
        .run([key, JSON.stringify(value), at]);
    },
  };
}
