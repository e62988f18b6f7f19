// What nodes may do: each offers a surface on connect, and somebody approves it once; what it offers later and nobody
// approved waits again. Owns the approved surfaces and the requests.

import { GatewayError } from '../../shared/errors.ts';
import type { PairingDecision } from '../../shared/protocol/devices.ts';
import type {
  NodeAbout,
  NodePairListResult,
  NodePairResolvedEvent,
  NodeSurface,
  PairedNode,
  PendingNode,
} from '../../shared/protocol/nodes.ts';
import type { Clock } from '../../shared/time.ts';
import { needsScopes, type Manager } from '../auth/device-authority.ts';
import { createPairingFiling, NOTHING_FILED, type FiledPairing } from '../auth/pairing-filing.ts';
import { createPendingRequests } from '../auth/pending-requests.ts';
import type { EventBus } from '../event-bus.ts';
import type { NotificationService } from '../notifications/notification-service.ts';
import { createRequestNotices } from '../notifications/request-notices.ts';
import type { NodeRecord, NodesRepository } from '../store/repositories/nodes.ts';
import type { PairingRequestsRepository } from '../store/repositories/pairing-requests.ts';
import type { Writer } from '../store/writer.ts';
import { offersMore, scopesToApprove } from './node-policy.ts';
import type { NodeSession } from './node-sessions.ts';

export interface NodePairing {
  list(): NodePairListResult;
  approvedSurface(nodeId: string): NodeSurface | undefined;
  pendingOf(nodeId: string): PendingNode | undefined;
  /** A node came: remembers it, and asks for the approval of what nobody approved yet. */
  connected(session: NodeSession): Promise<void>;
  /** Nodes went: from now on the time of their requests runs out. */
  left(nodeIds: readonly string[]): Promise<void>;
  /** Asks again for a node that is connected, after a rejection for example. */
  ask(session: NodeSession): Promise<{ request: PendingNode; created: boolean }>;
  /** @throws GatewayError `not-found` (unknown requestId), `forbidden` */
  approve(manager: Manager, requestId: string): Promise<{ requestId: string; node: PairedNode }>;
  reject(requestId: string): Promise<{ requestId: string; nodeId: string }>;
  /** Tells that a node was removed. */
  removed(nodeId: string): void;
  start(): void;
  stop(): Promise<void>;
}

type Filed = FiledPairing<PendingNode>;

export function createNodePairing(deps: {
  readonly repository: NodesRepository;
  readonly requests: PairingRequestsRepository<PendingNode>;
  readonly store: Writer;
  readonly clock: Clock;
  readonly bus: EventBus;
  readonly notifications: NotificationService;
  /** Whether a device may be a node. */
  readonly isPaired: (nodeId: string) => boolean;
  readonly isConnected: (nodeId: string) => boolean;
  /** Tells the node itself how its request ended. */
  readonly tellNode: (event: NodePairResolvedEvent) => void;
  readonly onFailure: (error: unknown) => void;
}): NodePairing {
  const { repository, store, clock, bus, notifications, isPaired, isConnected, tellNode } = deps;
  const requestNotices = createRequestNotices(deps);

  /** @param waitsOn something else of this node waits in its place */
  function resolved({ requestId, nodeId }: PendingNode, decision: PairingDecision, waitsOn = false): void {
    const event = { requestId, nodeId, decision, ts: clock.now() };
    bus.publish('node.pair.resolved', event);
    tellNode(event);
    if (waitsOn) return;
    requestNotices.over(requestId);
  }

  const pending = createPendingRequests<PendingNode>({
    repository: deps.requests,
    store,
    clock,
    // It asks as long as it is connected.
    stillAsking: isConnected,
    onExpired: (requests) => {
      for (const request of requests) resolved(request, 'expired');
    },
    onFailure: deps.onFailure,
  });

  const fileRequest = createPairingFiling({ pending, clock, notifications, wordsFor });

  /** Inside `store.write`. */
  function file(session: NodeSession): Filed {
    const { nodeId, declaration } = session;
    const approved = repository.find(nodeId)?.approved;
    if (!offersMore(declaration.surface, approved)) {
      const done = pending.takeBySubject(nodeId);
      return { ...NOTHING_FILED, superseded: done };
    }
    return fileRequest({
      subjectId: nodeId,
      address: declaration.about.remoteIp ?? '',
      make: (requestId, ts) => ({ ...requestOf(session, approved !== undefined), requestId, ts }),
    });
  }

  function announce({ request, created, superseded, notification }: Filed): void {
    if (superseded !== undefined) resolved(superseded, 'superseded', request !== undefined);
    if (request !== undefined && created) bus.publish('node.pair.requested', request);
    if (notification !== undefined) notifications.announce(notification);
  }

  return {
    list: () => ({
      pending: pending.list(),
      paired: repository.list().flatMap((node) => toPairedNode(node) ?? []),
    }),
    approvedSurface: (nodeId) => repository.find(nodeId)?.approved,
    pendingOf: (nodeId) => pending.findBySubject(nodeId),

    connected: async (session) => {
      const filed = await store.write(() => {
        // Removed in the moment in which it came: its connection is being ended.
        if (!isPaired(session.nodeId)) return NOTHING_FILED;
        repository.connected(session.nodeId, session.declaration.about, session.connectedAt);
        return file(session);
      });
      announce(filed);
    },

    left: async (nodeIds) => {
      if (nodeIds.length === 0) return;
      await store.write(() => {
        for (const nodeId of nodeIds) {
          repository.seen(nodeId, 'connect', clock.now());
          pending.refresh(nodeId);
        }
      });
    },

    ask: async (session) => {
      const filed = await store.write(() => file(session));
      announce(filed);
      if (filed.request === undefined)
        throw new GatewayError(
          'invalid-request',
          'There is nothing to approve: the node offers no more than that.',
        );
      return { request: filed.request, created: filed.created };
    },

    approve: async (manager, requestId) => {
      const { request, node } = await store.write(() => {
        const waiting = pending.find(requestId);
        if (waiting === undefined) throw unknownRequest();
        needsScopes(manager, waiting.requiredApproveScopes);
        pending.take(requestId);
        const { nodeId, caps, commands, permissions } = waiting;
        repository.approve(nodeId, { caps, commands, permissions }, clock.now());
        const approved = repository.find(nodeId);
        const paired = approved === undefined ? undefined : toPairedNode(approved);
        if (paired === undefined) throw new GatewayError('not-found', 'unknown nodeId');
        return { request: waiting, node: paired };
      });
      resolved(request, 'approved');
      return { requestId, node };
    },

    reject: async (requestId) => {
      const request = await store.write(() => pending.take(requestId));
      if (request === undefined) throw unknownRequest();
      resolved(request, 'rejected');
      return { requestId, nodeId: request.nodeId };
    },

    removed: (nodeId) => {
      bus.publish('node.pair.resolved', { requestId: '', nodeId, decision: 'removed', ts: clock.now() });
    },

    start: () => {
      pending.start();
    },
    stop: async () => {
      await pending.stop();
      await requestNotices.written();
    },
  };
}

function unknownRequest(): GatewayError {
  return new GatewayError('not-found', 'unknown requestId');
}

type Wanted = Omit<PendingNode, 'requestId' | 'ts'>;

function requestOf({ nodeId, declaration }: NodeSession, isRepair: boolean): Wanted {
  const { about, surface } = declaration;
  return {
    nodeId,
    ...about,
    ...surface,
    requiredApproveScopes: scopesToApprove(surface.commands),
    ...(isRepair ? { isRepair } : {}),
  };
}

function toPairedNode(node: NodeRecord): PairedNode | undefined {
  if (node.approved === undefined || node.approvedAt === undefined) return undefined;
  const about: NodeAbout = node.about;
  return {
    nodeId: node.nodeId,
    ...about,
    ...node.approved,
    createdAtMs: node.createdAt,
    approvedAtMs: node.approvedAt,
    lastConnectedAtMs: node.lastConnectedAt,
    lastSeenAtMs: node.lastSeenAt,
    lastSeenReason: node.lastSeenReason,
  };
}

const COMMANDS_NAMED = 6;

function wordsFor(request: PendingNode): { title: string; body: string } {
  const name = request.displayName ?? request.deviceFamily ?? 'A node';
  const { commands } = request;
  const named = commands.slice(0, COMMANDS_NAMED).join(', ');
  const more = commands.length - COMMANDS_NAMED;
  const offers =
    commands.length === 0
      ? 'no commands'
      : `the commands ${named}${more > 0 ? ` and ${String(more)} more` : ''}`;
  return {
    title: `${name} wants to run commands`,
    body: `The node “${name}” (${request.platform ?? 'unknown platform'}) offers ${offers}. They can be used only after you approve them.`,
  };
}
