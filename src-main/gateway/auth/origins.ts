// Which browser origins and host names may reach us. Hosts are compared as parsed names, never by prefix.

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
  /** Name or address that we listen on. */
  readonly host: string;
  readonly port: () => number;
  /** Whether the port speaks TLS. */
  readonly secure: boolean;
  readonly allowedOrigins: () => readonly string[];
}): OriginPolicy {
  const names = new Set([...LOOPBACK_NAMES, options.host.toLowerCase()]);
  const own = options.secure
    ? { protocol: 'https:', defaultPort: '443' }
    : { protocol: 'http:', defaultPort: '80' };

  function isOwn(origin: string): boolean {
    const url = parse(origin);
    if (url?.protocol !== own.protocol || url.origin !== origin) return false;
    return names.has(url.hostname) && Number(url.port || own.defaultPort) === options.port();
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
      return url?.host === host.toLowerCase() && names.has(url.hostname);
    },
  };
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
