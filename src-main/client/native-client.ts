// What the public clients of the native dialect have in common: one connection that a person starts and ends, and that
// logs its troubles. The connection itself is GatewayConnection's.

import type { Unsubscribe } from '../shared/emitter.ts';
import { errorText } from '../shared/logger.ts';
import type { HelloOk } from '../shared/protocol/connect.ts';
import { VERSION } from '../shared/brand.ts';
import { NoAnswerError } from './client-error.ts';
import type { ClientHost } from './client-host.ts';
import { GatewayConnection, type ConnectionOptions, type ConnectionState } from './connection.ts';

type OwnOptions = Pick<ConnectionOptions, 'access' | 'scopes' | 'caps' | 'handshake'> & {
  readonly mode: 'backend' | 'ui';
  /** The address as it may be logged. */
  readonly shownAddress: string;
};

export abstract class NativeClient {
  protected readonly connection: GatewayConnection;

  protected constructor({ mode, shownAddress, ...options }: OwnOptions, host: ClientHost) {
    const { platform, log } = host;
    this.connection = new GatewayConnection({
      ...host,
      ...options,
      client: { id: 'gateway-client', mode, version: VERSION, platform },
    });
    this.connection.onState((state) => {
      if (state.status === 'waiting')
        log.warn('the gateway cannot be reached', { gateway: shownAddress, reason: state.reason });
      if (state.status === 'refused')
        log.error('the gateway refuses this client', {
          gateway: shownAddress,
          reason: errorText(state.error),
          code: state.error.detailCode || state.error.code,
        });
      if (state.status === 'connected') log.info('connected to the gateway', { gateway: shownAddress });
    });
  }

  get state(): ConnectionState {
    return this.connection.state;
  }

  get isConnected(): boolean {
    return this.connection.state.status === 'connected';
  }

  /**
   * Connects, and stays connected until `disconnect`. When the gateway cannot be reached this goes on trying; called
   * again meanwhile, it tries at once.
   * @throws RequestError when the gateway turns this client away; NoAnswerError after `disconnect`
   */
  connect(): Promise<HelloOk> {
    const { connection } = this;
    if (connection.state.status === 'stopped') connection.start();
    else connection.retryNow();
    return new Promise((resolve, reject) => {
      const look = (state: ConnectionState): boolean => {
        if (state.status === 'connected') resolve(state.hello);
        else if (state.status === 'refused') reject(state.error);
        else if (state.status === 'stopped') reject(new NoAnswerError('The client was disconnected.'));
        else return false;
        return true;
      };
      if (look(connection.state)) return;
      const unsubscribe = connection.onState((state) => {
        if (look(state)) unsubscribe();
      });
    });
  }

  disconnect(): void {
    this.connection.stop();
  }

  /** Called with every change of state. After each connect, subscriptions have to be made anew. */
  onState(listener: (state: ConnectionState) => void): Unsubscribe {
    return this.connection.onState(listener);
  }
}
