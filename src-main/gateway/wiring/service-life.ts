// In which order the services begin and end: what a crash left behind is settled before any job can fire.

import { errorText, type Logger } from '../../shared/logger.ts';
import type { AgentService } from '../agents/agent-service.ts';
import type { ApprovalService } from '../approvals/approval-service.ts';
import type { AttachmentService } from '../attachments/attachment-service.ts';
import type { Devices } from '../auth/devices.ts';
import type { CronService } from '../cron/cron-service.ts';
import type { HeartbeatService } from '../heartbeat/heartbeat-service.ts';
import type { OpenClawImport } from '../import/openclaw-import.ts';
import type { McpService } from '../mcp/mcp-service.ts';
import type { MemoryService } from '../memory/memory-service.ts';
import type { NodeLinks } from '../node-links/node-links.ts';
import type { Nodes } from '../nodes/nodes.ts';
import type { NotificationService } from '../notifications/notification-service.ts';
import type { RunService } from '../runtime/run-service.ts';
import type { MessageSearch } from '../sessions/message-search.ts';
import type { SessionService } from '../sessions/session-service.ts';
import type { SubAgents } from '../sessions/sub-agents.ts';
import type { Skills } from '../skills/skills.ts';
import type { UsageService } from '../usage/usage-service.ts';
import type { ExecService } from '../exec/exec-service.ts';

export interface ServiceLife {
  /** Settles what a crash left behind, then begins to fire jobs. */
  start(): Promise<void>;
  /** The computer has slept: looks at once what is due, and tells it as one. */
  resumed(): void;
  stop(): Promise<void>;
}

/** Those that do something by themselves, or have something to finish. */
export interface LivingServices {
  readonly skills: Skills;
  readonly devices: Devices;
  readonly nodes: Nodes;
  readonly approvals: ApprovalService;
  readonly exec: ExecService;
  readonly mcp: McpService;
  readonly runs: RunService;
  readonly subAgents: SubAgents;
  readonly sessions: SessionService;
  readonly notifications: NotificationService;
  readonly memory: MemoryService;
  readonly usage: UsageService;
  readonly agentService: AgentService;
  readonly cron: CronService;
  readonly heartbeats: HeartbeatService;
  readonly messageSearch: MessageSearch;
  readonly attachments: AttachmentService;
  readonly openClawImport: OpenClawImport;
  readonly nodeLinks: NodeLinks;
}

export function createServiceLife(services: LivingServices, log: Logger): ServiceLife {
  const { skills, devices, nodes, approvals, exec, mcp, runs, subAgents, sessions, notifications } = services;
  const { memory, usage, agentService, cron, heartbeats, messageSearch, attachments, openClawImport } =
    services;
  const { nodeLinks } = services;

  return {
    start: async () => {
      await skills.installer.start().catch((error: unknown) => {
        log.warn('the folder of installed skills could not be tidied', { error: errorText(error) });
      });
      devices.requests.start();
      nodes.start();
      await approvals.start();
      await runs.recover();
      subAgents.recover();
      await sessions.forgetOneOff().catch((error: unknown) => {
        log.warn('old sessions could not be removed', { error: errorText(error) });
      });
      await notifications.start();
      await memory.forgetOrphans().catch((error: unknown) => {
        log.warn('memories of deleted sessions could not be removed', { error: errorText(error) });
      });
      await usage.forgetOld().catch((error: unknown) => {
        log.warn('old uses of models could not be removed', { error: errorText(error) });
      });
      // Before any job can fire.
      await agentService.start().catch((error: unknown) => {
        log.warn('jobs of deleted agents could not be paused', { error: errorText(error) });
      });
      await cron.start();
      heartbeats.start();
      messageSearch.start();
      nodeLinks.start();
      await attachments.sweep().catch((error: unknown) => {
        log.warn('old attachments could not be removed', { error: errorText(error) });
      });
      openClawImport.offer().catch((error: unknown) => {
        log.warn('an OpenClaw home could not be offered', { error: errorText(error) });
      });
    },
    resumed: () => {
      notifications.resumed();
      cron.check();
      heartbeats.check();
      nodeLinks.resumed();
    },
    stop: async () => {
      await devices.requests.stop();
      await nodes.stop();
      await nodeLinks.stop();
      messageSearch.stop();
      heartbeats.stop();
      await runs.stop();
      await Promise.all([exec.stop(), mcp.stop()]);
      approvals.stop();
      await cron.stop();
      notifications.stop();
    },
  };
}
