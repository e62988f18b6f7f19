// What the four dialects look like on the wire, as data for tests that hold for each of them.

import { WireClient, type Frame } from './wire-client.ts';
import { nativeViolations } from './openclaw-validators.ts';

export interface WireError {
  readonly code: string | number;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface WireDialect {
  readonly name: 'native' | 'hybrid' | 'json-rpc' | 'typed';
  /** The first frame of a client; typed has no handshake, so there it is an ordinary message. */
  signIn(token: string | undefined): Frame;
  request(id: string, method: string, params: unknown): Frame;
  /** Whether this is the answer to the request with the id. */
  answers(frame: Frame, id: string): boolean;
  /** What a successful answer carries. */
  result(frame: Frame): Record<string, unknown>;
  error(frame: Frame): WireError | undefined;
  /** The dialect's own names for what every client does. */
  readonly names: { readonly status: string; readonly unauthorized: string | number };
  chat(id: string, text: string): Frame;
  /** Whether this frame tells the end of a run. */
  ends(frame: Frame): boolean;
}

const SIGN_IN_ID = 'sign-in';

const client = { id: 'gateway-client', mode: 'backend', version: '1.0.0', platform: 'linux' };
const scopes = ['operator.read', 'operator.write', 'operator.admin'];

function toError(value: unknown): WireError | undefined {
  if (value === undefined) return undefined;
  const { code, message, details, data } = value as {
    code: string | number;
    message: string;
    details?: Record<string, unknown>;
    data?: Record<string, unknown>;
  };
  return { code, message, details: details ?? data ?? {} };
}

const native: WireDialect = {
  name: 'native',
  names: { status: 'status', unauthorized: 'INVALID_REQUEST' },
  signIn: (token) => ({
    type: 'req',
    id: SIGN_IN_ID,
    method: 'connect',
    params: {
      minProtocol: 4,
      maxProtocol: 4,
      client,
      role: 'operator',
      scopes,
      ...(token === undefined ? {} : { auth: { token } }),
    },
  }),
  request: (id, method, params) => ({ type: 'req', id, method, params }),
  answers: (frame, id) => frame['type'] === 'res' && frame['id'] === id,
  result: (frame) => frame['payload'] as Record<string, unknown>,
  error: (frame) => toError(frame['error']),
  chat: (id, text) => ({
    type: 'req',
    id,
    method: 'chat.send',
    params: { sessionKey: 'main', message: text, idempotencyKey: `run-${id}` },
  }),
  ends: (frame) => isChatEnd(frame['payload']) && frame['event'] === 'chat',
};

const hybrid: WireDialect = {
  ...native,
  name: 'hybrid',
  names: { status: 'status', unauthorized: 'UNAUTHORIZED' },
  signIn: (token) => ({
    jsonrpc: '2.0',
    id: SIGN_IN_ID,
    method: 'connect',
    params: { role: 'control', scopes, ...(token === undefined ? {} : { auth: { token } }) },
  }),
  request: (id, method, params) => ({ jsonrpc: '2.0', id, method, params }),
  answers: (frame, id) => frame['jsonrpc'] === '2.0' && 'ok' in frame && frame['id'] === id,
  chat: (id, text) => ({
    jsonrpc: '2.0',
    id,
    method: 'chat.send',
    params: { sessionKey: 'main', message: text, idempotencyKey: `run-${id}` },
  }),
};

const jsonRpc: WireDialect = {
  name: 'json-rpc',
  names: { status: 'system.status', unauthorized: -32001 },
  signIn: (token) => ({
    jsonrpc: '2.0',
    id: SIGN_IN_ID,
    method: 'auth.handshake',
    params: { client_id: 'test', client_version: '0.9.4', ...(token === undefined ? {} : { token }) },
  }),
  request: (id, method, params) => ({ jsonrpc: '2.0', id, method, params }),
  answers: (frame, id) => frame['id'] === id && ('result' in frame || 'error' in frame),
  result: (frame) => frame['result'] as Record<string, unknown>,
  error: (frame) => toError(frame['error']),
  chat: (id, text) => ({ jsonrpc: '2.0', id, method: 'chat.send', params: { message: text } }),
  ends: (frame) => frame['method'] === 'chat.complete',
};

const typed: WireDialect = {
  name: 'typed',
  names: { status: 'status', unauthorized: 'AUTH_REQUIRED' },
  signIn: () => ({ type: 'status', id: SIGN_IN_ID, payload: {} }),
  request: (id, method, params) => ({ type: method, id, payload: params }),
  answers: (frame, id) => frame['id'] === id && frame['type'] !== 'event',
  result: (frame) => frame['payload'] as Record<string, unknown>,
  error: (frame) => (frame['type'] === 'error' ? toError(frame['payload']) : undefined),
  chat: (id, text) => ({ type: 'chat', id, payload: { text } }),
  ends: (frame) => frame['type'] === 'response',
};

export const DIALECTS: readonly WireDialect[] = [native, hybrid, jsonRpc, typed];
/** Those that sign in with a frame of their own. */
export const WITH_HANDSHAKE = DIALECTS.filter(({ name }) => name !== 'typed');

function isChatEnd(payload: unknown): boolean {
  const { state } = (payload ?? {}) as { state?: string };
  return state === 'final' || state === 'aborted' || state === 'error';
}

/** A client of any dialect: signs in, asks, reads answers. */
export class DialectClient {
  readonly dialect: WireDialect;
  readonly wire: WireClient;
  #id = 0;

  constructor(dialect: WireDialect, wire: WireClient) {
    this.dialect = dialect;
    this.wire = wire;
  }

  /** Sends the first frame and answers the gateway's answer to it. */
  signIn(token: string | undefined): Promise<Frame> {
    this.wire.send(this.dialect.signIn(token));
    return this.wire.waitFor((frame) => this.dialect.answers(frame, SIGN_IN_ID), 'answer to the first frame');
  }

  ask(method: string, params: unknown = {}): Promise<Frame> {
    this.#id += 1;
    const id = `q${this.#id}`;
    this.wire.send(this.dialect.request(id, method, params));
    return this.wire.waitFor((frame) => this.dialect.answers(frame, id), `answer to ${method}`);
  }

  /** Says something and waits for the end of the run. */
  async chat(text: string): Promise<Frame> {
    this.#id += 1;
    const from = this.wire.frames.length;
    this.wire.send(this.dialect.chat(`q${this.#id}`, text));
    return this.wire.waitFor(
      (frame) => this.wire.frames.indexOf(frame) >= from && this.dialect.ends(frame),
      'end of the run',
    );
  }
}

/** @param token put into the address */
export async function openDialect(
  dialect: WireDialect,
  gateway: { readonly url: string },
  token?: string,
): Promise<DialectClient> {
  const inspect =
    dialect.name === 'native' ? (frame: Frame) => nativeViolations(frame, () => undefined) : undefined;
  const url = token === undefined ? gateway.url : `${gateway.url}/?token=${encodeURIComponent(token)}`;
  return new DialectClient(dialect, await new WireClient(url, {}, inspect).opened());
}

/** Signed in: by the handshake where there is one, by the address in typed. */
export async function connectDialect(
  dialect: WireDialect,
  gateway: { readonly url: string; readonly token: string },
): Promise<DialectClient> {
  const inAddress = dialect.name === 'typed' && gateway.token !== '';
  const client = await openDialect(dialect, gateway, inAddress ? gateway.token : undefined);
  const answer = await client.signIn(gateway.token === '' ? undefined : gateway.token);
  const error = dialect.error(answer);
  if (error !== undefined) throw new Error(`${dialect.name} was refused: ${error.message}`);
  return client;
}
