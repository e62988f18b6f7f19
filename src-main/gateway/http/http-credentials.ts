// Who may use an HTTP route: the holder of the shared secret, shown as `Authorization: Bearer`. Addresses that carry a
// token are for WebSocket upgrades only; device tokens are for `connect` only.

import type { IncomingMessage } from 'node:http';
import { APP_ORIGIN } from '../../shared/brand.ts';
import { SCOPES } from '../../shared/protocol/scopes.ts';
import type { AuthMode } from '../auth/secret.ts';
import type { Authenticator } from '../auth/authenticator.ts';
import type { AttemptSource } from '../auth/failed-attempts.ts';
import { bearerOf } from '../server/upgrade-policy.ts';
import { HttpError } from './http-error.ts';

export interface HttpCredentials {
  /**
   * What the sender of a request may do.
   * @throws HttpError 401 without the right secret, 429; GatewayError after too many wrong ones
   */
  scopesOf(request: IncomingMessage, peer: AttemptSource): Promise<ReadonlySet<string>>;
  /**
   * Whether this is the secret (or none is needed). Wrong ones count as failed attempts and take their time.
   * @throws HttpError 429; GatewayError after too many wrong ones
   */
  check(secret: string | undefined, peer: AttemptSource): Promise<boolean>;
}

/** A wrong secret is answered late; this many of one address may wait for that at once. */
const MAX_CHECKING = 32;
/** What a secret is worth that comes over the network or out of a web page. */
const FROM_AFAR = new Set(['operator.read', 'operator.write']);

export function createHttpCredentials(deps: {
  readonly authenticator: Authenticator;
  /** As it is now: the configuration may change it. */
  readonly mode: () => AuthMode;
}): HttpCredentials {
  const { authenticator, mode } = deps;
  const checking = new Map<string, number>();

  async function check(secret: string | undefined, peer: AttemptSource): Promise<boolean> {
    const { address } = peer;
    const waiting = checking.get(address) ?? 0;
    if (waiting >= MAX_CHECKING) {
      throw new HttpError(429, 'Too many requests are being checked.', { headers: { 'Retry-After': '5' } });
    }
    checking.set(address, waiting + 1);
    try {
      return await authenticator.checkUpgrade(secret, peer);
    } finally {
      const left = (checking.get(address) ?? 1) - 1;
      if (left === 0) checking.delete(address);
      else checking.set(address, left);
    }
  }

  return {
    check,
    scopesOf: async (request, peer) => {
      if (!(await check(bearerOf(request), peer))) {
        throw new HttpError(401, 'Unauthorized', { headers: { 'WWW-Authenticate': 'Bearer' } });
      }
      const here = peer.loopback && (peer.origin === undefined || peer.origin === APP_ORIGIN);
      const held: ReadonlySet<string> = here ? new Set(SCOPES) : FROM_AFAR;
      // Where nobody shows a secret, a caller may at least ask for less.
      return mode() === 'none' ? narrowed(held, request.headers['x-openclaw-scopes']) : held;
    },
  };
}

function narrowed(held: ReadonlySet<string>, wanted: string | string[] | undefined): ReadonlySet<string> {
  if (typeof wanted !== 'string') return held;
  return new Set(wanted.split(/[\s,]+/).filter((scope) => held.has(scope)));
}
