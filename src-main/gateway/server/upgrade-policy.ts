// Whether an upgrade request may become a connection: path, host, origin, proxies. Pure, before any secret is looked at.

import type { IncomingMessage } from 'node:http';
import type { OriginPolicy } from '../auth/origins.ts';

export type UpgradeVerdict =
  | { readonly accepted: true; readonly secret: string | undefined }
  | { readonly accepted: false; readonly status: 400 | 403 | 404; readonly message: string };

const PATHS = new Set(['/', '/ws']);
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
  if (!origins.allowsHost(request.headers.host)) {
    return refuse(403, 'The Host header names a host that this gateway does not serve.');
  }
  if (!origins.allowsOrigin(request.headers.origin)) {
    return refuse(403, 'This origin may not connect. Allow it in gateway.controlUi.allowedOrigins.');
  }
  if (PROXY_HEADERS.some((name) => request.headers[name] !== undefined)) {
    return refuse(403, 'Proxied connections are not accepted: the client behind the proxy is unknown.');
  }
  const bearer = BEARER.exec(request.headers.authorization ?? '')?.[1];
  return { accepted: true, secret: bearer ?? url.searchParams.get('token') ?? undefined };
}

export function parseTarget(target: string | undefined): URL | undefined {
  try {
    return new URL(target ?? '/', 'http://gateway.invalid');
  } catch {
    return undefined;
  }
}
