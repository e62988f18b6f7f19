// The probes: is somebody there, is it ready, and (on request) is it really this profile's gateway.

import { createHmac } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { PRODUCT_NAME, VERSION } from '../../shared/brand.ts';
import { sendError, sendJson } from './responses.ts';

export interface ProbeDeps {
  readonly ready: () => boolean;
  readonly uptimeMs: () => number;
  /** Secret that a probe can be answered with; `undefined` when guessing it would be worthwhile. */
  readonly proofKey: () => string | undefined;
  readonly port: () => number;
}

const LIVE_PATHS = new Set(['/health', '/healthz']);
const READY_PATHS = new Set(['/ready', '/readyz']);
const STARTED_PATHS = new Set(['/startup', '/startupz']);

/** @returns whether the request was for a probe */
export function answerProbe(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  deps: ProbeDeps,
): boolean {
  const known = LIVE_PATHS.has(path) || READY_PATHS.has(path) || STARTED_PATHS.has(path);
  if (!known) return false;
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    sendError(response, 405, 'method_not_allowed', 'Use GET or HEAD.');
    return true;
  }
  const ready = deps.ready();
  if (LIVE_PATHS.has(path))
    sendJson(response, 200, { ok: true, status: 'live' }, identification(request, deps));
  else if (READY_PATHS.has(path))
    sendJson(response, ready ? 200 : 503, { ready, failing: [], uptimeMs: deps.uptimeMs() });
  else sendJson(response, ready ? 200 : 503, { ok: ready, status: ready ? 'started' : 'draining' });
  return true;
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
