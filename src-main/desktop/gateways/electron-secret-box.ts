// The system's secret store by Electron's safeStorage: asynchronous where Electron has that (42 and later), or else the older
// calls. On Linux without a keyring Electron would seal with a password that everybody knows; that is told as `weak`.

import { safeStorage } from 'electron';
import type { SecretKeeping } from '../../shared/gateways.ts';
import type { SecretBox } from './secret-store.ts';

/** Electron before 42 does not have these. */
type Asynchronous = Pick<
  Partial<typeof safeStorage>,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync'
>;

export function createElectronSecretBox(): SecretBox {
  const modern: Asynchronous = safeStorage;
  const weak = (): boolean =>
    process.platform === 'linux' && /^(?:basic_text|unknown)$/.test(safeStorage.getSelectedStorageBackend());

  /** Without it Electron refuses to seal with a known password; whoever calls has asked the person. */
  function allowWeak(): void {
    if (weak()) safeStorage.setUsePlainTextEncryption(true);
  }

  return {
    keeping: async (): Promise<SecretKeeping> => {
      if (weak()) return 'weak';
      const available =
        modern.isAsyncEncryptionAvailable === undefined
          ? legacy.isEncryptionAvailable()
          : await modern.isAsyncEncryptionAvailable();
      return available ? 'system' : 'none';
    },
    seal: async (text) => {
      allowWeak();
      return modern.encryptStringAsync === undefined
        ? legacy.encryptString(text)
        : modern.encryptStringAsync(text);
    },
    open: async (sealed) => {
      allowWeak();
      if (modern.decryptStringAsync === undefined) return legacy.decryptString(sealed);
      return (await modern.decryptStringAsync(sealed)).result;
    },
  };
}

/** The calls of older versions; deprecated in those that have the asynchronous ones. */
interface Legacy {
  isEncryptionAvailable(): boolean;
  encryptString(text: string): Buffer;
  decryptString(sealed: Buffer): string;
}

const legacy: Legacy = safeStorage;
