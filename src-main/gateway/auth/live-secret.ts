// The shared secret as it is now: follows the configuration, so that a secret that was replaced is worth nothing from the
// moment on in which the new one is read.

import type { GatewaySecret } from './secret.ts';

export interface LiveSecret extends GatewaySecret {
  /** Counts the secrets (and modes) that there were; who signed in with an earlier one has to sign in again. */
  readonly version: number;
  /**
   * Resolves the secret again.
   * @returns whether it is another one now
   * @throws WeakSecretError: then the one before stays
   */
  refresh(): boolean;
}

/**
 * @param resolve the secret as it should be now
 * @throws what `resolve` throws
 */
export function createLiveSecret(resolve: () => GatewaySecret): LiveSecret {
  let current = resolve();
  let version = 1;

  const isSame = (next: GatewaySecret): boolean =>
    next.mode === current.mode && (next.mode === 'none' || current.matches(next.reveal()));

  return {
    get mode() {
      return current.mode;
    },
    get version() {
      return version;
    },
    matches: (candidate) => current.matches(candidate),
    reveal: () => current.reveal(),
    refresh: () => {
      const next = resolve();
      if (isSame(next)) return false;
      current = next;
      version += 1;
      return true;
    },
  };
}
