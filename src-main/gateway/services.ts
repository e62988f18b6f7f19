// The services and how they use each other. Sockets and dialects are not known here.

import path from 'node:path';
import { createAttachmentService, type AttachmentService } from './attachments/attachment-service.ts';
import { errorText, type Logger } from '../shared/logger.ts';
import type { TrafficStatus } from '../shared/protocol/system.ts';
import { agentOfSession, sessionName } from '../shared/session-key.ts';
import { SECOND, type Clock } from '../shared/time.ts';
import { createAgentDirectory, type AgentDirectory } from './agents/agent-directory.ts';
import { createAgentRuntime, type AgentRuntime } from './agents/agent-runtime.ts';
import { createAgentService, type AgentService } from './agents/agent-service.ts';
import { createJobPauser } from './agents/job-pauser.ts';
import { createApprovalService, type ApprovalService } from './approvals/approval-service.ts';
import { readExecConfig } from './approvals/exec-config.ts';
import { createExecPolicy, type ExecPolicy } from './approvals/exec-policy.ts';
import type { NetworkFacts } from './auth/device-setup.ts';
import { createDevices, type Devices } from './auth/devices.ts';
import { createExec } from './exec/exec.ts';
import { createFileTools } from './tools/file-tools.ts';
import { createNotifyTool } from './tools/notify-tool.ts';
import { createWebTools } from './tools/web-tools.ts';
import { createExecTools } from './tools/exec-tools.ts';
import { createCallService, type CallService } from './calls/call-service.ts';
import { createChannelService, type ChannelService } from './channels/channel-service.ts';
import type { GatewayPaths } from './config/paths.ts';
import type { GatewayConfig } from './config/schema.ts';
import { cronRules } from './cron/cron-rules.ts';
import { createCronService, type CronService } from './cron/cron-service.ts';
import { JobFailure } from './cron/job-runs.ts';
import { createSchedulePreview, type SchedulePreview } from './cron/schedule-preview.ts';
import type { EventBus } from './event-bus.ts';
import { createChecklistReader } from './heartbeat/checklist.ts';
import { createChosenHeartbeats, type ChosenHeartbeats } from './heartbeat/chosen-settings.ts';
import { createHeartbeatService, type HeartbeatService } from './heartbeat/heartbeat-service.ts';
import { heartbeatsOf } from './heartbeat/heartbeat-settings.ts';
import { createOpenClawImport, type OpenClawImport } from './import/openclaw-import.ts';
import { createLogTail, type LogTail } from './logs/log-tail.ts';
import { createMemoryFlush, type FlushMemory } from './memory/memory-flush.ts';
import { createMemoryIndex } from './memory/memory-index.ts';
import { createMemoryService, type MemoryService } from './memory/memory-service.ts';
import { createNotificationService, type NotificationService } from './notifications/notification-service.ts';
import { createBeacons, type Beacons } from './presence/beacons.ts';
import { createNodes, type Nodes } from './nodes/nodes.ts';
import type { Peers } from './peers.ts';
import type { Problems } from './problems.ts';
import { takesImages } from './runtime/model-input.ts';
import { contextTokensOf } from './runtime/context-tokens.ts';
import { queueSettings } from './runtime/message-queue.ts';
import { createSessionPrompt } from './runtime/session-prompt.ts';
import { createModelDirectory, type ModelDirectory } from './runtime/model-directory.ts';
import { createModelList, type ModelList } from './runtime/model-list.ts';
import { createProviderModels } from './runtime/provider-models.ts';
import { createOfflineAssistant } from './runtime/offline/offline-assistant.ts';
import type { LocalServer } from './runtime/providers/local-servers.ts';
import type { RunOutcome } from './runtime/active-run.ts';
import type { EndpointTimeouts } from './runtime/providers/endpoint-model.ts';
import { createRunService, type RunService } from './runtime/run-service.ts';
import { createCompactionService, type CompactionService } from './sessions/compaction-service.ts';
import { createSubAgents, type SubAgents } from './sessions/sub-agents.ts';
import { createMessageSearch, type MessageSearch } from './sessions/message-search.ts';
import { createSkills, type Skills } from './skills/skills.ts';
import { createSessionLifecycle, type SessionLifecycle } from './sessions/session-lifecycle.ts';
import { createSessionService, type SessionService } from './sessions/session-service.ts';
import { createStatusReporter, type StatusReporter } from './status.ts';
import type { Store } from './store/open-store.ts';
import { createAttachmentsRepository } from './store/repositories/attachments.ts';
import { createAgentsRepository } from './store/repositories/agents.ts';
import { createApprovalsRepository } from './store/repositories/approvals.ts';
import { createArchivedTranscriptsRepository } from './store/repositories/archived-transcripts.ts';
import { createChannelsRepository } from './store/repositories/channels.ts';
import { createCronRepository } from './store/repositories/cron.ts';
import { createCronWebhooksRepository } from './store/repositories/cron-webhooks.ts';
import { createHeartbeatEventsRepository } from './store/repositories/heartbeat-events.ts';
import { createHeartbeatsRepository } from './store/repositories/heartbeats.ts';
import { createMemoriesRepository } from './store/repositories/memories.ts';
import { createCompactionsRepository } from './store/repositories/compactions.ts';
import { createSpawnedSessionsRepository } from './store/repositories/spawned-sessions.ts';
import { createMessageIndexRepository } from './store/repositories/message-index.ts';
import { createNotificationsRepository } from './store/repositories/notifications.ts';
import { createRunsRepository } from './store/repositories/runs.ts';
import { createSettingsRepository } from './store/repositories/settings.ts';
import { createSessionsRepository } from './store/repositories/sessions.ts';
import { createCronTools } from './tools/cron-tools.ts';
import { createMemoryTools } from './tools/memory-tools.ts';
import { createSessionTools } from './tools/session-tools.ts';
import { createSkillTool } from './tools/skill-tool.ts';
import { createStatusTool } from './tools/status-tool.ts';
import { createToolbox, type Toolbox } from './tools/tool.ts';
import { createUsageRepository } from './store/repositories/usage.ts';
import { createUsageService, type UsageService } from './usage/usage-service.ts';
import { createVoiceService, type VoiceService } from './voice/voice-service.ts';

export interface Services {
  readonly sessions: SessionService;
  readonly sessionLifecycle: SessionLifecycle;
  readonly attachments: AttachmentService;
  readonly messageSearch: MessageSearch;
  readonly compactions: CompactionService;
  readonly subAgents: SubAgents;
  readonly agentRuntime: AgentRuntime;
  readonly runs: RunService;
  readonly cron: CronService;
  readonly schedulePreview: SchedulePreview;
  readonly notifications: NotificationService;
  readonly calls: CallService;
  readonly models: ModelDirectory;
  readonly modelList: ModelList;
  readonly toolbox: Toolbox;
  readonly status: StatusReporter;
  readonly devices: Devices;
  readonly nodes: Nodes;
  readonly beacons: Beacons;
  readonly voice: VoiceService;
  readonly channels: ChannelService;
  readonly heartbeats: HeartbeatService;
  readonly chosenHeartbeats: ChosenHeartbeats;
  readonly memory: MemoryService;
  /** For whoever shortens conversations. */
  readonly flushMemory: FlushMemory;
  readonly logTail: LogTail;
  readonly openClawImport: OpenClawImport;
  readonly usage: UsageService;
  readonly agents: AgentDirectory;
  readonly agentService: AgentService;
  readonly skills: Skills;
  readonly approvals: ApprovalService;
  readonly execPolicy: ExecPolicy;
  /** Settles what a crash left behind, then begins to fire jobs. */
  start(): Promise<void>;
  /** The computer has slept: looks at once what is due, and tells it as one. */
  resumed(): void;
  stop(): Promise<void>;
}

export interface ServiceDeps {
  readonly store: Store;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly log: Logger;
  readonly problems: Problems;
  readonly config: () => GatewayConfig;
  readonly env: NodeJS.ProcessEnv;
  readonly paths: GatewayPaths;
  /** Folder with the skills that come with the application. */
  readonly skillsFolder: string | undefined;
  readonly startedAt: number;
  readonly hostZone: string;
  readonly maxConcurrentRuns: number;
  readonly findServers: (() => Promise<readonly LocalServer[]>) | undefined;
  readonly modelTimeouts: EndpointTimeouts | undefined;
  /** Somebody who has no connection said that he is there. */
  readonly onPresence: () => void;
  /** The connections that are open, as far as services may use them. */
  readonly peers: Peers;
  /** Key of this profile, for what is derived from it. */
  readonly profileKey: Buffer;
  /** This gateway as the network sees it now. */
  readonly network: () => NetworkFacts;
  readonly connections: () => number;
  readonly messages: () => number;
  readonly traffic: () => Omit<TrafficStatus, 'messagesPerSecond'>;
}

/** Longest that a heartbeat may take when the configuration says nothing, seconds. */
const HEARTBEAT_TIMEOUT = 600;

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
  const cron = createCronService({
    store,
    repository: createCronRepository(store),
    sessions,
    notifications,
    bus,
    clock,
    hostZone,
    log,
    webhooks: createCronWebhooksRepository(store),
    rules: () => cronRules(config(), deps.env),
    leaveToHeartbeat: (sessionKey, text) => heartbeats.leave(sessionKey, text),
    checkAgent,
    runAgentTurn: async (job, message, runId, sessionKey) => {
      const source = { kind: 'cron', jobId: job.id, label: job.name } as const;
      const { model, timeoutSeconds } = job.payload.kind === 'agentTurn' ? job.payload : {};
      const timeoutMs = (timeoutSeconds ?? 0) * SECOND;
      await runs.start({ runId, sessionKey, message, source, model, timeoutMs });
      const outcome = await runs.outcome(runId);
      if (outcome?.state !== 'done') throw jobFailure(outcome);
      return { text: outcome.text, usage: outcome.usage };
    },
  });
  const models = createModelDirectory({
    config,
    offline: createOfflineAssistant({ now, zone: hostZone, configFile: paths.ownConfigFile }),
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
  const exec = createExec({
    policy: execPolicy,
    approvals,
    agents,
    variables: skills.variables,
    env: deps.env,
    clock,
  });
  const toolbox = createToolbox([
    ...createExecTools(exec, process.platform),
    ...createFileTools((agentId) => agents.workspaceOf(agentId)),
    ...createWebTools(),
    createNotifyTool(notifications),
    ...createCronTools(cron),
    ...createMemoryTools(memory),
    createStatusTool(() => status.status()),
    ...createSessionTools({ sessions, subAgents: () => subAgents, runs: () => runs }),
    createSkillTool(skills.library),
  ]);
  const usage = createUsageService({
    store,
    repository: createUsageRepository(store),
    sessions,
    now,
    hostZone,
    providers: () => Object.keys(config().models.providers ?? {}),
    log,
  });
  const agentRuntime = createAgentRuntime({
    directory: agents,
    models,
    toolbox,
    skills: skills.library,
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
  const chosenHeartbeats = createChosenHeartbeats({ store, settings, hostZone, now });
  const heartbeats = createHeartbeatService({
    store,
    repository: createHeartbeatEventsRepository(store),
    heartbeats: createHeartbeatsRepository(store),
    settingsRepository: settings,
    settings: () => {
      const known = agents.list().map(({ id }) => id);
      return chosenHeartbeats.over(heartbeatsOf(config(), known, hostZone), known);
    },
    hostZone,
    knowsModel: () => models.status().source !== 'offline',
    busy: (agentId) => {
      const working = runs.activeSessions().filter((key) => agentOfSession(key) === agentId);
      if (working.length === 0) return undefined;
      const isJob = (key: string): boolean => sessionName(key).startsWith('cron:');
      return working.every(isJob) ? 'cron-in-progress' : 'requests-in-flight';
    },
    sessions,
    notifications,
    bus,
    clock,
    log,
    checkAgent,
    readChecklist: createChecklistReader((agentId) => agents.workspaceOf(agentId)),
    run: async (request) => {
      await runs.start(request);
      const outcome = await runs.outcome(request.runId);
      if (outcome === undefined) throw new Error('The run is gone.');
      return outcome;
    },
    // A model that cannot be used is told by the run that needs it.
    hasModel: (agentId) =>
      agentRuntime.model(agentId, undefined).then(
        (model) => model.status.source !== 'offline',
        () => true,
      ),
    timeoutMs: () => (config().agents.defaults?.timeoutSeconds ?? HEARTBEAT_TIMEOUT) * SECOND,
  });
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
    settings: createSettingsRepository(store),
    execPolicy,
    knowsAgent: (agentId) => agents.find(agentId) !== undefined,
    stateDir: paths.stateDir,
    hostZone,
    now,
    log,
  });

  return {
    sessions,
    sessionLifecycle: createSessionLifecycle({
      store,
      repository: sessionsRepository,
      archive,
      sessions,
      bus,
      now,
      memory,
      withoutRuns: (key, work) => runs.withoutRuns(key, work),
      checkAgent,
    }),
    attachments,
    messageSearch,
    compactions,
    subAgents,
    agentRuntime,
    runs,
    cron,
    schedulePreview: createSchedulePreview(now, hostZone),
    notifications,
    models,
    modelList: createModelList({ config, directory: models, providers: createProviderModels(now) }),
    toolbox,
    status,
    calls: createCallService({ store, sessions, notifications, now }),
    devices,
    nodes,
    beacons: createBeacons(now, deps.onPresence),
    voice: createVoiceService({ store, settings, bus, now }),
    channels: createChannelService({ store, repository: createChannelsRepository(store), sessions, now }),
    heartbeats,
    chosenHeartbeats,
    memory,
    flushMemory,
    logTail: createLogTail(paths.logFile),
    openClawImport,
    usage,
    agents,
    skills,
    agentService,
    approvals,
    execPolicy,
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
    },
    stop: async () => {
      await devices.requests.stop();
      await nodes.stop();
      messageSearch.stop();
      heartbeats.stop();
      await runs.stop();
      await exec.stop();
      approvals.stop();
      await cron.stop();
      notifications.stop();
    },
  };
}

function jobFailure(outcome: RunOutcome | undefined): JobFailure {
  const { error = 'The run was stopped.', errorKind, passing = false } = outcome ?? {};
  switch (errorKind) {
    case 'rate_limit':
    case 'timeout':
      return new JobFailure(error, errorKind, passing);
    case 'context_length':
      return new JobFailure(error, 'context_overflow', passing);
    case 'refusal':
    case 'unknown':
    case undefined:
      return new JobFailure(error, passing ? 'server_error' : 'unknown', passing);
  }
}
