// Approvals and requests of devices and nodes as a gateway tells them.

import type {
  ApprovalRequest,
  PendingApproval,
  PendingPluginApproval,
  PluginApprovalRequest,
} from '../../src-main/shared/protocol/approvals.ts';
import type { PendingDevice } from '../../src-main/shared/protocol/devices.ts';
import type { PendingNode } from '../../src-main/shared/protocol/nodes.ts';

export function pendingApproval(id: string, request: Partial<ApprovalRequest> = {}): PendingApproval {
  return {
    approvalKind: 'exec',
    id,
    createdAtMs: Date.now(),
    expiresAtMs: Date.now() + 600_000,
    request: {
      command: 'df -h',
      cwd: '/home/ana',
      host: 'gateway',
      nodeId: null,
      agentId: 'main',
      sessionKey: null,
      sessionId: null,
      runId: null,
      toolCallId: null,
      security: null,
      ask: null,
      resolvedPath: null,
      warningText: null,
      allowedDecisions: ['allow-once', 'allow-always', 'deny'],
      suspectSpans: [],
      ...request,
    },
  };
}

export function pendingPluginApproval(
  id: string,
  request: Partial<PluginApprovalRequest> = {},
): PendingPluginApproval {
  return {
    approvalKind: 'plugin',
    id,
    createdAtMs: Date.now(),
    expiresAtMs: Date.now() + 600_000,
    request: {
      pluginId: 'mcp:mail',
      title: 'Call send of mail',
      description: 'The tool send of the MCP server mail.',
      detail: '{\n  "to": "ana\u202e"\n}',
      severity: 'warning',
      toolName: 'mail__send',
      toolCallId: null,
      mcpTool: { server: 'mail', tool: 'send' },
      agentId: 'main',
      sessionKey: 'agent:main:main',
      runId: null,
      allowedDecisions: ['allow-once', 'allow-always', 'deny'],
      suspectSpans: [{ startIndex: 14, endIndex: 15, kind: 'direction', shown: 'U+202E' }],
      ...request,
    },
  };
}

export function pendingNode(requestId: string, more: Partial<PendingNode> = {}): PendingNode {
  return {
    requestId,
    nodeId: 'beef'.repeat(16),
    displayName: 'Attic',
    platform: 'linux',
    caps: ['system'],
    commands: ['system.run', 'system.which'],
    permissions: { screenRecording: false },
    requiredApproveScopes: ['operator.pairing', 'operator.admin'],
    remoteIp: '192.168.1.8',
    ts: Date.now(),
    ...more,
  };
}

export function pendingDevice(requestId: string, more: Partial<PendingDevice> = {}): PendingDevice {
  return {
    requestId,
    deviceId: 'f00d'.repeat(16),
    publicKey: 'key',
    displayName: 'Phone',
    platform: 'iOS',
    role: 'operator',
    scopes: ['operator.read', 'operator.write'],
    remoteIp: '192.168.1.7',
    ts: Date.now(),
    ...more,
  };
}
