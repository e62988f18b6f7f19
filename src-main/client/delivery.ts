// Gets messages to the gateway, at least once and in their order: one is on its way at a time, and leaves the queue only
// when it was acknowledged. Owns the queue and what became of each message; the connection belongs to somebody else.

import { backoffDelay, type BackoffPolicy } from '../shared/backoff.ts';
import { errorText } from '../shared/logger.ts';
import type { Clock, TimerHandle } from '../shared/time.ts';
import { RequestError } from './client-error.ts';
import type { GatewayMessage } from './gateway-messages.ts';
import { Outbox, type OutboxEntry } from './outbox.ts';
import { LONGEST_RETRY_AFTER } from './reconnecting-socket.ts';

/** Why a message will not be delivered. */
export type DropCause =
  /** As many messages wait as may wait. */
  | 'queue-full'
  /** It is no JSON, or longer than a message may be. */
  | 'invalid'
  /** The gateway says that it will never take it. */
  | 'rejected'
  /** It was sent as often as may be, and never acknowledged. */
  | 'unacknowledged'
  /** A heartbeat that waited made room for another message. */
  | 'superseded';

export type SendOutcome =
  /** The gateway has it. */
  | { readonly status: 'delivered' }
  /** It waits; whether it arrived is told by the events `delivered` and `dropped`. */
  | { readonly status: 'queued' }
  | { readonly status: 'dropped'; readonly cause: DropCause; readonly reason: string };

/** The end of a message. */
export type FinalOutcome = Exclude<SendOutcome, { readonly status: 'queued' }>;

export interface DeliveryOptions {
  readonly clock: Clock;
  /** Between two attempts at a message that the gateway refuses for now. */
  readonly backoff: BackoffPolicy;
  /**
   * Sends a message and waits until it is acknowledged.
   * @throws RequestError when the gateway refuses it; NoAnswerError when nobody knows
   */
  readonly send: (text: string) => Promise<void>;
  /** The connection stands, and yet no answer came. */
  readonly onSilence: (reason: string) => void;
  readonly onEnd: (message: GatewayMessage, outcome: FinalOutcome) => void;
}

/** Messages that wait. */
const QUEUE_LIMIT = 1_000;
/** Characters of JSON. */
const LONGEST_MESSAGE = 1_048_576;
/** A message that is never acknowledged must not keep back the others for ever. */
const MOST_DELIVERIES = 10;
/** JSON-RPC errors that say the same about the same request every time. */
const FINAL_ERRORS = new Set(['-32700', '-32600', '-32601', '-32602']);

export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #outbox = new Outbox(QUEUE_LIMIT);
  /** Who waits to hear what became of a message. */
  readonly #senders = new Map<OutboxEntry, (outcome: SendOutcome) => void>();
  #connected = false;
  #delivering = false;
  #pause: TimerHandle | undefined;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#outbox.size;
  }

  /** Answers when the message was acknowledged, or as soon as it is clear that it has to wait. Never rejects. */
  add(message: GatewayMessage): Promise<SendOutcome> {
    const text = toJson(message);
    if (text === undefined || text.length > LONGEST_MESSAGE)
      return this.#refuse(
        message,
        'invalid',
        `A message must be JSON of at most ${LONGEST_MESSAGE} characters.`,
      );
    if (this.#outbox.isFull) {
      const heartbeat = this.#outbox.takeHeartbeat();
      if (heartbeat === undefined)
        return this.#refuse(message, 'queue-full', `${QUEUE_LIMIT} messages are waiting already.`);
      this.#end(heartbeat, { status: 'dropped', cause: 'superseded', reason: 'It made room for a message.' });
    }
    const entry = this.#outbox.add(message, text);
    if (!this.#connected || this.#pause !== undefined) return Promise.resolve({ status: 'queued' });
    return new Promise((resolve) => {
      this.#senders.set(entry, resolve);
      void this.#deliver();
    });
  }

  /** The connection stands. */
  resume(): void {
    this.#connected = true;
    void this.#deliver();
  }

  /** The connection is gone. */
  suspend(): void {
    this.#connected = false;
    if (this.#pause !== undefined) this.#options.clock.cancel(this.#pause);
    this.#pause = undefined;
    this.#letSendersGo();
  }

  async #deliver(): Promise<void> {
    if (this.#delivering) return;
    this.#delivering = true;
    for (let entry = this.#next(); entry !== undefined; entry = this.#next()) await this.#attempt(entry);
    this.#delivering = false;
  }

  #next(): OutboxEntry | undefined {
    return this.#connected && this.#pause === undefined ? this.#outbox.first : undefined;
  }

  async #attempt(entry: OutboxEntry): Promise<void> {
    entry.deliveries += 1;
    try {
      await this.#options.send(entry.text);
      this.#outbox.remove(entry);
      this.#end(entry, { status: 'delivered' });
    } catch (error) {
      this.#failed(entry, error);
    }
  }

  #failed(entry: OutboxEntry, error: unknown): void {
    const refused = error instanceof RequestError;
    const hopeless = refused && FINAL_ERRORS.has(error.code);
    if (hopeless || entry.deliveries >= MOST_DELIVERIES) {
      this.#outbox.remove(entry);
      const cause = hopeless ? 'rejected' : 'unacknowledged';
      this.#end(entry, { status: 'dropped', cause, reason: errorText(error) });
    } else if (refused) this.#rest(entry, Math.min(error.retryAfterMs ?? 0, LONGEST_RETRY_AFTER));
    else if (this.#connected) this.#options.onSilence(errorText(error));
  }

  /** The gateway is there but cannot take messages now. */
  #rest(entry: OutboxEntry, retryAfterMs: number): void {
    if (!this.#connected) return;
    const { clock, backoff } = this.#options;
    const delay = Math.max(backoffDelay(backoff, entry.deliveries - 1, 0), retryAfterMs);
    this.#pause = clock.schedule(delay, () => {
      this.#pause = undefined;
      void this.#deliver();
    });
    this.#letSendersGo();
  }

  #refuse(message: GatewayMessage, cause: DropCause, reason: string): Promise<SendOutcome> {
    const outcome = { status: 'dropped', cause, reason } as const;
    this.#options.onEnd(message, outcome);
    return Promise.resolve(outcome);
  }

  #end(entry: OutboxEntry, outcome: FinalOutcome): void {
    this.#senders.get(entry)?.(outcome);
    this.#senders.delete(entry);
    this.#options.onEnd(entry.message, outcome);
  }

  #letSendersGo(): void {
    for (const resolve of this.#senders.values()) resolve({ status: 'queued' });
    this.#senders.clear();
  }
}

function toJson(message: GatewayMessage): string | undefined {
  try {
    return JSON.stringify(message.toWire());
  } catch {
    return undefined;
  }
}
