// What a route is, and what its handler gets.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AttemptSource } from '../auth/failed-attempts.ts';
import type { Scope } from '../../shared/protocol/scopes.ts';
import type { ErrorFormat } from './http-error.ts';

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly peer: AttemptSource;
  /** Ends when the client goes away before it has the whole answer. */
  readonly signal: AbortSignal;
  /** What the caller may do; empty on public routes. */
  readonly scopes: ReadonlySet<string>;
  /**
   * The body as JSON.
   * @throws HttpError 400, 408, 413, 415
   */
  readonly readJson: () => Promise<unknown>;
}

export interface Route {
  /** `GET` answers `HEAD` too. */
  readonly method: 'GET' | 'POST';
  /** Exact, or everything below a prefix that ends with `/`. */
  readonly path: string;
  /** `public`, or the scope that the holder of the shared secret must have. */
  readonly access: 'public' | Scope;
  readonly errors: ErrorFormat;
  /** Also answers requests that came by way of a proxy, whose sender is unknown. */
  readonly allowsProxies?: true;
  /** Longest body, bytes. */
  readonly maxBody?: number;
  /** Asked with every request; a route that is switched off is not there. */
  readonly enabled?: () => boolean;
  /** Answers, or throws an HttpError or GatewayError. */
  handle(exchange: Exchange): void | Promise<void>;
}
