// Native clients with a device identity: operators, nodes, and those that are turned away.

import type { ConnectParams } from '../../src-main/shared/protocol/connect.ts';
import { createDevice, proofOf, type SignOptions, type TestDevice } from './device.ts';
import {
  connectNative,
  openNative,
  Refused,
  type NativeClient,
  type NativeOptions,
} from './native-client.ts';
import { startGateway, type TestGateway, type TestGatewayOptions } from './test-gateway.ts';
import type { Ended } from './wire-client.ts';

export const APP: ConnectParams['client'] = {
  id: 'openclaw-linux',
  mode: 'ui',
  version: '1',
  platform: 'linux',
  deviceFamily: 'Desktop',
};

const NODE_HOST: ConnectParams['client'] = {
  id: 'node-host',
  mode: 'node',
  version: '1',
  platform: 'linux',
  displayName: 'Attic',
};

export interface DeviceOptions extends NativeOptions {
  readonly sign?: SignOptions;
}

/** Connects with the gateway's token, unless `options.auth` says otherwise. */
export function connectDevice(
  gateway: TestGateway,
  device: TestDevice,
  options: DeviceOptions = {},
): Promise<NativeClient> {
  return connectNative({ url: gateway.url, token: '' }, withDevice(gateway, device, options));
}

function withDevice(
  gateway: Pick<TestGateway, 'token'>,
  device: TestDevice,
  options: DeviceOptions,
): NativeOptions {
  const { sign, ...rest } = options;
  return {
    client: APP,
    scopes: ['operator.read'],
    auth: { token: gateway.token },
    prove: (nonce, params) => proofOf(device, params, nonce, sign),
    ...rest,
  };
}

export interface Turned {
  readonly refused: Refused;
  readonly ended: Ended;
  /** The details of the error. */
  readonly details: Record<string, unknown>;
  readonly requestId: string;
}

/** How such a connection is turned away. */
export async function turnedAway(
  gateway: Pick<TestGateway, 'url' | 'token'>,
  device: TestDevice,
  options: DeviceOptions = {},
): Promise<Turned> {
  const client = await openNative(gateway.url, options.socket);
  const refused = await client.connect(withDevice(gateway, device, options)).then(
    () => {
      throw new Error('it was let in');
    },
    (error: unknown) => {
      if (error instanceof Refused) return error;
      throw error;
    },
  );
  const details = (refused.error.details ?? {}) as Record<string, unknown>;
  return {
    refused,
    ended: await client.ended,
    details,
    requestId: typeof details['requestId'] === 'string' ? details['requestId'] : '',
  };
}

/** A gateway on which nobody is paired without a question. */
export function startStrictGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  return startGateway({
    config: { gateway: { nodes: { pairing: { autoApproveLocal: false } } } },
    ...options,
  });
}

/** The owner: a local back end with every scope. */
export function connectOwner(
  gateway: TestGateway,
  scopes: readonly string[] = ['operator.admin', 'operator.pairing'],
): Promise<NativeClient> {
  return connectNative(gateway, { scopes });
}

export interface NodeOffer {
  readonly commands?: readonly string[];
  readonly caps?: readonly string[];
  readonly permissions?: Readonly<Record<string, boolean>>;
}

export function nodeOptions(
  offer: NodeOffer,
  more: DeviceOptions = {},
): DeviceOptions & { readonly client: ConnectParams['client'] } {
  return { role: 'node', scopes: [], client: NODE_HOST, ...offer, ...more };
}

/** Asks to be a node, is approved as a device, and connects. What it offers is not approved yet. */
export async function joinNode(
  gateway: TestGateway,
  owner: NativeClient,
  offer: NodeOffer = {},
  device: TestDevice = createDevice(),
): Promise<{ readonly node: NativeClient; readonly device: TestDevice }> {
  const { requestId } = await turnedAway(gateway, device, nodeOptions(offer));
  await owner.request('device.pair.approve', { requestId });
  return { node: await connectDevice(gateway, device, nodeOptions(offer)), device };
}

/** A node whose commands may be invoked. */
export async function joinApprovedNode(
  gateway: TestGateway,
  owner: NativeClient,
  offer: NodeOffer,
): Promise<{ readonly node: NativeClient; readonly device: TestDevice }> {
  const joined = await joinNode(gateway, owner, offer);
  const { requestId } = await owner.event('node.pair.requested', ({ nodeId }) => nodeId === joined.device.id);
  await owner.request('node.pair.approve', { requestId });
  return joined;
}
