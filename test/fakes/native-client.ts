// A client of the native dialect. Every frame that it gets is held against the published schemas.

import type { ClientOptions } from 'ws';
import type { ConnectParams, HelloOk } from '../../src-main/shared/protocol/connect.ts';
import type { GatewayEventName, GatewayEvents } from '../../src-main/shared/protocol/events.ts';
import type { ErrorShape } from '../../src-main/shared/protocol/frames.ts';
import type { MethodName, MethodParams, MethodResult } from '../../src-main/shared/protocol/methods.ts';
import { nativeViolations } from './openclaw-validators.ts';
import { WireClient, type Ended, type Frame } from './wire-client.ts';

export interface NativeOptions extends Partial<ConnectParams> {
  readonly token?: string | undefined;
  readonly socket?: ClientOptions;
  /** Signs the challenge. */
  readonly prove?: (nonce: string, params: ConnectParams) => ConnectParams['device'];
}

/** The gateway answered `ok: false`. */
export class Refused extends Error {
  readonly error: ErrorShape;

  constructor(error: ErrorShape) {
    super(error.message);
    this.error = error;
  }

  get detailCode(): unknown {
    return (this.error.details as { code?: unknown } | undefined)?.code;
  }
}

const ALL_SCOPES = ['operator.read', 'operator.write', 'operator.admin'];

export const BACKEND: ConnectParams['client'] = {
  id: 'gateway-client',
  mode: 'backend',
  version: '1.0.0',
  platform: 'linux',
};

export class NativeClient {
  readonly wire: WireClient;
  readonly #methods = new Map<string, string>();
  #id = 0;
  #hello: HelloOk | undefined;

  constructor(url: string, socket: ClientOptions = {}) {
    this.wire = new WireClient(url, socket, (frame) =>
      nativeViolations(frame, (id) => this.#methods.get(id)),
    );
  }

  get hello(): HelloOk {
    if (this.#hello === undefined) throw new Error('not connected');
    return this.#hello;
  }

  get ended(): Promise<Ended> {
    return this.wire.ended;
  }

  /** Waits for the challenge and connects. Without `client` as a local back end. */
  async connect(options: NativeOptions = {}): Promise<HelloOk> {
    const { token, socket: _socket, prove, ...given } = options;
    const challenge = await this.event('connect.challenge');
    const params: ConnectParams = {
      minProtocol: 3,
      maxProtocol: 4,
      client: BACKEND,
      role: 'operator',
      scopes: ALL_SCOPES,
      ...(token === undefined ? {} : { auth: { token } }),
      ...given,
    };
    const device = prove?.(challenge.nonce, params);
    const answer = await this.call('connect', device === undefined ? params : { ...params, device });
    this.#hello = answer as HelloOk;
    return this.#hello;
  }

  request<Name extends MethodName>(method: Name, params: MethodParams<Name>): Promise<MethodResult<Name>> {
    return this.call(method, params) as Promise<MethodResult<Name>>;
  }

  /** Like `request`, for params and methods that the types do not allow. */
  async call(method: string, params?: unknown): Promise<unknown> {
    const id = this.post(method, params);
    const frame = await this.wire.waitFor(
      (f) => f['type'] === 'res' && f['id'] === id,
      `answer to ${method}`,
    );
    if (frame['ok'] === true) return frame['payload'];
    throw new Refused(frame['error'] as ErrorShape);
  }

  /** Sends a request and answers its id. */
  post(method: string, params?: unknown): string {
    this.#id += 1;
    const id = `r${this.#id}`;
    this.#methods.set(id, method);
    this.wire.send({ type: 'req', id, method, ...(params === undefined ? {} : { params }) });
    return id;
  }

  /** The error that a request is refused with. */
  async refusal(method: string, params?: unknown): Promise<Refused> {
    try {
      await this.call(method, params);
    } catch (error) {
      if (error instanceof Refused) return error;
      throw error;
    }
    throw new Error(`${method} was not refused`);
  }

  /** Payloads of the events of that name that came so far. */
  events<Name extends GatewayEventName>(name: Name): readonly GatewayEvents[Name][] {
    return this.eventFrames()
      .filter((frame) => frame['event'] === name)
      .map((frame) => frame['payload'] as GatewayEvents[Name]);
  }

  eventFrames(): readonly Frame[] {
    return this.wire.frames.filter((frame) => frame['type'] === 'event');
  }

  /** The first event of that name that fits, past or future. */
  async event<Name extends GatewayEventName>(
    name: Name,
    fits: (payload: GatewayEvents[Name]) => boolean = () => true,
    withinMs?: number,
  ): Promise<GatewayEvents[Name]> {
    const frame = await this.wire.waitFor(
      (f) => f['type'] === 'event' && f['event'] === name && fits(f['payload'] as GatewayEvents[Name]),
      `event ${name}`,
      withinMs,
    );
    return frame['payload'] as GatewayEvents[Name];
  }

  /** The end of a run: `final`, `aborted` or `error`. */
  runEnd(runId: string, withinMs?: number): Promise<GatewayEvents['chat']> {
    return this.event(
      'chat',
      (event) => event.runId === runId && ['final', 'aborted', 'error'].includes(event.state),
      withinMs,
    );
  }

  close(): Promise<Ended> {
    return this.wire.close();
  }
}

/** Opens a connection without connecting. */
export async function openNative(url: string, socket: ClientOptions = {}): Promise<NativeClient> {
  const client = new NativeClient(url, socket);
  await client.wire.opened();
  return client;
}

/** A connected client with the gateway's own token, unless `options` say otherwise. */
export async function connectNative(
  gateway: { readonly url: string; readonly token: string },
  options: NativeOptions = {},
): Promise<NativeClient> {
  const client = await openNative(gateway.url, options.socket);
  await client.connect({ ...(gateway.token === '' ? {} : { token: gateway.token }), ...options });
  return client;
}
