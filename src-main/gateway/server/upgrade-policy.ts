// Whether an HTTP request may come in, and whether an upgrade may become a connection: host, origin, path, proxies. Pure,
// before any secret is looked at.

import type { IncomingMessage } from 'node:http';
import type { OriginPolicy } from '../auth/origins.ts';

export type UpgradeVerdict =
  | { readonly accepted: true; readonly door: 'client'; readonly secret: string | undefined }
  | { readonly accepted: true; readonly door: 'page' }
  | { readonly accepted: false; readonly status: 400 | 403 | 404; readonly message: string };

/** Where same-origin pages connect, which hold a session cookie instead of a secret. */
const PAGE_PATH = '/api/gateway/ws';
const PATHS = new Set(['/', '/ws', PAGE_PATH]);
const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip'];
const BEARER = /^Bearer\s+(\S+)$/i;

export function checkUpgrade(request: IncomingMessage, origins: OriginPolicy): UpgradeVerdict {
  const refuse = (status: 400 | 403 | 404, message: string): UpgradeVerdict => ({
    accepted: false,
    status,
    message,
  });
  const url = parseTarget(request.url);
  if (url === undefined) return refuse(400, 'The request target is not a URL.');
  if (!PATHS.has(url.pathname)) return refuse(404, 'WebSocket connections are accepted on / and /ws.');
  const stranger = refusedOrigin(request, origins);
  if (stranger !== undefined) return refuse(403, stranger);
  if (isProxied(request)) {
    return refuse(403, 'Proxied connections are not accepted: the client behind the proxy is unknown.');
  }
  if (url.pathname === PAGE_PATH) {
    if (request.headers.origin === undefined) return refuse(403, 'This path is for pages of this gateway.');
    return { accepted: true, door: 'page' };
  }
  const bearer = bearerOf(request);
  return { accepted: true, door: 'client', secret: bearer ?? url.searchParams.get('token') ?? undefined };
}

/** Why a request is refused, whatever it asks for: DNS rebinding, or a page of another origin. */
export function refusedOrigin(request: IncomingMessage, origins: OriginPolicy): string | undefined {
  if (!origins.allowsHost(request.headers.host))
    return 'The Host header names a host that this gateway does not serve.';
  if (!origins.allowsOrigin(request.headers.origin))
    return 'This origin may not connect. Allow it in gateway.controlUi.allowedOrigins.';
  return undefined;
}

/** Whether the request says that it was passed on by a proxy. */
export function isProxied(request: IncomingMessage): boolean {
  return PROXY_HEADERS.some((name) => request.headers[name] !== undefined);
}

/** The secret in `Authorization: Bearer …`. */
export function bearerOf(request: IncomingMessage): string | undefined {
  return BEARER.exec(request.headers.authorization ?? '')?.[1];
}

export function parseTarget(target: string | undefined): URL | undefined {
  try {
    // Joined, not resolved: `//name` is a path here and not another host.
    return target?.startsWith('/') === true ? new URL(`http://gateway.invalid${target}`) : undefined;
  } catch {
    return undefined;
  }
}
