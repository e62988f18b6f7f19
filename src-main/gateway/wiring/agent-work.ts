// Wires an agent's work: what it is, what a run shows to the model, and the runs themselves.

import path from 'node:path';
import type { AgentDirectory } from '../agents/agent-directory.ts';
import { createAgentRuntime, type AgentRuntime } from '../agents/agent-runtime.ts';
import { createAttachmentService, type AttachmentService } from '../attachments/attachment-service.ts';
import { createMemoryFlush, type FlushMemory } from '../memory/memory-flush.ts';
import type { McpService } from '../mcp/mcp-service.ts';
import type { MemoryService } from '../memory/memory-service.ts';
import { contextTokensOf } from '../runtime/context-tokens.ts';
import { createCooldowns, type Cooldowns } from '../runtime/cooldowns.ts';
import { queueSettings } from '../runtime/message-queue.ts';
import type { ModelDirectory } from '../runtime/model-directory.ts';
import { takesImages } from '../runtime/model-input.ts';
import { runLimits } from '../runtime/run-limits.ts';
import { createPatientModel, type PatientModel } from '../runtime/patient-model.ts';
import { createRunService, type RunService } from '../runtime/run-service.ts';
import { createSessionPrompt } from '../runtime/session-prompt.ts';
import { createCompactionService, type CompactionService } from '../sessions/compaction-service.ts';
import type { SessionService } from '../sessions/session-service.ts';
import { createSubAgents, type SubAgents } from '../sessions/sub-agents.ts';
import type { Skills } from '../skills/skills.ts';
import { createAttachmentsRepository } from '../store/repositories/attachments.ts';
import { createCompactionsRepository } from '../store/repositories/compactions.ts';
import { createRunsRepository } from '../store/repositories/runs.ts';
import { createSpawnedSessionsRepository } from '../store/repositories/spawned-sessions.ts';
import type { Toolbox } from '../tools/tool.ts';
import type { UsageService } from '../usage/usage-service.ts';
import type { ServiceDeps } from './service-deps.ts';

export interface AgentWork {
  readonly agentRuntime: AgentRuntime;
  readonly attachments: AttachmentService;
  /** For whoever shortens conversations. */
  readonly flushMemory: FlushMemory;
  readonly compactions: CompactionService;
  readonly runs: RunService;
  readonly subAgents: SubAgents;
  readonly cooldowns: Cooldowns;
  readonly patientModel: PatientModel;
}

export interface AgentWorkParts {
  readonly agents: AgentDirectory;
  readonly models: ModelDirectory;
  readonly toolbox: Toolbox;
  readonly mcp: McpService;
  readonly skills: Skills;
  readonly sessions: SessionService;
  readonly memory: MemoryService;
  readonly usage: UsageService;
}

export function createAgentWork(deps: ServiceDeps, parts: AgentWorkParts): AgentWork {
  const { store, bus, clock, log, config, paths, hostZone } = deps;
  const { agents, models, toolbox, mcp, skills, sessions, memory, usage } = parts;
  const now = (): number => clock.now();

  const agentRuntime = createAgentRuntime({
    directory: agents,
    models,
    toolbox,
    skills: skills.library,
    prepareTools: mcp.prepare,
    log,
  });
  const attachments = createAttachmentService({
    folder: path.join(paths.profileDir, 'attachments'),
    store,
    repository: createAttachmentsRepository(store),
    sessions,
    agents: agentRuntime,
    takesImages: (model) => takesImages(config(), model),
    now,
  });
  const flushMemory = createMemoryFlush(toolbox, now);
  const compactions = createCompactionService({
    store,
    repository: createCompactionsRepository(store),
    sessions,
    flushMemory,
    now,
  });
  const cooldowns = createCooldowns(now, () => config().models);
  const patientModel = createPatientModel({
    agents: agentRuntime,
    usage,
    clock,
    random: Math.random,
    cooldowns,
  });
  const runs = createRunService({
    store,
    repository: createRunsRepository(store),
    sessions,
    bus,
    clock,
    hostZone,
    agents: agentRuntime,
    memory,
    usage,
    log,
    maxConcurrent: deps.maxConcurrentRuns,
    queue: () => queueSettings(config()),
    prompt: createSessionPrompt({
      sessions,
      compactions,
      contextTokens: (model) => contextTokensOf(config(), model),
      log,
    }),
    attachments,
    takesImages: (model) => takesImages(config(), model),
    cooldowns,
    limits: () => runLimits(config()),
    random: Math.random,
    subAgentsOf: (key) => subAgents.working(key),
  });
  const subAgents = createSubAgents({
    store,
    repository: createSpawnedSessionsRepository(store),
    sessions,
    runs,
    now,
    log,
  });
  return { agentRuntime, attachments, flushMemory, compactions, runs, subAgents, cooldowns, patientModel };
}
