// Sign-ins of browsers: each is a cookie with a random id, of which only a hash is kept, in memory. Restarting the gateway
// ends them all.

import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { DAY, type Clock, type TimerHandle } from '../../shared/time.ts';

type CookieHolder = Pick<IncomingMessage, 'headers'>;

export interface BrowserSessions {
  /** @returns the value of `Set-Cookie` */
  begin(): string;
  /** The session that a request's cookie names; its signal aborts when the session ends. */
  find(request: CookieHolder): { readonly ended: AbortSignal } | undefined;
  /** Ends the session of this request, if there is one. @returns the value of `Set-Cookie` */
  end(request: CookieHolder): string;
  /** Everybody has to sign in again. */
  endAll(): void;
  stop(): void;
}

const LIFETIME = 7 * DAY;
/** The oldest makes room. */
const MAX_SESSIONS = 64;

interface Session {
  readonly expiresAt: number;
  readonly abort: AbortController;
}

export function createBrowserSessions(options: {
  readonly clock: Clock;
  /** Cookies know no ports, and two gateways may run on one machine. */
  readonly port: () => number;
  readonly secure: boolean;
}): BrowserSessions {
  const { clock, port, secure } = options;
  /** By the hash of their id, in the order in which they expire. */
  const sessions = new Map<string, Session>();
  let timer: TimerHandle | undefined;

  const cookieName = (): string => `clawtray_session_${port()}`;

  const cookie = (value: string, maxAgeMs: number): string =>
    [
      `${cookieName()}=${value}`,
      'Path=/api',
      'HttpOnly',
      'SameSite=Strict',
      `Max-Age=${maxAgeMs / 1000}`,
      ...(secure ? ['Secure'] : []),
    ].join('; ');

  function finish(key: string): void {
    sessions.get(key)?.abort.abort();
    sessions.delete(key);
  }

  /** One timer for all of them, set for the first to expire. */
  function endExpired(): void {
    timer = undefined;
    for (const [key, { expiresAt }] of sessions) {
      if (expiresAt > clock.now()) {
        timer = clock.schedule(expiresAt - clock.now(), endExpired);
        return;
      }
      finish(key);
    }
  }

  function keyOf(request: CookieHolder): string | undefined {
    const id = readCookie(request, cookieName());
    return id === undefined ? undefined : hash(id);
  }

  return {
    begin: () => {
      const id = randomBytes(32).toString('base64url');
      sessions.set(hash(id), { expiresAt: clock.now() + LIFETIME, abort: new AbortController() });
      const [oldest] = sessions.keys();
      if (sessions.size > MAX_SESSIONS && oldest !== undefined) finish(oldest);
      if (timer === undefined) endExpired();
      return cookie(id, LIFETIME);
    },
    find: (request) => {
      const key = keyOf(request);
      const session = key === undefined ? undefined : sessions.get(key);
      if (session === undefined || session.expiresAt <= clock.now()) return undefined;
      return { ended: session.abort.signal };
    },
    end: (request) => {
      const key = keyOf(request);
      if (key !== undefined) finish(key);
      return cookie('', 0);
    },
    endAll: () => {
      for (const key of [...sessions.keys()]) finish(key);
    },
    stop: () => {
      if (timer !== undefined) clock.cancel(timer);
    },
  };
}

function hash(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}

function readCookie(request: CookieHolder, name: string): string | undefined {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [key = '', ...value] = pair.trim().split('=');
    if (key === name) return value.join('=');
  }
  return undefined;
}
