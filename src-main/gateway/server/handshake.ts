// The first frame: fixes the dialect, authenticates, and answers, or refuses in the dialect's own words and closes.

import { CloseCode } from '../../shared/close-codes.ts';
import { GatewayError } from '../../shared/errors.ts';
import { errorText, type Logger } from '../../shared/logger.ts';
import type { ClientInfo, HelloOk } from '../../shared/protocol/connect.ts';
import type { Authenticator, ConnectionFacts } from '../auth/authenticator.ts';
import type { Principal } from '../auth/principal.ts';
import { detectDialect } from '../dialects/detect.ts';
import type { DecodedEntry, DecodedRequest, Dialect, DialectName } from '../dialects/dialect.ts';
import { parseWith } from '../validation.ts';
import {
  completeHybridConnect,
  handshakeSchema,
  hybridConnectSchema,
  nativeConnectSchema,
} from './connect-schema.ts';
import type { Connection } from './connection.ts';

export interface Handshake {
  /**
   * Handles the first frame. Afterwards the connection is established, or closing.
   * @returns whether the frame was an ordinary message that is still to be executed
   */
  begin(connection: Connection, text: string): Promise<boolean>;
  /** Answers a second `connect` or `auth.handshake`; `undefined` if the request is neither. */
  repeated(connection: Connection, request: DecodedRequest): string | undefined;
}

export interface HandshakeDeps {
  readonly authenticator: Authenticator;
  readonly dialects: Readonly<Record<DialectName, Dialect>>;
  readonly hello: (connection: Connection, principal: Principal, protocol: number) => HelloOk;
  readonly sessionHandshake: (connection: Connection) => unknown;
  readonly onEstablished: (connection: Connection) => void;
  /** Mode `none`: messages need no credentials. */
  readonly open: (connection: Connection) => boolean;
  readonly log: Logger;
}

export function createHandshake(deps: HandshakeDeps): Handshake {
  const { authenticator, dialects, hello, sessionHandshake, onEstablished, open, log } = deps;

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
    if (!connection.peer.upgradeAuthenticated && !open(connection)) {
      const decoded = dialect.decode(text);
      if (decoded.kind === 'batch') refuse(connection, dialect, undefined, batchBeforeHandshake());
      else if (decoded.kind === 'single')
        refuse(connection, dialect, decoded.entry, credentialsMissing(dialect.name));
      return false;
    }
    const client: ClientInfo = { id: 'cli', mode: 'cli', version: 'unknown', platform: 'unknown' };
    const principal = await authenticator.token(undefined, factsOf(connection), client);
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
      connection.subscriptions.channels.add('default');
      connection.established = { dialect, principal: accepted.principal };
      connection.send(dialect.response(entry.id, accepted.answer(), entry.method));
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
      version: params.client_version ?? 'unknown',
      platform: 'unknown',
      displayName: params.client_id,
    };
    const principal = await authenticator.token(params.token, factsOf(connection), client, params.scopes);
    return { principal, answer: () => sessionHandshake(connection) };
  }

  function establish(connection: Connection, dialect: Dialect, principal: Principal): void {
    connection.subscriptions.channels.add('default');
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
    connection.send(dialect.error(entry?.id ?? null, told, method));
    const mismatch = told.details?.['code'] === 'PROTOCOL_MISMATCH';
    connection.close(mismatch ? CloseCode.protocolError : CloseCode.policyViolation, told.message);
  }

  return {
    begin,
    repeated: (connection, request) => {
      if (request.method !== 'connect' && request.method !== 'auth.handshake') return undefined;
      const dialect = connection.established?.dialect;
      const error = new GatewayError('invalid-request', 'invalid request: the handshake is over');
      return request.id === undefined ? undefined : dialect?.error(request.id, error, request.method);
    },
  };
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
