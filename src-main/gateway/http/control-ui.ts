// The control UI: the window's own pages, built for the browser too, served from one folder. Nothing outside of it can be
// named.

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { HttpError, plainError } from './http-error.ts';
import { contentSecurityPolicy, MEDIA_TYPES } from './page-policy.ts';
import { send } from './responses.ts';
import type { Exchange, Route } from './route.ts';

export interface ControlUiDeps {
  /** Where the built pages are; `undefined` when this program was put together without them. */
  readonly folder: string | undefined;
  readonly enabled: () => boolean;
  /** Whether the port speaks TLS. */
  readonly secure: boolean;
}

const ASSETS = '/assets/';
/** A plain file name, as the build makes them: no path, no dot at its beginning. */
const NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/;
/** Their names change with their content. */
const FOREVER = 'public, max-age=31536000, immutable';

export function controlUiRoutes({ folder, enabled, secure }: ControlUiDeps): readonly Route[] {
  const common = { method: 'GET', access: 'public', errors: plainError, enabled } as const;
  return [
    {
      ...common,
      path: '/',
      handle: async ({ request, response }) => {
        const page = await read(folder, 'index.html');
        if (page === undefined) {
          throw new HttpError(
            503,
            'The control UI is not there: its pages have not been built. Run "npm run build" in Clawtray’s folder. WebSocket clients connect to / or /ws.',
          );
        }
        send(response, 200, page, {
          'Content-Type': 'text/html; charset=utf-8',
          // Its own address once more: older browsers do not count it as 'self' for WebSockets.
          'Content-Security-Policy': contentSecurityPolicy(
            `${secure ? 'wss' : 'ws'}://${request.headers.host ?? ''}`,
          ),
        });
      },
    },
    { ...common, path: ASSETS, handle: (exchange) => sendAsset(exchange, folder) },
  ];
}

async function sendAsset({ url, response }: Exchange, folder: string | undefined): Promise<void> {
  const name = url.pathname.slice(ASSETS.length);
  const type = MEDIA_TYPES[path.extname(name)];
  const body =
    NAME.test(name) && type !== undefined ? await read(folder, path.join('assets', name)) : undefined;
  if (body === undefined || type === undefined) throw new HttpError(404, 'Not Found');
  send(response, 200, body, { 'Content-Type': type, 'Cache-Control': FOREVER });
}

async function read(folder: string | undefined, file: string): Promise<Buffer | undefined> {
  if (folder === undefined) return undefined;
  try {
    return await readFile(path.join(folder, file));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined;
    throw error;
  }
}
