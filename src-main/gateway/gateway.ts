// The gateway's core, as whoever embeds it sees it. Runs under plain Node; what differs between hosts is passed in.

import type { UpdateAvailable } from '../shared/protocol/events.ts';
import { SCOPES, type Scope } from '../shared/protocol/scopes.ts';
import type { AuthMode } from './auth/secret.ts';
import { resolvePaths, type GatewayPaths } from './config/paths.ts';
import { startGateway, type RunningGateway } from './assemble.ts';
import type { GatewayAddress, GatewayDeps, GatewayOptions } from './gateway-options.ts';

export type { GatewayAddress, GatewayDeps, GatewayOptions };

export interface Gateway {
  readonly paths: GatewayPaths;
  /**
   * Opens the profile and listens.
   * @throws OpenToNetworkError, ProfileInUseError, StoreUnavailableError, PortInUseError, WeakSecretError, TlsConfigError
   */
  start(): Promise<GatewayAddress>;
  /** Addresses (without port) at which other computers reach it now; none when it serves this computer only. */
  networkAddresses(): readonly string[];
  /** Ends runs, tells clients, closes everything. */
  stop(): Promise<void>;
  /** A one-time credential for a surface of this process, to be sent as `auth.bootstrapToken` within a minute. */
  issueTicket(label: string, scopes?: readonly Scope[]): string;
  authMode(): AuthMode;
  /**
   * Tells all clients that there is a newer version, or with `null` that there is none any more. Looking for it is the job of
   * whoever embeds the gateway: it differs from system to system, and a gateway asks nobody on its own.
   */
  announceUpdate(update: UpdateAvailable | null): void;
  /** The shared secret, for our own client in this process and for `clawtray url`. */
  revealSecret(): string | undefined;
  /** The computer has slept: connections are checked, and what is due is looked at, at once. */
  resumed(): void;
  /** SHA-256 fingerprint (`AB:CD:…`) of the certificate that is served now; `undefined` without TLS. */
  certificate(): string | undefined;
}

export function createGateway(options: GatewayOptions, deps: GatewayDeps): Gateway {
  const paths = resolvePaths(deps.env);
  let running: RunningGateway | undefined;

  const need = (): RunningGateway => {
    if (running === undefined) throw new Error('the gateway is not running');
    return running;
  };

  return {
    paths,
    start: async () => {
      running = await startGateway(options, deps, paths);
      return running.address;
    },
    stop: async () => {
      const stopping = running;
      running = undefined;
      await stopping?.stop();
    },
    networkAddresses: () => running?.networkAddresses() ?? [],
    issueTicket: (label, scopes = SCOPES) => need().issueTicket(label, scopes),
    authMode: () => need().authMode,
    announceUpdate: (update) => {
      need().announceUpdate(update);
    },
    revealSecret: () => need().revealSecret(),
    resumed: () => running?.resumed(),
    certificate: () => need().certificate(),
  };
}
