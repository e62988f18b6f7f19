// The probes: is somebody there, is it ready, and (on request) is it really this profile's gateway.

import { createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { PRODUCT_NAME, VERSION } from '../../shared/brand.ts';
import { plainError } from './http-error.ts';
import { sendJson } from './responses.ts';
import type { Route } from './route.ts';

export interface ProbeDeps {
  readonly ready: () => boolean;
  readonly uptimeMs: () => number;
  /** Secret that a probe can be answered with; `undefined` when guessing it would be worthwhile. */
  readonly proofKey: () => string | undefined;
  readonly port: () => number;
}

export function probeRoutes(deps: ProbeDeps): readonly Route[] {
  const probe = (path: string, handle: Route['handle']): Route => ({
    method: 'GET',
    path,
    access: 'public',
    allowsProxies: true,
    errors: plainError,
    handle,
  });
  const live: Route['handle'] = ({ request, response }) => {
    sendJson(response, 200, { ok: true, status: 'live' }, identification(request, deps));
  };
  const ready: Route['handle'] = ({ response }) => {
    const isReady = deps.ready();
    sendJson(response, isReady ? 200 : 503, { ready: isReady, failing: [], uptimeMs: deps.uptimeMs() });
  };
  const started: Route['handle'] = ({ response }) => {
    const isReady = deps.ready();
    sendJson(response, isReady ? 200 : 503, { ok: isReady, status: isReady ? 'started' : 'draining' });
  };
  return [
    probe('/health', live),
    probe('/healthz', live),
    probe('/ready', ready),
    probe('/readyz', ready),
    probe('/startup', started),
    probe('/startupz', started),
  ];
}

const NONCE = /^[A-Za-z0-9_-]{16,64}$/;

/**
 * Lets a client of this profile see that it talks to the right gateway before it sends a secret: whoever took the port
 * cannot compute the proof. The port is part of it, so that it cannot be fetched from a gateway elsewhere.
 */
function identification(request: IncomingMessage, deps: ProbeDeps): Record<string, string> {
  const product = { Server: `${PRODUCT_NAME}/${VERSION}` };
  const nonce = request.headers['x-clawtray-nonce'];
  const key = deps.proofKey();
  if (typeof nonce !== 'string' || !NONCE.test(nonce) || key === undefined) return product;
  return { ...product, 'X-Clawtray-Proof': gatewayProof(key, nonce, deps.port()) };
}

export function gatewayProof(secret: string, nonce: string, port: number): string {
  return createHmac('sha256', secret).update(`clawtray-gateway|${port}|${nonce}`).digest('base64url');
}
