// The agenticai GatewayClient: reports calls to a gateway with JSON-RPC `sessions_send` requests, keeps what it could not
// deliver in a queue, and comes back with backoff. Errors of the connection are logged and retried, never thrown.

import type { BackoffPolicy } from '../shared/backoff.ts';
import { DEFAULT_PORT } from '../shared/brand.ts';
import { Emitter, type Unsubscribe } from '../shared/emitter.ts';
import { isJsonObject, parseJson } from '../shared/json.ts';
import { errorText } from '../shared/logger.ts';
import { SECOND, type TimerHandle } from '../shared/time.ts';
import { NoAnswerError, RequestError } from './client-error.ts';
import type { ClientHost } from './client-host.ts';
import { Delivery, type FinalOutcome, type SendOutcome } from './delivery.ts';
import { checkedAddress, shownAddress, withToken } from './gateway-address.ts';
import { HeartbeatMessage, type GatewayMessage } from './gateway-messages.ts';
import { PendingRequests } from './pending-requests.ts';
import { ReconnectingSocket } from './reconnecting-socket.ts';

export interface GatewayClientOptions {
  /** `ws://` or `wss://`; may carry `?token=`. `ws://127.0.0.1:18789` if left out. */
  readonly url?: string | undefined;
  /** The gateway's token, put into the address unless that has one. */
  readonly token?: string | undefined;
  /** Attempts to reconnect, in a row, before giving up; 10 if left out. */
  readonly maxReconnectAttempts?: number | undefined;
  /** Seconds before the first of them; doubles with each one that follows. 1 if left out. */
  readonly reconnectBaseDelay?: number | undefined;
  /** Seconds between two of them at most; 60 if left out. */
  readonly reconnectMaxDelay?: number | undefined;
}

/** Why `connect` returned. */
export type ConnectionEnd = 'disconnected' | 'gave-up';

export interface GatewayClientEvents {
  connected: undefined;
  disconnected: { readonly reason: string };
  /** The gateway has a message. */
  delivered: { readonly message: GatewayMessage };
  /** A message will not be delivered; nothing is ever lost without this. */
  dropped: { readonly message: GatewayMessage } & Extract<FinalOutcome, { readonly status: 'dropped' }>;
}

const HEARTBEAT_INTERVAL = 30 * SECOND;
const ANSWER_TIMEOUT = 30 * SECOND;

export class GatewayClient {
  readonly #host: ClientHost;
  readonly #shownAddress: string;
  readonly #events: Emitter<GatewayClientEvents>;
  readonly #socket: ReconnectingSocket<{ readonly url: string }>;
  readonly #pending: PendingRequests;
  readonly #delivery: Delivery;
  #connected = false;
  #lastId = 0;
  #heartbeat: TimerHandle | undefined;
  #running:
    { readonly ended: Promise<ConnectionEnd>; readonly end: (how: ConnectionEnd) => void } | undefined;

  /** @throws TypeError or RangeError when an option cannot be right */
  constructor(options: GatewayClientOptions, host: ClientHost) {
    const { url = `ws://127.0.0.1:${DEFAULT_PORT}`, token } = options;
    const address = withToken(checkedAddress(url), token);
    const backoff = backoffOf(options);
    this.#host = host;
    this.#shownAddress = shownAddress(address);
    this.#events = new Emitter((error, event) => {
      host.log.error('a listener failed', { event, error: errorText(error) });
    });
    this.#pending = new PendingRequests(host.clock);
    this.#delivery = new Delivery({
      clock: host.clock,
      backoff,
      send: (text) => this.#post(text),
      onSilence: (reason) => {
        this.#socket.drop(reason);
      },
      onEnd: (message, outcome) => {
        this.#tell(message, outcome);
      },
    });
    this.#socket = new ReconnectingSocket({
      access: () => Promise.resolve({ url: address }),
      createSocket: host.createSocket,
      clock: host.clock,
      random: host.random,
      backoff,
      maxRetries: checkedAttempts(options.maxReconnectAttempts),
      listener: {
        connecting: () => undefined,
        opened: () => void this.#greet(),
        received: (text) => {
          this.#receive(text);
        },
        waiting: (retryAtMs, reason) => {
          const seconds = (retryAtMs - host.clock.now()) / SECOND;
          this.#lost(reason);
          host.log.warn('the gateway cannot be reached', this.#facts({ reason, retryInSeconds: seconds }));
        },
        gaveUp: (reason) => {
          this.#lost(reason);
          host.log.error('gave up reconnecting to the gateway', this.#facts({ reason }));
          this.#end('gave-up');
        },
      },
    });
  }

  /** Whether the gateway is there and takes messages. */
  get isConnected(): boolean {
    return this.#connected;
  }

  /** How many messages are not acknowledged yet, 1000 at most. */
  get queuedMessages(): number {
    return this.#delivery.waiting;
  }

  /**
   * Connects, and reconnects whenever the connection is lost. Runs on until `disconnect`, or until the attempts are used
   * up; messages stay in the queue then, and another `connect` delivers them. Never rejects.
   */
  connect(): Promise<ConnectionEnd> {
    if (this.#running !== undefined) return this.#running.ended;
    let end = (_how: ConnectionEnd): void => undefined;
    const ended = new Promise<ConnectionEnd>((resolve) => {
      end = resolve;
    });
    this.#running = { ended, end };
    this.#host.log.info('connecting to the gateway', this.#facts());
    this.#socket.start();
    return ended;
  }

  /** Ends the connection and everything that runs in the background. What was not delivered stays in the queue. */
  disconnect(): Promise<void> {
    if (this.#running === undefined) return Promise.resolve();
    this.#socket.stop();
    this.#lost('disconnected');
    this.#host.log.info('disconnected from the gateway', this.#facts());
    this.#end('disconnected');
    return Promise.resolve();
  }

  /**
   * Whether there is a connection within that time.
   * @param seconds how long to wait for it
   */
  whenConnected(seconds: number): Promise<boolean> {
    if (this.#connected) return Promise.resolve(true);
    return new Promise((resolve) => {
      const settle = (connected: boolean): void => {
        this.#host.clock.cancel(timer);
        unsubscribe();
        resolve(connected);
      };
      const timer = this.#host.clock.schedule(seconds * SECOND, () => {
        settle(false);
      });
      const unsubscribe = this.#events.on('connected', () => {
        settle(true);
      });
    });
  }

  /**
   * Sends a message, or keeps it until there is a connection: up to 1000 in their order, and none leaves the queue before
   * the gateway has acknowledged it. The one that no longer fits is not taken: its sender is told so at once, unless a
   * heartbeat that waits can make room for it. What was taken for a call is never pushed out.
   * @returns what became of the message: at once without a connection, otherwise when the gateway has answered. Never
   * rejects.
   */
  sendMessage(message: GatewayMessage): Promise<SendOutcome> {
    return this.#delivery.add(message);
  }

  on<Name extends keyof GatewayClientEvents>(
    event: Name,
    listener: (payload: GatewayClientEvents[Name]) => void,
  ): Unsubscribe {
    return this.#events.on(event, listener);
  }

  /** The first message: that it is acknowledged shows that the gateway lets us in. */
  async #greet(): Promise<void> {
    try {
      await this.#post(JSON.stringify(new HeartbeatMessage().toWire()));
    } catch (error) {
      // Without an answer the socket is gone already.
      if (error instanceof RequestError)
        this.#socket.drop(`The gateway refuses messages: ${error.message}`, error.retryAfterMs);
      return;
    }
    // Every heartbeat is answered, so that two intervals of silence mean that nobody is there.
    if (!this.#socket.established(2 * HEARTBEAT_INTERVAL)) return;
    this.#connected = true;
    this.#scheduleHeartbeat();
    this.#host.log.info('connected to the gateway', this.#facts());
    this.#delivery.resume();
    this.#events.emit('connected', undefined);
  }

  #scheduleHeartbeat(): void {
    this.#heartbeat = this.#host.clock.schedule(HEARTBEAT_INTERVAL, () => {
      this.#scheduleHeartbeat();
      // A heartbeat that fails shows as silence.
      this.#post(JSON.stringify(new HeartbeatMessage().toWire())).catch(() => undefined);
    });
  }

  /** Sends a message and waits until it is acknowledged. */
  async #post(message: string): Promise<void> {
    this.#lastId += 1;
    const id = this.#lastId;
    const answer = this.#pending.add(String(id), 'sessions_send', ANSWER_TIMEOUT);
    try {
      this.#socket.send(
        `{"jsonrpc":"2.0","id":${id},"method":"sessions_send","params":{"message":${message}}}`,
      );
    } catch (error) {
      this.#pending.reject(String(id), new NoAnswerError(errorText(error)));
    }
    const result = await answer;
    if (!isJsonObject(result) || result['status'] !== 'ok')
      throw new RequestError({ code: 'not-acknowledged', message: 'The gateway did not acknowledge.' });
  }

  #receive(text: string): void {
    const frame = parseJson(text);
    if (!isJsonObject(frame)) return;
    const { id, result, error } = frame;
    if (typeof id !== 'number' && typeof id !== 'string') return;
    if (error === undefined) this.#pending.resolve(String(id), result);
    else this.#pending.reject(String(id), toRequestError(error));
  }

  #lost(reason: string): void {
    if (this.#heartbeat !== undefined) this.#host.clock.cancel(this.#heartbeat);
    this.#heartbeat = undefined;
    const wasConnected = this.#connected;
    this.#connected = false;
    this.#delivery.suspend();
    this.#pending.rejectAll(new NoAnswerError(reason));
    if (wasConnected) this.#events.emit('disconnected', { reason });
  }

  #end(how: ConnectionEnd): void {
    this.#running?.end(how);
    this.#running = undefined;
  }

  #tell(message: GatewayMessage, outcome: FinalOutcome): void {
    if (outcome.status === 'delivered') {
      this.#events.emit('delivered', { message });
      return;
    }
    const { cause, reason } = outcome;
    this.#host.log.warn('a message is dropped', { type: message.type, cause, reason });
    this.#events.emit('dropped', { message, ...outcome });
  }

  #facts(more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
    return { gateway: this.#shownAddress, queuedMessages: this.queuedMessages, ...more };
  }
}

/** A JSON-RPC error, whose code is a number. */
function toRequestError(error: unknown): RequestError {
  const { code, message, data } = isJsonObject(error) ? error : {};
  const retryAfterMs = isJsonObject(data) ? data['retryAfterMs'] : undefined;
  return new RequestError({
    code: String(code),
    message: typeof message === 'string' ? message : 'The request failed.',
    retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : undefined,
  });
}

/** The reference's progression has no random share: 1, 2, 4, … seconds. */
function backoffOf({ reconnectBaseDelay = 1, reconnectMaxDelay = 60 }: GatewayClientOptions): BackoffPolicy {
  for (const [name, seconds] of Object.entries({ reconnectBaseDelay, reconnectMaxDelay })) {
    if (!Number.isFinite(seconds) || seconds < 0) throw new RangeError(`${name} must be 0 or more seconds.`);
  }
  return { baseMs: reconnectBaseDelay * SECOND, maxMs: reconnectMaxDelay * SECOND, jitter: 0 };
}

function checkedAttempts(attempts = 10): number {
  if (attempts >= 0 && (Number.isInteger(attempts) || attempts === Infinity)) return attempts;
  throw new RangeError('maxReconnectAttempts must be a whole number, 0 or more, or Infinity.');
}
