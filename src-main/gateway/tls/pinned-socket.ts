// A WebSocket to another gateway, which may have one known certificate.

import { WebSocket } from 'ws';
import { pinnedSocketOptions } from './pinned-connection.ts';

/** @param certificate the one fingerprint (`AB:CD:…`) that it may show; without, what the system trusts */
export function pinnedSocket(url: string, certificate: string | undefined): WebSocket {
  const options = certificate === undefined ? {} : pinnedSocketOptions((shown) => shown === certificate);
  return new WebSocket(url, { handshakeTimeout: 10_000, maxPayload: 32 * 1024 * 1024, ...options });
}
