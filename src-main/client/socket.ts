// The part of a WebSocket that the client uses. The browser's own and that of the `ws` package both have it.

export interface SocketMessageEvent {
  readonly data: unknown;
}

export interface SocketCloseEvent {
  readonly code: number;
  readonly reason: string;
}

export interface SocketLike {
  send(text: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'open', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: SocketMessageEvent) => void): void;
  addEventListener(type: 'close', listener: (event: SocketCloseEvent) => void): void;
  /** Outside of browsers the event has a `message` that says more than the `close` which follows. */
  addEventListener(type: 'error', listener: (event: object) => void): void;
}

export type SocketFactory = (url: string) => SocketLike;
