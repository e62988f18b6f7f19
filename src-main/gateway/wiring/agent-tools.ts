// Wires what agents can do: every tool, and the commands behind some of them.

import type { AgentDirectory } from '../agents/agent-directory.ts';
import type { CronService } from '../cron/cron-service.ts';
import { createExec } from '../exec/exec.ts';
import { createMcpGate } from '../mcp/mcp-gate.ts';
import { createMcpService, type McpService } from '../mcp/mcp-service.ts';
import type { MemoryService } from '../memory/memory-service.ts';
import type { NotificationService } from '../notifications/notification-service.ts';
import type { RunService } from '../runtime/run-service.ts';
import type { SessionService } from '../sessions/session-service.ts';
import type { SubAgents } from '../sessions/sub-agents.ts';
import type { Skills } from '../skills/skills.ts';
import type { StatusReporter } from '../status.ts';
import { createCronTools } from '../tools/cron-tools.ts';
import { createExecTools } from '../tools/exec-tools.ts';
import { createFileTools } from '../tools/file-tools.ts';
import { createMemoryTools } from '../tools/memory-tools.ts';
import { createNotifyTool } from '../tools/notify-tool.ts';
import { createSessionTools } from '../tools/session-tools.ts';
import { createSkillTool } from '../tools/skill-tool.ts';
import { createStatusTool } from '../tools/status-tool.ts';
import { createToolbox, type Toolbox } from '../tools/tool.ts';
import { createWebTools } from '../tools/web-tools.ts';
import type { ExecService } from '../exec/exec-service.ts';
import type { ServiceDeps } from './service-deps.ts';
import type { Trust } from './trust.ts';

export interface AgentTools {
  readonly exec: ExecService;
  readonly toolbox: Toolbox;
  readonly mcp: McpService;
}

export interface AgentToolsParts {
  readonly trust: Trust;
  readonly agents: AgentDirectory;
  readonly skills: Skills;
  readonly notifications: NotificationService;
  readonly cron: CronService;
  readonly memory: MemoryService;
  readonly sessions: SessionService;
  /** These come later, and use the tools. */
  readonly status: () => StatusReporter;
  readonly subAgents: () => SubAgents;
  readonly runs: () => RunService;
}

export function createAgentTools(deps: ServiceDeps, parts: AgentToolsParts): AgentTools {
  const { clock, env, paths } = deps;
  const { agents, skills, notifications, cron, memory, sessions, subAgents, runs } = parts;
  const { approvals, execPolicy } = parts.trust;
  const exec = createExec({
    policy: execPolicy,
    approvals,
    agents,
    variables: skills.variables,
    env,
    clock,
  });
  const mcp = createMcpService({
    ...deps,
    gate: createMcpGate({ policy: execPolicy, approvals }),
    stateDir: paths.stateDir,
  });
  const own = [
    ...createExecTools(exec, process.platform),
    ...createFileTools((agentId) => agents.workspaceOf(agentId)),
    ...createWebTools(),
    createNotifyTool(notifications),
    ...createCronTools(cron),
    ...createMemoryTools(memory),
    createStatusTool(() => parts.status().status()),
    ...createSessionTools({ sessions, subAgents: subAgents, runs }),
    createSkillTool(skills.library),
  ];
  return { exec, toolbox: createToolbox(own, mcp.tools), mcp };
}
