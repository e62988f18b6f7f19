// What a person enters or pastes to say where a gateway is: an address in any usual form, the address that `clawtray url`
// prints, or a setup code. Pure; what is wrong is said without repeating what may be a secret.

import { isIP } from 'node:net';
import { DEFAULT_PORT } from '../../shared/brand.ts';
import { isJsonObject, parseJson } from '../../shared/json.ts';
import { say } from '../words/words.ts';

export interface EnteredAddress {
  /** What to try, in this order, without anything secret. All name the same gateway. */
  readonly urls: readonly [string, ...string[]];
  readonly brought?: { readonly kind: 'token' | 'setup-code'; readonly secret: string };
  /** The certificate that the setup code names, `AB:CD:…`. */
  readonly fingerprint?: string;
}

export type ReadAddress =
  { readonly ok: true; readonly entered: EnteredAddress } | { readonly ok: false; readonly problem: string };

const MAX_ENTERED = 8_192;
const MAX_URLS = 8;

export function readEnteredAddress(text: string): ReadAddress {
  const written = text.trim();
  if (written === '' || written.length > MAX_ENTERED)
    return { ok: false, problem: say('gateways.noAddress') };
  return readSetupCode(written) ?? readAddress(written);
}

/** The code as `clawtray pair` and OpenClaw's gateways make it: base64url of JSON. */
function readSetupCode(text: string): ReadAddress | undefined {
  if (!/^[A-Za-z0-9_-]{40,}={0,2}$/.test(text)) return undefined;
  const code = parseJson(Buffer.from(text, 'base64url').toString('utf8'));
  if (!isJsonObject(code)) return undefined;
  const { url, urls, bootstrapToken, tlsFingerprint } = code;
  const named: unknown[] = Array.isArray(urls) ? (urls as unknown[]) : [url];
  const [first, ...more] = named
    .slice(0, MAX_URLS)
    .flatMap((one) => (typeof one === 'string' ? (parseUrl(one)?.url ?? []) : []));
  if (first === undefined || typeof bootstrapToken !== 'string' || bootstrapToken === '') {
    return { ok: false, problem: say('gateways.codeIncomplete') };
  }
  const scheme = first.slice(0, first.indexOf(':'));
  const fingerprint = typeof tlsFingerprint === 'string' ? asFingerprint(tlsFingerprint) : undefined;
  return {
    ok: true,
    entered: {
      urls: [first, ...more.filter((one) => one.startsWith(`${scheme}:`))],
      brought: { kind: 'setup-code', secret: bootstrapToken },
      ...(fingerprint === undefined ? {} : { fingerprint }),
    },
  };
}

function readAddress(text: string): ReadAddress {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    const parsed = parseUrl(text);
    if (parsed === undefined) return { ok: false, problem: say('gateways.noAddress') };
    return {
      ok: true,
      entered: {
        urls: [parsed.url],
        ...(parsed.token === undefined ? {} : { brought: { kind: 'token', secret: parsed.token } }),
      },
    };
  }
  // A bare IPv6 address needs its brackets to be told from host and port.
  const place = isIP(text) === 6 ? `[${text}]` : text;
  const secure = parseUrl(`wss://${place}`);
  const plain = parseUrl(`ws://${place}`);
  if (secure === undefined || plain === undefined) return { ok: false, problem: say('gateways.noAddress') };
  // Without a scheme the safe one first.
  return { ok: true, entered: { urls: [secure.url, plain.url] } };
}

const SCHEMES: Readonly<Partial<Record<string, 'ws' | 'wss'>>> = {
  'ws:': 'ws',
  'http:': 'ws',
  'wss:': 'wss',
  'https:': 'wss',
};

function parseUrl(text: string): { readonly url: string; readonly token: string | undefined } | undefined {
  // The parser takes out what hides line ends in an address; such a one is refused instead.
  if (/[\s\p{C}]/u.test(text)) return undefined;
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  const scheme = parsed === undefined ? undefined : SCHEMES[parsed.protocol];
  if (parsed === undefined || scheme === undefined) return undefined;
  const { hostname, username, password, pathname, searchParams } = parsed;
  if (hostname === '' || username !== '' || password !== '') return undefined;
  const port = portOf(text, parsed);
  const token = searchParams.get('token');
  return {
    url: `${scheme}://${hostname}:${port}${pathname === '/' ? '' : pathname}`,
    token: token === null || token === '' ? undefined : token,
  };
}

/** A port that is the scheme's usual one is left out by the parser; one that was not written is the gateway's. */
function portOf(text: string, { port, protocol }: URL): string {
  if (port !== '') return port;
  const usual = protocol === 'wss:' || protocol === 'https:' ? '443' : '80';
  const web = protocol === 'http:' || protocol === 'https:';
  const authority = /^[^:]+:\/\/([^/?#]*)/.exec(text)?.[1] ?? '';
  return web || authority.endsWith(`:${usual}`) ? usual : String(DEFAULT_PORT);
}

/** `undefined` when it is no SHA-256 fingerprint. */
function asFingerprint(text: string): string | undefined {
  const hex = text.replaceAll(':', '').toUpperCase();
  return /^[0-9A-F]{64}$/.test(hex) ? (hex.match(/../g) ?? []).join(':') : undefined;
}

/** Host and port for people. */
export function placeOf(url: string): string {
  return new URL(url.replace(/^ws/, 'http')).host || url;
}

/** Whether nobody else can listen on the way there. */
export function isLoopbackUrl(url: string): boolean {
  const host = new URL(url.replace(/^ws/, 'http')).hostname.replace(/^\[|\]$/g, '');
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}
