// Who listens on a port that we wanted. Never sends a secret: a listener of this profile proves that it knows ours.

import { randomBytes, timingSafeEqual } from 'node:crypto';
import { WebSocket } from 'ws';
import { PRODUCT_NAME } from '../shared/brand.ts';
import { isJsonObject, parseJson } from '../shared/json.ts';
import { SECOND } from '../shared/time.ts';
import { gatewayProof } from './http/probes.ts';

export type PortOwner =
  /** A Clawtray gateway; `ours` when it proved to know this profile's secret. */
  | { readonly kind: 'clawtray'; readonly ours: boolean; readonly version: string }
  | { readonly kind: 'openclaw' }
  | { readonly kind: 'other' }
  | { readonly kind: 'nobody' };

const TIMEOUT = 2 * SECOND;

/** @param secret this profile's shared secret, if it has one; it does not leave this process */
export async function identifyPortOwner(port: number, secret: string | undefined): Promise<PortOwner> {
  const nonce = randomBytes(24).toString('base64url');
  const probe = await probeHttp(port, nonce);
  if (probe === 'refused') return { kind: 'nobody' };
  if (probe !== 'unreadable') {
    const product = new RegExp(`^${PRODUCT_NAME}/(\\S+)$`).exec(probe.server);
    if (product !== null) {
      const ours = secret !== undefined && sameText(probe.proof, gatewayProof(secret, nonce, port));
      return { kind: 'clawtray', ours, version: product[1] ?? '' };
    }
    if (probe.live) return { kind: 'openclaw' };
  }
  return (await sendsChallenge(port)) ? { kind: 'openclaw' } : { kind: 'other' };
}

type Probe =
  'refused' | 'unreadable' | { readonly server: string; readonly proof: string; readonly live: boolean };

async function probeHttp(port: number, nonce: string): Promise<Probe> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/healthz`, {
      headers: { 'X-Clawtray-Nonce': nonce },
      signal: AbortSignal.timeout(TIMEOUT),
      redirect: 'error',
    });
    const body = parseJson((await response.text()).slice(0, 10_000));
    return {
      server: response.headers.get('server') ?? '',
      proof: response.headers.get('x-clawtray-proof') ?? '',
      live: response.ok && isJsonObject(body) && body['status'] === 'live',
    };
  } catch (error) {
    const cause = (error as { cause?: { code?: string } }).cause;
    return cause?.code === 'ECONNREFUSED' ? 'refused' : 'unreadable';
  }
}

/** Every gateway that speaks OpenClaw's protocol greets with a challenge. */
function sendsChallenge(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`, { handshakeTimeout: TIMEOUT, maxPayload: 65_536 });
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
