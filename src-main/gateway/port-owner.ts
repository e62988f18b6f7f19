// Who listens on a port that we wanted. Never sends a secret: a listener of this profile proves that it knows ours.

import { randomBytes, timingSafeEqual } from 'node:crypto';
import { request } from 'node:http';
import { WebSocket } from 'ws';
import { PRODUCT_NAME } from '../shared/brand.ts';
import { isJsonObject, parseJson } from '../shared/json.ts';
import { SECOND } from '../shared/time.ts';
import { gatewayProof } from './http/probes.ts';
import { pinnedConnection, pinnedSocketOptions } from './tls/pinned-connection.ts';

export type PortOwner =
  /** A Clawtray gateway; `ours` when it proved to know this profile's secret. */
  | { readonly kind: 'clawtray'; readonly ours: boolean; readonly version: string; readonly tls?: true }
  | { readonly kind: 'openclaw'; readonly tls?: true }
  | { readonly kind: 'other' }
  | { readonly kind: 'nobody' };

const TIMEOUT = 2 * SECOND;
const MAX_BODY = 10_000;

/** A way to speak to the port; what is found over an untrusted one is never ours. */
interface Transport {
  readonly tls: boolean;
  readonly trusted: boolean;
  /** Over TLS: whether the certificate with this fingerprint will do. */
  readonly accepts: (fingerprint: string) => boolean;
}

/**
 * @param secret this profile's shared secret, if it has one; it does not leave this process
 * @param certificates SHA-256 fingerprints of the certificates that this profile's gateway may show over TLS
 */
export async function identifyPortOwner(
  port: number,
  secret: string | undefined,
  certificates: ReadonlySet<string> = new Set(),
): Promise<PortOwner> {
  for (const transport of transportsFor(certificates)) {
    const owner = await identifyOver(transport, port, secret);
    if (owner !== undefined) return owner;
  }
  return { kind: 'other' };
}

function transportsFor(certificates: ReadonlySet<string>): readonly Transport[] {
  const pinned = {
    tls: true,
    trusted: true,
    accepts: (fingerprint: string) => certificates.has(fingerprint),
  };
  return [
    ...(certificates.size === 0 ? [] : [pinned]),
    // With TLS configured, whoever answers without it can still prove to be ours, but is nobody else's gateway.
    { tls: false, trusted: certificates.size === 0, accepts: () => false },
    { tls: true, trusted: false, accepts: () => true },
  ];
}

/** @returns `undefined` when nothing was understood this way */
async function identifyOver(
  transport: Transport,
  port: number,
  secret: string | undefined,
): Promise<PortOwner | undefined> {
  const { tls, trusted } = transport;
  const how = tls ? ({ tls: true } as const) : {};
  const nonce = randomBytes(24).toString('base64url');
  const probe = await probeHttp(transport, port, nonce);
  if (probe === 'refused') return { kind: 'nobody' };
  if (probe !== 'unreadable' && probe !== 'silent') {
    const product = new RegExp(`^${PRODUCT_NAME}/(\\S+)$`).exec(probe.server);
    if (product !== null) {
      const proven = secret !== undefined && sameText(probe.proof, gatewayProof(secret, nonce, port));
      return { kind: 'clawtray', ours: proven && (trusted || !tls), version: product[1] ?? '', ...how };
    }
    if (probe.live && trusted) return { kind: 'openclaw', ...how };
  }
  if (trusted && (await sendsChallenge(transport, port))) return { kind: 'openclaw', ...how };
  return probe === 'silent' ? { kind: 'other' } : undefined;
}

type Probe =
  | 'refused'
  | 'silent'
  | 'unreadable'
  | { readonly server: string; readonly proof: string; readonly live: boolean };

function probeHttp({ tls, accepts }: Transport, port: number, nonce: string): Promise<Probe> {
  return new Promise((resolve) => {
    const asking = request({
      host: '127.0.0.1',
      port,
      path: '/healthz',
      headers: { 'X-Clawtray-Nonce': nonce },
      signal: AbortSignal.timeout(TIMEOUT),
      ...(tls ? { createConnection: pinnedConnection(accepts) } : {}),
    });
    asking.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') resolve('refused');
      else resolve(error.name === 'AbortError' ? 'silent' : 'unreadable');
    });
    asking.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
        if (text.length > MAX_BODY) response.destroy();
      });
      response.on('error', () => undefined);
      response.on('close', () => {
        const body = parseJson(text);
        resolve({
          server: headerOf(response.headers['server']),
          proof: headerOf(response.headers['x-clawtray-proof']),
          live: response.statusCode === 200 && isJsonObject(body) && body['status'] === 'live',
        });
      });
    });
    asking.end();
  });
}

const headerOf = (value: string | readonly string[] | undefined): string =>
  typeof value === 'string' ? value : '';

/** Every gateway that speaks OpenClaw's protocol greets with a challenge. */
function sendsChallenge({ tls, accepts }: Transport, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${tls ? 'wss' : 'ws'}://127.0.0.1:${port}`, {
      handshakeTimeout: TIMEOUT,
      maxPayload: 65_536,
      ...(tls ? pinnedSocketOptions(accepts) : {}),
    });
    const finish = (answer: boolean): void => {
      clearTimeout(timer);
      socket.removeAllListeners();
      socket.on('error', () => undefined);
      socket.terminate();
      resolve(answer);
    };
    const timer = setTimeout(finish, TIMEOUT, false);
    socket.on('message', (data: Buffer) => {
      const frame = parseJson(data.toString('utf8'));
      finish(isJsonObject(frame) && frame['event'] === 'connect.challenge');
    });
    socket.on('error', () => {
      finish(false);
    });
    socket.on('close', () => {
      finish(false);
    });
  });
}

function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
