// Serves the window's own pages as app://clawtray/ from the bundle, with the content security policy as a header.

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { protocol } from 'electron';
import { APP_ORIGIN } from '../shared/brand.ts';

const SCHEME = 'app';
const INDEX = 'index.html';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Before `ready`, once. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/**
 * @param folder where the built renderer is
 * @param gatewayUrl the address that pages may connect to now, for example `ws://127.0.0.1:18789`
 */
export function serveApp(folder: string, gatewayUrl: () => string | undefined): void {
  protocol.handle(SCHEME, async (request) => {
    const file = resolveFile(folder, request.url);
    if (file === undefined) return new Response('Not found', { status: 404 });
    try {
      const body = await readFile(file);
      return new Response(new Uint8Array(body), {
        headers: {
          'Content-Type': TYPES[path.extname(file)] ?? 'application/octet-stream',
          'Content-Security-Policy': contentSecurityPolicy(gatewayUrl()),
          'X-Content-Type-Options': 'nosniff',
        },
      });
    } catch {
      return new Response('Not found', { status: 404 });
    }
  });
}

function contentSecurityPolicy(gatewayUrl: string | undefined): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${gatewayUrl === undefined ? '' : ` ${gatewayUrl}`}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** A file below the folder; never outside of it, whatever the address says. */
function resolveFile(folder: string, address: string): string | undefined {
  const url = new URL(address);
  if (url.origin !== APP_ORIGIN && `${url.protocol}//${url.host}` !== APP_ORIGIN) return undefined;
  const wanted = decodeURIComponent(url.pathname).replace(/^\/+/, '');
  const file = path.resolve(folder, wanted === '' ? INDEX : wanted);
  return file.startsWith(path.resolve(folder) + path.sep) ? file : undefined;
}
