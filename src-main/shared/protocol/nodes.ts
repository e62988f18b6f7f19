// Nodes: devices that run commands for others. node.*, as OpenClaw's clients know them.

import type { PairingDecision } from './devices.ts';

/** What a node offers; invocable is only what somebody approved. */
export interface NodeSurface {
  readonly caps: readonly string[];
  readonly commands: readonly string[];
  /** What the node's operating system lets it do. */
  readonly permissions: Readonly<Record<string, boolean>>;
}

/** What a node says about itself. */
export interface NodeAbout {
  readonly displayName?: string;
  readonly platform?: string;
  readonly version?: string;
  readonly deviceFamily?: string;
  readonly modelIdentifier?: string;
  readonly clientId?: string;
  readonly clientMode?: string;
  readonly remoteIp?: string;
}

/** A node that waits for the approval of what it offers; also the payload of `node.pair.requested`. Never changes. */
export interface PendingNode extends NodeAbout, NodeSurface {
  readonly requestId: string;
  readonly nodeId: string;
  /** Scopes that the one who approves must hold. */
  readonly requiredApproveScopes: readonly string[];
  /** The node was approved before, for less. */
  readonly isRepair?: boolean;
  readonly ts: number;
}

export interface PairedNode extends NodeAbout, NodeSurface {
  readonly nodeId: string;
  readonly createdAtMs: number;
  readonly approvedAtMs: number;
  readonly lastConnectedAtMs?: number;
  readonly lastSeenAtMs?: number;
  readonly lastSeenReason?: string;
}

export type NodeApprovalState = 'approved' | 'pending-approval' | 'pending-reapproval' | 'unapproved';

/** What a node's computer reports about itself; `updatedAtMs` is the gateway's clock. */
export interface NodeHostStats {
  readonly cpuCount: number;
  readonly loadAverage?: readonly number[];
  readonly memoryTotalBytes: number;
  readonly memoryFreeBytes: number;
  readonly diskTotalBytes?: number;
  readonly diskAvailableBytes?: number;
  readonly updatedAtMs: number;
}

/** A node as `node.list` shows it. The surface is what can be invoked now. */
export interface KnownNode extends NodeAbout, NodeSurface {
  readonly nodeId: string;
  readonly paired: boolean;
  readonly connected: boolean;
  readonly approvalState: NodeApprovalState;
  readonly pathEnv?: string;
  readonly connectedAtMs?: number;
  readonly lastConnectedAtMs?: number;
  readonly lastSeenAtMs?: number;
  readonly lastSeenReason?: string;
  readonly approvedAtMs?: number;
  readonly lastActiveAtMs?: number;
  readonly presenceUpdatedAtMs?: number;
  readonly hostStats?: NodeHostStats;
  /** Only for those who may approve it. */
  readonly pendingRequestId?: string;
}

export interface NodePairListResult {
  readonly pending: readonly PendingNode[];
  readonly paired: readonly PairedNode[];
}

export interface NodeListResult {
  readonly ts: number;
  readonly nodes: readonly KnownNode[];
}

/** Event `node.pair.resolved`; without a request (`""`) when a node was removed. */
export interface NodePairResolvedEvent {
  readonly requestId: string;
  readonly nodeId: string;
  readonly decision: PairingDecision | 'removed';
  readonly ts: number;
}

/** Event `node.presence`: when somebody last used the node's keyboard or mouse; null when it no longer tells. */
export interface NodePresenceEvent {
  readonly nodeId: string;
  readonly lastActiveAtMs: number | null;
  readonly presenceUpdatedAtMs: number | null;
}

export interface NodeHostStatsEvent {
  readonly nodeId: string;
  readonly hostStats: NodeHostStats;
}

export interface NodeInvokeParams {
  readonly nodeId: string;
  readonly command: string;
  readonly params?: unknown;
  /** How long the node may take, ms. */
  readonly timeoutMs?: number | undefined;
  readonly idempotencyKey: string;
  readonly sessionKey?: string | undefined;
  readonly turnSourceChannel?: string | undefined;
  readonly turnSourceTo?: string | undefined;
  readonly turnSourceAccountId?: string | undefined;
  readonly turnSourceThreadId?: string | number | undefined;
}

export interface NodeInvokeResult {
  readonly ok: true;
  readonly nodeId: string;
  readonly command: string;
  readonly payload?: unknown;
  readonly payloadJSON: string | null;
}

/** Event `node.invoke.request`, to the node alone. */
export interface NodeInvokeRequestEvent {
  readonly id: string;
  readonly nodeId: string;
  readonly command: string;
  readonly paramsJSON?: string;
  readonly timeoutMs: number;
  readonly idempotencyKey: string;
}

/** Event `node.invoke.cancel`, to the node alone: nobody waits for the answer any more. */
export interface NodeInvokeCancelEvent {
  readonly invokeId: string;
  readonly nodeId: string;
}

export interface NodeInvokeResultParams {
  readonly id: string;
  readonly nodeId: string;
  readonly ok: boolean;
  readonly payload?: unknown;
  readonly payloadJSON?: string | null | undefined;
  readonly error?:
    { readonly code?: string | undefined; readonly message?: string | undefined } | null | undefined;
}

export interface NodeEventResult {
  readonly ok: true;
  readonly event: string;
  readonly handled: boolean;
  readonly reason?: string;
}
