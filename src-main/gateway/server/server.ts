// The listener: one port for HTTP and WebSocket. Admits connections, feeds their frames to handshake and router, keeps
// them alive, ends them. Owns the set of connections.

import {
  createServer,
  type IncomingMessage,
  type Server as HttpServer,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { CloseCode } from '../../shared/close-codes.ts';
import { GatewayError } from '../../shared/errors.ts';
import { errorText, type Logger } from '../../shared/logger.ts';
import type { Clock, TimerHandle } from '../../shared/time.ts';
import type { Authenticator } from '../auth/authenticator.ts';
import { isLoopbackAddress, type OriginPolicy } from '../auth/origins.ts';
import type { EventBus } from '../event-bus.ts';
import { sendError } from '../http/responses.ts';
import { broadcast } from './broadcaster.ts';
import { Connection, type Established, type PeerFacts } from './connection.ts';
import type { Handshake } from './handshake.ts';
import type { ServerLimits } from './limits.ts';
import { createPendingConnections } from './pending-connections.ts';
import type { Router } from './router.ts';
import { checkUpgrade, parseTarget } from './upgrade-policy.ts';

export interface GatewayServer {
  /** @throws what `listen` throws, for example EADDRINUSE */
  listen(port: number, host: string): Promise<AddressInfo>;
  connections(): ReadonlySet<Connection>;
  /** Told to everybody, then closes: in order for those who read, at the end by force. */
  close(reason: string): Promise<void>;
}

export interface ServerDeps {
  readonly clock: Clock;
  readonly limits: ServerLimits;
  readonly origins: OriginPolicy;
  readonly authenticator: Authenticator;
  readonly handshake: Handshake;
  readonly router: Router;
  readonly bus: EventBus;
  readonly answerHttp: (request: IncomingMessage, response: ServerResponse, path: string) => boolean;
  readonly onClosed: (connection: Connection) => void;
  readonly log: Logger;
}

export function createGatewayServer(deps: ServerDeps): GatewayServer {
  const { clock, limits, origins, authenticator, handshake, router, bus, log } = deps;
  const connections = new Set<Connection>();
  const pending = createPendingConnections(clock, limits);
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.maxPayload,
    perMessageDeflate: false,
  });
  const http = createServer(answer);
  http.on('upgrade', (request, stream, head) => {
    // Without a listener an error on a stream that is being refused would end the process.
    stream.on('error', () => stream.destroy());
    upgrade(request, stream, head).catch((error: unknown) => {
      log.error('an upgrade failed', { error: errorText(error) });
      stream.destroy();
    });
  });
  bus.subscribe((event) => {
    broadcast(connections, event);
  });
  let heartbeat: TimerHandle | undefined;
  let closing = false;

  function answer(request: IncomingMessage, response: ServerResponse): void {
    // Bodies are not read by any route here.
    request.resume();
    const path = parseTarget(request.url)?.pathname;
    if (path !== undefined && deps.answerHttp(request, response, path)) return;
    sendError(response, 404, 'not_found', 'There is nothing here. WebSocket clients connect to / or /ws.');
  }

  async function upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> {
    const address = request.socket.remoteAddress ?? 'unknown';
    const facts = { address, loopback: isLoopbackAddress(address), origin: request.headers.origin };
    const verdict = checkUpgrade(request, origins);
    if (!verdict.accepted) {
      refuseUpgrade(stream, verdict.status, verdict.message);
      return;
    }
    const release =
      closing || connections.size >= limits.maxConnections ? undefined : pending.reserve(address);
    if (release === undefined) {
      refuseUpgrade(stream, 503, closing ? 'The gateway is shutting down.' : 'Too many connections.');
      return;
    }
    try {
      const upgradeAuthenticated =
        verdict.secret !== undefined && (await authenticator.checkSecret(verdict.secret, facts));
      if (stream.destroyed) return;
      sockets.handleUpgrade(request, stream, head, (socket) => {
        open(socket, { ...facts, userAgent: request.headers['user-agent'], upgradeAuthenticated }, stream);
      });
    } catch (error) {
      // Too many wrong guesses from there.
      refuseUpgrade(stream, 429, errorText(error));
    } finally {
      release();
    }
  }

  function open(socket: WebSocket, peer: PeerFacts, stream: Duplex): void {
    const connection = new Connection(socket, peer, clock.now(), limits);
    connections.add(connection);
    // Authenticated at the upgrade it may stay silent; it has no dialect then and gets no events.
    if (!peer.upgradeAuthenticated) pending.add(connection, stream);
    const waiting: string[] = [];
    let handshaking = false;

    socket.on('message', (data, isBinary) => {
      if (isBinary) {
        connection.close(CloseCode.unsupportedData, 'only text frames are accepted');
        return;
      }
      const text = toText(data);
      const { established } = connection;
      if (established !== undefined && !handshaking) {
        receive(connection, established, text);
        return;
      }
      if (text.length > limits.maxHandshakeFrame || Buffer.byteLength(text) > limits.maxHandshakeFrame) {
        connection.close(CloseCode.messageTooBig, 'preauth payload too large');
        return;
      }
      if (waiting.length >= limits.maxFramesDuringHandshake) {
        connection.close(CloseCode.policyViolation, 'too many pending handshake frames');
        return;
      }
      waiting.push(text);
      if (handshaking) return;
      handshaking = true;
      pending.spoke(connection);
      begin(connection, waiting)
        .catch((error: unknown) => {
          log.error('a handshake failed', { error: errorText(error) });
          connection.close(CloseCode.policyViolation, 'the handshake failed');
        })
        .finally(() => {
          handshaking = false;
        });
    });
    socket.on('pong', () => {
      connection.pong();
    });
    socket.on('error', (error) => {
      log.debug('a connection broke', { connection: connection.id, error: errorText(error) });
    });
    socket.on('close', () => {
      connections.delete(connection);
      pending.remove(connection);
      connection.closed();
      deps.onClosed(connection);
      if (connections.size === 0) stopHeartbeat();
    });

    connection.send(
      JSON.stringify({
        type: 'event',
        event: 'connect.challenge',
        payload: { nonce: connection.nonce, ts: clock.now() },
      }),
    );
    startHeartbeat();
  }

  /** Runs the first frame, then those that came while it was being checked, in their order. */
  async function begin(connection: Connection, waiting: string[]): Promise<void> {
    const first = waiting[0] ?? '';
    const executeFirst = await handshake.begin(connection, first);
    const { established } = connection;
    if (established === undefined || !connection.open) {
      waiting.length = 0;
      return;
    }
    pending.remove(connection);
    const rest = waiting.splice(0).slice(executeFirst ? 0 : 1);
    for (const text of rest) receive(connection, established, text);
  }

  function receive(connection: Connection, established: Established, text: string): void {
    const decoded = established.dialect.decode(text);
    switch (decoded.kind) {
      case 'ignored':
        log.debug('a frame that is not JSON was passed over', { connection: connection.id });
        return;
      case 'batch':
        connection.faults = 0;
        void router.dispatchBatch(connection, established, decoded.entries);
        return;
      case 'single': {
        const { entry } = decoded;
        const repeated = entry.kind === 'request' ? handshake.repeated(connection, entry) : undefined;
        if (repeated === undefined) router.dispatch(connection, established, entry);
        else connection.send(repeated);
        countFault(connection, established, entry.kind === 'fault');
      }
    }
  }

  function countFault(connection: Connection, established: Established, isFault: boolean): void {
    connection.faults = isFault ? connection.faults + 1 : 0;
    const { faultLimit } = established.dialect;
    if (faultLimit !== undefined && connection.faults >= faultLimit) {
      connection.close(CloseCode.protocolError, `${faultLimit} frames in a row could not be read`);
    }
  }

  /** One timer for the pings and ticks of all connections; none while nobody is connected. */
  function startHeartbeat(): void {
    heartbeat ??= clock.schedule(limits.pingInterval, () => {
      heartbeat = undefined;
      for (const connection of connections) connection.ping();
      bus.publish('tick', { ts: clock.now() });
      if (connections.size > 0) startHeartbeat();
    });
  }

  function stopHeartbeat(): void {
    if (heartbeat !== undefined) clock.cancel(heartbeat);
    heartbeat = undefined;
  }

  return {
    listen: (port, host) => listen(http, port, host),
    connections: () => connections,
    close: async (reason) => {
      closing = true;
      stopHeartbeat();
      bus.publish('shutdown', { reason });
      for (const connection of connections) {
        connection.close(
          connection.established?.dialect.shutdownCode ?? CloseCode.goingAway,
          'service restart',
        );
      }
      const closed = new Promise<void>((resolve) => {
        http.close(() => {
          resolve();
        });
      });
      http.closeIdleConnections();
      const force = clock.schedule(limits.closeGrace, () => {
        for (const connection of connections) connection.terminate();
        http.closeAllConnections();
      });
      await closed;
      clock.cancel(force);
      sockets.close();
    },
  };
}

function listen(http: HttpServer, port: number, host: string): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, host, () => {
      http.off('error', reject);
      resolve(http.address() as AddressInfo);
    });
  });
}

function toText(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
}

const STATUS_TEXT = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
};

function refuseUpgrade(stream: Duplex, status: keyof typeof STATUS_TEXT, message: string): void {
  const body = JSON.stringify({
    error: { message, type: STATUS_TEXT[status].toLowerCase().replaceAll(' ', '_') },
  });
  stream.end(
    `HTTP/1.1 ${status} ${STATUS_TEXT[status]}\r\nConnection: close\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

/** For callers that tell people about it. */
export function asListenError(error: unknown, port: number, host: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return new PortInUseError(port, host);
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
    return new GatewayError(
      'unavailable',
      `Clawtray cannot listen on ${host}:${port} (${code}). Choose another port.`,
    );
  }
  return error;
}

export class PortInUseError extends Error {
  readonly port: number;
  constructor(port: number, host: string) {
    super(`The port ${port} on ${host} is in use by another program.`);
    this.name = 'PortInUseError';
    this.port = port;
  }
}
