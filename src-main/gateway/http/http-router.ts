// From an HTTP request to its route: host and origin, path, method, credentials, then the handler. Every failure becomes an
// answer in the form of the route's family.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { GatewayError } from '../../shared/errors.ts';
import { errorText, type Logger } from '../../shared/logger.ts';
import { grants } from '../../shared/protocol/scopes.ts';
import { SECOND, type Clock } from '../../shared/time.ts';
import { isLoopbackAddress, type OriginPolicy } from '../auth/origins.ts';
import { isProxied, parseTarget, refusedOrigin } from '../server/upgrade-policy.ts';
import { asStorageError } from '../store/writer.ts';
import { asHttpError, HttpError, openAIError, plainError, type ErrorFormat } from './http-error.ts';
import type { HttpCredentials } from './http-credentials.ts';
import { readJsonBody } from './request-body.ts';
import { sendJson } from './responses.ts';
import type { Exchange, Route } from './route.ts';

export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => void;

export interface HttpRouterDeps {
  readonly origins: OriginPolicy;
  readonly credentials: HttpCredentials;
  readonly clock: Clock;
  readonly log: Logger;
}

const DEFAULT_MAX_BODY = 64 * 1024;
const BODY_TIMEOUT = 30 * SECOND;

export function createHttpRouter(routes: readonly Route[], deps: HttpRouterDeps): HttpHandler {
  const { origins, credentials, clock, log } = deps;
  const exact = new Map<string, Route[]>();
  const prefixes: Route[] = [];
  for (const route of routes) {
    if (route.path.endsWith('/') && route.path !== '/') prefixes.push(route);
    else exact.set(route.path, [...(exact.get(route.path) ?? []), route]);
  }

  function find(path: string): readonly Route[] {
    const found = exact.get(path) ?? prefixes.filter((route) => path.startsWith(route.path));
    return found.filter((route) => route.enabled?.() ?? true);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = parseTarget(request.url);
    let format: ErrorFormat = url?.pathname.startsWith('/v1/') === true ? openAIError : plainError;
    try {
      const stranger = refusedOrigin(request, origins);
      if (stranger !== undefined) throw new HttpError(403, stranger);
      if (url === undefined) throw new HttpError(400, 'The request target is not a URL.');
      const candidates = find(url.pathname);
      format = candidates[0]?.errors ?? format;
      const route = withMethod(candidates, request.method);
      if (route.allowsProxies !== true) refuseProxied(request);
      await route.handle(await enter(request, response, url, route));
    } catch (error) {
      fail(request, response, error, format);
    }
  }

  async function enter(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    route: Route,
  ): Promise<Exchange> {
    const address = request.socket.remoteAddress ?? 'unknown';
    const peer = { address, loopback: isLoopbackAddress(address), origin: request.headers.origin };
    let scopes: ReadonlySet<string> = new Set();
    if (route.access !== 'public') {
      scopes = await credentials.scopesOf(request, peer);
      if (!grants(scopes, route.access)) throw missingScope(route.access);
    }
    const gone = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    // It may have gone while its secret was checked.
    if (response.destroyed) gone.abort();
    const { maxBody: maxBytes = DEFAULT_MAX_BODY } = route;
    return {
      request,
      response,
      url,
      peer,
      scopes,
      signal: gone.signal,
      readJson: () => readJsonBody(request, { maxBytes, timeoutMs: BODY_TIMEOUT }, clock),
    };
  }

  function fail(
    request: IncomingMessage,
    response: ServerResponse,
    error: unknown,
    format: ErrorFormat,
  ): void {
    const told = toHttpError(error, request);
    // A stream that has begun cannot become an error answer any more.
    if (response.headersSent) {
      response.destroy();
      return;
    }
    // What is left of a body is passed over, so that the client gets to read the answer.
    request.resume();
    sendJson(response, told.status, format(told), told.options.headers);
  }

  function toHttpError(error: unknown, request: IncomingMessage): HttpError {
    if (error instanceof HttpError) return error;
    const known = asStorageError(error);
    if (known instanceof GatewayError) return asHttpError(known);
    // Not meant for clients: the log has it, the client gets no inner details.
    log.error('an HTTP request failed', {
      path: parseTarget(request.url)?.pathname,
      error: errorText(error),
      stack: error instanceof Error ? error.stack : undefined,
    });
    return new HttpError(500, 'The request failed. The log has the details.');
  }

  return (request, response) => {
    // A peer that resets its connection must not end the process.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    void answer(request, response);
  };
}

function withMethod(candidates: readonly Route[], method: string | undefined): Route {
  if (candidates.length === 0) {
    throw new HttpError(404, 'There is nothing here. WebSocket clients connect to / or /ws.');
  }
  const wanted = method === 'HEAD' ? 'GET' : method;
  const route = candidates.find((candidate) => candidate.method === wanted);
  if (route !== undefined) return route;
  const allowed = candidates.flatMap((candidate) =>
    candidate.method === 'GET' ? ['GET', 'HEAD'] : [candidate.method],
  );
  throw new HttpError(405, `Use ${allowed.join(' or ')}.`, { headers: { Allow: allowed.join(', ') } });
}

/** Behind a proxy everybody would look like the person at this machine. */
function refuseProxied(request: IncomingMessage): void {
  if (!isProxied(request)) return;
  throw new HttpError(
    403,
    'Proxy client attribution is required. Proxied requests are not accepted: the client behind the proxy is unknown.',
    { type: 'proxy_attribution_required' },
  );
}

function missingScope(scope: string): HttpError {
  return new HttpError(403, `missing scope: ${scope}`, {
    details: { code: 'MISSING_SCOPE', missingScope: scope, requiredScopes: [scope] },
  });
}
