// A connection to a gateway in the role node: says what this computer offers, runs what is invoked, and answers. What is
// offered and what running means are decided elsewhere.

import { errorText } from '../shared/logger.ts';
import { isJsonObject, parseJson } from '../shared/json.ts';
import {
  NodeCallError,
  type NodeConnection,
  type NodeConnectionState,
  type NodeDialer,
  type NodeDialOptions,
} from '../shared/node-dial.ts';
import type { NodeInvokeResultParams } from '../shared/protocol/nodes.ts';
import { VERSION } from '../shared/brand.ts';
import { MINUTE, SECOND, type TimerHandle } from '../shared/time.ts';
import { GatewayConnection, type ConnectionState } from './connection.ts';
import type { SocketLike } from './socket.ts';

/** More at once are refused: nobody here asked for them. */
const MAX_CALLS = 32;
const DEFAULT_TIMEOUT = 30 * SECOND;
const MAX_TIMEOUT = 30 * MINUTE;
/** How often it is asked whether somebody has let this computer in. */
const ASK_AGAIN = 10 * SECOND;
const MAX_PAYLOAD = 16 * 1024 * 1024;

export interface NodeDialerHost {
  readonly createSocket: (url: string, certificate: string | undefined) => SocketLike;
  readonly random: () => number;
  readonly newId: () => string;
  readonly platform: string;
}

/** What is invoked, as far as it can be made out. */
interface Invocation {
  readonly id: string;
  readonly nodeId: string;
  readonly command: string;
  readonly paramsJSON: string | undefined;
  readonly timeoutMs: number;
}

export function createNodeDialer(host: NodeDialerHost): NodeDialer {
  return (options) => dial(host, options);
}

function dial(host: NodeDialerHost, options: NodeDialOptions): NodeConnection {
  const { url, certificate, offer, clock, log } = options;
  const calls = new Map<string, Ending>();
  let askAgain: TimerHandle | undefined;
  let closed = false;

  const connection = new GatewayConnection({
    access: () =>
      Promise.resolve({
        url,
        auth: options.auth(),
        prove: (challenge, params) => Promise.resolve(options.prove(challenge, params)),
      }),
    createSocket: (address) => host.createSocket(address, certificate),
    client: {
      id: 'node-host',
      mode: 'node',
      version: VERSION,
      platform: host.platform,
      displayName: options.displayName,
    },
    role: 'node',
    scopes: [],
    caps: offer.caps,
    commands: offer.commands,
    permissions: offer.permissions,
    // A setup code that was refused stays refused.
    tryAgainAfter: new Set(),
    clock,
    random: host.random,
    newId: host.newId,
    log,
  });

  async function run(invocation: Invocation): Promise<void> {
    const { id, command } = invocation;
    if (calls.has(id)) return;
    if (calls.size >= MAX_CALLS) {
      await answer(invocation, failure(new NodeCallError('BUSY', 'This computer runs too many commands.')));
      return;
    }
    const ending = createEnding();
    calls.set(id, ending);
    const timer = clock.schedule(Math.min(invocation.timeoutMs, MAX_TIMEOUT), () => {
      ending.end(new NodeCallError('TIMEOUT', 'It took too long.'));
    });
    try {
      const params = paramsOf(invocation);
      const payload = await Promise.race([
        options.onCall({ command, params, onEnd: ending.onEnd }),
        ending.ended,
      ]);
      const payloadJSON = JSON.stringify(payload ?? null);
      if (payloadJSON.length > MAX_PAYLOAD)
        throw new NodeCallError('PAYLOAD_TOO_LARGE', 'The answer is too long to be sent.');
      await answer(invocation, { ok: true, payloadJSON });
    } catch (error) {
      // Nobody waits for it any more.
      if (!calls.has(id)) return;
      await answer(invocation, failure(error));
    } finally {
      clock.cancel(timer);
      calls.delete(id);
    }
  }

  async function answer(
    { id, nodeId, command }: Invocation,
    result: Omit<NodeInvokeResultParams, 'id' | 'nodeId'>,
  ): Promise<void> {
    try {
      await connection.request('node.invoke.result', { id, nodeId, ...result });
    } catch (error) {
      log.warn('an answer of this node was not taken', { command, error: errorText(error) });
    }
  }

  /** Nobody hears the answers any more. */
  function abandon(): void {
    const running = [...calls.values()];
    calls.clear();
    for (const one of running) one.end(new NodeCallError('CANCELLED', 'The connection is gone.'));
  }

  function onState(state: ConnectionState): void {
    if (closed) return;
    if (state.status !== 'connected') abandon();
    if (state.status === 'connected') {
      const { deviceToken } = state.hello.auth;
      if (deviceToken !== undefined) options.onToken(deviceToken);
    }
    const told = stateOf(state);
    if (told === undefined) return;
    options.onState(told);
    if (told.status !== 'pairing') return;
    askAgain = clock.schedule(ASK_AGAIN, () => {
      connection.retryNow();
    });
  }

  connection.onState(onState);
  connection.onEvent(({ event, payload }) => {
    if (event === 'node.invoke.request') {
      const invocation = invocationOf(payload);
      if (invocation !== undefined) void run(invocation);
    }
    if (event === 'node.invoke.cancel' && isJsonObject(payload)) {
      const id = String(payload['invokeId']);
      const ending = calls.get(id);
      calls.delete(id);
      ending?.end(new NodeCallError('CANCELLED', 'Nobody waits for it any more.'));
    }
  });
  connection.start();

  return {
    retryNow: () => {
      connection.retryNow();
    },
    close: () => {
      closed = true;
      if (askAgain !== undefined) clock.cancel(askAgain);
      connection.stop();
      abandon();
    },
  };
}

/** The end of a call that comes from elsewhere than from what runs. */
interface Ending {
  readonly onEnd: (listener: (why: NodeCallError) => void) => void;
  /** Rejects with the reason. */
  readonly ended: Promise<never>;
  end(why: NodeCallError): void;
}

function createEnding(): Ending {
  const listeners = new Set<(why: NodeCallError) => void>();
  let reason: NodeCallError | undefined;
  let reject: (why: NodeCallError) => void = () => undefined;
  const ended = new Promise<never>((_resolve, rejects) => {
    reject = rejects;
  });
  // It may end when nobody waits for this any more.
  ended.catch(() => undefined);
  return {
    ended,
    onEnd: (listener) => {
      if (reason === undefined) listeners.add(listener);
      else listener(reason);
    },
    end: (why) => {
      if (reason !== undefined) return;
      reason = why;
      reject(why);
      for (const listener of listeners) listener(why);
    },
  };
}

function stateOf(state: ConnectionState): NodeConnectionState | undefined {
  switch (state.status) {
    case 'connecting':
    case 'waiting':
      return state;
    case 'connected':
      return { status: 'connected' };
    case 'refused': {
      const { detailCode, details, message } = state.error;
      if (detailCode !== 'PAIRING_REQUIRED') return { status: 'refused', reason: message };
      const { requestId } = details;
      return { status: 'pairing', ...(typeof requestId === 'string' ? { requestId } : {}) };
    }
    case 'stopped':
      return undefined;
  }
}

function invocationOf(payload: unknown): Invocation | undefined {
  if (!isJsonObject(payload)) return undefined;
  const { id, nodeId, command, paramsJSON, timeoutMs } = payload;
  if (typeof id !== 'string' || typeof nodeId !== 'string' || typeof command !== 'string') return undefined;
  return {
    id,
    nodeId,
    command,
    paramsJSON: typeof paramsJSON === 'string' ? paramsJSON : undefined,
    timeoutMs: typeof timeoutMs === 'number' && timeoutMs > 0 ? timeoutMs : DEFAULT_TIMEOUT,
  };
}

function paramsOf({ paramsJSON }: Invocation): unknown {
  if (paramsJSON === undefined) return {};
  const params = parseJson(paramsJSON);
  if (params === undefined) throw new NodeCallError('INVALID_REQUEST', 'The params are no JSON.');
  return params;
}

function failure(error: unknown): Pick<NodeInvokeResultParams, 'ok' | 'error'> {
  const code = error instanceof NodeCallError ? error.code : 'UNAVAILABLE';
  return { ok: false, error: { code, message: errorText(error) || 'It failed.' } };
}
