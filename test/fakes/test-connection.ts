// A client connection whose time and sockets belong to the test.

import {
  GatewayConnection,
  type ConnectionOptions,
  type ConnectionState,
} from '../../src-main/client/connection.ts';
import { silentLogger } from '../../src-main/shared/logger.ts';
import { FakeClock, settle } from './fake-clock.ts';
import { FakeSocket, HELLO } from './fake-socket.ts';

export interface TestConnection {
  readonly connection: GatewayConnection;
  readonly clock: FakeClock;
  readonly sockets: readonly FakeSocket[];
  readonly states: readonly ConnectionState[];
  /** The socket of the newest attempt. */
  readonly socket: () => FakeSocket;
  /** Starts, and plays the gateway until the connection stands. */
  readonly connect: () => Promise<FakeSocket>;
}

export function createTestConnection(options: Partial<ConnectionOptions> = {}): TestConnection {
  const clock = new FakeClock();
  const sockets: FakeSocket[] = [];
  const states: ConnectionState[] = [];
  let ids = 0;
  const connection = new GatewayConnection({
    access: () => Promise.resolve({ url: 'ws://gateway', auth: { token: 't' } }),
    createSocket: (url) => {
      const socket = new FakeSocket(url);
      sockets.push(socket);
      return socket;
    },
    client: { id: 'cli', mode: 'cli', version: '1', platform: 'linux' },
    scopes: ['operator.read'],
    clock,
    random: () => 0,
    newId: () => `id-${(ids += 1)}`,
    log: silentLogger,
    backoff: { baseMs: 1_000, maxMs: 8_000, jitter: 0 },
    ...options,
  });
  connection.onState((state) => states.push(state));
  const socket = (): FakeSocket => {
    const newest = sockets.at(-1);
    if (newest === undefined) throw new Error('there is no socket yet');
    return newest;
  };
  return {
    connection,
    clock,
    sockets,
    states,
    socket,
    connect: async () => {
      connection.start();
      await settle();
      socket().challenge();
      await settle();
      socket().answer('connect', HELLO);
      await settle();
      return socket();
    },
  };
}
