// Wires what people decide on: which commands may run, which devices and nodes are let in.

import { errorText } from '../../shared/logger.ts';
import { createApprovalService, type ApprovalService } from '../approvals/approval-service.ts';
import { readExecConfig } from '../approvals/exec-config.ts';
import { createExecPolicy, type ExecPolicy } from '../approvals/exec-policy.ts';
import { createDevices, type Devices } from '../auth/devices.ts';
import { createNodes, type Nodes } from '../nodes/nodes.ts';
import type { NotificationService } from '../notifications/notification-service.ts';
import { createApprovalsRepository } from '../store/repositories/approvals.ts';
import type { ServiceDeps } from './service-deps.ts';

export interface Trust {
  readonly approvals: ApprovalService;
  readonly execPolicy: ExecPolicy;
  readonly devices: Devices;
  readonly nodes: Nodes;
}

export function createTrust(
  deps: ServiceDeps,
  { notifications }: { readonly notifications: NotificationService },
): Trust {
  const { store, bus, clock, log, problems, config, paths } = deps;
  const approvals = createApprovalService({
    store,
    repository: createApprovalsRepository(store),
    notifications,
    bus,
    peers: deps.peers,
    clock,
    onFailure: (error) => {
      log.error('an approval could not be kept', { error: errorText(error) });
    },
  });
  const execPolicy = createExecPolicy({
    path: paths.execApprovalsFile,
    problems,
    configured: () => readExecConfig(config().tools, problems),
    now: () => clock.now(),
  });
  const devices = createDevices({
    store,
    clock,
    bus,
    notifications,
    peers: deps.peers,
    onRoleEnded: (deviceId, role) => {
      nodes.roleEnded(deviceId, role);
    },
    log,
    key: deps.profileKey,
    network: deps.network,
  });
  const nodes = createNodes({
    store,
    clock,
    bus,
    notifications,
    peers: deps.peers,
    devices,
    rules: () => config().gateway.nodes?.commands ?? {},
    log,
  });
  return { approvals, execPolicy, devices, nodes };
}
