// Nodes that are connected now. When a node connects twice, the newer connection is the node; the older one gets nothing.

import type { NodeHostStats } from '../../shared/protocol/nodes.ts';
import type { NodeDeclaration } from '../auth/principal.ts';

export interface NodeSession {
  readonly nodeId: string;
  readonly connectionId: string;
  readonly declaration: NodeDeclaration;
  readonly connectedAt: number;
  /** When somebody last used its keyboard or mouse, and when it said so. */
  activity: { readonly lastActiveAt: number; readonly reportedAt: number } | undefined;
  hostStats: NodeHostStats | undefined;
}

export interface NodeSessions {
  add(session: NodeSession): void;
  /** @returns the session that ended, if it was one */
  remove(connectionId: string): NodeSession | undefined;
  current(nodeId: string): NodeSession | undefined;
  /** The session of this connection, only while it is the node. */
  byConnection(connectionId: string): NodeSession | undefined;
  list(): readonly NodeSession[];
}

export function createNodeSessions(): NodeSessions {
  /** Newest last. */
  const sessions = new Map<string, NodeSession[]>();
  const nodeOf = new Map<string, string>();

  const current = (nodeId: string): NodeSession | undefined => sessions.get(nodeId)?.at(-1);

  return {
    current,
    add: (session) => {
      sessions.set(session.nodeId, [...(sessions.get(session.nodeId) ?? []), session]);
      nodeOf.set(session.connectionId, session.nodeId);
    },
    remove: (connectionId) => {
      const nodeId = nodeOf.get(connectionId);
      if (nodeId === undefined) return undefined;
      nodeOf.delete(connectionId);
      const all = sessions.get(nodeId) ?? [];
      const left = all.filter((session) => session.connectionId !== connectionId);
      if (left.length > 0) sessions.set(nodeId, left);
      else sessions.delete(nodeId);
      return all.find((session) => session.connectionId === connectionId);
    },
    byConnection: (connectionId) => {
      const session = current(nodeOf.get(connectionId) ?? '');
      return session?.connectionId === connectionId ? session : undefined;
    },
    list: () => [...sessions.keys()].flatMap((nodeId) => current(nodeId) ?? []),
  };
}
