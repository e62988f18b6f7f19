// The door for this gateway's own pages, `/api/gateway/ws`: whoever holds a session cookie comes in, and the credentials
// are put into the page's `connect` on this side, so that no page ever sees one.

import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import { isJsonObject, parseJson } from '../../shared/json.ts';
import { SCOPES, type Scope } from '../../shared/protocol/scopes.ts';
import { isLoopbackAddress } from '../auth/origins.ts';
import type { Tickets } from '../auth/tickets.ts';
import type { BrowserSessions } from './browser-sessions.ts';

export interface PageVisit {
  /** Aborts when the session ends: signed out, or expired. */
  readonly ended: AbortSignal;
  /** The page's first frame with credentials for this gateway, if it is a `connect`. */
  completeFirstFrame(text: string): string;
  /** Set when pages talk to another gateway: passes everything on to that one. */
  readonly forward?: (page: WebSocket) => void;
}

export interface PageDoor {
  /** @returns `undefined` when the request has no session */
  admit(request: IncomingMessage): PageVisit | undefined;
}

/** A person at another machine needs a paired device for more than this. */
const FROM_AFAR: readonly Scope[] = ['operator.read', 'operator.write'];

export function createPageDoor(deps: {
  readonly sessions: BrowserSessions;
  readonly tickets: Tickets;
  /** What passes a page on to the gateway that is configured instead of this one. */
  readonly upstream: () => ((page: WebSocket, ended: AbortSignal) => void) | undefined;
}): PageDoor {
  const { sessions, tickets, upstream } = deps;
  return {
    admit: (request) => {
      const session = sessions.find(request);
      if (session === undefined) return undefined;
      const { ended } = session;
      const pass = upstream();
      const scopes = isLoopbackAddress(request.socket.remoteAddress) ? SCOPES : FROM_AFAR;
      return {
        ended,
        completeFirstFrame: (text) =>
          withCredentials(text, () => tickets.issue({ role: 'operator', scopes, label: 'browser' })),
        ...(pass === undefined
          ? {}
          : {
              forward: (page: WebSocket) => {
                pass(page, ended);
              },
            }),
      };
    },
  };
}

function withCredentials(text: string, issueTicket: () => string): string {
  const frame = parseJson(text);
  if (!isJsonObject(frame) || frame['method'] !== 'connect') return text;
  const { auth: _auth, device: _device, ...params } = isJsonObject(frame['params']) ? frame['params'] : {};
  return JSON.stringify({ ...frame, params: { ...params, auth: { bootstrapToken: issueTicket() } } });
}
