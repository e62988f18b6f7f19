// A connection to a gateway in the native dialect: waits for the challenge, connects, matches answers to requests, and
// hands out events. Runs in browsers, Node and Electron; everything of the host is passed in.

import type { BackoffPolicy } from '../shared/backoff.ts';
import { PROTOCOL_MAX, PROTOCOL_MIN } from '../shared/brand.ts';
import { Emitter, type Unsubscribe } from '../shared/emitter.ts';
import { isJsonObject, parseJson, type JsonObject } from '../shared/json.ts';
import { errorText, type Logger } from '../shared/logger.ts';
import type {
  ClientInfo,
  ConnectAuth,
  ConnectParams,
  DeviceProof,
  HelloOk,
} from '../shared/protocol/connect.ts';
import type { GatewayEventName, GatewayEvents } from '../shared/protocol/events.ts';
import type { ConnectChallenge } from '../shared/protocol/frames.ts';
import type { MethodName, MethodParams, MethodResult } from '../shared/protocol/methods.ts';
import { SECOND, type Clock } from '../shared/time.ts';
import { NoAnswerError, RequestError } from './client-error.ts';
import { PendingRequests } from './pending-requests.ts';
import { CONNECT_TIMEOUT, ReconnectingSocket } from './reconnecting-socket.ts';
import type { SocketFactory } from './socket.ts';

/** Where a gateway is and what to show it; asked for anew with every attempt, so that credentials may be single-use. */
export interface GatewayAccess {
  readonly url: string;
  readonly auth?: ConnectAuth | undefined;
  /** Signs the challenge with a device identity. */
  readonly prove?: ((challenge: ConnectChallenge, params: ConnectParams) => Promise<DeviceProof>) | undefined;
}

export type ConnectionState =
  | { readonly status: 'stopped' }
  | { readonly status: 'connecting' }
  | { readonly status: 'connected'; readonly hello: HelloOk }
  /** Lost or not reached; the next attempt comes by itself. */
  | { readonly status: 'waiting'; readonly retryAtMs: number; readonly reason: string }
  /** Turned away; trying again needs something to change first. */
  | { readonly status: 'refused'; readonly error: RequestError };

/** An event as it came, also one that this version knows nothing of. */
export interface GatewayEventFrame {
  readonly event: string;
  readonly payload: unknown;
}

export interface ConnectionOptions {
  readonly access: () => Promise<GatewayAccess>;
  readonly createSocket: SocketFactory;
  readonly client: ClientInfo;
  /** `operator` if left out. */
  readonly role?: 'operator' | 'node';
  readonly scopes: readonly string[];
  readonly caps?: readonly string[];
  /** What a node lets others run. */
  readonly commands?: readonly string[];
  readonly permissions?: Readonly<Record<string, boolean>>;
  /**
   * When `connect` is sent: after the gateway's challenge, or as soon as the socket is open, which suits a proxy that
   * answers the challenge in the client's place. After the challenge if left out.
   */
  readonly handshake?: 'after-challenge' | 'at-once';
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** A string that no other request has. */
  readonly newId: () => string;
  readonly log: Logger;
  readonly backoff?: BackoffPolicy;
  /** Codes of refusals that the next attempt, with other credentials, may get over; a used ticket if left out. */
  readonly tryAgainAfter?: ReadonlySet<string>;
}

interface Signals {
  state: ConnectionState;
  event: GatewayEventFrame;
}

const DEFAULT_BACKOFF: BackoffPolicy = { baseMs: SECOND, maxMs: 30 * SECOND, jitter: 0.3 };
const REQUEST_TIMEOUT = 30 * SECOND;

export class GatewayConnection {
  readonly #options: ConnectionOptions;
  readonly #events: Emitter<GatewayEvents>;
  readonly #signals: Emitter<Signals>;
  readonly #pending: PendingRequests;
  readonly #socket: ReconnectingSocket<GatewayAccess>;
  #state: ConnectionState = { status: 'stopped' };
  /** The attempt whose challenge was answered: a second one is passed over. */
  #authenticating: ConnectionState | undefined;

  constructor(options: ConnectionOptions) {
    const { log, clock, access, createSocket, random, backoff = DEFAULT_BACKOFF } = options;
    this.#options = options;
    const onListenerError = (error: unknown, event: string): void => {
      log.error('a listener failed', { event, error: errorText(error) });
    };
    this.#events = new Emitter(onListenerError);
    this.#signals = new Emitter(onListenerError);
    this.#pending = new PendingRequests(clock);
    this.#socket = new ReconnectingSocket({
      access,
      createSocket,
      clock,
      random,
      backoff,
      listener: {
        connecting: () => {
          this.#setState({ status: 'connecting' });
        },
        opened: (current) => {
          if (options.handshake === 'at-once') void this.#authenticate(undefined, current);
        },
        received: (text, current) => {
          this.#receive(text, current);
        },
        waiting: (retryAtMs, reason) => {
          this.#pending.rejectAll(new NoAnswerError(reason));
          this.#setState({ status: 'waiting', retryAtMs, reason });
        },
        gaveUp: (reason) => {
          this.#pending.rejectAll(new NoAnswerError(reason));
          this.#setState({ status: 'stopped' });
        },
      },
    });
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Connects and stays connected until `stop`. */
  start(): void {
    if (this.#state.status === 'stopped') this.#socket.start();
  }

  stop(): void {
    this.#socket.stop();
    this.#setState({ status: 'stopped' });
    this.#pending.rejectAll(new NoAnswerError('The connection was closed.'));
  }

  /** Tries again now, also after a refusal. */
  retryNow(): void {
    if (this.#state.status === 'waiting') this.#socket.retryNow();
    if (this.#state.status === 'refused') this.#socket.start();
  }

  on<Name extends GatewayEventName>(
    event: Name,
    listener: (payload: GatewayEvents[Name]) => void,
  ): Unsubscribe {
    return this.#events.on(event, listener);
  }

  /** Called with every event, also those that `on` does not know. */
  onEvent(listener: (frame: GatewayEventFrame) => void): Unsubscribe {
    return this.#signals.on('event', listener);
  }

  /** Called with every change of state. */
  onState(listener: (state: ConnectionState) => void): Unsubscribe {
    return this.#signals.on('state', listener);
  }

  /**
   * Calls a method. Waits for the connection first if there is none.
   * @throws RequestError the gateway's answer; NoAnswerError after `timeoutMs`, or when the connection is lost
   */
  async request<Name extends MethodName>(
    method: Name,
    params: MethodParams<Name>,
    timeoutMs: number = REQUEST_TIMEOUT,
  ): Promise<MethodResult<Name>> {
    return (await this.call(method, params, timeoutMs)) as MethodResult<Name>;
  }

  /** Like `request`, for methods whose types are not known here. */
  async call(method: string, params?: unknown, timeoutMs: number = REQUEST_TIMEOUT): Promise<unknown> {
    await this.#connected(timeoutMs);
    return this.#send(method, params, timeoutMs);
  }

  #send(method: string, params: unknown, timeoutMs: number): Promise<unknown> {
    const id = this.#options.newId();
    const answer = this.#pending.add(id, method, timeoutMs);
    try {
      this.#socket.send(JSON.stringify({ type: 'req', id, method, params: params ?? {} }));
    } catch (error) {
      this.#pending.reject(id, new NoAnswerError(errorText(error)));
    }
    return answer;
  }

  #connected(timeoutMs: number): Promise<void> {
    if (this.#state.status === 'connected') return Promise.resolve();
    if (this.#state.status === 'stopped')
      return Promise.reject(new NoAnswerError('The connection is closed.'));
    if (this.#state.status === 'refused') return Promise.reject(this.#state.error);
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        this.#options.clock.cancel(timer);
        unsubscribe();
        finish();
      };
      const timer = this.#options.clock.schedule(timeoutMs, () => {
        settle(() => {
          reject(new NoAnswerError('The gateway cannot be reached.'));
        });
      });
      const unsubscribe = this.onState((state) => {
        if (state.status === 'connected') settle(resolve);
        if (state.status === 'refused')
          settle(() => {
            reject(state.error);
          });
        if (state.status === 'stopped')
          settle(() => {
            reject(new NoAnswerError('The connection is closed.'));
          });
      });
    });
  }

  #receive(text: string, access: GatewayAccess): void {
    const frame = parseJson(text);
    if (!isJsonObject(frame)) return;
    if (frame['type'] === 'res') this.#answer(frame);
    else if (frame['type'] === 'event' && typeof frame['event'] === 'string')
      this.#event(frame['event'], frame['payload'], access);
  }

  #answer(frame: JsonObject): void {
    const { id, ok, payload, error } = frame;
    if (typeof id !== 'string') return;
    if (ok === true) this.#pending.resolve(id, payload);
    else this.#pending.reject(id, toRequestError(error));
  }

  #event(event: string, payload: unknown, access: GatewayAccess): void {
    if (event === 'connect.challenge') {
      const awaited = this.#state.status === 'connecting' && this.#options.handshake !== 'at-once';
      if (awaited) void this.#authenticate(payload as ConnectChallenge, access);
      return;
    }
    // Listeners exist only for events that we know; others find nobody.
    this.#events.emit(event as GatewayEventName, payload as GatewayEvents[GatewayEventName]);
    this.#signals.emit('event', { event, payload });
  }

  async #authenticate(challenge: ConnectChallenge | undefined, access: GatewayAccess): Promise<void> {
    const attempt = this.#state;
    if (this.#authenticating === attempt) return;
    this.#authenticating = attempt;
    try {
      const { client, role = 'operator', scopes, caps, commands, permissions } = this.#options;
      const params: ConnectParams = {
        minProtocol: PROTOCOL_MIN,
        maxProtocol: PROTOCOL_MAX,
        client,
        role,
        scopes,
        ...(caps === undefined ? {} : { caps }),
        ...(commands === undefined ? {} : { commands }),
        ...(permissions === undefined ? {} : { permissions }),
        ...(access.auth === undefined ? {} : { auth: access.auth }),
      };
      const device = challenge === undefined ? undefined : await access.prove?.(challenge, params);
      // Signed for a socket that is gone; the present one has a challenge of its own.
      if (this.#state !== attempt) return;
      const hello = await this.#send(
        'connect',
        device === undefined ? params : { ...params, device },
        CONNECT_TIMEOUT,
      );
      if (this.#state === attempt) this.#accept(hello);
    } catch (error) {
      if (this.#state === attempt) this.#turnedAway(error);
    }
  }

  #accept(hello: unknown): void {
    if (!isHello(hello)) {
      this.#socket.drop('The gateway answered in a form that is not understood.');
      return;
    }
    if (this.#socket.established(hello.policy.tickIntervalMs * 2))
      this.#setState({ status: 'connected', hello });
  }

  #turnedAway(error: unknown): void {
    const { tryAgainAfter = TRY_AGAIN } = this.#options;
    const final = error instanceof RequestError && !error.retryable && !tryAgainAfter.has(error.detailCode);
    if (!final) {
      this.#socket.drop(errorText(error), error instanceof RequestError ? error.retryAfterMs : undefined);
      return;
    }
    this.#socket.stop();
    this.#setState({ status: 'refused', error });
  }

  #setState(state: ConnectionState): void {
    this.#state = state;
    this.#signals.emit('state', state);
  }
}

/** A single-use credential that came too late is replaced by the next attempt. */
const TRY_AGAIN: ReadonlySet<string> = new Set(['AUTH_BOOTSTRAP_TOKEN_INVALID']);

function toRequestError(error: unknown): RequestError {
  if (!isJsonObject(error))
    return new RequestError({ code: 'UNAVAILABLE', message: 'The gateway answered without saying why.' });
  const { code, message, details, retryable, retryAfterMs } = error;
  return new RequestError({
    code: typeof code === 'string' ? code : 'UNAVAILABLE',
    message: typeof message === 'string' ? message : 'The request failed.',
    details: isJsonObject(details) ? details : {},
    retryable: retryable === true,
    retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : undefined,
  });
}

function isHello(value: unknown): value is HelloOk {
  if (!isJsonObject(value) || value['type'] !== 'hello-ok') return false;
  const { policy, features, auth } = value;
  return (
    isJsonObject(policy) &&
    typeof policy['tickIntervalMs'] === 'number' &&
    policy['tickIntervalMs'] > 0 &&
    isJsonObject(features) &&
    Array.isArray(features['methods']) &&
    isJsonObject(auth)
  );
}
