// The first frame: fixes the dialect, authenticates, and answers, or refuses in the dialect's own words and closes.

import { CloseCode } from '../../shared/close-codes.ts';
import { GatewayError } from '../../shared/errors.ts';
import { errorText, type Logger } from '../../shared/logger.ts';
import type { ClientInfo, HelloOk } from '../../shared/protocol/connect.ts';
import { MAIN_SESSION_KEY } from '../../shared/session-key.ts';
import type { Authenticator, ConnectionFacts } from '../auth/authenticator.ts';
import type { Principal } from '../auth/principal.ts';
import { closeReasonOf, refusal } from '../auth/auth-errors.ts';
import { detectDialect } from '../dialects/detect.ts';
import type { DecodedEntry, DecodedRequest, Dialect, DialectName } from '../dialects/dialect.ts';
import { joinChannel } from '../methods/method.ts';
import { traceReceived, traceSent } from '../trace/message-trace.ts';
import type { Trace } from '../trace/trace.ts';
import { parseWith } from '../validation.ts';
import {
  completeHybridConnect,
  handshakeSchema,
  hybridConnectSchema,
  nativeConnectSchema,
  said,
} from './connect-schema.ts';
import type { Connection } from './connection.ts';

export interface Handshake {
  /**
   * Handles the first frame. Afterwards the connection is established, or closing.
   * @returns whether the frame was an ordinary message that is still to be executed
   */
  begin(connection: Connection, text: string): Promise<boolean>;
}

export interface HandshakeDeps {
  readonly authenticator: Authenticator;
  readonly dialects: Readonly<Record<DialectName, Dialect>>;
  readonly hello: (connection: Connection, principal: Principal, protocol: number) => HelloOk;
  readonly sessionHandshake: (connection: Connection) => unknown;
  readonly onEstablished: (connection: Connection) => void;
  readonly trace: Trace;
  readonly log: Logger;
}

export function createHandshake(deps: HandshakeDeps): Handshake {
  const { authenticator, dialects, hello, sessionHandshake, onEstablished, trace, log } = deps;

  async function begin(connection: Connection, text: string): Promise<boolean> {
    const first = detectDialect(text);
    switch (first.kind) {
      case 'unknown':
        connection.close(CloseCode.protocolError, first.reason);
        return false;
      case 'refused':
        connection.close(CloseCode.policyViolation, first.reason);
        return false;
      case 'message':
        return message(connection, dialects[first.dialect], text);
      case 'handshake':
        return handshake(connection, first.dialect, text);
    }
  }

  /** A dialect without a handshake of its own, on a connection that was authenticated at the upgrade. */
  async function message(connection: Connection, dialect: Dialect, text: string): Promise<boolean> {
    if (!connection.peer.upgradeAuthenticated) {
      const decoded = dialect.decode(text);
      if (decoded.kind === 'batch') refuse(connection, dialect, undefined, batchBeforeHandshake());
      else if (decoded.kind === 'single')
        refuse(connection, dialect, decoded.entry, credentialsMissing(dialect.name));
      return false;
    }
    const client: ClientInfo = { id: 'cli', mode: 'cli', version: 'unknown', platform: 'unknown' };
    const principal = await authenticator.token(undefined, factsOf(connection), client);
    needsCurrent(principal);
    establish(connection, dialect, principal);
    return true;
  }

  async function handshake(
    connection: Connection,
    name: 'native' | 'hybrid' | 'json-rpc',
    text: string,
  ): Promise<boolean> {
    const dialect = dialects[name];
    const decoded = dialect.decode(text);
    const entry = decoded.kind === 'single' ? decoded.entry : undefined;
    if (trace.active && entry !== undefined) traceReceived(trace, connection, name, entry, text);
    if (entry?.kind !== 'request') {
      refuse(
        connection,
        dialect,
        entry,
        entry?.error ?? new GatewayError('invalid-request', 'invalid request frame'),
      );
      return false;
    }
    try {
      const accepted =
        name === 'json-rpc' ? await course(connection, entry) : await connect(connection, name, entry);
      // From here on in one go: no event may overtake the answer.
      needsCurrent(accepted.principal);
      joinChannel(connection.subscriptions, MAIN_SESSION_KEY);
      connection.established = { dialect, principal: accepted.principal };
      // A JSON-RPC notification signs in and is not answered.
      if (entry.id !== undefined) {
        const answer = dialect.response(entry.id, accepted.answer(), entry.method);
        connection.send(answer);
        if (trace.active) traceSent(trace, connection, name, entry, answer);
      }
      onEstablished(connection);
    } catch (error) {
      refuse(connection, dialect, entry, error);
    }
    return false;
  }

  interface Accepted {
    readonly principal: Principal;
    readonly answer: () => unknown;
  }

  async function connect(
    connection: Connection,
    name: 'native' | 'hybrid',
    request: DecodedRequest,
  ): Promise<Accepted> {
    const params =
      name === 'native'
        ? parseWith(nativeConnectSchema, request.params ?? {}, 'connect params')
        : completeHybridConnect(parseWith(hybridConnectSchema, request.params ?? {}, 'connect params'));
    const { principal, protocol } = await authenticator.connect(params, factsOf(connection));
    return { principal, answer: () => hello(connection, principal, protocol) };
  }

  async function course(connection: Connection, request: DecodedRequest): Promise<Accepted> {
    const params = parseWith(handshakeSchema, request.params ?? {}, 'auth.handshake params');
    const client: ClientInfo = {
      id: 'cli',
      mode: 'cli',
      version: said(params.client_version) ?? 'unknown',
      platform: 'unknown',
      displayName: said(params.client_id),
    };
    const principal = await authenticator.token(params.token, factsOf(connection), client, params.scopes);
    connection.liveness.byMessage = true;
    return { principal, answer: () => sessionHandshake(connection) };
  }

  /** What somebody signed in with may have been revoked while it was being checked. */
  function needsCurrent(principal: Principal): void {
    if (!authenticator.isCurrent(principal))
      throw refusal(principal.device === undefined ? 'AUTH_TOKEN_MISMATCH' : 'AUTH_DEVICE_TOKEN_MISMATCH');
  }

  function establish(connection: Connection, dialect: Dialect, principal: Principal): void {
    joinChannel(connection.subscriptions, MAIN_SESSION_KEY);
    connection.established = { dialect, principal };
    onEstablished(connection);
  }

  function refuse(
    connection: Connection,
    dialect: Dialect,
    entry: DecodedEntry | undefined,
    error: unknown,
  ): void {
    const told =
      error instanceof GatewayError ? error : new GatewayError('internal', 'The handshake failed.');
    if (!(error instanceof GatewayError)) log.error('a handshake failed', { error: errorText(error) });
    const method = entry?.kind === 'request' ? entry.method : undefined;
    const answer = dialect.error(entry?.id ?? null, told, method);
    connection.send(answer);
    if (trace.active) {
      const message = { id: entry?.id, method, failure: told.kind };
      traceSent(trace, connection, dialect.name, message, answer);
    }
    const mismatch = told.details?.['code'] === 'PROTOCOL_MISMATCH';
    connection.close(mismatch ? CloseCode.protocolError : CloseCode.policyViolation, closeReasonOf(told));
  }

  return { begin };
}

function factsOf(connection: Connection): ConnectionFacts {
  return { ...connection.peer, nonce: connection.nonce };
}

function credentialsMissing(dialect: DialectName): GatewayError {
  const how =
    dialect === 'typed'
      ? 'Put the gateway token into the address: ws://127.0.0.1:18789?token=… (`clawtray url` prints it).'
      : 'Send auth.handshake with the gateway token first, or put ?token=… into the address (`clawtray url` prints it).';
  return new GatewayError('unauthorized', `Authentication required. ${how}`, {
    details: { code: 'AUTH_TOKEN_MISSING' },
  });
}

function batchBeforeHandshake(): GatewayError {
  return new GatewayError(
    'invalid-request',
    'Invalid request: a batch may only be sent after auth.handshake',
  );
}
