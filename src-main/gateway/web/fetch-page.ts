// Fetches a page of the public web for an agent. The address that is connected to is the one that was checked: nothing on this
// machine or in its network is reached, not by a name that leads there, not by a redirect, not by a second answer of the DNS.

import { lookup as dnsLookup } from 'node:dns/promises';
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import ipaddr from 'ipaddr.js';
import { VERSION } from '../../shared/brand.ts';
import { MINUTE, SECOND } from '../../shared/time.ts';

export interface FetchedPage {
  /** After all redirects. */
  readonly url: string;
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  /** There was more than is read. */
  readonly cut: boolean;
}

export interface FetchPageDeps {
  /** All addresses of a name. */
  readonly resolve: (host: string) => Promise<readonly string[]>;
  readonly isAllowed: (address: string) => boolean;
}

const MAX_REDIRECTS = 5;
/** Of the page, after decompression. */
const MAX_BYTES = 2 * 1024 * 1024;
const MAX_URL = 2_048;
const CONNECT_TIME = 15 * SECOND;
const WHOLE_TIME = MINUTE;
const TEXTUAL =
  /^(?:text\/|application\/(?:[\w.-]+\+)?(?:json|xml|javascript|xhtml\+xml|ecmascript|yaml|toml))/;

export const publicWeb: FetchPageDeps = {
  resolve: async (host) =>
    (await dnsLookup(host, { all: true, verbatim: true })).map(({ address }) => address),
  isAllowed: isPublicAddress,
};

/** Whether an address belongs to nobody's own network: only ordinary addresses of the Internet do not. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  // An IPv4 address inside of an IPv6 one is judged as what it is.
  return ipaddr.process(address).range() === 'unicast';
}

/**
 * @throws Error in words for the agent
 */
export async function fetchPage(url: string, signal: AbortSignal, deps = publicWeb): Promise<FetchedPage> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(WHOLE_TIME)]);
  let next = checkedUrl(url, undefined);
  for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
    const response = await get(next, limited, deps);
    const { statusCode = 0, headers } = response;
    const { location } = headers;
    if (statusCode < 300 || statusCode > 399 || location === undefined)
      return readPage(next, response, limited);
    response.destroy();
    next = checkedUrl(location, next);
  }
  throw new Error(`The page redirects more than ${MAX_REDIRECTS} times.`);
}

function checkedUrl(written: string, base: URL | undefined): URL {
  if (written.length > MAX_URL) throw new Error(`The address is longer than ${MAX_URL} characters.`);
  if (!URL.canParse(written, base?.href))
    throw new Error('This is no web address. It begins with https:// or http://.');
  const url = new URL(written, base?.href);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new Error('Only addresses with https:// or http:// can be fetched.');
  if (base?.protocol === 'https:' && url.protocol === 'http:')
    throw new Error('The page redirects from https to http, which is not followed.');
  if (url.username !== '' || url.password !== '')
    throw new Error('An address with a password in it is not fetched.');
  return url;
}

async function get(url: URL, signal: AbortSignal, deps: FetchPageDeps): Promise<IncomingMessage> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = ipaddr.isValid(host) ? [host] : await resolved(host, deps);
  const forbidden = addresses.find((address) => !deps.isAllowed(address));
  const [address] = addresses;
  if (address === undefined) throw new Error(`${host} has no address.`);
  // Every one of them: which is taken would otherwise be up to whoever answers for the name.
  if (forbidden !== undefined)
    throw new Error(
      `${host} belongs to this computer or its network (${forbidden}), which is not fetched from.`,
    );
  const pinned: LookupFunction = (_host, options, callback) => {
    const family = address.includes(':') ? 6 : 4;
    if (options.all === true) callback(null, [{ address, family }]);
    else callback(null, address, family);
  };
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        agent: false,
        lookup: pinned,
        signal,
        timeout: CONNECT_TIME,
        maxHeaderSize: 32_768,
        headers: {
          'user-agent': `Clawtray/${VERSION}`,
          accept: 'text/html,text/plain,application/json;q=0.9,*/*;q=0.5',
          'accept-encoding': 'gzip, deflate, br',
        },
      },
      resolve,
    );
    sent.on('timeout', () => {
      sent.destroy(new Error('it did not answer in time'));
    });
    sent.on('error', (error) => {
      reject(new Error(`${url.host} could not be fetched: ${wordsOf(error, signal)}.`));
    });
    sent.end();
  });
}

async function resolved(host: string, deps: FetchPageDeps): Promise<readonly string[]> {
  try {
    return await deps.resolve(host);
  } catch {
    throw new Error(`There is no computer with the name ${host}.`);
  }
}

async function readPage(url: URL, response: IncomingMessage, signal: AbortSignal): Promise<FetchedPage> {
  const contentType = response.headers['content-type'] ?? 'text/plain';
  if (!TEXTUAL.test(contentType.toLowerCase())) {
    response.destroy();
    throw new Error(`This is no text but ${contentType.slice(0, 80)}.`);
  }
  const body = decompressed(response);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      // However small it was on the way here.
      if (size > MAX_BYTES) break;
    }
  } catch (error) {
    throw new Error(`${url.host} could not be read: ${wordsOf(error, signal)}.`);
  } finally {
    response.destroy();
  }
  const bytes = Buffer.concat(chunks).subarray(0, MAX_BYTES);
  return {
    url: url.href,
    status: response.statusCode ?? 0,
    contentType,
    text: decode(bytes, contentType),
    cut: size > MAX_BYTES,
  };
}

function decompressed(response: IncomingMessage): NodeJS.ReadableStream {
  const decoder = {
    gzip: createGunzip,
    'x-gzip': createGunzip,
    deflate: createInflate,
    br: createBrotliDecompress,
  }[response.headers['content-encoding'] ?? ''];
  if (decoder === undefined) return response;
  const stream = decoder();
  response.on('error', (error) => {
    stream.destroy(error);
  });
  response.on('aborted', () => {
    stream.destroy(new Error('it ended in the middle'));
  });
  return response.pipe(stream);
}

function decode(bytes: Buffer, contentType: string): string {
  const [, charset = 'utf-8'] = /charset="?([\w-]+)/i.exec(contentType) ?? [];
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

function wordsOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'it took too long';
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
