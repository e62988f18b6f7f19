// The port itself: plain or TLS, for HTTP requests and upgrades alike. Knows nothing of what is answered.

import {
  createServer,
  type IncomingMessage,
  type Server as HttpServer,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer, type Server as HttpsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SecureContextOptions } from 'node:tls';

export interface Listener {
  /** @throws what `listen` throws, for example EADDRINUSE */
  listen(port: number, host: string): Promise<AddressInfo>;
  /**
   * Another address of the same port.
   * @throws what `listen` throws
   */
  listenAlso(port: number, host: string): Promise<void>;
  /** Accepts nobody any more on an address of `listenAlso`; who is connected stays. */
  stopListening(host: string): void;
  /** New connections get this certificate; those that are open stay as they are. Only with TLS. */
  useCertificate(options: SecureContextOptions): void;
  /** Accepts nobody any more; resolves when the last connection has ended. */
  close(): Promise<void>;
  /** Ends what is still open. */
  destroyConnections(): void;
}

export interface ListenerOptions {
  /** Certificate and key; without them the port speaks plain text. */
  readonly tls: SecureContextOptions | undefined;
  /** How long a peer may take for TLS's own handshake, ms. */
  readonly handshakeTimeout: number;
  readonly onRequest: (request: IncomingMessage, response: ServerResponse) => void;
  readonly onUpgrade: (request: IncomingMessage, stream: Duplex, head: Buffer) => void;
}

export function createListener(options: ListenerOptions): Listener {
  const { tls, handshakeTimeout, onRequest, onUpgrade } = options;
  const secure = tls === undefined ? undefined : createTlsServer({ ...tls, handshakeTimeout });
  const server: HttpServer | HttpsServer = secure ?? createServer();
  /** What lies under TLS: HTTP knows of a peer only once TLS's handshake is over. */
  const underTls = new Set<Socket>();
  const others = new Map<string, Server>();

  server.on('request', onRequest);
  server.on('upgrade', onUpgrade);
  secure?.on('connection', (socket: Socket) => {
    underTls.add(socket);
    socket.once('close', () => underTls.delete(socket));
  });

  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.off('error', reject);
          resolve(server.address() as AddressInfo);
        });
      }),
    listenAlso: async (port, host) => {
      const other = createTcpServer((socket) => server.emit('connection', socket));
      await new Promise<void>((resolve, reject) => {
        other.once('error', reject);
        other.listen(port, host, () => {
          other.off('error', reject);
          resolve();
        });
      });
      others.set(host, other);
    },
    stopListening: (host) => {
      others.get(host)?.close();
      others.delete(host);
    },
    useCertificate: (next) => {
      secure?.setSecureContext(next);
    },
    close: () =>
      new Promise((resolve) => {
        for (const other of others.values()) other.close();
        others.clear();
        server.close(() => {
          resolve();
        });
        server.closeIdleConnections();
      }),
    destroyConnections: () => {
      server.closeAllConnections();
      for (const socket of underTls) socket.destroy();
    },
  };
}
