// A shared secret that changes while the gateway runs: the new one holds at once, and everybody who signed in with the old
// one has to sign in again. A new one that is none is reported, and the one before stays.

import type { Problems } from '../problems.ts';
import type { LiveSecret } from './live-secret.ts';
import { OpenToNetworkError, WeakSecretError } from './secret.ts';

export interface SecretRotation {
  /** To be called after the configuration was read again. */
  configChanged(): void;
}

export function createSecretRotation(deps: {
  readonly secret: LiveSecret;
  readonly problems: Problems;
  /** Ends what was begun with the old secret. */
  readonly onChanged: () => void;
}): SecretRotation {
  const { secret, problems, onChanged } = deps;

  function warn(): void {
    if (secret.mode !== 'none') problems.clear('auth-none');
    else
      problems.set(
        'auth-none',
        'Sign-in is off: every program on this computer can use this gateway. Set gateway.auth.mode to "token" to change that.',
      );
  }

  warn();

  return {
    configChanged: () => {
      try {
        const changed = secret.refresh();
        problems.clear('auth-secret');
        if (!changed) return;
      } catch (error) {
        if (!(error instanceof WeakSecretError || error instanceof OpenToNetworkError)) throw error;
        problems.set('auth-secret', `${error.message} Until then the secret from before stays in use.`);
        return;
      }
      warn();
      onChanged();
    },
  };
}
