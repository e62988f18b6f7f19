// Small values that survive the window. Storage can be switched off or full; then values last as long as the page.

export interface KeyValueStore {
  read(key: string): unknown;
  /** `undefined` removes the key. */
  write(key: string, value: unknown): void;
}

const PREFIX = 'clawtray.';

/**
 * @param open finds the storage; may throw
 * @param part of the storage, for a page that keeps its own values beside another's
 */
export function safeStorage(open: () => Storage, part = ''): KeyValueStore {
  const prefix = PREFIX + part;
  const unsaved = new Map<string, unknown>();

  return {
    read: (key) => {
      if (unsaved.has(key)) return unsaved.get(key);
      try {
        const text = open().getItem(prefix + key);
        return text === null ? undefined : (JSON.parse(text) as unknown);
      } catch {
        return undefined;
      }
    },
    write: (key, value) => {
      try {
        if (value === undefined) open().removeItem(prefix + key);
        else open().setItem(prefix + key, JSON.stringify(value));
        unsaved.delete(key);
      } catch {
        unsaved.set(key, value);
      }
    },
  };
}
