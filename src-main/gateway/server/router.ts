// From a request to its answer: method, scope, schema, handler. Every failure becomes an answer in the caller's dialect.

import { GatewayError } from '../../shared/errors.ts';
import { errorText, type Logger } from '../../shared/logger.ts';
import { grants } from '../../shared/protocol/scopes.ts';
import type { DecodedEntry, DecodedRequest } from '../dialects/dialect.ts';
import type { Method, MethodContext, MethodRegistry } from '../methods/method.ts';
import { asStorageError } from '../store/writer.ts';
import { parseWith } from '../validation.ts';
import type { Connection, Established } from './connection.ts';
import type { ServerLimits } from './limits.ts';

export interface Router {
  /** Runs one request and sends its answer, now if the handler answers at once. */
  dispatch(connection: Connection, established: Established, entry: DecodedEntry): void;
  /** Runs the entries one after the other and sends one array. */
  dispatchBatch(
    connection: Connection,
    established: Established,
    entries: readonly DecodedEntry[],
  ): Promise<void>;
  /** Requests that were executed since the start. */
  handled(): number;
}

export function createRouter(registry: MethodRegistry, limits: ServerLimits, log: Logger): Router {
  let handled = 0;

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
    if (connection.inFlight >= limits.maxInFlight) {
      throw new GatewayError('rate-limited', `More than ${limits.maxInFlight} requests wait for an answer.`, {
        retryable: true,
        retryAfterMs: 1_000,
      });
    }
    const method = registry.find(request.method, dialect.name);
    if (method === undefined) throw unknownMethod(request.method, dialect.name, registry);
    checkScope(method, principal.scopes);
    const params: unknown = parseWith(method.params, request.params ?? {}, `${method.name} params`);
    handled += 1;
    const context: MethodContext = {
      connectionId: connection.id,
      dialect: dialect.name,
      principal,
      requestId: request.id,
      subscriptions: connection.subscriptions,
      get signal() {
        return connection.signal;
      },
    };
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
    dispatch: (connection, established, entry) => {
      const send = (outcome: Outcome): void => {
        const text = answerTo(established, entry, outcome);
        if (text !== undefined) connection.send(text);
      };
      const outcome = run(connection, established, entry);
      if (!(outcome instanceof Promise)) {
        send(outcome);
        return;
      }
      connection.inFlight += 1;
      void outcome.then((settled) => {
        connection.inFlight -= 1;
        send(settled);
      });
    },

    dispatchBatch: async (connection, established, entries) => {
      const answers: string[] = [];
      for (const entry of entries) {
        const text = answerTo(established, entry, await run(connection, established, entry));
        if (text !== undefined) answers.push(text);
      }
      if (answers.length > 0) connection.send(`[${answers.join(',')}]`);
    },

    handled: () => handled,
  };
}

type Outcome =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: GatewayError };

function checkScope(method: Method, held: ReadonlySet<string>): void {
  if (method.scope === undefined || grants(held, method.scope)) return;
  throw new GatewayError('forbidden', `missing scope: ${method.scope}`, {
    details: { code: 'MISSING_SCOPE', missingScope: method.scope, requiredScopes: [method.scope] },
  });
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
