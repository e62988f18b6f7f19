// The listener: one port for HTTP and WebSocket. Admits connections, feeds their frames to handshake and router, keeps
// them alive, ends them. Owns the set of connections.

import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SecureContextOptions } from 'node:tls';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { CloseCode } from '../../shared/close-codes.ts';
import { GatewayError } from '../../shared/errors.ts';
import { errorText, type Logger } from '../../shared/logger.ts';
import type { Clock } from '../../shared/time.ts';
import type { Authenticator } from '../auth/authenticator.ts';
import { isLoopbackAddress, type OriginPolicy } from '../auth/origins.ts';
import type { EventBus } from '../event-bus.ts';
import type { HttpHandler } from '../http/http-router.ts';
import type { PageDoor, PageVisit } from '../http/page-door.ts';
import { traceEvent } from '../trace/message-trace.ts';
import type { Trace } from '../trace/trace.ts';
import { broadcast } from './broadcaster.ts';
import { Connection, type Established, type PeerFacts } from './connection.ts';
import type { Handshake } from './handshake.ts';
import { createHeartbeats, type Heartbeats } from './heartbeats.ts';
import type { HeartbeatSettings } from './lifecycle-settings.ts';
import type { ServerLimits } from './limits.ts';
import { createListener } from './listener.ts';
import { createPendingConnections } from './pending-connections.ts';
import { createPulse } from './pulse.ts';
import type { Router } from './router.ts';
import { checkUpgrade } from './upgrade-policy.ts';

export interface GatewayServer {
  /** @throws what `listen` throws, for example EADDRINUSE */
  listen(port: number, host: string): Promise<AddressInfo>;
  /** Another address of the same port, and its end. See `Listener`. */
  listenAlso(port: number, host: string): Promise<void>;
  stopListening(host: string): void;
  connections(): ReadonlySet<Connection>;
  readonly heartbeats: Heartbeats;
  /** New connections get this certificate. Only when the server was made with one. */
  useCertificate(options: SecureContextOptions): void;
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
  readonly trace: Trace;
  readonly heartbeat: () => HeartbeatSettings;
  /** Certificate and key; without them the port speaks plain text. */
  readonly tls: SecureContextOptions | undefined;
  readonly answerHttp: HttpHandler;
  /** Who may come in from this gateway's own pages. */
  readonly pages: PageDoor;
  readonly onClosed: (connection: Connection) => void;
  readonly log: Logger;
}

export function createGatewayServer(deps: ServerDeps): GatewayServer {
  const { clock, limits, origins, authenticator, handshake, router, bus, trace, pages, log } = deps;
  const connections = new Set<Connection>();
  const pending = createPendingConnections(clock, limits);
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.maxPayload,
    perMessageDeflate: false,
  });
  const listener = createListener({
    tls: deps.tls,
    handshakeTimeout: limits.handshakeTimeout,
    onRequest: deps.answerHttp,
    onUpgrade: (request, stream, head) => {
      // Without a listener an error on a stream that is being refused would end the process.
      stream.on('error', () => stream.destroy());
      upgrade(request, stream, head).catch((error: unknown) => {
        log.error('an upgrade failed', { error: errorText(error) });
        stream.destroy();
      });
    },
  });
  bus.subscribe((event) => {
    const sent = broadcast(connections, event);
    if (trace.active) traceEvent(trace, event, sent);
  });
  const heartbeats = createHeartbeats({ clock, bus, trace, settings: deps.heartbeat, connections });
  const ticks = createPulse(clock, limits.tickInterval, () => {
    bus.publish('tick', { ts: clock.now() });
  });
  /** Upgrades that are being decided; a wrong secret takes its time. */
  const admitting = new Set<Duplex>();
  /** Sockets of pages that talk to another gateway. */
  const forwarded = new Set<WebSocket>();
  let closing = false;

  async function upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> {
    const address = request.socket.remoteAddress ?? 'unknown';
    const facts = { address, loopback: isLoopbackAddress(address), origin: request.headers.origin };
    const verdict = checkUpgrade(request, origins);
    if (!verdict.accepted) {
      refuseUpgrade(stream, verdict.status, verdict.message);
      return;
    }
    const visit = verdict.door === 'page' ? pages.admit(request) : undefined;
    if (verdict.door === 'page' && visit === undefined) {
      refuseUpgrade(stream, 401, 'Sign in first.');
      return;
    }
    const release =
      closing || sockets.clients.size >= limits.maxConnections ? undefined : pending.reserve(address);
    if (release === undefined) {
      refuseUpgrade(stream, 503, closing ? SHUTTING_DOWN : 'Too many connections.');
      return;
    }
    admitting.add(stream);
    try {
      const upgradeAuthenticated =
        verdict.door === 'client' && (await authenticator.checkUpgrade(verdict.secret, facts));
      if (stream.destroyed) return;
      if (closed()) {
        refuseUpgrade(stream, 503, SHUTTING_DOWN);
        return;
      }
      sockets.handleUpgrade(request, stream, head, (socket) => {
        const peer = { ...facts, userAgent: request.headers['user-agent'], upgradeAuthenticated };
        if (visit?.forward === undefined) open(socket, peer, stream, visit);
        else forward(socket, visit.forward);
      });
    } catch (error) {
      // Too many wrong guesses from there.
      refuseUpgrade(stream, 429, errorText(error));
    } finally {
      admitting.delete(stream);
      release();
    }
  }

  function forward(socket: WebSocket, pass: (socket: WebSocket) => void): void {
    forwarded.add(socket);
    socket.once('close', () => forwarded.delete(socket));
    pass(socket);
  }

  function open(socket: WebSocket, peer: PeerFacts, stream: Duplex, visit: PageVisit | undefined): void {
    const connection = new Connection(socket, peer, clock.now(), limits);
    connections.add(connection);
    // Authenticated at the upgrade it may stay silent; it has no dialect then and gets no events.
    if (!peer.upgradeAuthenticated) pending.add(connection, stream);
    const waiting: string[] = [];
    let handshaking = false;

    socket.on('message', (data, isBinary) => {
      // What a peer sent behind a frame that closed its connection.
      if (!connection.listening) return;
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
      if (!peer.upgradeAuthenticated && !mayWait(connection, text, waiting)) return;
      waiting.push(text);
      if (handshaking) return;
      handshaking = true;
      // Who came with a secret may send its whole queue at once: no more than has arrived already waits here.
      if (peer.upgradeAuthenticated) connection.pause();
      pending.spoke(connection);
      begin(connection, waiting, visit)
        .catch((error: unknown) => {
          log.error('a handshake failed', { error: errorText(error) });
          connection.close(CloseCode.policyViolation, 'the handshake failed');
        })
        .finally(() => {
          handshaking = false;
          connection.resume();
        });
    });
    const signedOut = (): void => {
      connection.close(CloseCode.authenticationTimeout, 'signed out');
    };
    visit?.ended.addEventListener('abort', signedOut);
    socket.on('pong', () => {
      connection.liveness.socketPong(clock.now());
    });
    socket.on('error', (error) => {
      log.debug('a connection broke', { connection: connection.id, error: errorText(error) });
    });
    socket.on('close', () => {
      visit?.ended.removeEventListener('abort', signedOut);
      connections.delete(connection);
      pending.remove(connection);
      connection.closed();
      deps.onClosed(connection);
      if (connections.size > 0) return;
      heartbeats.stop();
      ticks.stop();
    });

    connection.send(
      JSON.stringify({
        type: 'event',
        event: 'connect.challenge',
        payload: { nonce: connection.nonce, ts: clock.now() },
      }),
    );
    heartbeats.start();
    ticks.start();
  }

  /** A stranger's frames are short and few. */
  function mayWait(connection: Connection, text: string, waiting: readonly string[]): boolean {
    if (text.length > limits.maxHandshakeFrame || Buffer.byteLength(text) > limits.maxHandshakeFrame) {
      connection.close(CloseCode.messageTooBig, 'preauth payload too large');
      return false;
    }
    if (waiting.length >= limits.maxFramesDuringHandshake) {
      connection.close(CloseCode.policyViolation, 'too many pending handshake frames');
      return false;
    }
    return true;
  }

  /** Runs the first frame, then those that came while it was being checked, in their order. */
  async function begin(
    connection: Connection,
    waiting: string[],
    visit: PageVisit | undefined,
  ): Promise<void> {
    const first = waiting[0] ?? '';
    const executeFirst = await handshake.begin(connection, visit?.completeFirstFrame(first) ?? first);
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
        void router.dispatchBatch(connection, established, decoded.entries, text);
        return;
      case 'single': {
        const { entry } = decoded;
        router.dispatch(connection, established, entry, text);
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

  /** Also asked after a wait, in which it may have changed. */
  function closed(): boolean {
    return closing;
  }

  return {
    listen: (port, host) => listener.listen(port, host),
    listenAlso: (port, host) => listener.listenAlso(port, host),
    stopListening: (host) => {
      listener.stopListening(host);
    },
    connections: () => connections,
    heartbeats,
    useCertificate: (options) => {
      listener.useCertificate(options);
    },
    close: async (reason) => {
      closing = true;
      heartbeats.stop();
      ticks.stop();
      bus.publish('shutdown', { reason });
      for (const connection of connections) {
        connection.close(
          connection.established?.dialect.shutdownCode ?? CloseCode.goingAway,
          'service restart',
        );
      }
      for (const socket of forwarded) socket.close(CloseCode.serviceRestart, 'service restart');
      const ended = listener.close();
      const force = clock.schedule(limits.closeGrace, () => {
        for (const socket of sockets.clients) socket.terminate();
        for (const stream of admitting) stream.destroy();
        listener.destroyConnections();
      });
      await ended;
      clock.cancel(force);
      sockets.close();
    },
  };
}

function toText(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
}

const SHUTTING_DOWN = 'The gateway is shutting down.';

const STATUS_TEXT = {
  400: 'Bad Request',
  401: 'Unauthorized',
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
