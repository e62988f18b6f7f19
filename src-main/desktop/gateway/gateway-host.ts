// The gateway that this app uses: its own, or one that already serves the port, which it then attaches to.

import { WebSocket } from 'ws';
import { loadDeviceIdentity } from '../../gateway/auth/device-identity.ts';
import { readKnownSecret, readSharedSecret } from '../../gateway/auth/known-secret.ts';
import { createGateway, type Gateway } from '../../gateway/gateway.ts';
import type { NodeHost } from '../../gateway/node-links/node-host.ts';
import { identifyPortOwner } from '../../gateway/port-owner.ts';
import { readRuntimeFile } from '../../gateway/runtime-file.ts';
import { PortInUseError } from '../../gateway/server/server.ts';
import { ProfileInUseError } from '../../gateway/store/open-store.ts';
import { readKnownCertificates } from '../../gateway/tls/known-certificates.ts';
import { pinnedSocketOptions } from '../../gateway/tls/pinned-connection.ts';
import type { Announcement } from '../../shared/discovery.ts';
import { errorText, type Logger } from '../../shared/logger.ts';
import type { ConnectAuth } from '../../shared/protocol/connect.ts';
import type { UpdateAvailable } from '../../shared/protocol/events.ts';
import { say } from '../words/words.ts';
import { createAttachBridge, type AttachBridge } from './attach-bridge.ts';

export type HostState =
  | { readonly status: 'starting' }
  | { readonly status: 'running'; readonly kind: 'embedded' | 'attached'; readonly url: string }
  | { readonly status: 'failed'; readonly message: string };

/** Where it is reached; nothing while it isn't. */
export function hostUrl(state: HostState): string | undefined {
  return state.status === 'running' ? state.url : undefined;
}

export interface GatewayHost {
  state(): HostState;
  /** Starts or attaches; the outcome is the state. Never rejects. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** For the window: where to connect, and a credential for one connection. */
  windowAccess(): { url: string; ticket: string; kind: 'embedded' | 'attached' } | undefined;
  /** For this process's own client (tray, notifications). */
  ownAccess(): { url: string; auth: ConnectAuth } | undefined;
  /** Opens a socket of this process to the gateway; with TLS only to the one that shows its certificate. */
  dial(url: string): WebSocket;
  /** The computer has slept. A gateway of another process notices that by itself. */
  resumed(): void;
  /** SHA-256 fingerprint of the certificate that the window may be shown. */
  certificate(): string | undefined;
  /** Tells the clients of the embedded gateway of a newer version; another process's says what it knows itself. */
  readonly announceUpdate: (update: UpdateAvailable | null) => void;
}

type Running =
  | { readonly kind: 'embedded'; readonly gateway: Gateway; readonly url: string }
  | {
      readonly kind: 'attached';
      readonly bridge: AttachBridge;
      /** The gateway itself, behind the bridge. */
      readonly url: string;
      readonly secret: string | undefined;
      readonly dial: () => WebSocket;
    };

export function createGatewayHost(deps: {
  readonly env: NodeJS.ProcessEnv;
  readonly log: Logger;
  /** Where the built pages are, for the control UI. */
  readonly pagesFolder: string;
  /** Where the skills are that come with the application. */
  readonly skillsFolder: string;
  readonly onChange: (state: HostState) => void;
  /** What the local network may know of the embedded gateway. */
  readonly onAnnounce: (announcement: Announcement | undefined) => void;
  /** For this computer to be a node of other gateways. */
  readonly nodeHost: NodeHost;
}): GatewayHost {
  const { env, log } = deps;
  let state: HostState = { status: 'starting' };
  let running: Running | undefined;

  function become(next: HostState): void {
    state = next;
    deps.onChange(next);
  }

  async function start(): Promise<void> {
    become({ status: 'starting' });
    const gateway = createGateway(
      {},
      {
        env,
        log,
        pagesFolder: deps.pagesFolder,
        skillsFolder: deps.skillsFolder,
        onAnnounce: deps.onAnnounce,
        nodeHost: deps.nodeHost,
      },
    );
    try {
      const { url } = await gateway.start();
      running = { kind: 'embedded', gateway, url };
      become({ status: 'running', kind: 'embedded', url });
    } catch (error) {
      await startElsewhere(gateway, error);
    }
  }

  /** Somebody else has the profile or the port. */
  async function startElsewhere(gateway: Gateway, error: unknown): Promise<void> {
    try {
      const port = takenPort(gateway, error);
      if (port === undefined) throw error;
      await attach(gateway, port);
    } catch (failure) {
      log.error('the gateway could not start', { error: errorText(failure) });
      become({ status: 'failed', message: errorText(failure) });
    }
  }

  async function attach(gateway: Gateway, port: number): Promise<void> {
    const known = await readKnownSecret(gateway.paths, env);
    const certificates = await readKnownCertificates(gateway.paths, env);
    const owner = await identifyPortOwner(port, known, certificates);
    // What is not proven to be ours gets nothing that only our own gateway may see.
    const secret = owner.kind === 'clawtray' ? known : await readSharedSecret(gateway.paths, env);
    if (owner.kind === 'other') {
      throw new Error(say('gateway.portTaken', { port: String(port) }));
    }
    if (owner.kind === 'nobody') {
      throw new Error(say('gateway.profileInUse'));
    }
    if (owner.kind === 'clawtray' && !owner.ours) {
      throw new Error(say('gateway.otherProfile', { port: String(port) }));
    }
    const url = `${owner.tls === undefined ? 'ws' : 'wss'}://127.0.0.1:${port}`;
    // The gateway may renew its certificate; then its runtime file names the new one.
    const isKnown = (shown: string): boolean =>
      certificates.has(shown) || readRuntimeFile(gateway.paths.runtimeFile)?.tls?.fingerprint === shown;
    const dial = (): WebSocket => openSocket(url, isKnown);
    const bridge = await createAttachBridge(
      {
        dial,
        auth: () => (secret === undefined ? {} : { token: secret }),
        identity: loadDeviceIdentity(gateway.paths.profileDir),
      },
      log,
    );
    running = { kind: 'attached', bridge, url, secret, dial };
    log.info('attached to a running gateway', { url, owner: owner.kind });
    become({ status: 'running', kind: 'attached', url: bridge.url });
  }

  function certificate(): string | undefined {
    return running?.kind === 'embedded' ? running.gateway.certificate() : undefined;
  }

  return {
    state: () => state,
    start,
    stop: async () => {
      const stopping = running;
      running = undefined;
      if (stopping?.kind === 'embedded') await stopping.gateway.stop();
      else stopping?.bridge.close();
    },
    windowAccess: () => {
      switch (running?.kind) {
        case 'embedded':
          return { kind: 'embedded', url: running.url, ticket: running.gateway.issueTicket('window') };
        case 'attached':
          return { kind: 'attached', url: running.bridge.url, ticket: running.bridge.issueTicket() };
        case undefined:
          return undefined;
      }
    },
    ownAccess: () => {
      switch (running?.kind) {
        case 'embedded':
          return { url: running.url, auth: { bootstrapToken: running.gateway.issueTicket('desktop') } };
        case 'attached':
          return { url: running.url, auth: running.secret === undefined ? {} : { token: running.secret } };
        case undefined:
          return undefined;
      }
    },
    dial: (url) =>
      running?.kind === 'attached' ? running.dial() : openSocket(url, (shown) => shown === certificate()),
    certificate,
    announceUpdate: (update) => {
      if (running?.kind === 'embedded') running.gateway.announceUpdate(update);
    },
    resumed: () => {
      if (running?.kind === 'embedded') running.gateway.resumed();
    },
  };
}

function openSocket(url: string, trusts: (fingerprint: string) => boolean): WebSocket {
  return new WebSocket(url, {
    perMessageDeflate: false,
    ...(url.startsWith('wss:') ? pinnedSocketOptions(trusts) : {}),
  });
}

function takenPort(gateway: Gateway, error: unknown): number | undefined {
  if (error instanceof PortInUseError) return error.port;
  if (error instanceof ProfileInUseError) return readRuntimeFile(gateway.paths.runtimeFile)?.port;
  return undefined;
}
