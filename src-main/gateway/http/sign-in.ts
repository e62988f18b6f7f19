// How a browser signs in: the secret once, for a cookie that scripts cannot read.

import * as z from 'zod/mini';
import type { AuthMode } from '../auth/secret.ts';
import { parseWith } from '../validation.ts';
import type { BrowserSessions } from './browser-sessions.ts';
import type { HttpCredentials } from './http-credentials.ts';
import { HttpError, plainError } from './http-error.ts';
import { sendJson } from './responses.ts';
import type { Route } from './route.ts';

const secretText = z.string().check(z.maxLength(4_096));
const schema = z.strictObject({
  token: z.exactOptional(secretText),
  password: z.exactOptional(secretText),
});

export function signInRoutes(deps: {
  readonly sessions: BrowserSessions;
  readonly credentials: HttpCredentials;
  readonly mode: () => AuthMode;
}): readonly Route[] {
  const { sessions, credentials, mode } = deps;
  return [
    {
      method: 'POST',
      path: '/api/login',
      access: 'public',
      errors: plainError,
      maxBody: 16 * 1024,
      handle: async ({ request, response, peer, readJson }) => {
        // A form of another site can send neither this type nor our origin.
        if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
          throw new HttpError(415, 'Send JSON: {"token": "…"} or {"password": "…"}.');
        const { token, password } = parseWith(schema, await readJson(), 'body');
        if (!(await credentials.check(token ?? password, peer))) {
          throw new HttpError(
            401,
            `That is not this gateway’s ${mode() === 'password' ? 'password' : 'token'}.`,
          );
        }
        sendJson(response, 200, { ok: true }, { 'Set-Cookie': sessions.begin() });
      },
    },
    {
      method: 'POST',
      path: '/api/logout',
      access: 'public',
      errors: plainError,
      handle: ({ request, response }) => {
        sendJson(response, 200, { ok: true }, { 'Set-Cookie': sessions.end(request) });
      },
    },
    {
      method: 'GET',
      path: '/api/session',
      access: 'public',
      errors: plainError,
      handle: ({ request, response }) => {
        sendJson(response, 200, { signedIn: sessions.find(request) !== undefined, mode: mode() });
      },
    },
  ];
}
