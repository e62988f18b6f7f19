// A socket that comes back: opens, notices silence, retries with backoff. Knows no frame format: whoever owns it says when
// a connection stands, and what to do with what arrives.

import { backoffDelay, type BackoffPolicy } from '../shared/backoff.ts';
import { CloseCode } from '../shared/close-codes.ts';
import { errorText } from '../shared/logger.ts';
import { MINUTE, SECOND, type Clock, type TimerHandle } from '../shared/time.ts';
import type { SocketFactory, SocketLike } from './socket.ts';

/** What an owner hears. Nothing comes any more after `stop`. */
export interface ReconnectingSocketListener<Access> {
  /** An attempt begins. */
  connecting(): void;
  /** The socket is open; the owner's handshake may begin. */
  opened(access: Access): void;
  received(text: string, access: Access): void;
  /** The attempt failed or the connection was lost; the next attempt comes by itself. */
  waiting(retryAtMs: number, reason: string): void;
  /** The last retry failed; nothing happens until `start`. */
  gaveUp(reason: string): void;
}

export interface ReconnectingSocketOptions<Access extends { readonly url: string }> {
  /** Where to connect; asked for anew with every attempt. */
  readonly access: () => Promise<Access>;
  readonly createSocket: SocketFactory;
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly backoff: BackoffPolicy;
  /** Retries in a row, 0 for none; without end when left out. */
  readonly maxRetries?: number | undefined;
  readonly listener: ReconnectingSocketListener<Access>;
}

/** From the beginning of an attempt until its connection stands. */
export const CONNECT_TIMEOUT = 10 * SECOND;
/** A gateway that asks for more patience than this is asked again all the same. */
export const LONGEST_RETRY_AFTER = 5 * MINUTE;

export class ReconnectingSocket<Access extends { readonly url: string }> {
  readonly #options: ReconnectingSocketOptions<Access>;
  #status: 'stopped' | 'connecting' | 'established' | 'waiting' = 'stopped';
  #socket: SocketLike | undefined;
  /** Tells the present attempt from those before it, whose answers may still come. */
  #attempt = {};
  #retries = 0;
  #retry: TimerHandle | undefined;
  #watchdog: TimerHandle | undefined;
  #lastHeard = 0;

  constructor(options: ReconnectingSocketOptions<Access>) {
    this.#options = options;
  }

  /** Connects and stays connected until `stop`, or until the retries are used up. */
  start(): void {
    if (this.#status === 'stopped') this.#startOver();
  }

  stop(): void {
    this.#status = 'stopped';
    this.#release(CloseCode.normal);
  }

  /** Ends the wait for the next attempt. */
  retryNow(): void {
    if (this.#status === 'waiting') this.#startOver();
  }

  /**
   * The handshake is done: failed attempts are forgotten.
   * @param silenceMs the connection is dropped when nothing is heard for this long
   * @returns false when there is no connection any more
   */
  established(silenceMs: number): boolean {
    if (this.#status !== 'connecting') return false;
    this.#status = 'established';
    this.#retries = 0;
    this.#clearTimers();
    const check = (): void => {
      const heardAgo = this.#options.clock.now() - this.#lastHeard;
      if (heardAgo >= silenceMs) this.drop('Nothing was heard from the gateway for too long.');
      else this.#watchdog = this.#options.clock.schedule(silenceMs - heardAgo, check);
    };
    this.#watchdog = this.#options.clock.schedule(silenceMs, check);
    return true;
  }

  /** @throws what the socket throws, or an Error when there is none */
  send(text: string): void {
    if (this.#socket === undefined) throw new Error('There is no connection.');
    this.#socket.send(text);
  }

  /**
   * Ends this connection or attempt; the next one comes by itself.
   * @param retryAfterMs what the gateway asks to wait at least
   */
  drop(reason: string, retryAfterMs = 0): void {
    if (this.#status !== 'stopped' && this.#status !== 'waiting')
      this.#lost(reason, Math.min(retryAfterMs, LONGEST_RETRY_AFTER));
  }

  #startOver(): void {
    this.#retries = 0;
    this.#connect();
  }

  #connect(): void {
    this.#clearTimers();
    this.#status = 'connecting';
    const attempt = {};
    this.#attempt = attempt;
    this.#watchdog = this.#options.clock.schedule(CONNECT_TIMEOUT, () => {
      this.drop('The gateway did not answer in time.');
    });
    this.#options.listener.connecting();
    this.#options
      .access()
      .then((access) => {
        if (this.#attempt === attempt) this.#open(access);
      })
      .catch((error: unknown) => {
        if (this.#attempt === attempt) this.#lost(errorText(error));
      });
  }

  #open(access: Access): void {
    const { listener, clock, createSocket } = this.#options;
    const socket = createSocket(access.url);
    const current = (): boolean => this.#socket === socket;
    let failure = '';
    this.#socket = socket;
    socket.addEventListener('open', () => {
      if (current()) listener.opened(access);
    });
    socket.addEventListener('message', ({ data }) => {
      if (!current() || typeof data !== 'string') return;
      this.#lastHeard = clock.now();
      listener.received(data, access);
    });
    socket.addEventListener('error', (event) => {
      if ('message' in event && typeof event.message === 'string') failure = event.message;
    });
    socket.addEventListener('close', ({ code, reason }) => {
      if (!current()) return;
      this.#socket = undefined;
      this.#lost(reason || failure || `The connection was closed (${code}).`);
    });
  }

  #lost(reason: string, retryAfterMs = 0): void {
    this.#release(CloseCode.tickTimeout);
    const { backoff, clock, listener, maxRetries = Infinity, random } = this.#options;
    if (this.#retries >= maxRetries) {
      this.#status = 'stopped';
      listener.gaveUp(reason);
      return;
    }
    const delay = Math.max(backoffDelay(backoff, this.#retries, random()), retryAfterMs);
    this.#retries += 1;
    this.#status = 'waiting';
    this.#retry = clock.schedule(delay, () => {
      this.#connect();
    });
    listener.waiting(clock.now() + delay, reason);
  }

  /** Whatever the socket says from here on comes too late. */
  #release(code: CloseCode): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#attempt = {};
    this.#clearTimers();
    socket?.close(code, '');
  }

  #clearTimers(): void {
    const { clock } = this.#options;
    if (this.#retry !== undefined) clock.cancel(this.#retry);
    if (this.#watchdog !== undefined) clock.cancel(this.#watchdog);
    this.#retry = undefined;
    this.#watchdog = undefined;
  }
}
