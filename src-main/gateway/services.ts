// The services and how they use each other. Sockets and dialects are not known here.

import { createAgentDirectory, type AgentDirectory } from './agents/agent-directory.ts';
import { createAgentService, type AgentService } from './agents/agent-service.ts';
import { createJobPauser } from './agents/job-pauser.ts';
import { createCallService, type CallService } from './calls/call-service.ts';
import { createChannelService, type ChannelService } from './channels/channel-service.ts';
import { createOpenClawImport, type OpenClawImport } from './import/openclaw-import.ts';
import { createLogTail, type LogTail } from './logs/log-tail.ts';
import type { McpService } from './mcp/mcp-service.ts';
import { createMemoryIndex } from './memory/memory-index.ts';
import { createMemoryService, type MemoryService } from './memory/memory-service.ts';
import { createNotificationService, type NotificationService } from './notifications/notification-service.ts';
import { createBeacons, type Beacons } from './presence/beacons.ts';
import { createModelDirectory, type ModelDirectory } from './runtime/model-directory.ts';
import { createModelList, type ModelList } from './runtime/model-list.ts';
import { createProviderModels } from './runtime/provider-models.ts';
import type { NodeLinks } from './node-links/node-links.ts';
import { createOfflineAssistant } from './runtime/offline/offline-assistant.ts';
import { createMessageSearch, type MessageSearch } from './sessions/message-search.ts';
import { createSkills, type Skills } from './skills/skills.ts';
import { createSessionLifecycle, type SessionLifecycle } from './sessions/session-lifecycle.ts';
import { createSessionService, type SessionService } from './sessions/session-service.ts';
import { createStatusReporter, type StatusReporter } from './status.ts';
import { createAgentsRepository } from './store/repositories/agents.ts';
import { createArchivedTranscriptsRepository } from './store/repositories/archived-transcripts.ts';
import { createChannelsRepository } from './store/repositories/channels.ts';
import { createMemoriesRepository } from './store/repositories/memories.ts';
import { createMessageIndexRepository } from './store/repositories/message-index.ts';
import { createNotificationsRepository } from './store/repositories/notifications.ts';
import { createSettingsRepository } from './store/repositories/settings.ts';
import { createRunTraceRepository } from './store/repositories/run-trace.ts';
import { createRunTrace, type RunTrace } from './runtime/run-trace.ts';
import { createSessionsRepository } from './store/repositories/sessions.ts';
import type { Toolbox } from './tools/tool.ts';
import { createUsageRepository } from './store/repositories/usage.ts';
import { createUsageService, type UsageService } from './usage/usage-service.ts';
import { createVoiceService, type VoiceService } from './voice/voice-service.ts';
import { createAgentTools } from './wiring/agent-tools.ts';
import { createAgentWork, type AgentWork } from './wiring/agent-work.ts';
import { createAutomation, type Automation } from './wiring/automation.ts';
import type { ServiceDeps } from './wiring/service-deps.ts';
import { wireNodeLinks } from './wiring/node-links.ts';
import { createServiceLife, type ServiceLife } from './wiring/service-life.ts';
import { createTrust, type Trust } from './wiring/trust.ts';

export interface Services extends Trust, Automation, AgentWork, ServiceLife {
  readonly sessions: SessionService;
  readonly sessionLifecycle: SessionLifecycle;
  readonly messageSearch: MessageSearch;
  readonly notifications: NotificationService;
  readonly calls: CallService;
  readonly models: ModelDirectory;
  readonly modelList: ModelList;
  readonly toolbox: Toolbox;
  readonly status: StatusReporter;
  readonly beacons: Beacons;
  readonly voice: VoiceService;
  readonly channels: ChannelService;
  readonly memory: MemoryService;
  readonly logTail: LogTail;
  readonly openClawImport: OpenClawImport;
  readonly runTrace: RunTrace;
  readonly usage: UsageService;
  readonly agents: AgentDirectory;
  readonly agentService: AgentService;
  readonly skills: Skills;
  readonly nodeLinks: NodeLinks;
  readonly mcp: McpService;
}

export function createServices(deps: ServiceDeps): Services {
  const { store, bus, clock, log, problems, config, paths, hostZone } = deps;
  const now = (): number => clock.now();

  const agentsRepository = createAgentsRepository(store);
  const agents = createAgentDirectory({
    config,
    repository: agentsRepository,
    stateDir: paths.stateDir,
    problems,
    model: () => models.status(),
    fallbacks: () => models.choice().fallbacks,
  });
  const checkAgent = (sessionKey: string): void => {
    agents.ofSession(sessionKey);
  };
  const sessionsRepository = createSessionsRepository(store);
  const archive = createArchivedTranscriptsRepository(store);
  const sessions = createSessionService({
    store,
    repository: sessionsRepository,
    archive,
    bus,
    now,
    runState: (key) => runs.state(key),
    queued: (key) => runs.waiting(key).length,
    checkAgent,
  });
  const messageSearch = createMessageSearch({
    store,
    repository: createMessageIndexRepository(store),
    bus,
    clock,
    log,
  });
  const settings = createSettingsRepository(store);
  const notifications = createNotificationService({
    store,
    repository: createNotificationsRepository(store),
    settings,
    bus,
    clock,
    hostZone,
    log,
  });
  const trust = createTrust(deps, { notifications });
  const automation = createAutomation(deps, {
    sessions,
    notifications,
    settings,
    agents,
    checkAgent,
    models: () => models,
    runs: () => work.runs,
    agentRuntime: () => work.agentRuntime,
    exec: () => exec,
  });
  const { cron } = automation;
  const models = createModelDirectory({
    config,
    offline: createOfflineAssistant({
      now,
      zone: hostZone,
      dayHours: deps.hostDayHours,
      configFile: paths.ownConfigFile,
    }),
    now,
    onChange: () => {
      bus.publish('health', status.health());
    },
    timeouts: deps.modelTimeouts,
    ...(deps.findServers === undefined ? {} : { findServers: deps.findServers }),
  });
  const memoriesRepository = createMemoriesRepository(store);
  const workspaceOf = (agentId: string): string => agents.workspaceOf(agentId);
  const memory = createMemoryService({
    store,
    repository: memoriesRepository,
    index: createMemoryIndex({ store, repository: memoriesRepository, now, workspaceOf }),
    workspaceOf,
    now,
    hostZone,
  });
  const skills = createSkills({
    agents,
    config,
    paths,
    env: deps.env,
    bundledFolder: deps.skillsFolder,
    bus,
    clock,
    log,
  });
  const { exec, toolbox, mcp } = createAgentTools(deps, {
    trust,
    agents,
    skills,
    notifications,
    cron,
    memory,
    sessions,
    status: () => status,
    subAgents: () => work.subAgents,
    runs: () => work.runs,
  });
  const usage = createUsageService({
    store,
    repository: createUsageRepository(store),
    sessions,
    now,
    hostZone,
    providers: () => Object.keys(config().models.providers ?? {}),
    log,
  });
  const work = createAgentWork(deps, { agents, models, toolbox, mcp, skills, sessions, memory, usage });
  const { runs } = work;
  const status = createStatusReporter({
    sessions,
    cron,
    notifications,
    runs,
    model: () => models.status(),
    problems: () => problems.list(),
    connections: deps.connections,
    messages: deps.messages,
    traffic: deps.traffic,
    storePath: store.file,
    startedAt: deps.startedAt,
    now,
  });

  const agentService = createAgentService({
    store,
    repository: agentsRepository,
    directory: agents,
    stateDir: paths.stateDir,
    profileDir: paths.profileDir,
    now,
    log,
    checkModel: async (model) => {
      await models.resolve(model);
    },
    stopRuns: async (agentId) => {
      if (!(await runs.stopAgent(agentId))) log.warn('a run of a deleted agent goes on', { agentId });
    },
    pauseJobs: createJobPauser({ cron, notifications }),
  });
  const openClawImport = createOpenClawImport({
    store,
    sessions,
    archive,
    cron,
    notifications,
    settings,
    execPolicy: trust.execPolicy,
    knowsAgent: (agentId) => agents.find(agentId) !== undefined,
    stateDir: paths.stateDir,
    hostZone,
    now,
    log,
  });

  const nodeLinks = wireNodeLinks(deps, { trust, agents, notifications });
  const life = createServiceLife(
    {
      ...trust,
      ...automation,
      ...work,
      skills,
      exec,
      mcp,
      sessions,
      notifications,
      memory,
      usage,
      agentService,
      messageSearch,
      openClawImport,
      nodeLinks,
    },
    log,
  );

  return {
    ...trust,
    ...automation,
    ...work,
    ...life,
    sessions,
    sessionLifecycle: createSessionLifecycle({
      store,
      repository: sessionsRepository,
      archive,
      sessions,
      bus,
      now,
      memory,
      withoutRuns: runs.withoutRuns,
      checkAgent,
    }),
    messageSearch,
    runTrace: createRunTrace(createRunTraceRepository(store), now),
    notifications,
    models,
    modelList: createModelList({
      config,
      directory: models,
      providers: createProviderModels(now),
      cooldown: work.cooldowns.of,
    }),
    toolbox,
    status,
    calls: createCallService({ store, sessions, notifications, now }),
    beacons: createBeacons(now, deps.onPresence),
    voice: createVoiceService({ store, settings, bus, now }),
    channels: createChannelService({ store, repository: createChannelsRepository(store), sessions, now }),
    memory,
    logTail: createLogTail(paths.logFile),
    openClawImport,
    usage,
    agents,
    skills,
    mcp,
    agentService,
    nodeLinks,
  };
}
