// Wires how a connection begins: the handshake of its dialect, what it is told of this gateway, and its first event.

import { randomUUID } from 'node:crypto';
import type { Logger } from '../../shared/logger.ts';
import type { PresenceEntry } from '../../shared/protocol/connect.ts';
import type { Clock } from '../../shared/time.ts';
import type { Authenticator } from '../auth/authenticator.ts';
import type { AuthMode } from '../auth/secret.ts';
import type { GatewayPaths } from '../config/paths.ts';
import { createDialects } from '../dialects/dialects.ts';
import type { EventBus } from '../event-bus.ts';
import type { Connection } from '../server/connection.ts';
import { createHandshake, type Handshake } from '../server/handshake.ts';
import { buildHello, buildSessionHandshake } from '../server/hello.ts';
import type { ServerLimits } from '../server/limits.ts';
import type { Services } from '../services.ts';
import type { Trace } from '../trace/trace.ts';

export interface GreetingDeps {
  readonly services: Services;
  readonly authenticator: Authenticator;
  readonly authMode: () => AuthMode;
  readonly bus: EventBus;
  readonly limits: ServerLimits;
  readonly methods: () => readonly string[];
  readonly presence: () => readonly PresenceEntry[];
  /** In milliseconds. */
  readonly heartbeatInterval: () => number;
  readonly paths: GatewayPaths;
  readonly startedAt: number;
  /** Told after somebody has signed in. */
  readonly onEstablished: () => void;
  readonly trace: Trace;
  readonly clock: Clock;
  readonly log: Logger;
}

export function createGreeting(deps: GreetingDeps): Handshake {
  const { services, bus, clock, paths } = deps;
  const bootId = randomUUID();

  /** The first event of everybody whose dialect counts events, as OpenClaw's clients expect. */
  function tellHealth(connection: Connection): void {
    const encoded = connection.established?.dialect.event({
      event: 'health',
      payload: services.status.health(),
      meta: { stateVersion: bus.stateVersion() },
    });
    if (encoded?.form === 'sequenced') connection.sendEvent(encoded, false);
  }

  return createHandshake({
    authenticator: deps.authenticator,
    dialects: createDialects(() => clock.now()),
    hello: (connection, principal, protocol) =>
      buildHello(
        {
          limits: deps.limits,
          bootId,
          methods: deps.methods,
          presence: deps.presence,
          health: () => services.status.health(),
          stateVersion: () => bus.stateVersion(),
          uptimeMs: () => clock.now() - deps.startedAt,
          authMode: deps.authMode(),
          stateDir: paths.stateDir,
          configPath: paths.ownConfigFile,
          modelConfigured: () => services.models.status().source !== 'offline',
        },
        connection,
        principal,
        protocol,
      ),
    sessionHandshake: (connection) =>
      buildSessionHandshake(connection, services.channels.names(), deps.heartbeatInterval()),
    onEstablished: (connection) => {
      const { established } = connection;
      if (established !== undefined) services.nodes.connected(connection.id, established.principal);
      tellHealth(connection);
      deps.onEstablished();
    },
    trace: deps.trace,
    log: deps.log,
  });
}
