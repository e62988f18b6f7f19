// Nodes as people and agents see them: those that are paired and those that are connected, each with what can be invoked
// now.

import type { KnownNode, NodeApprovalState } from '../../shared/protocol/nodes.ts';
import type { NodeRecord, NodesRepository } from '../store/repositories/nodes.ts';
import type { NodePairing } from './node-pairing.ts';
import { effectiveSurface } from './node-policy.ts';
import type { NodeSession, NodeSessions } from './node-sessions.ts';

export interface NodeCatalog {
  /** Connected ones first, then by name. */
  list(): readonly KnownNode[];
  find(nodeId: string): KnownNode | undefined;
}

export function createNodeCatalog(deps: {
  readonly repository: NodesRepository;
  readonly sessions: NodeSessions;
  readonly pairing: Pick<NodePairing, 'pendingOf'>;
  /** What the person calls a device. */
  readonly labelOf: (nodeId: string) => string | undefined;
}): NodeCatalog {
  const { repository, sessions, pairing, labelOf } = deps;

  function describe(record: NodeRecord): KnownNode {
    const { nodeId, approved } = record;
    const live = sessions.current(nodeId);
    const waiting = pairing.pendingOf(nodeId);
    const label = labelOf(nodeId);
    const surface =
      live === undefined
        ? (approved ?? { caps: [], commands: [], permissions: {} })
        : effectiveSurface(live.declaration.surface, approved);
    const hostStats = live?.hostStats ?? record.hostStats;
    return {
      nodeId,
      ...(live?.declaration.about ?? record.about),
      ...(label === undefined ? {} : { displayName: label }),
      ...surface,
      paired: true,
      connected: live !== undefined,
      approvalState: stateOf(approved !== undefined, waiting !== undefined),
      lastConnectedAtMs: record.lastConnectedAt,
      lastSeenAtMs: record.lastSeenAt,
      lastSeenReason: record.lastSeenReason,
      ...(record.approvedAt === undefined ? {} : { approvedAtMs: record.approvedAt }),
      ...(hostStats === undefined ? {} : { hostStats }),
      ...(waiting === undefined ? {} : { pendingRequestId: waiting.requestId }),
      ...(live === undefined ? {} : liveFacts(live)),
    };
  }

  return {
    list: () => repository.list().map(describe).sort(byPresenceAndName),
    find: (nodeId) => {
      const record = repository.find(nodeId);
      return record === undefined ? undefined : describe(record);
    },
  };
}

function liveFacts({ connectedAt, declaration, activity }: NodeSession): Partial<KnownNode> {
  return {
    connectedAtMs: connectedAt,
    ...(declaration.pathEnv === undefined ? {} : { pathEnv: declaration.pathEnv }),
    ...(activity === undefined
      ? {}
      : { lastActiveAtMs: activity.lastActiveAt, presenceUpdatedAtMs: activity.reportedAt }),
  };
}

function stateOf(approved: boolean, waiting: boolean): NodeApprovalState {
  if (approved) return waiting ? 'pending-reapproval' : 'approved';
  return waiting ? 'pending-approval' : 'unapproved';
}

function byPresenceAndName(a: KnownNode, b: KnownNode): number {
  if (a.connected !== b.connected) return a.connected ? -1 : 1;
  return (
    (a.displayName ?? a.nodeId).localeCompare(b.displayName ?? b.nodeId) || a.nodeId.localeCompare(b.nodeId)
  );
}
