// How this window stands with its gateway: the connection, where the host says the gateway is, and what it reports.

import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ConnectionState } from '../../src-main/client/connection.ts';
import type { MethodName } from '../../src-main/shared/protocol/methods.ts';
import type { StatusResult } from '../../src-main/shared/protocol/system.ts';
import type { GatewayKind, HostInfo, SecretKind } from '../host/host.ts';

type KnownAccess =
  | { readonly state: 'unknown' | 'starting' }
  | { readonly state: 'ready'; readonly url: string; readonly kind: GatewayKind }
  | { readonly state: 'failed'; readonly message: string }
  | { readonly state: 'signed-out'; readonly secret: SecretKind };

export interface GatewayState {
  readonly connection: ConnectionState;
  readonly access: KnownAccess;
  /** Whether this window was ever connected: then there is something to read meanwhile. */
  readonly wasConnected: boolean;
  /** The person asked for another attempt, which is not over. */
  readonly retrying: boolean;
  /** What the gateway serves, as it said with the last connect; it stays while the connection is away. */
  readonly methods: ReadonlySet<string>;
  readonly status: StatusResult | undefined;
  readonly app: HostInfo | undefined;
}

export type GatewayStore = StoreApi<GatewayState>;

export function createGatewayStore(): GatewayStore {
  return createStore<GatewayState>(() => ({
    connection: { status: 'stopped' },
    access: { state: 'unknown' },
    wasConnected: false,
    retrying: false,
    methods: new Set(),
    status: undefined,
    app: undefined,
  }));
}

/** What the gateway cannot do is not offered. */
export function serves(state: GatewayState, method: MethodName): boolean {
  return state.methods.has(method);
}

/** Then there is nothing to read or to do, except to try again. */
export function neverStarted(state: GatewayState): boolean {
  return !state.wasConnected && conditionOf(state) === 'failed';
}

/** In one word, for everything that shows it. */
export type GatewayCondition =
  'connected' | 'starting' | 'connecting' | 'reconnecting' | 'refused' | 'failed';

export function conditionOf({ connection, access, wasConnected }: GatewayState): GatewayCondition {
  if (connection.status === 'connected') return 'connected';
  if (access.state === 'failed') return 'failed';
  if (connection.status === 'refused') return 'refused';
  if (access.state === 'starting') return 'starting';
  return wasConnected ? 'reconnecting' : 'connecting';
}
