// Rows of `nodes`: what is known about each node, and what somebody approved. The writing functions belong inside
// `store.write`.

import type { NodeAbout, NodeHostStats, NodeSurface } from '../../../shared/protocol/nodes.ts';
import type { Store } from '../open-store.ts';
import type { SqlRow } from '../sqlite.ts';

export interface NodeRecord {
  readonly nodeId: string;
  readonly about: NodeAbout;
  /** What may be invoked; `undefined` until somebody approved it. */
  readonly approved: NodeSurface | undefined;
  readonly hostStats: NodeHostStats | undefined;
  readonly createdAt: number;
  readonly approvedAt: number | undefined;
  readonly lastConnectedAt: number;
  readonly lastSeenAt: number;
  /** `connect`, or what woke it. */
  readonly lastSeenReason: string;
}

export interface NodesRepository {
  find(nodeId: string): NodeRecord | undefined;
  list(): readonly NodeRecord[];
  /** Adds a node, or keeps up with what it says about itself now. */
  connected(nodeId: string, about: NodeAbout, at: number): void;
  seen(nodeId: string, reason: string, at: number): void;
  approve(nodeId: string, surface: NodeSurface, at: number): void;
  setHostStats(nodeId: string, stats: NodeHostStats): void;
  remove(nodeId: string): void;
}

const COLUMNS =
  'node_id, about, approved, host_stats, created_at, approved_at, last_connected_at, last_seen_at, last_seen_reason';

export function createNodesRepository(store: Store): NodesRepository {
  return {
    find: (nodeId) => {
      const row = store.prepare(`SELECT ${COLUMNS} FROM nodes WHERE node_id = ?`).get([nodeId]);
      return row === undefined ? undefined : toNode(row);
    },
    list: () => store.prepare(`SELECT ${COLUMNS} FROM nodes ORDER BY node_id`).all().map(toNode),
    connected: (nodeId, about, at) => {
      store
        .prepare(
          `INSERT INTO nodes (node_id, about, created_at, last_connected_at, last_seen_at, last_seen_reason)
           VALUES (?, ?, ?, ?, ?, 'connect') ON CONFLICT (node_id) DO UPDATE SET about = excluded.about,
             last_connected_at = excluded.last_connected_at, last_seen_at = excluded.last_seen_at,
             last_seen_reason = excluded.last_seen_reason`,
        )
        .run([nodeId, JSON.stringify(about), at, at, at]);
    },
    seen: (nodeId, reason, at) => {
      store
        .prepare('UPDATE nodes SET last_seen_at = ?, last_seen_reason = ? WHERE node_id = ?')
        .run([at, reason, nodeId]);
    },
    approve: (nodeId, surface, at) => {
      store
        .prepare('UPDATE nodes SET approved = ?, approved_at = ? WHERE node_id = ?')
        .run([JSON.stringify(surface), at, nodeId]);
    },
    setHostStats: (nodeId, stats) => {
      store.prepare('UPDATE nodes SET host_stats = ? WHERE node_id = ?').run([JSON.stringify(stats), nodeId]);
    },
    remove: (nodeId) => {
      store.prepare('DELETE FROM nodes WHERE node_id = ?').run([nodeId]);
    },
  };
}

function toNode(row: SqlRow): NodeRecord {
  return {
    nodeId: String(row['node_id']),
    about: JSON.parse(String(row['about'])) as NodeAbout,
    approved: typeof row['approved'] === 'string' ? (JSON.parse(row['approved']) as NodeSurface) : undefined,
    hostStats:
      typeof row['host_stats'] === 'string' ? (JSON.parse(row['host_stats']) as NodeHostStats) : undefined,
    createdAt: Number(row['created_at']),
    approvedAt: typeof row['approved_at'] === 'number' ? row['approved_at'] : undefined,
    lastConnectedAt: Number(row['last_connected_at']),
    lastSeenAt: Number(row['last_seen_at']),
    lastSeenReason: String(row['last_seen_reason']),
  };
}
