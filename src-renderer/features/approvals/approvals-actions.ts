// Reads what waits for a decision, keeps it true with what the gateway tells, and delivers the decision.

import { createListReads } from '../../../src-main/shared/list-reads.ts';
import { errorText } from '../../../src-main/shared/logger.ts';
import type {
  ApprovalDecision,
  ApprovalResolvedEvent,
  PendingApproval,
  PendingPluginApproval,
  PluginApprovalResolvedEvent,
} from '../../../src-main/shared/protocol/approvals.ts';
import type { DevicePairResolvedEvent, PendingDevice } from '../../../src-main/shared/protocol/devices.ts';
import type { NodePairResolvedEvent, PendingNode } from '../../../src-main/shared/protocol/nodes.ts';
import type { MethodName } from '../../../src-main/shared/protocol/methods.ts';
import type { GatewayRequest } from '../../app/gateway-request.ts';
import {
  waitingCommand,
  waitingDevice,
  waitingNode,
  waitingPlugin,
  withAll,
  withDeciding,
  withEnded,
  withWaiting,
  type ApprovalsStore,
  type Ended,
  type Waiting,
} from './approvals-store.ts';

export interface ApprovalsActions {
  /** Again after every connect: old pictures of what waits say nothing. */
  load(): Promise<void>;
  decide(id: string, decision: ApprovalDecision): Promise<void>;
  decideDevice(requestId: string, decision: 'approve' | 'reject'): Promise<void>;
  decideNode(requestId: string, decision: 'approve' | 'reject'): Promise<void>;
  requested(approval: PendingApproval): void;
  resolved(event: ApprovalResolvedEvent): void;
  pluginRequested(approval: PendingPluginApproval): void;
  pluginResolved(event: PluginApprovalResolvedEvent): void;
  deviceRequested(request: PendingDevice): void;
  deviceResolved(event: DevicePairResolvedEvent): void;
  nodeRequested(request: PendingNode): void;
  nodeResolved(event: NodePairResolvedEvent): void;
}

const TIMEOUT = 10_000;

export function createApprovalsActions(deps: {
  readonly store: ApprovalsStore;
  readonly request: GatewayRequest;
  readonly serves: (method: MethodName) => boolean;
}): ApprovalsActions {
  const { store, request, serves } = deps;

  const reads = createListReads();

  async function load(): Promise<void> {
    try {
      await reads.read(async (since) => {
        const waiting = await readAll();
        store.setState((state) => withAll(state, waiting, since));
      });
    } catch {
      store.setState(({ load: before }) => ({ load: before === 'ready' ? 'ready' : 'failed' }));
    }
  }

  async function readAll(): Promise<readonly Waiting[]> {
    const commands = serves('exec.approval.list') ? await request('exec.approval.list', {}) : [];
    const others = serves('plugin.approval.list') ? await request('plugin.approval.list', {}) : [];
    const devices = serves('device.pair.list') ? (await request('device.pair.list', {})).pending : [];
    const nodes = serves('node.pair.list') ? (await request('node.pair.list', {})).pending : [];
    return [
      ...commands.map(waitingCommand),
      ...others.map(waitingPlugin),
      ...devices.map(waitingDevice),
      ...nodes.map(waitingNode),
    ];
  }

  function add(waiting: Waiting): void {
    reads.told(waiting.id);
    store.setState((state) => withWaiting(state, waiting));
  }

  function end(ended: Ended): void {
    reads.told(ended.id);
    store.setState((state) => withEnded(state, ended));
  }

  async function deliver(id: string, send: () => Promise<unknown>): Promise<void> {
    if (store.getState().deciding[id]?.kind === 'deciding') return;
    store.setState((state) => withDeciding(state, id, { kind: 'deciding' }));
    try {
      // It leaves the list with the event that says how it ended; a request that ended differently is read anew.
      await send();
    } catch (error) {
      store.setState((state) => withDeciding(state, id, { kind: 'failed', error: errorText(error) }));
      await load();
    }
  }

  return {
    load,
    decide: (id, decision) => {
      const plugin = store.getState().waiting.find((one) => one.id === id)?.kind === 'plugin';
      const method = plugin ? 'plugin.approval.resolve' : 'exec.approval.resolve';
      return deliver(id, () => request(method, { id, decision }, TIMEOUT));
    },
    decideDevice: (requestId, decision) =>
      deliver(requestId, () =>
        request(
          decision === 'approve' ? 'device.pair.approve' : 'device.pair.reject',
          { requestId },
          TIMEOUT,
        ),
      ),
    decideNode: (requestId, decision) =>
      deliver(requestId, () => request(`node.pair.${decision}`, { requestId }, TIMEOUT)),
    requested: (approval) => {
      add(waitingCommand(approval));
    },
    resolved: (event) => {
      const here = store.getState().deciding[event.id]?.kind === 'deciding';
      end({ kind: 'command', id: event.id, event, here });
    },
    pluginRequested: (approval) => {
      add(waitingPlugin(approval));
    },
    pluginResolved: (event) => {
      const here = store.getState().deciding[event.id]?.kind === 'deciding';
      end({ kind: 'plugin', id: event.id, event, here });
    },
    deviceRequested: (pending) => {
      add(waitingDevice(pending));
    },
    deviceResolved: ({ requestId, decision }) => {
      const { waiting, deciding } = store.getState();
      const known = waiting.find(({ id }) => id === requestId);
      const name = known?.kind === 'device' ? nameOfDevice(known.request) : '';
      const here = deciding[requestId]?.kind === 'deciding';
      end({ kind: 'device', id: requestId, decision, name, here });
    },
    nodeRequested: (pending) => {
      add(waitingNode(pending));
    },
    nodeResolved: ({ requestId, decision }) => {
      const { waiting, deciding } = store.getState();
      const known = waiting.find(({ id }) => id === requestId);
      // Removed nodes have no request any more.
      if (known?.kind !== 'node' || decision === 'removed') return;
      const name = nameOfNode(known.request);
      const here = deciding[requestId]?.kind === 'deciding';
      end({ kind: 'node', id: requestId, decision, name, here });
    },
  };
}

export function nameOfDevice({ displayName, deviceFamily, clientId, deviceId }: PendingDevice): string {
  return displayName ?? deviceFamily ?? clientId ?? deviceId.slice(0, 8);
}

export function nameOfNode({ displayName, deviceFamily, clientId, nodeId }: PendingNode): string {
  return displayName ?? deviceFamily ?? clientId ?? nodeId.slice(0, 8);
}
