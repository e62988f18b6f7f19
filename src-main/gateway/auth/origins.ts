// Which browser origins and host names may reach us. Hosts are compared as parsed names, never by prefix.

import { isIP } from 'node:net';
import { APP_ORIGIN } from '../../shared/brand.ts';

export interface OriginPolicy {
  /** Whether a request with this `Origin` header may come in. Without the header (no browser) there is nothing to check. */
  allowsOrigin(origin: string | undefined): boolean;
  /** Whether it is the origin of what this gateway itself serves. */
  isOwn(origin: string): boolean;
  /** Whether the `Host` header names a host that we serve (otherwise it may be DNS rebinding). */
  allowsHost(host: string | undefined): boolean;
}

const LOOPBACK_NAMES = new Set(['127.0.0.1', 'localhost', '[::1]']);

export function createOriginPolicy(options: {
  /** Addresses at which other computers reach us, and our names there; none when we serve this computer only. */
  readonly network: () => readonly string[];
  readonly port: () => number;
  /** Whether the port speaks TLS. */
  readonly secure: boolean;
  readonly allowedOrigins: () => readonly string[];
}): OriginPolicy {
  const own = options.secure
    ? { protocol: 'https:', defaultPort: '443' }
    : { protocol: 'http:', defaultPort: '80' };

  function servedNames(): ReadonlySet<string> {
    return new Set([...LOOPBACK_NAMES, ...options.network().map((name) => hostOf(name))]);
  }

  /** Hosts of the origins that somebody allowed: a proxy or a tailnet's own name passes them on. */
  function allowedHosts(): readonly string[] {
    return options.allowedOrigins().flatMap((origin) => parse(origin)?.hostname ?? []);
  }

  function isOwn(origin: string): boolean {
    const url = parse(origin);
    if (url?.protocol !== own.protocol || url.origin !== origin) return false;
    return servedNames().has(url.hostname) && Number(url.port || own.defaultPort) === options.port();
  }

  return {
    allowsOrigin: (origin) => {
      if (origin === undefined) return true;
      return origin === APP_ORIGIN || options.allowedOrigins().includes(origin) || isOwn(origin);
    },
    isOwn,
    allowsHost: (host) => {
      if (host === undefined) return false;
      const url = parse(`http://${host}`);
      if (url?.host !== host.toLowerCase()) return false;
      const { hostname } = url;
      if (servedNames().has(hostname)) return true;
      if (options.network().length === 0) return false;
      // Nobody can make an address point elsewhere, only a name.
      return isIP(hostname.replace(/^\[|\]$/g, '')) !== 0 || allowedHosts().includes(hostname);
    },
  };
}

/** As a URL spells it. */
function hostOf(name: string): string {
  return isIP(name) === 6 ? `[${name}]` : name.toLowerCase();
}

function parse(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

export function isLoopbackAddress(address: string | undefined): boolean {
  if (address === undefined) return false;
  const plain = address.startsWith('::ffff:') ? address.slice(7) : address;
  return plain === '::1' || plain.startsWith('127.');
}
