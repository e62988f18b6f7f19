// Something that greets like a gateway and remembers all that it was sent: an impostor, or a witness that nothing was sent.

import { readFileSync } from 'node:fs';
import { createServer as createPlain, type Server } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import type { TestCertificate } from './certificates.ts';

export interface Greeter {
  readonly port: number;
  /** Requests, headers and frames as text. */
  readonly heard: readonly string[];
  /** How many came as far as a WebSocket. */
  readonly visits: () => number;
  stop(): Promise<void>;
}

export async function startGreeter(
  options: {
    readonly certificate?: TestCertificate;
    readonly port?: number;
    readonly greeting?: string;
  } = {},
): Promise<Greeter> {
  const { certificate, port = 0 } = options;
  const challenge = { type: 'event', event: 'connect.challenge', payload: { nonce: 'n', ts: 1 } };
  const greeting = options.greeting ?? JSON.stringify(challenge);
  const heard: string[] = [];
  let visits = 0;
  const server: Server =
    certificate === undefined
      ? createPlain()
      : createSecure({ cert: certificate.pem(), key: readFileSync(certificate.keyPath, 'utf8') });
  server.on('upgrade', ({ url = '', headers }) => heard.push(`${url} ${JSON.stringify(headers)}`));
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => {
    visits += 1;
    socket.on('message', (data) => heard.push(Buffer.from(data as Buffer).toString('utf8')));
    socket.send(greeting);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const stop = async (): Promise<void> => {
    for (const socket of sockets.clients) socket.terminate();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(stop);
  return { port: (server.address() as AddressInfo).port, heard, visits: () => visits, stop };
}
