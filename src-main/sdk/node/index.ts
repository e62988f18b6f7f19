// The package's entry for Node: the clients, bound to `ws`, the real time and the console. Each takes what it should use
// instead of them (a log, a socket) as its last argument.

import { CallManager as HostlessCallManager } from '../../client/call-manager.ts';
import type { ClientConfig } from '../../client/client-config.ts';
import type { ClientHost } from '../../client/client-host.ts';
import {
  GatewayClient as HostlessGatewayClient,
  type GatewayClientOptions,
} from '../../client/gateway-client.ts';
import {
  OpenClawClient as HostlessOpenClawClient,
  type OpenClawClientOptions,
} from '../../client/openclaw-client.ts';
import type { Telephony } from '../../client/telephony.ts';
import { nodeHost } from './node-host.ts';

export * from '../../client/api.ts';
export type { InitiateCall } from '../../client/call-manager.ts';
export { LoopbackTelephony, type LoopbackOptions } from '../../client/loopback-telephony.ts';
export type * from '../../client/telephony.ts';
export { ConfigError, getConfig } from './config-file.ts';

/** Reports calls to a gateway: the client of the agenticai reference. */
export class GatewayClient extends HostlessGatewayClient {
  constructor(options: GatewayClientOptions = {}, host: Partial<ClientHost> = {}) {
    super(options, nodeHost(host));
  }
}

/** Places calls and reports them to a gateway. */
export class CallManager extends HostlessCallManager {
  constructor(config: ClientConfig, telephony: Telephony, host: Partial<ClientHost> = {}) {
    super(config, telephony, nodeHost(host));
  }
}

/** The whole native protocol, with every method in its namespace. */
export class OpenClawClient extends HostlessOpenClawClient {
  constructor(options: OpenClawClientOptions, host: Partial<ClientHost> = {}) {
    super(options, nodeHost(host));
  }
}

let shared: OpenClawClient | undefined;

/**
 * The one client of this process. It connects by itself to `OPENCLAW_GATEWAY_URL`, with `OPENCLAW_AUTH_TOKEN`; calls wait
 * for the handshake. After `disconnect` it connects again when it is next asked for.
 * @throws Error when OPENCLAW_GATEWAY_URL is not set; TypeError when it is no WebSocket address
 */
export function getOpenClawClient(): OpenClawClient {
  shared ??= fromEnvironment(process.env);
  // Refused or unreachable: it is logged, and every call is told.
  if (shared.state.status === 'stopped') shared.connect().catch(() => undefined);
  return shared;
}

function fromEnvironment(env: NodeJS.ProcessEnv): OpenClawClient {
  const url = env['OPENCLAW_GATEWAY_URL'] ?? '';
  if (url === '')
    throw new Error(
      'OPENCLAW_GATEWAY_URL is not set. Set it to the gateway’s address: ws://localhost:18789/ws',
    );
  return new OpenClawClient({ url, token: env['OPENCLAW_AUTH_TOKEN'] });
}
