// From a request to its answer: method, scope, schema, handler. Every failure becomes an answer in the caller's dialect.

import { CloseCode } from '../../shared/close-codes.ts';
import { GatewayError, type ErrorKind } from '../../shared/errors.ts';
import { errorText, type Logger } from '../../shared/logger.ts';
import { grants } from '../../shared/protocol/scopes.ts';
import { missingScope } from '../auth/auth-errors.ts';
import type { Principal, Role } from '../auth/principal.ts';
import type { DecodedEntry, DecodedRequest, RequestId } from '../dialects/dialect.ts';
import type { Method, MethodContext, MethodRegistry } from '../methods/method.ts';
import { asStorageError } from '../store/writer.ts';
import { traceReceived, traceRouted, traceSent } from '../trace/message-trace.ts';
import type { Trace } from '../trace/trace.ts';
import { parseWith } from '../validation.ts';
import type { Connection, Established } from './connection.ts';
import type { ServerLimits } from './limits.ts';
import type { RateLimiter } from './rate-limit.ts';

export interface Router {
  /** Runs one request and sends its answer, now if the handler answers at once. */
  dispatch(connection: Connection, established: Established, entry: DecodedEntry, frame: string): void;
  /** Runs the entries one after the other and sends one array. */
  dispatchBatch(
    connection: Connection,
    established: Established,
    entries: readonly DecodedEntry[],
    frame: string,
  ): Promise<void>;
  /** Requests that were executed since the start. */
  handled(): number;
}

export interface RouterDeps {
  readonly registry: MethodRegistry;
  readonly limits: ServerLimits;
  readonly limiter: RateLimiter;
  readonly trace: Trace;
  readonly log: Logger;
}

export function createRouter({ registry, limits, limiter, trace, log }: RouterDeps): Router {
  let handled = 0;

  /** What is to be run: the entry, or its refusal when too many came. */
  function admit(
    connection: Connection,
    established: Established,
    entry: DecodedEntry,
    length: number,
  ): { readonly entry: DecodedEntry; readonly close: boolean } {
    const method = entry.kind === 'request' ? entry.method : undefined;
    const refusal = limiter.refuse(connection, established, method, length);
    if (refusal === undefined) return { entry, close: false };
    return { entry: { ...entry, refused: refusal.error }, close: refusal.close };
  }

  function answerTo(established: Established, entry: DecodedEntry, outcome: Outcome): string | undefined {
    const { dialect } = established;
    const method = entry.kind === 'request' ? entry.method : undefined;
    // A JSON-RPC request without an id is a notification: executed, never answered.
    if (entry.kind === 'request' && entry.id === undefined) return undefined;
    if (outcome.ok) return dialect.response(entry.id, outcome.value, method ?? '');
    return dialect.error(entry.id, outcome.error, method);
  }

  function run(
    connection: Connection,
    established: Established,
    entry: DecodedEntry,
  ): Outcome | Promise<Outcome> {
    if (entry.refused !== undefined) return { ok: false, error: entry.refused };
    if (entry.kind === 'fault') return { ok: false, error: entry.error };
    try {
      const value = invoke(connection, established, entry);
      if (!(value instanceof Promise)) return { ok: true, value };
      return value.then(
        (result) => ({ ok: true, value: result as unknown }),
        (error: unknown) => failure(error, entry),
      );
    } catch (error) {
      return failure(error, entry);
    }
  }

  function invoke(connection: Connection, established: Established, request: DecodedRequest): unknown {
    const { dialect, principal } = established;
    const decodedAt = trace.active ? trace.elapsed() : 0;
    const method = registry.find(request.method, dialect.name);
    if (HANDSHAKES.has(request.method))
      throw new GatewayError('invalid-request', 'invalid request: the handshake is over');
    if (method === undefined) throw unknownMethod(request.method, dialect.name, registry);
    if (connection.inFlight >= limits.maxInFlight && method.bulk !== true) {
      throw new GatewayError('rate-limited', `More than ${limits.maxInFlight} requests wait for an answer.`, {
        retryable: true,
        retryAfterMs: 1_000,
      });
    }
    checkRole(method, principal.role);
    checkScope(method, principal);
    const params: unknown = parseWith(method.params, request.params ?? {}, `${method.name} params`);
    handled += 1;
    const context: MethodContext = {
      connectionId: connection.id,
      dialect: dialect.name,
      principal,
      requestId: request.id,
      subscriptions: connection.subscriptions,
      progress: (step) => {
        const text = dialect.progress?.(request.id, step);
        if (text === undefined) return;
        connection.send(text);
        const name = step.phase === 'start' ? 'tool_call' : 'tool_result';
        if (trace.active) traceSent(trace, connection, dialect.name, { id: request.id, method: name }, text);
      },
      conclude: (payload) => {
        const text = dialect.conclude?.(request.id, payload);
        if (text === undefined) return;
        connection.send(text);
        if (trace.active) traceSent(trace, connection, dialect.name, request, text);
      },
      answerHeartbeat: (seq, load, now) => connection.liveness.answer(seq, load, now),
      get signal() {
        return connection.signal;
      },
    };
    if (trace.active) traceRouted(trace, connection, dialect.name, request, decodedAt);
    return method.handle(params, context);
  }

  function failure(error: unknown, request: DecodedRequest): Outcome {
    const told = asStorageError(error);
    if (told instanceof GatewayError) return { ok: false, error: told };
    // Not meant for clients: the log has it, the client gets no inner details.
    log.error('a method failed', {
      method: request.method,
      error: errorText(error),
      stack: error instanceof Error ? error.stack : undefined,
    });
    return {
      ok: false,
      error: new GatewayError('internal', `${request.method} failed. The log has the details.`),
    };
  }

  return {
    dispatch: (connection, established, received, frame) => {
      const { name } = established.dialect;
      if (trace.active) traceReceived(trace, connection, name, received, frame);
      const { entry, close } = admit(connection, established, received, frame.length);
      const send = (outcome: Outcome): void => {
        const text = answerTo(established, entry, outcome);
        if (text === undefined) return;
        connection.send(text);
        if (trace.active) traceSent(trace, connection, name, answered(entry, outcome), text);
      };
      const outcome = run(connection, established, entry);
      if (!(outcome instanceof Promise)) {
        send(outcome);
        if (close) connection.close(CloseCode.rateLimited, 'Rate limit exceeded');
        return;
      }
      connection.inFlight += 1;
      void outcome.then((settled) => {
        connection.inFlight -= 1;
        send(settled);
      });
    },

    dispatchBatch: async (connection, established, entries, frame) => {
      const { name } = established.dialect;
      const share = Math.ceil(frame.length / entries.length);
      // Counted as they came, before any of them is run.
      const admitted = entries.map((entry) => {
        if (trace.active) traceReceived(trace, connection, name, entry, frame);
        return admit(connection, established, entry, share);
      });
      const answers: string[] = [];
      for (const { entry } of admitted) {
        const outcome = await run(connection, established, entry);
        const text = answerTo(established, entry, outcome);
        if (text === undefined) continue;
        answers.push(text);
        if (trace.active) traceSent(trace, connection, name, answered(entry, outcome), text);
      }
      if (answers.length > 0) connection.send(`[${answers.join(',')}]`);
      if (admitted.some(({ close }) => close)) connection.close(CloseCode.rateLimited, 'Rate limit exceeded');
    },

    handled: () => handled,
  };
}

/** Only ever the first request of a connection. */
const HANDSHAKES: ReadonlySet<string> = new Set(['connect', 'auth.handshake']);

function answered(
  entry: DecodedEntry,
  outcome: Outcome,
): { id: RequestId; method: string | undefined; failure?: ErrorKind } {
  return {
    id: entry.id,
    method: entry.kind === 'request' ? entry.method : undefined,
    ...(outcome.ok ? {} : { failure: outcome.error.kind }),
  };
}

type Outcome =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: GatewayError };

function checkRole({ role: allowed = 'operator' }: Method, role: Role): void {
  if (allowed === 'any' || allowed === role) return;
  throw new GatewayError('invalid-request', `unauthorized role: ${role}`);
}

/** Nodes have no scopes: what they may call at all is a matter of their role. */
function checkScope({ scope }: Method, { role, scopes }: Principal): void {
  if (scope !== undefined && role !== 'node' && !grants(scopes, scope)) throw missingScope(scope);
}

function unknownMethod(
  name: string,
  dialect: Parameters<MethodRegistry['find']>[1],
  registry: MethodRegistry,
): GatewayError {
  const shown = name.slice(0, 128);
  const nearest = registry.nearest(name, dialect);
  const details = nearest === undefined ? undefined : { nearest };
  const message =
    dialect === 'json-rpc'
      ? `Method not found: ${shown}`
      : dialect === 'typed'
        ? `Unknown message type: ${shown.replace(/^typed\./, '')}`
        : `unknown method: ${shown}`;
  return new GatewayError('unknown-method', message, details === undefined ? {} : { details });
}
