// One socket: its state, its outgoing queue, its end. Knows no dialect's content and no method.

import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import { CloseCode } from '../../shared/close-codes.ts';
import { MAIN_SESSION_KEY } from '../../shared/session-key.ts';
import type { Principal } from '../auth/principal.ts';
import type { Dialect, EncodedEvent } from '../dialects/dialect.ts';
import type { Subscriptions } from '../methods/method.ts';
import type { ServerLimits } from './limits.ts';
import { Liveness } from './liveness.ts';
import type { Usage } from './rate-limit.ts';

/** What is known about the peer from the upgrade request. */
export interface PeerFacts {
  readonly address: string;
  readonly loopback: boolean;
  readonly origin: string | undefined;
  readonly userAgent: string | undefined;
  readonly upgradeAuthenticated: boolean;
}

/** Set once, by the handshake. */
export interface Established {
  readonly dialect: Dialect;
  readonly principal: Principal;
}

export class Connection {
  readonly id = randomUUID();
  readonly nonce = randomUUID();
  readonly peer: PeerFacts;
  readonly openedAt: number;
  readonly subscriptions: Subscriptions = {
    sessions: false,
    messages: new Set(),
    channels: new Set(),
    current: MAIN_SESSION_KEY,
    trace: false,
  };
  readonly liveness: Liveness;
  established: Established | undefined;
  /** Requests that were accepted and are not answered. */
  inFlight = 0;
  /** Unreadable frames in a row. */
  faults = 0;
  /** What it has sent, once that is counted. */
  usage: Usage | undefined;
  #abort: AbortController | undefined;
  #retired = false;
  #seq = 0;
  readonly #socket: WebSocket;
  readonly #limits: ServerLimits;

  constructor(socket: WebSocket, peer: PeerFacts, openedAt: number, limits: ServerLimits) {
    this.#socket = socket;
    this.peer = peer;
    this.openedAt = openedAt;
    this.liveness = new Liveness(openedAt);
    this.#limits = limits;
  }

  get open(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** Whether what it sends is still executed. */
  get listening(): boolean {
    return this.open && !this.#retired;
  }

  /** Aborts when the socket is gone; made only for those who look at it. */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (!this.open) this.#abort.abort();
    return this.#abort.signal;
  }

  /** Sends a frame; a peer that lets too much pile up is closed. */
  send(text: string): void {
    if (!this.open) return;
    this.#socket.send(text);
    if (this.#socket.bufferedAmount > this.#limits.maxBufferedBytes) {
      this.close(CloseCode.policyViolation, 'slow consumer');
    }
  }

  /**
   * Sends an event. Sequence numbers count every event that was meant for this connection, so one that was dropped
   * because the peer is slow shows as a gap.
   */
  sendEvent(event: EncodedEvent, droppable: boolean): void {
    if (!this.listening) return;
    const slow = this.#socket.bufferedAmount > this.#limits.maxBufferedBytes / 2;
    if (event.form === 'sequenced') {
      this.#seq += 1;
      if (!(slow && droppable)) this.send(`${event.head}${this.#seq}${event.tail}`);
      return;
    }
    if (slow && droppable) return;
    for (const frame of event.frames) this.send(frame);
  }

  close(code: CloseCode, reason = ''): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.close(code, truncateReason(reason));
  }

  /**
   * Ends it because what it signed in with does not hold any more: at once for all that comes, and when what was just
   * done for it has been answered for the socket.
   */
  retire(code: CloseCode, reason: string): void {
    if (this.#retired) return;
    this.#retired = true;
    setImmediate(() => {
      this.close(code, reason);
    });
  }

  /** Stops reading what the peer sends, until `resume`; what has been received already still comes. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  terminate(): void {
    this.#socket.terminate();
  }

  /** Sends a WebSocket ping. */
  ping(): void {
    if (this.open) this.#socket.ping();
  }

  /** Called once, when the socket is gone. */
  closed(): void {
    this.#abort?.abort();
  }
}

const MAX_REASON_BYTES = 120;

/** Close reasons are limited to 123 bytes (RFC 6455, section 5.5); never cuts a character in two. */
function truncateReason(reason: string): string {
  if (Buffer.byteLength(reason) <= MAX_REASON_BYTES) return reason;
  let cut = '';
  let bytes = 0;
  for (const character of reason) {
    bytes += Buffer.byteLength(character);
    if (bytes > MAX_REASON_BYTES) break;
    cut += character;
  }
  return cut;
}
