// Commands that nodes run for operators: sent to the node's connection, answered by that connection, or ended by time or
// by the node's going. The same idempotency key never runs a command twice.

import { createHash, randomUUID } from 'node:crypto';
import { GatewayError } from '../../shared/errors.ts';
import { parseJson } from '../../shared/json.ts';
import type {
  NodeInvokeParams,
  NodeInvokeResult,
  NodeInvokeResultParams,
} from '../../shared/protocol/nodes.ts';
import { MINUTE, SECOND, type Clock, type TimerHandle } from '../../shared/time.ts';
import { plainText } from '../../shared/plain-text.ts';
import type { Peers } from '../peers.ts';
import type { NodeSession } from './node-sessions.ts';

export interface NodeInvocations {
  /**
   * Runs a command that may be invoked; the caller checked that.
   * @throws GatewayError `unavailable` when the node does not answer, goes, or says that it failed
   */
  run(session: NodeSession, params: NodeInvokeParams): Promise<NodeInvokeResult>;
  /** @returns whether somebody waited for this answer of this connection */
  settle(connectionId: string, answer: NodeInvokeResultParams): boolean;
  /** The connection is gone: its commands will not be answered any more. */
  abandon(connectionId: string): void;
  /** A command that was started with this key before. */
  repeated(params: NodeInvokeParams): Promise<NodeInvokeResult> | undefined;
}

const DEFAULT_TIMEOUT = 30 * SECOND;
const MAX_TIMEOUT = 10 * MINUTE;
const MAX_PENDING_PER_NODE = 256;
/** OpenClaw's bounds for keys. */
const KEY_LIFETIME = 5 * MINUTE;
const MAX_KEYS = 1_000;
/** Longer results are not kept for a caller that asks again, characters. */
const MAX_KEPT_RESULT = 65_536;
const MAX_NODE_MESSAGE = 500;

interface Pending {
  readonly nodeId: string;
  readonly connectionId: string;
  readonly command: string;
  readonly timer: TimerHandle;
  readonly resolve: (result: NodeInvokeResult) => void;
  readonly reject: (error: GatewayError) => void;
}

interface Remembered {
  /** Hash of the command and its params. */
  readonly asked: string;
  readonly at: number;
  /** `undefined` when it was too long to keep. */
  result: Promise<NodeInvokeResult> | undefined;
}

export function createNodeInvocations(deps: {
  readonly peers: Peers;
  readonly clock: Clock;
}): NodeInvocations {
  const { peers, clock } = deps;
  const pending = new Map<string, Pending>();
  const keys = new Map<string, Remembered>();

  const keyOf = ({ nodeId, idempotencyKey }: NodeInvokeParams): string => `${nodeId} ${idempotencyKey}`;

  function forgetOldKeys(): void {
    for (const [key, { at }] of keys) {
      if (keys.size <= MAX_KEYS && clock.now() - at < KEY_LIFETIME) return;
      keys.delete(key);
    }
  }

  function take(id: string): Pending | undefined {
    const call = pending.get(id);
    if (call === undefined) return undefined;
    pending.delete(id);
    clock.cancel(call.timer);
    return call;
  }

  function send(session: NodeSession, params: NodeInvokeParams): Promise<NodeInvokeResult> {
    const { nodeId, connectionId } = session;
    const id = randomUUID();
    const timeoutMs = timeoutOf(params.timeoutMs);
    const result = new Promise<NodeInvokeResult>((resolve, reject) => {
      const timer = clock.schedule(timeoutMs, () => {
        if (take(id) === undefined) return;
        peers.tell(connectionId, 'node.invoke.cancel', { invokeId: id, nodeId });
        reject(failed('TIMEOUT', `node invoke timed out (after ${timeoutMs} ms)`));
      });
      pending.set(id, { nodeId, connectionId, command: params.command, timer, resolve, reject });
      const sent = peers.tell(connectionId, 'node.invoke.request', {
        id,
        nodeId,
        command: params.command,
        ...(params.params === undefined ? {} : { paramsJSON: JSON.stringify(params.params) }),
        timeoutMs,
        idempotencyKey: params.idempotencyKey,
      });
      if (!sent && take(id) !== undefined) reject(notConnected());
    });
    // Without a request the node has run nothing, and the key may be used again.
    if (pending.has(id)) remember(params, result);
    return result;
  }

  function remember(params: NodeInvokeParams, result: Promise<NodeInvokeResult>): void {
    const entry: Remembered = { asked: fingerprint(params), at: clock.now(), result };
    keys.set(keyOf(params), entry);
    forgetOldKeys();
    result.then(
      ({ payload, payloadJSON }) => {
        const length = payloadJSON?.length ?? JSON.stringify(payload ?? null).length;
        if (length > MAX_KEPT_RESULT) entry.result = undefined;
      },
      () => undefined,
    );
  }

  return {
    run: (session, params) => {
      const open = [...pending.values()].filter(({ nodeId }) => nodeId === session.nodeId).length;
      if (open >= MAX_PENDING_PER_NODE) {
        throw new GatewayError('unavailable', 'The node is busy: too many commands wait for its answer.', {
          retryable: true,
          retryAfterMs: SECOND,
        });
      }
      return send(session, params);
    },

    repeated: (params) => {
      forgetOldKeys();
      const known = keys.get(keyOf(params));
      if (known === undefined) return undefined;
      if (known.asked !== fingerprint(params)) {
        throw new GatewayError(
          'invalid-request',
          'This idempotencyKey was used for another command. Use a new key for every command.',
        );
      }
      if (known.result !== undefined) return known.result;
      throw failed('RESULT_NOT_KEPT', 'The command was run, but its result was too long to be kept.');
    },

    settle: (connectionId, answer) => {
      const known = pending.get(answer.id);
      // Only the connection that was asked may answer: not another node, not an older connection.
      if (known?.connectionId !== connectionId || known.nodeId !== answer.nodeId) return false;
      const call = take(answer.id);
      if (call === undefined) return false;
      if (answer.ok) call.resolve(resultOf(call, answer));
      else call.reject(nodeFailed(answer));
      return true;
    },

    abandon: (connectionId) => {
      for (const [id, call] of [...pending]) {
        if (call.connectionId !== connectionId) continue;
        take(id);
        call.reject(failed('DISCONNECTED', `node disconnected (${call.command})`));
      }
    },
  };
}

export function notConnected(): GatewayError {
  return failed('NOT_CONNECTED', 'node not connected');
}

function failed(code: string, message: string): GatewayError {
  return new GatewayError('unavailable', message, { details: { code } });
}

function nodeFailed({ error }: NodeInvokeResultParams): GatewayError {
  const code = plainText(error?.code);
  const message = plainText(error?.message, MAX_NODE_MESSAGE) ?? 'node invoke failed';
  return new GatewayError('unavailable', message, {
    details: { code: 'NODE_ERROR', nodeError: { ...(code === undefined ? {} : { code }), message } },
  });
}

function resultOf(
  { nodeId, command }: Pending,
  { payload, payloadJSON }: NodeInvokeResultParams,
): NodeInvokeResult {
  if (typeof payloadJSON !== 'string') return { ok: true, nodeId, command, payload, payloadJSON: null };
  // What is not JSON is passed on as it is.
  const parsed = parseJson(payloadJSON);
  return { ok: true, nodeId, command, payload: parsed === undefined ? { payloadJSON } : parsed, payloadJSON };
}

/** OpenClaw takes 0 for «as long as it takes»; here even that ends. */
function timeoutOf(wanted: number | undefined): number {
  if (wanted === undefined) return DEFAULT_TIMEOUT;
  return wanted === 0 ? MAX_TIMEOUT : Math.min(wanted, MAX_TIMEOUT);
}

function fingerprint({ command, params }: NodeInvokeParams): string {
  return createHash('sha256')
    .update(JSON.stringify([command, params ?? null]))
    .digest('base64');
}
