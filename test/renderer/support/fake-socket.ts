// A socket that ends in this process: what is sent arrives at the fake gateway, and the other way round.

import type { SocketCloseEvent, SocketLike, SocketMessageEvent } from '../../../src-main/client/socket.ts';

type Listener = (event: SocketMessageEvent & SocketCloseEvent) => void;

export class FakeSocket implements SocketLike {
  readonly #listeners = new Map<string, Listener[]>();
  readonly #onText: (text: string) => void;
  open = true;

  constructor(onText: (text: string) => void) {
    this.#onText = onText;
  }

  addEventListener(type: string, listener: Listener | (() => void)): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  send(text: string): void {
    if (this.open) this.#onText(text);
  }

  close(code = 1005, reason = ''): void {
    if (!this.open) return;
    this.open = false;
    queueMicrotask(() => this.#emit('close', { code, reason }));
  }

  /** From the gateway to the window. */
  deliver(frame: unknown): void {
    if (this.open) this.#emit('message', { data: JSON.stringify(frame) });
  }

  #emit(type: string, event: object): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event as Parameters<Listener>[0]);
  }
}
