// The OpenClawClient of the gateway overview: the whole protocol for programs, with every method in its namespace.

import type { Unsubscribe } from '../shared/emitter.ts';
import type { GatewayEventName, GatewayEvents } from '../shared/protocol/events.ts';
import type { ClientHost } from './client-host.ts';
import type { GatewayAccess, GatewayEventFrame } from './connection.ts';
import { checkedAddress, shownAddress } from './gateway-address.ts';
import { NativeClient } from './native-client.ts';
import { createRpcMethods, type RpcMethod, type RpcMethods } from './rpc-methods.ts';

export interface OpenClawClientOptions {
  /** `ws://` or `wss://`, for example `ws://localhost:18789/ws`. */
  readonly url: string;
  /** Sent inside `connect`, as `auth.token`. */
  readonly token?: string | undefined;
  readonly password?: string | undefined;
  /** Signs the challenge with a device identity: over a network a gateway grants scopes to paired devices only. */
  readonly prove?: GatewayAccess['prove'];
  /** All that the methods below need, if left out. */
  readonly scopes?: readonly string[] | undefined;
}

const SCOPES = [
  'operator.read',
  'operator.write',
  'operator.admin',
  'operator.approvals',
  'operator.pairing',
];

export class OpenClawClient extends NativeClient implements RpcMethods {
  readonly health: RpcMethods['health'];
  readonly chat: RpcMethods['chat'];
  readonly agents: RpcMethods['agents'];
  readonly sessions: RpcMethods['sessions'];
  readonly models: RpcMethods['models'];
  readonly config: RpcMethods['config'];
  readonly cron: RpcMethods['cron'];
  readonly channels: RpcMethods['channels'];
  readonly exec: RpcMethods['exec'];
  readonly usage: RpcMethods['usage'];
  readonly skills: RpcMethods['skills'];
  readonly logs: RpcMethods['logs'];

  /** @throws TypeError when the url is no WebSocket address */
  constructor(options: OpenClawClientOptions, host: ClientHost) {
    const { token, password, prove, scopes = SCOPES } = options;
    const url = checkedAddress(options.url);
    const auth = {
      ...(isFilled(token) ? { token } : {}),
      ...(isFilled(password) ? { password } : {}),
    };
    super(
      {
        mode: host.platform === 'browser' ? 'ui' : 'backend',
        access: () => Promise.resolve({ url, auth, prove }),
        scopes,
        caps: ['tool-events'],
        shownAddress: shownAddress(url),
      },
      host,
    );
    const methods = createRpcMethods(
      (method, params, timeoutMs) => this.connection.call(method, params, timeoutMs),
      host.newId,
    );
    this.health = methods.health;
    this.chat = methods.chat;
    this.agents = methods.agents;
    this.sessions = methods.sessions;
    this.models = methods.models;
    this.config = methods.config;
    this.cron = methods.cron;
    this.channels = methods.channels;
    this.exec = methods.exec;
    this.usage = methods.usage;
    this.skills = methods.skills;
    this.logs = methods.logs;
  }

  on<Name extends GatewayEventName>(
    event: Name,
    listener: (payload: GatewayEvents[Name]) => void,
  ): Unsubscribe {
    return this.connection.on(event, listener);
  }

  /** Called with every event, also those that `on` does not know. */
  onEvent(listener: (frame: GatewayEventFrame) => void): Unsubscribe {
    return this.connection.onEvent(listener);
  }

  /**
   * Calls any method of a gateway, also one without a place in the namespaces. Waits for the handshake.
   * @param timeoutMs 30 s if left out
   * @throws RequestError, NoAnswerError
   */
  request<Name extends string>(
    method: Name,
    ...[params, timeoutMs]: Parameters<RpcMethod<Name>>
  ): ReturnType<RpcMethod<Name>> {
    return this.connection.call(method, params, timeoutMs) as ReturnType<RpcMethod<Name>>;
  }
}

function isFilled(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}
