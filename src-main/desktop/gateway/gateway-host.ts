// The gateway that this app uses: its own, or one that already serves the port, which it then attaches to.

import { readKnownSecret, readSharedSecret } from '../../gateway/auth/known-secret.ts';
import { createGateway, type Gateway } from '../../gateway/gateway.ts';
import { identifyPortOwner } from '../../gateway/port-owner.ts';
import { readRuntimeFile } from '../../gateway/runtime-file.ts';
import { PortInUseError } from '../../gateway/server/server.ts';
import { ProfileInUseError } from '../../gateway/store/open-store.ts';
import { errorText, type Logger } from '../../shared/logger.ts';
import type { ConnectAuth } from '../../shared/protocol/connect.ts';
import { createAttachBridge, type AttachBridge } from './attach-bridge.ts';
import { loadDeviceIdentity } from './device-identity.ts';

export type HostState =
  | { readonly status: 'starting' }
  | { readonly status: 'running'; readonly kind: 'embedded' | 'attached'; readonly url: string }
  | { readonly status: 'failed'; readonly message: string };

export interface GatewayHost {
  state(): HostState;
  /** Starts or attaches; the outcome is the state. Never rejects. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** For the window: where to connect, and a credential for one connection. */
  windowAccess(): { url: string; ticket: string; kind: 'embedded' | 'attached' } | undefined;
  /** For this process's own client (tray, notifications). */
  ownAccess(): { url: string; auth: ConnectAuth } | undefined;
}

type Running =
  | { readonly kind: 'embedded'; readonly gateway: Gateway; readonly url: string }
  | {
      readonly kind: 'attached';
      readonly bridge: AttachBridge;
      /** The gateway itself, behind the bridge. */
      readonly url: string;
      readonly secret: string | undefined;
    };

export function createGatewayHost(deps: {
  readonly env: NodeJS.ProcessEnv;
  readonly log: Logger;
  readonly onChange: (state: HostState) => void;
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
    const gateway = createGateway({}, { env, log });
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
    const owner = await identifyPortOwner(port, known);
    // What is not proven to be ours gets nothing that only our own gateway may see.
    const secret = owner.kind === 'clawtray' ? known : await readSharedSecret(gateway.paths, env);
    if (owner.kind === 'other') {
      throw new Error(
        `Another program uses port ${port}. Close it, or set OPENCLAW_GATEWAY_PORT to another port and start Clawtray again.`,
      );
    }
    if (owner.kind === 'nobody') {
      throw new Error(
        'Another Clawtray process uses this profile but does not answer. End it and try again.',
      );
    }
    if (owner.kind === 'clawtray' && !owner.ours) {
      throw new Error(
        `A Clawtray gateway of another profile already listens on port ${port}. Stop it, or set OPENCLAW_GATEWAY_PORT to another port.`,
      );
    }
    const url = `ws://127.0.0.1:${port}`;
    const bridge = await createAttachBridge(
      { url, secret, identity: loadDeviceIdentity(gateway.paths.profileDir) },
      log,
    );
    running = { kind: 'attached', bridge, url, secret };
    log.info('attached to a running gateway', { url, owner: owner.kind });
    become({ status: 'running', kind: 'attached', url: bridge.url });
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
  };
}

function takenPort(gateway: Gateway, error: unknown): number | undefined {
  if (error instanceof PortInUseError) return error.port;
  if (error instanceof ProfileInUseError) return readRuntimeFile(gateway.paths.runtimeFile)?.port;
  return undefined;
}
