// A client as the gateway course describes it: strict JSON-RPC, and words for what it waits for.

import type { ClientOptions } from 'ws';
import { WireClient, type Ended, type Frame } from './wire-client.ts';

export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** The gateway answered with an error. */
class RpcRefused extends Error {
  readonly error: RpcError;

  constructor(error: RpcError) {
    super(error.message);
    this.error = error;
  }
}

export class CourseClient {
  readonly wire: WireClient;
  #id = 0;

  constructor(wire: WireClient) {
    this.wire = wire;
  }

  /** @returns the result */
  async call(method: string, params: unknown = {}): Promise<Record<string, unknown>> {
    const id = this.post(method, params);
    const frame = await this.answer(id);
    if ('error' in frame) throw new RpcRefused(frame['error'] as RpcError);
    return frame['result'] as Record<string, unknown>;
  }

  /** Sends a request; @returns its id */
  post(method: string, params: unknown = {}): string {
    this.#id += 1;
    const id = `msg-${String(this.#id).padStart(3, '0')}`;
    this.wire.send({ jsonrpc: '2.0', method, params, id });
    return id;
  }

  answer(id: string): Promise<Frame> {
    return this.wire.waitFor((frame) => frame['id'] === id && !('method' in frame), `answer to ${id}`);
  }

  notify(method: string, params: unknown = {}): void {
    this.wire.send({ jsonrpc: '2.0', method, params });
  }

  async refusal(method: string, params: unknown = {}): Promise<RpcError> {
    try {
      await this.call(method, params);
    } catch (error) {
      if (error instanceof RpcRefused) return error.error;
      throw error;
    }
    throw new Error(`${method} was not refused`);
  }

  /** Params of the notifications of that name that came so far. */
  told(method: string): readonly Record<string, unknown>[] {
    return this.wire.frames
      .filter((frame) => frame['method'] === method)
      .map((frame) => frame['params'] as Record<string, unknown>);
  }

  /** Params of the first notification of that name that fits, past or future. */
  async notification(
    method: string,
    fits: (params: Record<string, unknown>) => boolean = () => true,
  ): Promise<Record<string, unknown>> {
    const frame = await this.wire.waitFor(
      (f) => f['method'] === method && fits(f['params'] as Record<string, unknown>),
      `notification ${method}`,
    );
    return frame['params'] as Record<string, unknown>;
  }

  /** Says something in a channel, waits for the end, and @returns what was said back. */
  async chat(message: string, channel?: string): Promise<string> {
    const streamed = this.told('chat.stream').length;
    const ended = this.told('chat.complete').length;
    const sent = await this.call('chat.send', channel === undefined ? { message } : { message, channel });
    const here = (params: Record<string, unknown>): boolean => params['channel'] === sent['channel'];
    await this.notification('chat.complete', () => this.told('chat.complete').slice(ended).some(here));
    return this.told('chat.stream')
      .slice(streamed)
      .filter(here)
      .map(({ chunk }) => chunk)
      .join('');
  }

  get ended(): Promise<Ended> {
    return this.wire.ended;
  }

  close(): Promise<Ended> {
    return this.wire.close();
  }
}

export interface CourseOptions {
  readonly scopes?: readonly string[];
  readonly clientId?: string;
  readonly socket?: ClientOptions;
}

/** Connected and authenticated by `auth.handshake`. */
export async function connectCourse(
  gateway: { readonly url: string; readonly token: string },
  { scopes, clientId = 'cli-macbook-pro', socket }: CourseOptions = {},
): Promise<CourseClient & { readonly session: Record<string, unknown> }> {
  const client = new CourseClient(await new WireClient(gateway.url, socket).opened());
  const session = await client.call('auth.handshake', {
    client_id: clientId,
    client_version: '0.9.4',
    token: gateway.token,
    ...(scopes === undefined ? {} : { scopes }),
  });
  return Object.assign(client, { session });
}

/** Authenticated by its address, without a handshake. */
export async function openCourse(
  gateway: { readonly url: string; readonly token: string },
  socket: ClientOptions = {},
): Promise<CourseClient> {
  const url = `${gateway.url}/?token=${encodeURIComponent(gateway.token)}`;
  return new CourseClient(await new WireClient(url, socket).opened());
}
