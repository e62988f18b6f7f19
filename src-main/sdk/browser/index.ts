// The package's entry for web pages: the clients, bound to the browser. Each takes what it should use instead (a log, a
// socket) as its last argument.

import {
  BrowserGatewayClient as HostlessBrowserGatewayClient,
  type BrowserGatewayClientOptions,
} from '../../client/browser-gateway-client.ts';
import type { ClientHost } from '../../client/client-host.ts';
import {
  GatewayClient as HostlessGatewayClient,
  type GatewayClientOptions,
} from '../../client/gateway-client.ts';
import {
  OpenClawClient as HostlessOpenClawClient,
  type OpenClawClientOptions,
} from '../../client/openclaw-client.ts';
import { browserHost } from './browser-host.ts';

export * from '../../client/api.ts';
export type { BrowserGatewayClientOptions } from '../../client/browser-gateway-client.ts';

/** Reports calls to a gateway: the client of the agenticai reference. */
export class GatewayClient extends HostlessGatewayClient {
  constructor(options: GatewayClientOptions = {}, host: Partial<ClientHost> = {}) {
    super(options, browserHost(host));
  }
}

/** The whole native protocol, for pages that have credentials of their own. */
export class OpenClawClient extends HostlessOpenClawClient {
  constructor(options: OpenClawClientOptions, host: Partial<ClientHost> = {}) {
    super(options, browserHost(host));
  }
}

/** Chat through the page's own server, which adds the credentials. */
export class BrowserGatewayClient extends HostlessBrowserGatewayClient {
  constructor(options: Partial<BrowserGatewayClientOptions> = {}, host: Partial<ClientHost> = {}) {
    super({ ...options, url: options.url ?? sameOriginRoute() }, browserHost(host));
  }
}

let openClawClient: OpenClawClient | undefined;
let browserGatewayClient: BrowserGatewayClient | undefined;

/**
 * The page's one OpenClawClient, which connects by itself; calls wait for the handshake.
 * @param options needed the first time: a page has no environment to take them from
 * @throws Error without options the first time
 */
export function getOpenClawClient(options?: OpenClawClientOptions): OpenClawClient {
  if (openClawClient === undefined) {
    if (options === undefined) throw new Error('getOpenClawClient needs { url } the first time.');
    openClawClient = new OpenClawClient(options);
  }
  connected(openClawClient);
  return openClawClient;
}

/** The page's one BrowserGatewayClient, which connects by itself; calls wait for the handshake. */
export function getBrowserGatewayClient(): BrowserGatewayClient {
  browserGatewayClient ??= new BrowserGatewayClient();
  connected(browserGatewayClient);
  return browserGatewayClient;
}

/** Refused or unreachable: it is logged, and every call is told. */
function connected(client: OpenClawClient | BrowserGatewayClient): void {
  if (client.state.status === 'stopped') client.connect().catch(() => undefined);
}

function sameOriginRoute(): string {
  const { protocol, host } = window.location;
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/api/gateway/ws`;
}
