// Everything about nodes, put together: who is connected, what they may do, what they run for others and what they tell.

import { randomUUID } from 'node:crypto';
import { errorText, type Logger } from '../../shared/logger.ts';
import type {
  NodeEventResult,
  NodeInvokeParams,
  NodeInvokeResult,
  NodeInvokeResultParams,
} from '../../shared/protocol/nodes.ts';
import type { Clock } from '../../shared/time.ts';
import type { Devices } from '../auth/devices.ts';
import type { Manager } from '../auth/device-authority.ts';
import type { Principal } from '../auth/principal.ts';
import type { EventBus } from '../event-bus.ts';
import type { NotificationService } from '../notifications/notification-service.ts';
import type { Peers } from '../peers.ts';
import type { Store } from '../store/open-store.ts';
import { createNodesRepository } from '../store/repositories/nodes.ts';
import { createPairingRequestsRepository } from '../store/repositories/pairing-requests.ts';
import { createNodeCatalog, type NodeCatalog } from './node-catalog.ts';
import { createNodeEvents } from './node-events.ts';
import { createNodeInvocations, notConnected } from './node-invocations.ts';
import { createNodePairing, type NodePairing } from './node-pairing.ts';
import { forwardedParams, needsInvocable, needsOffered, type CommandRules } from './node-policy.ts';
import { createNodeSessions } from './node-sessions.ts';

export interface Nodes {
  readonly pairing: NodePairing;
  readonly catalog: NodeCatalog;
  /** A connection was established, or ended; others than nodes' are passed over. */
  connected(connectionId: string, principal: Principal): void;
  disconnected(connectionId: string): void;
  /** @throws GatewayError `unavailable` (not connected, gone, too late), `invalid-request` (not allowed) */
  invoke(params: NodeInvokeParams): Promise<NodeInvokeResult>;
  /**
   * Reads or replaces what a node's own person allows there; for the methods of that name alone, never for `node.invoke`.
   * @throws GatewayError like `invoke`
   */
  execApprovals(nodeId: string, action: 'get' | 'set', params: unknown): Promise<NodeInvokeResult>;
  /** @returns whether somebody waited for it */
  answer(connectionId: string, answer: NodeInvokeResultParams): boolean;
  tells(connectionId: string, event: string, payload: unknown): Promise<NodeEventResult>;
  /** Asks again for what a connected node offers. */
  request(nodeId: string): ReturnType<NodePairing['ask']>;
  remove(manager: Manager, nodeId: string): Promise<{ nodeId: string }>;
  /** A device may be a node no more: what was approved ends with that. Inside `store.write`. */
  roleEnded(deviceId: string, role: string): void;
  start(): void;
  stop(): Promise<void>;
}

export function createNodes(deps: {
  readonly store: Store;
  readonly clock: Clock;
  readonly bus: EventBus;
  readonly notifications: NotificationService;
  readonly peers: Peers;
  readonly devices: Devices;
  readonly rules: () => CommandRules;
  readonly log: Logger;
}): Nodes {
  const { store, clock, peers, devices, rules, log } = deps;
  const repository = createNodesRepository(store);
  const sessions = createNodeSessions();
  let stopped = false;
  const invocations = createNodeInvocations({ peers, clock });
  const failedWith = (what: string) => (error: unknown) => {
    log.error(what, { error: errorText(error) });
  };
  const pairing = createNodePairing({
    ...deps,
    repository,
    requests: createPairingRequestsRepository(store, 'node_pairing_requests'),
    isPaired: (nodeId) => devices.tokens.live(nodeId, 'node') !== undefined,
    isConnected: (nodeId) => sessions.current(nodeId) !== undefined,
    tellNode: (event) => {
      const session = sessions.current(event.nodeId);
      if (session !== undefined) peers.tell(session.connectionId, 'node.pair.resolved', event);
    },
    onFailure: failedWith('requests of nodes could not be cleared up'),
  });
  const events = createNodeEvents({ ...deps, repository, pairing });
  const catalog = createNodeCatalog({
    repository,
    sessions,
    pairing,
    labelOf: (nodeId) => devices.service.labelOf(nodeId),
  });

  return {
    pairing,
    catalog,

    connected: (connectionId, { role, device, node }) => {
      if (role !== 'node' || device === undefined || node === undefined) return;
      const session = {
        nodeId: device.id,
        connectionId,
        declaration: node,
        connectedAt: clock.now(),
        activity: undefined,
        hostStats: undefined,
      };
      sessions.add(session);
      pairing.connected(session).catch(failedWith('a node could not be recorded'));
    },

    disconnected: (connectionId) => {
      invocations.abandon(connectionId);
      const ended = sessions.remove(connectionId);
      if (ended === undefined || stopped) return;
      pairing.left([ended.nodeId]).catch(failedWith('a node could not be recorded'));
    },

    invoke: async (asked) => {
      const { nodeId, command } = asked;
      const params = { ...asked, params: forwardedParams(command, asked.params) };
      const earlier = invocations.repeated(params);
      if (earlier !== undefined) return earlier;
      const session = sessions.current(nodeId);
      if (session === undefined) throw notConnected();
      needsInvocable(command, session.declaration.surface, pairing.approvedSurface(nodeId), rules());
      return invocations.run(session, params);
    },

    execApprovals: async (nodeId, action, params) => {
      const session = sessions.current(nodeId);
      if (session === undefined) throw notConnected();
      const command = `system.execApprovals.${action}`;
      needsOffered(command, session.declaration.surface, pairing.approvedSurface(nodeId), rules());
      return invocations.run(session, { nodeId, command, params, idempotencyKey: randomUUID() });
    },

    answer: (connectionId, answer) => invocations.settle(connectionId, answer),

    tells: async (connectionId, event, payload) => {
      const session = sessions.byConnection(connectionId);
      if (session === undefined) return { ok: true, event, handled: false, reason: 'stale_connection' };
      return events.receive(session, event, payload);
    },

    request: async (nodeId) => {
      const session = sessions.current(nodeId);
      if (session === undefined) throw notConnected();
      return pairing.ask(session);
    },

    remove: async (manager, nodeId) => {
      await devices.service.removeRole(manager, nodeId, 'node');
      pairing.removed(nodeId);
      return { nodeId };
    },

    roleEnded: (deviceId, role) => {
      if (role === 'node') repository.remove(deviceId);
    },

    start: () => {
      pairing.start();
    },
    stop: async () => {
      stopped = true;
      await pairing.stop();
      const connected = sessions.list().map(({ nodeId }) => nodeId);
      await pairing.left(connected).catch(failedWith('nodes could not be recorded'));
    },
  };
}
