// A gateway in memory that speaks the native protocol over fake sockets, so that the real connection and the real stores
// run in the tests. It keeps messages, jobs and notifications the way the real one does.

import type { SocketLike } from '../../../src-main/client/socket.ts';
import type { ChatEvent, ChatMessage, InFlightRun } from '../../../src-main/shared/protocol/chat.ts';
import type { CronJob } from '../../../src-main/shared/protocol/cron.ts';
import type { GatewayEventName, GatewayEvents } from '../../../src-main/shared/protocol/events.ts';
import type { RequestFrame } from '../../../src-main/shared/protocol/frames.ts';
import type { MethodName, MethodParams, MethodResult } from '../../../src-main/shared/protocol/methods.ts';
import type { InboxNotification } from '../../../src-main/shared/protocol/notifications.ts';
import type { SessionRow } from '../../../src-main/shared/protocol/sessions.ts';
import { defaultHandlers } from './fake-methods.ts';
import { FakeSocket } from './fake-socket.ts';
import { helloOk } from './samples.ts';

export type Handlers = {
  [Name in MethodName]?: (
    params: NonNullable<MethodParams<Name>>,
  ) => MethodResult<Name> | Promise<MethodResult<Name>>;
};

/** What a handler throws to refuse a request. */
export class Refusal extends Error {
  readonly code: string;
  readonly details: object | undefined;

  constructor(code: string, message: string, details?: object) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

type EndState = 'final' | 'aborted' | 'error';

export class FakeGateway {
  readonly messages = new Map<string, ChatMessage[]>();
  readonly rows = new Map<string, SessionRow>();
  readonly inFlight = new Map<string, InFlightRun>();
  jobs: CronJob[] = [];
  notifications: InboxNotification[] = [];
  readonly requests: { readonly method: string; readonly params: Record<string, unknown> }[] = [];
  readonly handlers: Handlers;
  /** Off: nobody answers at its address. */
  online = true;
  /** Refuses the connect with this message. */
  refusal: string | undefined;
  readonly #sockets = new Set<FakeSocket>();
  readonly #seq = new Map<string, number>();

  constructor() {
    this.handlers = defaultHandlers(this);
  }

  readonly createSocket = (): SocketLike => {
    const socket = new FakeSocket((text) => void this.#answer(socket, JSON.parse(text) as RequestFrame));
    queueMicrotask(() => {
      if (this.online) {
        this.#sockets.add(socket);
        socket.deliver({ type: 'event', event: 'connect.challenge', payload: { nonce: 'n', ts: 0 } });
      } else {
        socket.close(1006);
      }
    });
    return socket;
  };

  /** How often a method was called. */
  count(method: MethodName | 'connect'): number {
    return this.requests.filter((request) => request.method === method).length;
  }

  emit<Name extends GatewayEventName>(event: Name, payload: GatewayEvents[Name]): void {
    for (const socket of this.#sockets) socket.deliver({ type: 'event', event, payload });
  }

  /** Cuts every connection. */
  drop(): void {
    for (const socket of this.#sockets) socket.close(1006);
    this.#sockets.clear();
  }

  /** Appends a message and tells the window, unless `silent`. */
  append(key: string, message: Omit<ChatMessage, 'timestamp' | '__openclaw'>, silent = false): ChatMessage {
    const list = this.messages.get(key) ?? [];
    const seq = list.length + 1;
    const timestamp = Date.now();
    const stored: ChatMessage = {
      timestamp,
      ...message,
      __openclaw: { id: `${key}#${seq}`, seq, recordTimestampMs: timestamp },
    };
    this.messages.set(key, [...list, stored]);
    if (!silent) this.emit('session.message', { sessionKey: key, agentId: 'main', message: stored });
    return stored;
  }

  status(key: string, runId: string): void {
    this.#chat(key, runId, { state: 'status', phase: 'starting_model' });
  }

  /** @param whole everything said so far */
  delta(key: string, runId: string, whole: string): void {
    this.inFlight.set(key, { runId, text: whole, startedAtMs: Date.now(), status: 'running' });
    const message: ChatMessage = {
      role: 'assistant',
      content: [{ type: 'text', text: whole }],
      timestamp: Date.now(),
    };
    this.#chat(key, runId, { state: 'delta', deltaText: whole, message });
  }

  /** Ends a run the way the gateway does: the end first, then the stored messages. */
  end(key: string, runId: string, state: EndState, said: Partial<ChatMessage> = {}): void {
    this.inFlight.delete(key);
    const stopReason = { final: 'stop', aborted: 'aborted', error: 'error' }[state];
    const stored = this.append(key, { role: 'assistant', content: [], stopReason, ...said, runId }, true);
    if (state === 'error') {
      this.#chat(key, runId, { state, message: stored, errorMessage: stored.errorMessage ?? '' });
    } else {
      this.#chat(key, runId, { state, message: stored });
    }
    this.emit('session.message', { sessionKey: key, agentId: 'main', message: stored });
  }

  #chat(key: string, runId: string, body: object): void {
    const seq = (this.#seq.get(runId) ?? 0) + 1;
    this.#seq.set(runId, seq);
    this.emit('chat', { runId, sessionKey: key, seq, ...body } as ChatEvent);
  }

  async #answer(socket: FakeSocket, { id, method, params }: RequestFrame): Promise<void> {
    const sent = (params ?? {}) as Record<string, unknown>;
    this.requests.push({ method, params: sent });
    try {
      const payload = await this.#handle(method, sent);
      socket.deliver({ type: 'res', id, ok: true, payload });
    } catch (error) {
      const { code, details } =
        error instanceof Refusal ? error : { code: 'UNAVAILABLE', details: undefined };
      const { message } = error as Error;
      socket.deliver({ type: 'res', id, ok: false, error: { code, message, details } });
    }
  }

  async #handle(method: string, params: Record<string, unknown>): Promise<unknown> {
    if (method === 'connect') {
      if (this.refusal !== undefined) throw new Refusal('FORBIDDEN', this.refusal);
      return helloOk(Object.keys(this.handlers));
    }
    const handler = this.handlers[method as MethodName] as ((params: unknown) => unknown) | undefined;
    if (handler === undefined) throw new Refusal('INVALID_REQUEST', `unknown method: ${method}`);
    return handler(params);
  }
}
