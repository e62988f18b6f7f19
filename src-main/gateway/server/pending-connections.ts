// Connections that are not authenticated yet: how many an address may have, how long they may take, how much they may
// send. One timer for all of them.

import type { Duplex } from 'node:stream';
import { CloseCode } from '../../shared/close-codes.ts';
import type { Clock, TimerHandle } from '../../shared/time.ts';
import type { Connection } from './connection.ts';
import type { ServerLimits } from './limits.ts';

export interface PendingConnections {
  /**
   * A place for a connection that is being admitted, which may take a while when its secret is wrong.
   * @returns what gives the place back, or `undefined` when this address has none left
   */
  reserve(address: string): (() => void) | undefined;
  add(connection: Connection, stream: Duplex): void;
  /** The first frame came: from now on the longer limit holds. */
  spoke(connection: Connection): void;
  /** Authenticated, or gone. */
  remove(connection: Connection): void;
}

interface Pending {
  readonly deadline: number;
  readonly stopCounting: () => void;
}

export function createPendingConnections(clock: Clock, limits: ServerLimits): PendingConnections {
  // Each map is in the order of its deadlines, because each has one duration.
  const silent = new Map<Connection, Pending>();
  const speaking = new Map<Connection, Pending>();
  const perAddress = new Map<string, number>();
  let timer: TimerHandle | undefined;

  function count(address: string, by: 1 | -1): void {
    const next = (perAddress.get(address) ?? 0) + by;
    if (next <= 0) perAddress.delete(address);
    else perAddress.set(address, next);
  }

  function arm(): void {
    if (timer !== undefined) return;
    const first = Math.min(firstDeadline(silent), firstDeadline(speaking));
    if (first === Infinity) return;
    timer = clock.schedule(Math.max(0, first - clock.now()), () => {
      timer = undefined;
      closeLate(silent);
      closeLate(speaking);
      arm();
    });
  }

  function closeLate(connections: Map<Connection, Pending>): void {
    for (const [connection, { deadline }] of connections) {
      if (deadline > clock.now()) break;
      connection.close(CloseCode.authenticationTimeout, 'Authentication timeout');
      remove(connection);
    }
  }

  function remove(connection: Connection): void {
    const pending = silent.get(connection) ?? speaking.get(connection);
    if (pending === undefined) return;
    pending.stopCounting();
    silent.delete(connection);
    speaking.delete(connection);
    count(connection.peer.address, -1);
  }

  /** Cuts off who sends more than any handshake needs, before the bytes are collected to a frame. */
  function countBytes(connection: Connection, stream: Duplex): () => void {
    let received = 0;
    const onData = (chunk: Buffer): void => {
      received += chunk.length;
      if (received <= limits.maxHandshakeBytes) return;
      stream.off('data', onData);
      connection.close(CloseCode.messageTooBig, 'preauth payload too large');
      remove(connection);
    };
    stream.on('data', onData);
    return () => stream.off('data', onData);
  }

  return {
    reserve: (address) => {
      if ((perAddress.get(address) ?? 0) >= limits.maxPendingPerAddress) return undefined;
      count(address, 1);
      return () => {
        count(address, -1);
      };
    },
    add: (connection, stream) => {
      count(connection.peer.address, 1);
      silent.set(connection, {
        deadline: clock.now() + limits.firstFrameTimeout,
        stopCounting: countBytes(connection, stream),
      });
      arm();
    },
    spoke: (connection) => {
      const pending = silent.get(connection);
      if (pending === undefined) return;
      silent.delete(connection);
      speaking.set(connection, { ...pending, deadline: connection.openedAt + limits.handshakeTimeout });
      arm();
    },
    remove,
  };
}

function firstDeadline(connections: Map<Connection, Pending>): number {
  const first = connections.values().next();
  return first.done === true ? Infinity : first.value.deadline;
}
