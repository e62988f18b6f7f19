// Looks what is at an address before a person decides about it: takes the certificate, waits for the gateway's greeting, and
// goes. Nothing that is secret is at hand here, so nothing can be sent.

import type { X509Certificate } from 'node:crypto';
import { WebSocket, type RawData } from 'ws';
import { pinnedSocketOptions } from '../../gateway/tls/pinned-connection.ts';
import { isJsonObject, parseJson } from '../../shared/json.ts';
import { SECOND, type Clock } from '../../shared/time.ts';
import { say } from '../words/words.ts';
import { placeOf } from './entered-address.ts';
import { connectionTrouble } from './connection-trouble.ts';

export interface Inspected {
  /** Which of the addresses answered. */
  readonly url: string;
  readonly certificate?: CertificateFacts;
}

export interface CertificateFacts {
  /** `AB:CD:…` */
  readonly fingerprint: string;
  /** Absent when it vouches for itself. */
  readonly issuer?: string;
  readonly validUntilMs: number;
}

/** For each address. */
const TIMEOUT = 8 * SECOND;
/** A greeting is short; more than this is something else. */
const MAX_GREETING = 65_536;

/**
 * Tries the addresses all at once; the first of them at which a gateway greets is the answer.
 * @throws Error with what was found instead, in the person's terms
 */
export async function inspectAddress(urls: readonly [string, ...string[]], clock: Clock): Promise<Inspected> {
  const outcomes = urls.map((url) => greet(url, clock).catch(asError));
  const troubles: Error[] = [];
  for (const outcome of outcomes) {
    const seen = await outcome;
    if (!(seen instanceof Error)) return seen;
    troubles.push(seen);
  }
  const [first = new Error(say('gateways.noAddress')), ...more] = troubles;
  // Something answered: that says more than an address that nobody has.
  throw more.find(({ name }) => name === NO_GATEWAY) ?? first;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

const NO_GATEWAY = 'NoGatewayError';

class NoGatewayError extends Error {
  constructor(message: string) {
    super(message);
    this.name = NO_GATEWAY;
  }
}

function greet(url: string, clock: Clock): Promise<Inspected> {
  return new Promise((resolve, reject) => {
    let shown: X509Certificate | undefined;
    const socket = new WebSocket(url, {
      perMessageDeflate: false,
      followRedirects: false,
      maxPayload: MAX_GREETING,
      ...(url.startsWith('wss:')
        ? pinnedSocketOptions((_fingerprint, certificate) => {
            shown = certificate;
            return true;
          })
        : {}),
    });
    const timer = clock.schedule(TIMEOUT, () => {
      end(new Error(say('reach.lateCheck', { place: placeOf(url) })));
    });

    function end(outcome: Error | undefined): void {
      clock.cancel(timer);
      socket.removeAllListeners();
      // What a socket that is torn down has to say concerns nobody.
      socket.on('error', () => undefined);
      socket.terminate();
      if (outcome !== undefined) reject(outcome);
      else resolve({ url, ...(shown === undefined ? {} : { certificate: factsOf(shown) }) });
    }

    socket.on('message', (data: RawData, isBinary) => {
      if (!isBinary && isGreeting(data)) end(undefined);
      else end(new NoGatewayError(say('reach.noGateway', { place: placeOf(url) })));
    });
    socket.on('unexpected-response', () => {
      end(new NoGatewayError(say('reach.noGateway', { place: placeOf(url) })));
    });
    socket.on('error', (error) => {
      end(new Error(connectionTrouble(error.message, placeOf(url))));
    });
    socket.on('close', () => {
      end(new NoGatewayError(say('reach.noGreeting', { place: placeOf(url) })));
    });
  });
}

function isGreeting(data: RawData): boolean {
  const text = Buffer.isBuffer(data) ? data.toString('utf8') : '';
  const frame = parseJson(text);
  return (
    isJsonObject(frame) &&
    frame['type'] === 'event' &&
    frame['event'] === 'connect.challenge' &&
    isJsonObject(frame['payload']) &&
    typeof frame['payload']['nonce'] === 'string'
  );
}

function factsOf(certificate: X509Certificate): CertificateFacts {
  const selfSigned = certificate.issuer === certificate.subject;
  const issuer = /^(?:O|CN)=(.+)$/m.exec(certificate.issuer)?.[1];
  return {
    fingerprint: certificate.fingerprint256,
    ...(selfSigned || issuer === undefined ? {} : { issuer: issuer.slice(0, 64) }),
    validUntilMs: Date.parse(certificate.validTo),
  };
}
