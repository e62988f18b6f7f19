// The gateway's core: wires configuration, store, services, dialects and the listener. The only place that knows them
// all. Runs under plain Node; whoever embeds it passes in what differs between hosts.

import { randomUUID } from 'node:crypto';
import { cpus } from 'node:os';
import { DEFAULT_PORT, VERSION } from '../shared/brand.ts';
import type { Logger } from '../shared/logger.ts';
import { SCOPES, type Scope } from '../shared/protocol/scopes.ts';
import type { Clock } from '../shared/time.ts';
import { createAuthenticator } from './auth/authenticator.ts';
import { createDevices } from './auth/devices.ts';
import { createFailedAttempts } from './auth/failed-attempts.ts';
import { createOriginPolicy } from './auth/origins.ts';
import { loadProfileKey } from './auth/profile-key.ts';
import { resolveSecret, type AuthMode } from './auth/secret.ts';
import { createTickets } from './auth/tickets.ts';
import { createConfigService } from './config/config-service.ts';
import { resolvePaths, type GatewayPaths } from './config/paths.ts';
import type { GatewayConfig } from './config/schema.ts';
import { createEventBus } from './event-bus.ts';
import { answerProbe } from './http/probes.ts';
import { createRegistry } from './methods/method.ts';
import { createProblems } from './problems.ts';
import { removeRuntimeFile, writeRuntimeFile } from './runtime-file.ts';
import type { EndpointTimeouts } from './runtime/providers/openai-compatible.ts';
import type { LocalServer } from './runtime/providers/local-servers.ts';
import { createHandshake } from './server/handshake.ts';
import { buildHello, buildSessionHandshake, presenceOf } from './server/hello.ts';
import { DEFAULT_LIMITS, type ServerLimits } from './server/limits.ts';
import { createRouter } from './server/router.ts';
import { asListenError, createGatewayServer } from './server/server.ts';
import { createDialects } from './dialects/dialects.ts';
import { createServices } from './services.ts';
import { allMethods } from './methods/all.ts';
import { openStore } from './store/open-store.ts';
import { systemClock } from './system-clock.ts';

export interface GatewayOptions {
  /** Port to listen on; 0 for any. Otherwise `OPENCLAW_GATEWAY_PORT`, the configuration, 18789. */
  readonly port?: number | undefined;
  /** Shared secret of this start; otherwise environment, configuration, the profile's own. */
  readonly token?: string | undefined;
}

export interface GatewayDeps {
  readonly env: NodeJS.ProcessEnv;
  readonly log: Logger;
  readonly clock?: Clock;
  readonly limits?: Partial<ServerLimits>;
  /** Replaces the search for model servers on this machine. */
  readonly findServers?: () => Promise<readonly LocalServer[]>;
  readonly modelTimeouts?: EndpointTimeouts;
}

export interface GatewayAddress {
  readonly host: string;
  readonly port: number;
  /** `ws://host:port`, without any secret. */
  readonly url: string;
}

export interface Gateway {
  readonly paths: GatewayPaths;
  /**
   * Opens the profile and listens.
   * @throws ProfileInUseError, StoreUnavailableError, PortInUseError, WeakSecretError
   */
  start(): Promise<GatewayAddress>;
  /** Ends runs, tells clients, closes everything. */
  stop(): Promise<void>;
  /** A one-time credential for a surface of this process, to be sent as `auth.bootstrapToken` within a minute. */
  issueTicket(label: string, scopes?: readonly Scope[]): string;
  authMode(): AuthMode;
  /** The shared secret, for our own client in this process and for `clawtray url`. */
  revealSecret(): string | undefined;
}

const HOST = '127.0.0.1';

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
    issueTicket: (label, scopes = SCOPES) => need().issueTicket(label, scopes),
    authMode: () => need().authMode,
    revealSecret: () => need().revealSecret(),
  };
}

interface RunningGateway {
  readonly address: GatewayAddress;
  readonly authMode: AuthMode;
  stop(): Promise<void>;
  issueTicket(label: string, scopes: readonly Scope[]): string;
  revealSecret(): string | undefined;
}

type Cleanup = () => void | Promise<void>;

/** A start that fails half-way leaves nothing open. */
async function startGateway(
  options: GatewayOptions,
  deps: GatewayDeps,
  paths: GatewayPaths,
): Promise<RunningGateway> {
  const closeOnFailure: Cleanup[] = [];
  try {
    return await assemble(options, deps, paths, closeOnFailure);
  } catch (error) {
    for (const close of closeOnFailure.reverse()) await close();
    throw error;
  }
}

async function assemble(
  options: GatewayOptions,
  deps: GatewayDeps,
  paths: GatewayPaths,
  closeOnFailure: Cleanup[],
): Promise<RunningGateway> {
  const { log, env, clock = systemClock } = deps;
  const limits = { ...DEFAULT_LIMITS, ...deps.limits };
  const startedAt = clock.now();
  const bus = createEventBus(log);
  let publishHealth = (): void => undefined;
  const problems = createProblems(
    () => clock.now(),
    () => {
      publishHealth();
    },
  );
  const store = openStore(paths.profileDir, (failure) => {
    if (failure === undefined) problems.clear('storage');
    else problems.set('storage', failure.message);
  });
  closeOnFailure.push(() => {
    store.close();
  });
  const config = await createConfigService({ paths, env, problems, log });
  const secret = resolveSecret({
    token: options.token,
    env,
    config: config.current().gateway,
    tokenFile: paths.tokenFile,
  });
  const services = createServices({
    store,
    bus,
    clock,
    log,
    problems,
    config: () => config.current(),
    paths,
    startedAt,
    hostZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    maxConcurrentRuns: Math.max(8, cpus().length * 4),
    findServers: deps.findServers,
    modelTimeouts: deps.modelTimeouts,
    connections: () => server.connections().size,
    messages: () => router.handled(),
  });
  publishHealth = () => {
    bus.publish('health', services.status.health());
  };
  const tickets = createTickets(() => clock.now());
  const authenticator = createAuthenticator({
    secret,
    devices: createDevices({
      repository: services.devices,
      store,
      now: () => clock.now(),
      key: loadProfileKey(paths.profileDir),
    }),
    tickets,
    attempts: createFailedAttempts(() => clock.now()),
    clock,
  });
  const origins = createOriginPolicy({
    host: HOST,
    port: () => address.port,
    allowedOrigins: () => config.current().gateway.controlUi?.allowedOrigins ?? [],
  });
  const registry = createRegistry(allMethods(services, { storePath: store.file, now: () => clock.now() }));
  const router = createRouter(registry, limits, log);
  const bootId = randomUUID();
  const handshake = createHandshake({
    authenticator,
    dialects: createDialects(() => clock.now()),
    hello: (connection, principal, protocol) =>
      buildHello(
        {
          limits,
          bootId,
          methods: () => registry.names(),
          presence: () => presenceOf(server.connections()),
          health: () => services.status.health(),
          uptimeMs: () => clock.now() - startedAt,
          authMode: secret.mode,
          stateDir: paths.stateDir,
          configPath: paths.ownConfigFile,
          modelConfigured: () => services.models.status().source !== 'offline',
        },
        connection,
        principal,
        protocol,
      ),
    sessionHandshake: (connection) => buildSessionHandshake(limits, connection),
    onEstablished: announcePresence,
    open: (connection) => secret.mode === 'none' && connection.peer.loopback,
    log,
  });
  const server = createGatewayServer({
    clock,
    limits,
    origins,
    authenticator,
    handshake,
    router,
    bus,
    answerHttp: (request, response, path) =>
      answerProbe(request, response, path, {
        ready: () => true,
        uptimeMs: () => clock.now() - startedAt,
        // Only our own tokens are long enough that a proof gives nothing away.
        proofKey: () =>
          secret.mode === 'token' && (secret.reveal()?.length ?? 0) >= 32 ? secret.reveal() : undefined,
        port: () => address.port,
      }),
    onClosed: announcePresence,
    log,
  });

  function announcePresence(): void {
    bus.publish('presence', { presence: presenceOf(server.connections()) });
  }

  const port = wantedPort(options, env, config.current());
  let address: GatewayAddress = { host: HOST, port, url: '' };
  const bound = await server.listen(port, HOST).catch((error: unknown) => {
    throw asListenError(error, port, HOST);
  });
  address = { host: HOST, port: bound.port, url: `ws://${HOST}:${bound.port}` };
  closeOnFailure.push(() => server.close('gateway could not start'));
  writeRuntimeFile(paths.runtimeFile, {
    pid: process.pid,
    port: bound.port,
    host: HOST,
    version: VERSION,
    startedAtMs: startedAt,
  });
  if (secret.mode === 'none') {
    problems.set(
      'auth-none',
      'Sign-in is off: every program on this computer can use this gateway. Set gateway.auth.mode to "token" to change that.',
    );
  }
  log.info('gateway listening', { url: address.url, auth: secret.mode, driver: store.driver });
  await services.start();
  config.watch();

  return {
    address,
    authMode: secret.mode,
    stop: async () => {
      config.close();
      await services.stop();
      await server.close('gateway stopping');
      removeRuntimeFile(paths.runtimeFile);
      store.close();
      log.info('gateway stopped');
    },
    issueTicket: (label, scopes) => tickets.issue({ role: 'operator', scopes, label }),
    revealSecret: () => secret.reveal(),
  };
}

function wantedPort(options: GatewayOptions, env: NodeJS.ProcessEnv, config: GatewayConfig): number {
  if (options.port !== undefined) return options.port;
  const fromEnv = Number(env['OPENCLAW_GATEWAY_PORT']);
  if (Number.isInteger(fromEnv) && fromEnv > 0 && fromEnv <= 65_535) return fromEnv;
  return config.gateway.port ?? DEFAULT_PORT;
}
