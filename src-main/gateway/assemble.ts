// Wires configuration, store, services, dialects and the listener, once per start. The only place that knows them all.

import { cpus } from 'node:os';
import { VERSION } from '../shared/brand.ts';
import type { PresenceEntry } from '../shared/protocol/connect.ts';
import type { UpdateAvailable } from '../shared/protocol/events.ts';
import type { Scope } from '../shared/protocol/scopes.ts';
import { createLiveSecret } from './auth/live-secret.ts';
import { loadProfileKey } from './auth/profile-key.ts';
import { resolveSecret, type AuthMode } from './auth/secret.ts';
import { createSecretRotation } from './auth/secret-rotation.ts';
import { createConfigEditor } from './config/config-editor.ts';
import { createConfigService } from './config/config-service.ts';
import { configHash } from './config/files.ts';
import type { GatewayPaths } from './config/paths.ts';
import { createEventBus } from './event-bus.ts';
import { createHttpSurface } from './http/http-surface.ts';
import { createRegistry } from './methods/method.ts';
import { announcementFor } from './network/announcement.ts';
import { resolveBinding, type Binding } from './network/binding.ts';
import { createNetworkBinding } from './network/network-binding.ts';
import { createProblems } from './problems.ts';
import { removeRuntimeFile, writeRuntimeFile } from './runtime-file.ts';
import { activeChannels } from './server/active-channels.ts';
import { createLifecycle } from './server/lifecycle-settings.ts';
import { DEFAULT_LIMITS } from './server/limits.ts';
import { createPeers } from './server/peers.ts';
import { createPresenceAnnouncer, presenceOf } from './server/presence.ts';
import { createRateLimiter } from './server/rate-limit.ts';
import { createRouter } from './server/router.ts';
import { asListenError, createGatewayServer } from './server/server.ts';
import { createServices } from './services.ts';
import { allMethods } from './methods/all.ts';
import { openStore } from './store/open-store.ts';
import { systemClock } from './system-clock.ts';
import { openServedCertificate } from './tls/served-certificate.ts';
import { readTlsSettings } from './tls/tls-settings.ts';
import { createTrace, withoutSecrets } from './trace/trace.ts';
import { watchEventLoop } from './watchdog/event-loop-watch.ts';
import type { GatewayAddress, GatewayDeps, GatewayOptions } from './gateway-options.ts';
import { ownInterfaces } from './network/own-interfaces.ts';
import { wantedPort } from './network/wanted-port.ts';
import { createAccess } from './wiring/access.ts';
import { createGreeting } from './wiring/greeting.ts';

export interface RunningGateway {
  readonly address: GatewayAddress;
  /** Addresses (without port) at which other computers reach it now. */
  networkAddresses(): readonly string[];
  announceUpdate(update: UpdateAvailable | null): void;
  readonly authMode: AuthMode;
  stop(): Promise<void>;
  issueTicket(label: string, scopes: readonly Scope[]): string;
  revealSecret(): string | undefined;
  certificate(): string | undefined;
  resumed(): void;
}

/** Where programs of this computer find it, whoever else may. */
const HOST = '127.0.0.1';

type Cleanup = () => void | Promise<void>;

/** Opens the profile, wires everything and listens. A start that fails half-way leaves nothing open. */
export async function startGateway(
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
  const profileKey = loadProfileKey(paths.profileDir);
  const appliedHash = (): string => configHash(config.loaded().sources, profileKey);
  const config = await createConfigService({
    paths,
    env,
    problems,
    log,
    onChange: ([file = paths.ownConfigFile]) => {
      lifecycle.reload();
      server.heartbeats.settingsChanged();
      rotation.configChanged();
      bus.publish('config.changed', { path: file, hash: appliedHash(), ts: clock.now() });
      announce();
    },
  });
  const interfaces = deps.interfaces ?? ownInterfaces;
  // Fixed at the start; the addresses that it stands for come and go.
  const { bind, customBindHost } = config.current().gateway;
  const binding = (): Binding => resolveBinding({ bind: options.bind ?? bind, customBindHost }, interfaces());
  const { primary, reachable } = binding();
  const tlsSettings = readTlsSettings(config.current().gateway.tls, paths);
  const tls =
    tlsSettings === undefined
      ? undefined
      : openServedCertificate(tlsSettings, { problems, log, now: () => clock.now() });
  const secret = createLiveSecret(() =>
    resolveSecret({
      token: options.token,
      env,
      config: config.current().gateway,
      tokenFile: paths.tokenFile,
      reachable,
    }),
  );
  const peers = createPeers(() => server.connections());
  const rotation = createSecretRotation({
    secret,
    problems,
    onChanged: () => {
      peers.retireSharedSecret('gateway auth changed');
      http.signOutAll();
      log.info('the shared secret changed', { auth: secret.mode });
    },
  });
  const lifecycle = createLifecycle(() => config.current().gateway, problems);
  const trace = createTrace({
    clock,
    elapsed: () => performance.now(),
    publish: (event) => {
      bus.publish('trace', event);
    },
    redact: (text) => withoutSecrets(text, secret.reveal()),
  });
  if (deps.onTrace !== undefined) trace.listen(deps.onTrace);
  const services = createServices({
    store,
    bus,
    clock,
    log,
    problems,
    config: () => config.current(),
    env,
    paths,
    skillsFolder: deps.skillsFolder,
    startedAt,
    hostZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    hostDayHours:
      new Intl.DateTimeFormat(undefined, { hour: 'numeric' }).resolvedOptions().hour12 === true ? 12 : 24,
    maxConcurrentRuns: Math.max(8, cpus().length * 4),
    findServers: deps.findServers,
    modelTimeouts: deps.modelTimeouts,
    nodeHost: deps.nodeHost,
    onPresence: () => {
      presence.changed();
    },
    peers,
    profileKey,
    network: () => ({
      addresses: network.addresses(),
      port: address.port,
      certificate: tls?.fingerprint(),
      authMode: secret.mode,
    }),
    connections: () => server.connections().size,
    messages: () => router.handled(),
    traffic: () => ({
      activeChannels: activeChannels(server.connections()),
      heartbeats: server.heartbeats.counts(),
      rateLimitHits: limiter.hits(),
    }),
  });
  publishHealth = () => {
    bus.publish('health', services.status.health());
  };
  const { tickets, authenticator, origins } = createAccess({
    services,
    secret,
    config: () => config.current().gateway,
    clock,
    secure: tls !== undefined,
    reachable,
    addresses: () => network.addresses(),
    port: () => address.port,
  });
  const registry = createRegistry(
    allMethods(services, {
      storePath: store.file,
      now: () => clock.now(),
      presence: listPresence,
      trace,
      listMethods: () => registry.list(),
      directCalls: () => config.current().gateway.tools ?? {},
      configuration: {
        config,
        editor: createConfigEditor({
          paths,
          env,
          interfaces,
          hashKey: profileKey,
          wait: (ms) =>
            new Promise((resolve) => {
              clock.schedule(ms, resolve);
            }),
        }),
        appliedHash,
        configPath: paths.ownConfigFile,
        now: () => clock.now(),
        log,
      },
    }),
  );
  const limiter = createRateLimiter(clock, () => lifecycle.rateLimit());
  const router = createRouter({ registry, limits, limiter, trace, log });
  const handshake = createGreeting({
    services,
    authenticator,
    authMode: () => secret.mode,
    bus,
    limits,
    methods: () => registry.names(),
    presence: listPresence,
    heartbeatInterval: () => lifecycle.heartbeat().interval,
    paths,
    startedAt,
    onEstablished: () => {
      presence.changed();
    },
    trace,
    clock,
    log,
  });
  const http = createHttpSurface({
    services,
    authenticator,
    origins,
    tickets,
    secret,
    config: () => config.current().gateway,
    problems,
    env,
    profileDir: paths.profileDir,
    pagesFolder: deps.pagesFolder,
    secure: tls !== undefined,
    port: () => address.port,
    startedAt,
    clock,
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
    trace,
    heartbeat: () => lifecycle.heartbeat(),
    tls: tls?.options(),
    answerHttp: http.answer,
    pages: http.pages,
    onClosed: (connection) => {
      limiter.closed(connection);
      trace.unsubscribe(connection.id);
      services.nodes.disconnected(connection.id);
      presence.changed();
    },
    log,
  });

  function listPresence(): readonly PresenceEntry[] {
    return presenceOf(server.connections(), services.beacons.list());
  }

  function announceRuntime(): void {
    writeRuntimeFile(paths.runtimeFile, {
      pid: process.pid,
      port: address.port,
      host: HOST,
      version: VERSION,
      startedAtMs: startedAt,
      ...(tls === undefined ? {} : { tls: { fingerprint: tls.fingerprint() } }),
    });
  }

  function announce(): void {
    deps.onAnnounce?.(
      announcementFor({
        discovery: config.current().discovery,
        env,
        reachable,
        port: address.port,
        certificate: tls?.fingerprint(),
      }),
    );
  }

  const presence = createPresenceAnnouncer(
    clock,
    () => server.connections(),
    () => {
      bus.publish('presence', { presence: listPresence() });
    },
  );

  const network = createNetworkBinding({
    binding,
    interfaces,
    listenAlso: (port, host) => server.listenAlso(port, host),
    stopListening: (host) => {
      server.stopListening(host);
    },
    secure: tls !== undefined,
    problems,
    clock,
    log,
  });
  const port = wantedPort(options, env, config.current());
  let address: GatewayAddress = { host: HOST, port, url: '' };
  const bound = await server.listen(port, primary).catch((error: unknown) => {
    throw asListenError(error, port, primary);
  });
  address = {
    host: HOST,
    port: bound.port,
    url: `${tls === undefined ? 'ws' : 'wss'}://${HOST}:${bound.port}`,
  };
  closeOnFailure.push(() => server.close('gateway could not start'));
  await network.open(bound.port);
  announceRuntime();
  log.info('gateway listening', { url: address.url, auth: secret.mode, driver: store.driver });
  await services.start();
  const watchdog = watchEventLoop({ clock, elapsed: () => performance.now(), problems, log });
  config.watch();
  tls?.watch(() => {
    server.useCertificate(tls.options());
    announceRuntime();
    announce();
  });
  announce();

  return {
    address,
    networkAddresses: () => network.addresses(),
    announceUpdate: (update) => {
      bus.publish('update.available', { updateAvailable: update });
    },
    get authMode() {
      return secret.mode;
    },
    stop: async () => {
      deps.onAnnounce?.(undefined);
      watchdog.stop();
      config.close();
      tls?.close();
      network.close();
      await services.stop();
      http.stop();
      await server.close('gateway stopping');
      presence.stop();
      trace.stop();
      removeRuntimeFile(paths.runtimeFile);
      store.close();
      log.info('gateway stopped');
    },
    issueTicket: (label, scopes) => tickets.issue({ role: 'operator', scopes, label }),
    revealSecret: () => secret.reveal(),
    certificate: () => tls?.fingerprint(),
    resumed: () => {
      log.info('the computer has slept');
      watchdog.resumed();
      services.resumed();
      server.heartbeats.checkNow();
    },
  };
}
