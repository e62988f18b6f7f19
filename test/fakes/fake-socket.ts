// A socket without a network: the test plays the gateway.

import type { SocketCloseEvent, SocketLike, SocketMessageEvent } from '../../src-main/client/socket.ts';
import type { HelloOk } from '../../src-main/shared/protocol/connect.ts';
import type { RequestFrame } from '../../src-main/shared/protocol/frames.ts';

type Listener = (event: SocketMessageEvent & SocketCloseEvent) => void;

export class FakeSocket implements SocketLike {
  readonly url: string;
  readonly sent: RequestFrame[] = [];
  closedWith: number | undefined;
  readonly #listeners = new Map<string, Listener[]>();

  constructor(url: string) {
    this.url = url;
  }

  send(text: string): void {
    if (this.closedWith !== undefined) throw new Error('the socket is closed');
    this.sent.push(JSON.parse(text) as RequestFrame);
  }

  close(code = 1005): void {
    this.closedWith ??= code;
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  /** The last request with this method. */
  request(method: string): RequestFrame | undefined {
    return this.sent.findLast((frame) => frame.method === method);
  }

  // What the gateway does.

  open(): void {
    this.#tell('open', {});
  }

  receive(frame: object | string): void {
    this.#tell('message', { data: typeof frame === 'string' ? frame : JSON.stringify(frame) });
  }

  challenge(nonce = 'n-1'): void {
    this.receive({ type: 'event', event: 'connect.challenge', payload: { nonce, ts: 1 } });
  }

  answer(method: string, payload: unknown): void {
    this.receive({ type: 'res', id: this.request(method)?.id, ok: true, payload });
  }

  refuse(method: string, error: object): void {
    this.receive({ type: 'res', id: this.request(method)?.id, ok: false, error });
  }

  /** @param failure what the socket's error event says, where it says anything */
  drop(code = 1006, reason = '', failure?: string): void {
    this.closedWith ??= code;
    this.#tell('error', failure === undefined ? {} : { message: failure });
    this.#tell('close', { code, reason });
  }

  #tell(type: string, event: object): void {
    for (const listener of this.#listeners.get(type) ?? []) {
      listener(event as SocketMessageEvent & SocketCloseEvent);
    }
  }
}

export const HELLO: HelloOk = {
  type: 'hello-ok',
  protocol: 4,
  server: { version: '0.1.0', connId: 'c-1' },
  features: { methods: ['health'], events: ['tick'] },
  snapshot: { presence: [], health: {}, stateVersion: { presence: 0, health: 0 }, uptimeMs: 1 },
  auth: { role: 'operator', scopes: [] },
  policy: { maxPayload: 1_000, maxBufferedBytes: 1_000, tickIntervalMs: 30_000 },
};
