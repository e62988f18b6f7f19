// A connection to a gateway in the native dialect: waits for the challenge, connects, matches answers to requests, notices
// silence, and comes back with backoff. Runs in browsers, Node and Electron; everything of the host is passed in.

import { backoffDelay, type BackoffPolicy } from '../shared/backoff.ts';
import { PROTOCOL_MAX, PROTOCOL_MIN } from '../shared/brand.ts';
import { CloseCode } from '../shared/close-codes.ts';
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
import { SECOND, type Clock, type TimerHandle } from '../shared/time.ts';
import { NoAnswerError, RequestError } from './client-error.ts';
import { PendingRequests } from './pending-requests.ts';
import type { SocketFactory, SocketLike } from './socket.ts';

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

export interface ConnectionOptions {
  readonly access: () => Promise<GatewayAccess>;
  readonly createSocket: SocketFactory;
  readonly client: ClientInfo;
  readonly scopes: readonly string[];
  readonly caps?: readonly string[];
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** A string that no other request has. */
  readonly newId: () => string;
  readonly log: Logger;
  readonly backoff?: BackoffPolicy;
}

interface ConnectionEvents extends GatewayEvents {
  state: ConnectionState;
}

const DEFAULT_BACKOFF: BackoffPolicy = { baseMs: SECOND, maxMs: 30 * SECOND, jitter: 0.3 };
const CONNECT_TIMEOUT = 10 * SECOND;
const REQUEST_TIMEOUT = 30 * SECOND;

export class GatewayConnection {
  readonly #options: ConnectionOptions;
  readonly #events: Emitter<ConnectionEvents>;
  readonly #pending: PendingRequests;
  #state: ConnectionState = { status: 'stopped' };
  #socket: SocketLike | undefined;
  #attempt = 0;
  #retry: TimerHandle | undefined;
  #watchdog: TimerHandle | undefined;
  #lastHeard = 0;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#events = new Emitter((error, event) => {
      options.log.error('a listener failed', { event, error: errorText(error) });
    });
    this.#pending = new PendingRequests(options.clock);
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Connects and stays connected until `stop`. */
  start(): void {
    if (this.#state.status !== 'stopped') return;
    this.#attempt = 0;
    this.#connect();
  }

  stop(): void {
    this.#clearTimers();
    this.#setState({ status: 'stopped' });
    this.#socket?.close(CloseCode.normal, '');
    this.#socket = undefined;
    this.#pending.rejectAll(new NoAnswerError('The connection was closed.'));
  }

  /** Tries again now, also after a refusal. */
  retryNow(): void {
    if (this.#state.status !== 'waiting' && this.#state.status !== 'refused') return;
    this.#attempt = 0;
    this.#connect();
  }

  on<Name extends GatewayEventName>(
    event: Name,
    listener: (payload: GatewayEvents[Name]) => void,
  ): Unsubscribe {
    return this.#events.on(event, listener);
  }

  /** Called with every change of state. */
  onState(listener: (state: ConnectionState) => void): Unsubscribe {
    return this.#events.on('state', listener);
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
    await this.#connected(timeoutMs);
    return (await this.#send(method, params, timeoutMs)) as MethodResult<Name>;
  }

  #send(method: string, params: unknown, timeoutMs: number): Promise<unknown> {
    const id = this.#options.newId();
    const answer = this.#pending.add(id, method, timeoutMs);
    try {
      this.#socket?.send(JSON.stringify({ type: 'req', id, method, params: params ?? {} }));
    } catch (error) {
      this.#pending.reject(id, new NoAnswerError(errorText(error)));
    }
    return answer;
  }

  #connected(timeoutMs: number): Promise<void> {
    if (this.#state.status === 'connected') return Promise.resolve();
    if (this.#state.status === 'stopped')
      return Promise.reject(new NoAnswerError('The connection is closed.'));
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

  #connect(): void {
    this.#clearTimers();
    this.#setState({ status: 'connecting' });
    this.#options
      .access()
      .then((access) => {
        if (this.#state.status === 'connecting') this.#open(access);
      })
      .catch((error: unknown) => {
        this.#lost(errorText(error));
      });
  }

  #open(access: GatewayAccess): void {
    const socket = this.#options.createSocket(access.url);
    const current = (): boolean => this.#socket === socket;
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      if (current() && typeof data === 'string') this.#receive(data, access);
    });
    socket.addEventListener('close', ({ code, reason }) => {
      if (!current()) return;
      this.#socket = undefined;
      this.#lost(reason === '' ? `The connection was closed (${code}).` : reason);
    });
    // Always followed by `close`, which says more.
    socket.addEventListener('error', () => undefined);
    this.#watch(CONNECT_TIMEOUT, 'The gateway did not answer in time.');
  }

  #receive(text: string, access: GatewayAccess): void {
    this.#lastHeard = this.#options.clock.now();
    const frame = parseJson(text);
    if (!isJsonObject(frame)) return;
    if (frame['type'] === 'res') this.#answer(frame);
    else if (frame['type'] === 'event' && typeof frame['event'] === 'string')
      this.#event(frame['event'], frame, access);
  }

  #answer(frame: JsonObject): void {
    const { id, ok, payload, error } = frame;
    if (typeof id !== 'string') return;
    if (ok === true) this.#pending.resolve(id, payload);
    else this.#pending.reject(id, toRequestError(error));
  }

  #event(name: string, frame: JsonObject, access: GatewayAccess): void {
    const { payload } = frame;
    if (name === 'connect.challenge') {
      if (this.#state.status === 'connecting') void this.#authenticate(payload as ConnectChallenge, access);
      return;
    }
    // Listeners exist only for events that we know; others find nobody.
    this.#events.emit(name as GatewayEventName, payload as GatewayEvents[GatewayEventName]);
  }

  async #authenticate(challenge: ConnectChallenge, access: GatewayAccess): Promise<void> {
    const socket = this.#socket;
    try {
      const { client, scopes, caps } = this.#options;
      const params: ConnectParams = {
        minProtocol: PROTOCOL_MIN,
        maxProtocol: PROTOCOL_MAX,
        client,
        role: 'operator',
        scopes,
        ...(caps === undefined ? {} : { caps }),
        ...(access.auth === undefined ? {} : { auth: access.auth }),
      };
      const device = await access.prove?.(challenge, params);
      const hello = await this.#send(
        'connect',
        device === undefined ? params : { ...params, device },
        CONNECT_TIMEOUT,
      );
      if (this.#socket !== socket) return;
      this.#accept(hello);
    } catch (error) {
      if (this.#socket === socket) this.#turnedAway(error);
    }
  }

  #accept(hello: unknown): void {
    if (!isHello(hello)) {
      this.#drop('The gateway answered in a form that is not understood.');
      return;
    }
    this.#attempt = 0;
    this.#setState({ status: 'connected', hello });
    const silence = hello.policy.tickIntervalMs * 2;
    const check = (): void => {
      const heardAgo = this.#options.clock.now() - this.#lastHeard;
      if (heardAgo >= silence) this.#drop('Nothing was heard from the gateway for too long.');
      else this.#watchdog = this.#options.clock.schedule(silence - heardAgo, check);
    };
    this.#clearTimers();
    this.#watchdog = this.#options.clock.schedule(silence, check);
  }

  #turnedAway(error: unknown): void {
    const final = error instanceof RequestError && !error.retryable && !TRY_AGAIN.has(error.detailCode);
    if (!final) {
      this.#drop(errorText(error));
      return;
    }
    this.#clearTimers();
    const socket = this.#socket;
    this.#socket = undefined;
    this.#setState({ status: 'refused', error });
    socket?.close(CloseCode.normal, '');
  }

  #drop(reason: string): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close(CloseCode.tickTimeout, '');
    this.#lost(reason);
  }

  #lost(reason: string): void {
    if (this.#state.status === 'stopped' || this.#state.status === 'refused') return;
    this.#clearTimers();
    this.#pending.rejectAll(new NoAnswerError(reason));
    const { clock, random, backoff = DEFAULT_BACKOFF } = this.#options;
    const delay = backoffDelay(backoff, this.#attempt, random());
    this.#attempt += 1;
    this.#setState({ status: 'waiting', retryAtMs: clock.now() + delay, reason });
    this.#retry = clock.schedule(delay, () => {
      this.#connect();
    });
  }

  #watch(timeoutMs: number, reason: string): void {
    this.#watchdog = this.#options.clock.schedule(timeoutMs, () => {
      this.#drop(reason);
    });
  }

  #clearTimers(): void {
    if (this.#retry !== undefined) this.#options.clock.cancel(this.#retry);
    if (this.#watchdog !== undefined) this.#options.clock.cancel(this.#watchdog);
    this.#retry = undefined;
    this.#watchdog = undefined;
  }

  #setState(state: ConnectionState): void {
    this.#state = state;
    this.#events.emit('state', state);
  }
}

/** A single-use credential that came too late is replaced by the next attempt. */
const TRY_AGAIN = new Set(['AUTH_BOOTSTRAP_TOKEN_INVALID']);

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
