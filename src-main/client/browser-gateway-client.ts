// The BrowserGatewayClient of the gateway overview: chat for a web page. It connects to the route of the page's own server
// that adds the credentials, so the page has none: no token, no challenge, `connect` as soon as the socket is open.

import type { Unsubscribe } from '../shared/emitter.ts';
import type { ChatEvent } from '../shared/protocol/chat.ts';
import type { ClientHost } from './client-host.ts';
import { checkedAddress, shownAddress } from './gateway-address.ts';
import { NativeClient } from './native-client.ts';
import { createRpcMethods, type RpcMethods } from './rpc-methods.ts';

export interface BrowserGatewayClientOptions {
  /** The route, as a WebSocket address: `wss://host/api/gateway/ws`. */
  readonly url: string;
  /** What `chat` needs, if left out. */
  readonly scopes?: readonly string[] | undefined;
}

/**
 * `chat.inject` needs admin. To leave it out would protect nothing: the session cookie is the credential, and whoever
 * runs in the page can open the same route and ask for more.
 */
const SCOPES = ['operator.read', 'operator.write', 'operator.admin'];

export class BrowserGatewayClient extends NativeClient {
  readonly chat: RpcMethods['chat'];

  /** @throws TypeError when the url is no WebSocket address */
  constructor({ url, scopes = SCOPES }: BrowserGatewayClientOptions, host: ClientHost) {
    const address = checkedAddress(url);
    super(
      {
        mode: 'ui',
        access: () => Promise.resolve({ url: address }),
        scopes,
        handshake: 'at-once',
        shownAddress: shownAddress(address),
      },
      host,
    );
    this.chat = createRpcMethods(
      (method, params, timeoutMs) => this.connection.call(method, params, timeoutMs),
      host.newId,
    ).chat;
  }

  /** Called with everything that happens to the answers: `delta` while they grow, then `final`, `aborted` or `error`. */
  onChat(listener: (event: ChatEvent) => void): Unsubscribe {
    return this.connection.on('chat', listener);
  }
}
