// Wires who is let in: the ways to sign in, and the pages from which browsers may.

import { hostname } from 'node:os';
import type { Clock } from '../../shared/time.ts';
import { createAuthenticator, type Authenticator } from '../auth/authenticator.ts';
import { createDeviceSignIn } from '../auth/device-sign-in.ts';
import { createFailedAttempts } from '../auth/failed-attempts.ts';
import type { LiveSecret } from '../auth/live-secret.ts';
import { createOriginPolicy, type OriginPolicy } from '../auth/origins.ts';
import { createTickets, type Tickets } from '../auth/tickets.ts';
import type { GatewayConfig } from '../config/schema.ts';
import type { Services } from '../services.ts';

export interface Access {
  readonly tickets: Tickets;
  readonly authenticator: Authenticator;
  readonly origins: OriginPolicy;
}

export interface AccessDeps {
  readonly services: Services;
  readonly secret: LiveSecret;
  readonly config: () => GatewayConfig['gateway'];
  readonly clock: Clock;
  /** With TLS. */
  readonly secure: boolean;
  /** From other computers too. */
  readonly reachable: boolean;
  /** At which others reach it now, without port. */
  readonly addresses: () => readonly string[];
  readonly port: () => number;
}

export function createAccess(deps: AccessDeps): Access {
  const { services, secret, config, clock, secure, reachable, addresses, port } = deps;
  const tickets = createTickets(() => clock.now());
  const authenticator = createAuthenticator({
    secret,
    deviceTokens: services.devices.tokens,
    deviceSignIn: createDeviceSignIn({
      admission: services.devices.admission,
      now: () => clock.now(),
      autoApproveLocal: () => config().nodes?.pairing?.autoApproveLocal ?? true,
      ownsOrigin: (origin) => origins.isOwn(origin),
    }),
    tickets,
    setupCodes: services.devices.setupCodes,
    attempts: createFailedAttempts(() => clock.now()),
    clock,
  });
  const origins = createOriginPolicy({
    network: () => (reachable ? [...addresses(), hostname(), `${hostname()}.local`] : []),
    port,
    secure,
    allowedOrigins: () => config().controlUi?.allowedOrigins ?? [],
  });
  return { tickets, authenticator, origins };
}
