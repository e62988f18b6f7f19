// What a setup code says: where the gateway is and the token to pair with, as OpenClaw's apps read it (base64url of JSON).
// Pure.

import { isIP } from 'node:net';
import { GatewayError } from '../../shared/errors.ts';
import { UNREACHABLE } from '../../shared/protocol/devices.ts';

/** Where a device finds this gateway, and how that is known. */
export interface SetupPlace {
  readonly urls: readonly [string, ...string[]];
  readonly source: string;
}

const MAX_URLS = 8;

/**
 * @param publicUrl what the caller wants in the code, for a gateway behind a proxy or a tunnel
 * @param addresses at which other computers reach this gateway
 * @throws GatewayError `invalid-request` for an address that is none or would show the token to the internet;
 *   `unavailable` when no other computer can reach this gateway
 */
export function setupPlace(
  publicUrl: string | undefined,
  gateway: { readonly addresses: readonly string[]; readonly port: number; readonly secure: boolean },
): SetupPlace {
  if (publicUrl !== undefined) return { urls: [publicPlace(publicUrl)], source: 'publicUrl' };
  const scheme = gateway.secure ? 'wss' : 'ws';
  const [first, ...more] = gateway.addresses
    .slice(0, MAX_URLS)
    .map((address) => `${scheme}://${isIP(address) === 6 ? `[${address}]` : address}:${gateway.port}`);
  if (first === undefined) {
    throw new GatewayError(
      'unavailable',
      'Other devices cannot reach this gateway: it serves this computer only. Set gateway.bind to "lan" (and switch TLS on: clawtray gateway tls), restart it, and ask again; or give the address of a proxy or tunnel as publicUrl.',
      { details: { reason: UNREACHABLE } },
    );
  }
  return { urls: [first, ...more], source: 'gateway.bind' };
}

function publicPlace(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const scheme = url === undefined ? undefined : SCHEMES[url.protocol];
  if (url === undefined || scheme === undefined || url.username !== '' || url.password !== '') {
    throw new GatewayError(
      'invalid-request',
      'publicUrl is no address of a gateway: write https://… or wss://…, without a secret.',
    );
  }
  if (scheme === 'ws' && !isPrivateHost(url.hostname)) {
    throw new GatewayError(
      'invalid-request',
      'publicUrl has no encryption and leads outside: whoever listens could take the code. Use https:// or wss://.',
    );
  }
  return `${scheme}://${url.host}${url.pathname === '/' ? '' : url.pathname}`;
}

const SCHEMES: Readonly<Partial<Record<string, 'ws' | 'wss'>>> = {
  'ws:': 'ws',
  'http:': 'ws',
  'wss:': 'wss',
  'https:': 'wss',
};

/** A place in one's own network: what a token may be sent to without encryption. */
export function isPrivateHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (host === 'localhost' || host.endsWith('.local')) return true;
  if (isIP(host) === 4) {
    const [a = 0, b = 0] = host.split('.').map(Number);
    return (
      a === 10 ||
      a === 127 ||
      (a === 172 && b >= 16 && b <= 31) ||
      (a === 192 && b === 168) ||
      (a === 169 && b === 254) ||
      (a === 100 && b >= 64 && b <= 127)
    );
  }
  return isIP(host) === 6 && /^(?:::1$|f[cd]|fe[89ab])/.test(host);
}

export function encodeSetup(
  place: SetupPlace,
  secret: { readonly token: string; readonly expiresAtMs: number; readonly certificate: string | undefined },
): string {
  const [url, ...more] = place.urls;
  const payload = {
    url,
    ...(more.length === 0 ? {} : { urls: place.urls }),
    bootstrapToken: secret.token,
    // A proxy shows a certificate of its own.
    ...(secret.certificate === undefined || place.source === 'publicUrl'
      ? {}
      : { tlsFingerprint: secret.certificate }),
    expiresAtMs: secret.expiresAtMs,
  };
  return Buffer.from(JSON.stringify(payload)).toString('base64url');
}
