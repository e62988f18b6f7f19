// node.*: nodes, what they may do, the commands that they run, and what they tell.

import * as z from 'zod/mini';
import { managerOf } from '../auth/device-authority.ts';
import { missingScope } from '../auth/auth-errors.ts';
import type { DeviceService } from '../auth/device-service.ts';
import type { DeviceTokens } from '../auth/device-tokens.ts';
import type { Principal } from '../auth/principal.ts';
import { GatewayError } from '../../shared/errors.ts';
import type { KnownNode } from '../../shared/protocol/nodes.ts';
import { grants } from '../../shared/protocol/scopes.ts';
import { scopeToInvoke } from '../nodes/node-policy.ts';
import type { Nodes } from '../nodes/nodes.ts';
import { defineMethod, type Method } from './method.ts';

const optional = z.exactOptional;
const id = z.string().check(z.minLength(1), z.maxLength(256));
const text = z.string().check(z.maxLength(1_024));
const command = z.string().check(z.minLength(1), z.maxLength(256));
const nothing = z.strictObject({});

export interface NodeMethodDeps {
  readonly nodes: Nodes;
  readonly devices: DeviceService;
  readonly tokens: Pick<DeviceTokens, 'verify'>;
  readonly now: () => number;
}

export function nodeMethods(deps: NodeMethodDeps): readonly Method[] {
  return [...pairingMethods(deps), ...operatorMethods(deps), ...roleMethods(deps.nodes)];
}

function pairingMethods({ nodes, devices, tokens }: NodeMethodDeps): readonly Method[] {
  const scope = 'operator.pairing';
  return [
    defineMethod({
      name: 'node.pair.list',
      scope,
      params: nothing,
      handle: () => nodes.pairing.list(),
    }),
    // What is asked for is what the node itself offered; nobody can ask in its name for more.
    defineMethod({
      name: 'node.pair.request',
      scope,
      params: z.looseObject({ nodeId: id }),
      handle: async ({ nodeId }) => ({ status: 'pending', ...(await nodes.request(nodeId)) }),
    }),
    defineMethod({
      name: 'node.pair.approve',
      scope,
      params: z.strictObject({ requestId: id }),
      handle: ({ requestId }, { principal }) => nodes.pairing.approve(managerOf(principal), requestId),
    }),
    defineMethod({
      name: 'node.pair.reject',
      scope,
      params: z.strictObject({ requestId: id }),
      handle: ({ requestId }) => nodes.pairing.reject(requestId),
    }),
    defineMethod({
      name: 'node.pair.verify',
      scope,
      params: z.strictObject({ nodeId: id, token: id }),
      handle: ({ nodeId, token }) => ({ ok: tokens.verify(nodeId, 'node', token) !== undefined }),
    }),
    defineMethod({
      name: 'node.pair.remove',
      scope,
      params: z.strictObject({ nodeId: id }),
      handle: ({ nodeId }, { principal }) => nodes.remove(managerOf(principal), nodeId),
    }),
    defineMethod({
      name: 'node.rename',
      scope,
      params: z.strictObject({ nodeId: id, displayName: text.check(z.minLength(1)) }),
      handle: async ({ nodeId, displayName }, { principal }) => {
        if (nodes.catalog.find(nodeId) === undefined) throw unknownNode();
        const { label } = await devices.rename(managerOf(principal), nodeId, displayName);
        return { nodeId, displayName: label };
      },
    }),
  ];
}

function operatorMethods({ nodes, now }: NodeMethodDeps): readonly Method[] {
  return [
    defineMethod({
      name: 'node.list',
      scope: 'operator.read',
      params: nothing,
      handle: (_params, { principal }) => ({
        ts: now(),
        nodes: nodes.catalog.list().map((node) => visibleTo(principal, node)),
      }),
    }),
    defineMethod({
      name: 'node.describe',
      scope: 'operator.read',
      params: z.strictObject({ nodeId: id }),
      handle: ({ nodeId }, { principal }) => {
        const node = nodes.catalog.find(nodeId);
        if (node === undefined) throw unknownNode();
        return { ts: now(), ...visibleTo(principal, node) };
      },
    }),
    defineMethod({
      name: 'node.invoke',
      scope: 'operator.write',
      params: z.strictObject({
        nodeId: id,
        command,
        params: optional(z.unknown()),
        timeoutMs: optional(z.int().check(z.gte(0))),
        idempotencyKey: id,
        sessionKey: optional(text.check(z.minLength(1))),
        turnSourceChannel: optional(text),
        turnSourceTo: optional(text),
        turnSourceAccountId: optional(text),
        turnSourceThreadId: optional(z.union([text, z.number()])),
      }),
      handle: (params, { principal }) => {
        const scope = scopeToInvoke(params.command);
        if (scope !== undefined && !grants(principal.scopes, scope)) throw missingScope(scope);
        return nodes.invoke(params);
      },
    }),
  ];
}

/** What only nodes call. */
function roleMethods(nodes: Nodes): readonly Method[] {
  const role = 'node';
  return [
    defineMethod({
      name: 'node.invoke.result',
      role,
      scope: undefined,
      params: z.strictObject({
        id,
        nodeId: id,
        ok: z.boolean(),
        payload: optional(z.unknown()),
        // OpenClaw’s older nodes write null for what they leave out.
        payloadJSON: optional(z.nullable(z.string())),
        error: optional(
          z.nullable(
            z.strictObject({
              code: optional(z.string().check(z.minLength(1))),
              message: optional(z.string().check(z.minLength(1))),
            }),
          ),
        ),
      }),
      handle: (answer, { principal, connectionId }) => {
        if (answer.nodeId !== principal.device?.id)
          throw new GatewayError('invalid-request', 'nodeId mismatch: a node answers only for itself');
        // An answer that comes too late is nobody's fault.
        return nodes.answer(connectionId, answer) ? { ok: true } : { ok: true, ignored: true };
      },
    }),
    defineMethod({
      name: 'node.event',
      role,
      scope: undefined,
      params: z.strictObject({
        event: z.string().check(z.minLength(1), z.maxLength(128)),
        payload: optional(z.unknown()),
        payloadJSON: optional(z.nullable(z.string())),
      }),
      handle: ({ event, payload, payloadJSON }, { connectionId }) =>
        nodes.tells(connectionId, event, payloadJSON ?? payload),
    }),
  ];
}

/** A waiting request is for those who may decide about it, and for the node's own person. */
function visibleTo({ scopes, device }: Principal, node: KnownNode): KnownNode {
  if (grants(scopes, 'operator.pairing') || device?.id === node.nodeId) return node;
  const { pendingRequestId: _hidden, ...rest } = node;
  return rest;
}

function unknownNode(): GatewayError {
  return new GatewayError('not-found', 'unknown nodeId');
}
