// Serves the window's own pages as app://clawtray/ from the bundle, with the content security policy as a header.

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { protocol } from 'electron';
import { contentSecurityPolicy, MEDIA_TYPES } from '../gateway/http/page-policy.ts';
import { APP_ORIGIN } from '../shared/brand.ts';
import { OWN_GATEWAY } from '../shared/gateways.ts';

const SCHEME = 'app';
const INDEX = 'index.html';

/** Before `ready`, once. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/**
 * @param folder where the built renderer is
 * @param gatewayUrl the address that pages for this gateway may connect to now, for example `ws://127.0.0.1:18789`
 */
export function serveApp(folder: string, gatewayUrl: (gateway: string) => string | undefined): void {
  protocol.handle(SCHEME, async (request) => {
    const file = resolveFile(folder, request.url);
    if (file === undefined) return new Response('Not found', { status: 404 });
    try {
      const body = await readFile(file);
      return new Response(new Uint8Array(body), {
        headers: {
          'Content-Type': MEDIA_TYPES[path.extname(file)] ?? 'application/octet-stream',
          'Content-Security-Policy': contentSecurityPolicy(
            gatewayUrl(new URL(request.url).searchParams.get('gateway') ?? OWN_GATEWAY),
          ),
          'X-Content-Type-Options': 'nosniff',
        },
      });
    } catch {
      return new Response('Not found', { status: 404 });
    }
  });
}

/** A file below the folder; never outside of it, whatever the address says. */
function resolveFile(folder: string, address: string): string | undefined {
  const url = new URL(address);
  if (url.origin !== APP_ORIGIN && `${url.protocol}//${url.host}` !== APP_ORIGIN) return undefined;
  const wanted = decodeURIComponent(url.pathname).replace(/^\/+/, '');
  const file = path.resolve(folder, wanted === '' ? INDEX : wanted);
  return file.startsWith(path.resolve(folder) + path.sep) ? file : undefined;
}
