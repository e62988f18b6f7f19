// HTTP requests to places that somebody else chose. The name is resolved once and the connection goes to exactly the
// address that was checked, so that a second answer of the name server changes nothing; each redirect is checked anew.
// Everything is bounded: time, redirects, bytes (after decompression). What the answer means is the caller's.

import { lookup as resolveName, type LookupAddress } from 'node:dns';
import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { pipeline, type Readable, type Transform } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { SECOND } from '../../shared/time.ts';
import { bareHost, isAddress, isPublicAddress, mayBePrivate, type AddressPolicy } from './address-policy.ts';

export type RequestRefusal =
  /** The address is none that may be asked for. */
  | 'blocked'
  /** There is no such host, or no way to it. */
  | 'network'
  | 'timeout'
  | 'too-many-redirects'
  /** It is of a type that was not asked for. */
  | 'unwanted';

/** The request got no answer; the message names no secret and no query. */
export class GuardedRequestError extends Error {
  readonly reason: RequestRefusal;

  constructor(reason: RequestRefusal, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** Answers every address of a name, as `dns.lookup` does. */
export type NameResolver = (host: string) => Promise<readonly LookupAddress[]>;

export interface GuardedRequest {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly policy: AddressPolicy;
  /** Of the whole exchange with its redirects, ms; 10 s if left out. */
  readonly timeoutMs?: number;
  /** Of the body as it is handed out, decompressed; the rest of a longer one is not read. 1 MiB if left out. */
  readonly maxBytes?: number;
  /** Followed for GET only; 3 if left out. */
  readonly maxRedirects?: number;
  /** The body may come compressed, which is undone; otherwise it is asked for, and taken, as it is. */
  readonly compressed?: boolean;
  /** How long nothing may come, ms; 15 s if left out. */
  readonly quietMs?: number;
  /** Which content types are worth reading, lower case, '' when none is told; every one if left out. */
  readonly accepts?: (contentType: string) => boolean;
  readonly signal?: AbortSignal;
  readonly resolve?: NameResolver;
}

export interface GuardedResponse {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** The body was longer than was asked for. */
  readonly truncated: boolean;
  /** Where it came from in the end. */
  readonly url: string;
}

const DEFAULT_TIMEOUT = 10 * SECOND;
const DEFAULT_QUIET = 15 * SECOND;
const MAX_HEADERS = 32_768;
const DEFAULT_BYTES = 1_048_576;
const DEFAULT_REDIRECTS = 3;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Headers that must not follow to another host. */
const PRIVATE_HEADERS = /^(?:authorization|cookie|proxy-authorization)$/i;

/**
 * Checks an address as far as that goes without the net.
 * @throws GuardedRequestError `blocked`, with a message for whoever wrote the address
 */
export function checkedUrl(written: string, policy: AddressPolicy): URL {
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw blocked('The address must begin with http:// or https://.');
  if (url.username !== '' || url.password !== '')
    throw blocked('The address must not contain a name or a password.');
  const host = bareHost(url.hostname);
  if (isAddress(host) && !isPublicAddress(host) && !mayBePrivate(policy, host)) throw privateHost(host);
  if (/^(?:.+\.)?localhost$/.test(host) && !mayBePrivate(policy, host)) throw privateHost(host);
  return url;
}

/** @throws GuardedRequestError, or the reason of the signal */
export async function guardedRequest(wanted: GuardedRequest): Promise<GuardedResponse> {
  const { policy, timeoutMs = DEFAULT_TIMEOUT, maxRedirects = DEFAULT_REDIRECTS, signal } = wanted;
  signal?.throwIfAborted();
  const timeout = AbortSignal.timeout(timeoutMs);
  const ended = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  let url = checkedUrl(wanted.url, policy);
  let headers = wanted.headers ?? {};
  for (let hops = 0; ; hops += 1) {
    try {
      const response = await exchange(url, { ...wanted, headers }, ended);
      const location = followed(wanted, response);
      if (location === undefined) return response;
      if (hops >= maxRedirects)
        throw new GuardedRequestError('too-many-redirects', `It redirects more than ${maxRedirects} times.`);
      const next = checkedUrl(
        URL.canParse(location, url.href) ? new URL(location, url).href : location,
        policy,
      );
      if (next.protocol === 'http:' && url.protocol === 'https:')
        throw blocked('It redirects from https to http.');
      if (next.host !== url.host) headers = withoutPrivate(headers);
      url = next;
    } catch (error) {
      if (error instanceof GuardedRequestError) throw error;
      signal?.throwIfAborted();
      if (timeout.aborted)
        throw new GuardedRequestError('timeout', `There was no answer within ${timeoutMs / SECOND} s.`, {
          cause: error,
        });
      throw new GuardedRequestError('network', networkWords(error), { cause: error });
    }
  }
}

async function exchange(url: URL, wanted: GuardedRequest, ended: AbortSignal): Promise<GuardedResponse> {
  const host = bareHost(url.hostname);
  const addresses = await abortable(checkedAddresses(host, wanted), ended);
  const options: RequestOptions = {
    method: wanted.method ?? 'GET',
    headers: {
      ...wanted.headers,
      'accept-encoding': wanted.compressed === true ? 'gzip, deflate, br' : 'identity',
      ...(wanted.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(wanted.body)) }),
    },
    // A connection of its own: one from a pool could have been opened under other rules.
    agent: false,
    timeout: wanted.quietMs ?? DEFAULT_QUIET,
    maxHeaderSize: MAX_HEADERS,
    lookup: pinned(addresses),
    signal: ended,
  };
  const response = await answerOf(url, options, wanted.body);
  const { statusCode: status = 0, headers } = response;
  const answer = { status, headers, url: url.href };
  if (followed(wanted, answer) !== undefined) {
    response.destroy();
    return { ...answer, body: Buffer.alloc(0), truncated: false };
  }
  const { 'content-type': type = '' } = headers;
  if (wanted.accepts?.(type.toLowerCase()) === false) {
    response.destroy();
    throw new GuardedRequestError('unwanted', `Its type is ${type === '' ? 'not told' : type.slice(0, 80)}.`);
  }
  const body = wanted.compressed === true ? decompressed(response) : response;
  return { ...answer, ...(await collect(body, wanted.maxBytes ?? DEFAULT_BYTES)) };
}

function answerOf(url: URL, options: RequestOptions, body: string | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options, resolve);
    request.on('timeout', () => {
      request.destroy(Object.assign(new Error('nothing came'), { code: 'ETIMEDOUT' }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** Where a redirect leads, when it is one that is followed. */
function followed(
  { method = 'GET' }: GuardedRequest,
  { status, headers }: Pick<GuardedResponse, 'status' | 'headers'>,
): string | undefined {
  return method === 'GET' && REDIRECTS.has(status) ? headers.location : undefined;
}

/** All addresses of the name; one that is private is enough to refuse it. */
async function checkedAddresses(
  host: string,
  { policy, resolve = resolveAll }: GuardedRequest,
): Promise<readonly LookupAddress[]> {
  if (isAddress(host)) return [{ address: host, family: host.includes(':') ? 6 : 4 }];
  const addresses = await resolve(host);
  if (addresses.length === 0) throw new GuardedRequestError('network', `There is no host ${host}.`);
  if (!mayBePrivate(policy, host) && !addresses.every(({ address }) => isPublicAddress(address)))
    throw privateHost(host);
  return addresses;
}

function pinned(addresses: readonly LookupAddress[]): LookupFunction {
  return (_host, options, callback) => {
    const [first] = addresses;
    if (options.all === true) callback(null, [...addresses]);
    else callback(null, first?.address ?? '', first?.family);
  };
}

async function collect(
  stream: Readable,
  maxBytes: number,
): Promise<Pick<GuardedResponse, 'body' | 'truncated'>> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk.subarray(0, maxBytes - length));
    length += chunk.length;
    if (length > maxBytes) return { body: Buffer.concat(chunks), truncated: true };
  }
  return { body: Buffer.concat(chunks), truncated: false };
}

function decompressed(response: IncomingMessage): Readable {
  const decoder = decoderOf(response.headers['content-encoding']?.toLowerCase());
  // An error on either side ends both, and whoever reads is told.
  return decoder === undefined ? response : pipeline(response, decoder, () => undefined);
}

/** They take an end that is missing, because servers call an empty body compressed; HTTP itself tells when it breaks off. */
function decoderOf(encoding: string | undefined): Transform | undefined {
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });
    case 'deflate':
      return createInflate({ finishFlush: constants.Z_SYNC_FLUSH });
    case 'br':
      return createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH });
    default:
      return undefined;
  }
}

function resolveAll(host: string): Promise<readonly LookupAddress[]> {
  return new Promise((resolve, reject) => {
    resolveName(host, { all: true }, (error, addresses) => {
      if (error === null) resolve(addresses);
      else reject(error);
    });
  });
}

/** Name servers know no signals. */
function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort);
    });
  });
}

function withoutPrivate(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !PRIVATE_HEADERS.test(name)));
}

function networkWords(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'There is no host of that name, or no network.';
  return `It cannot be reached, or breaks off (${code ?? 'no reason given'}).`;
}

function blocked(message: string): GuardedRequestError {
  return new GuardedRequestError('blocked', message);
}

function privateHost(host: string): GuardedRequestError {
  return blocked(`${host} is on this computer or in a private network, which is not allowed here.`);
}
