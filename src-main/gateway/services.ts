// The services and how they use each other. Sockets and dialects are not known here.

import type { Logger } from '../shared/logger.ts';
import type { Clock } from '../shared/time.ts';
import { createCallService, type CallService } from './calls/call-service.ts';
import type { GatewayPaths } from './config/paths.ts';
import type { GatewayConfig } from './config/schema.ts';
import { createCronService, type CronService } from './cron/cron-service.ts';
import type { EventBus } from './event-bus.ts';
import { createMemoryService } from './memory/memory-service.ts';
import { createNotificationService, type NotificationService } from './notifications/notification-service.ts';
import type { Problems } from './problems.ts';
import { createModelDirectory, type ModelDirectory } from './runtime/model-directory.ts';
import { createOfflineAssistant } from './runtime/offline/offline-assistant.ts';
import type { LocalServer } from './runtime/providers/local-servers.ts';
import type { EndpointTimeouts } from './runtime/providers/openai-compatible.ts';
import { createRunService, type RunService } from './runtime/run-service.ts';
import { createSessionService, type SessionService } from './sessions/session-service.ts';
import { createStatusReporter, type StatusReporter } from './status.ts';
import type { Store } from './store/open-store.ts';
import { createCronRepository } from './store/repositories/cron.ts';
import { createDevicesRepository, type DevicesRepository } from './store/repositories/devices.ts';
import { createMemoriesRepository } from './store/repositories/memories.ts';
import { createNotificationsRepository } from './store/repositories/notifications.ts';
import { createRunsRepository } from './store/repositories/runs.ts';
import { createSessionsRepository } from './store/repositories/sessions.ts';
import { createCronTools } from './tools/cron-tools.ts';
import { createMemoryTools } from './tools/memory-tools.ts';
import { createStatusTool } from './tools/status-tool.ts';
import { createToolbox } from './tools/tool.ts';

export interface Services {
  readonly sessions: SessionService;
  readonly runs: RunService;
  readonly cron: CronService;
  readonly notifications: NotificationService;
  readonly calls: CallService;
  readonly models: ModelDirectory;
  readonly status: StatusReporter;
  readonly devices: DevicesRepository;
  /** Settles what a crash left behind, then begins to fire jobs. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface ServiceDeps {
  readonly store: Store;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly log: Logger;
  readonly problems: Problems;
  readonly config: () => GatewayConfig;
  readonly paths: GatewayPaths;
  readonly startedAt: number;
  readonly hostZone: string;
  readonly maxConcurrentRuns: number;
  readonly findServers: (() => Promise<readonly LocalServer[]>) | undefined;
  readonly modelTimeouts: EndpointTimeouts | undefined;
  readonly connections: () => number;
  readonly messages: () => number;
}

export function createServices(deps: ServiceDeps): Services {
  const { store, bus, clock, log, problems, config, paths, hostZone } = deps;
  const now = (): number => clock.now();

  const sessions = createSessionService({
    store,
    repository: createSessionsRepository(store),
    bus,
    now,
    runState: (key) => runs.state(key),
  });
  const notifications = createNotificationService({
    store,
    repository: createNotificationsRepository(store),
    bus,
    now,
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
    runAgentTurn: async (job, message, runId, sessionKey) => {
      const source = { kind: 'cron', jobId: job.id, label: job.name } as const;
      await runs.start({ runId, sessionKey, message, source });
      const outcome = await runs.outcome(runId);
      if (outcome?.state !== 'done') throw new Error(outcome?.error ?? 'The run was stopped.');
      return outcome.text;
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
  const runs = createRunService({
    store,
    repository: createRunsRepository(store),
    sessions,
    bus,
    clock,
    hostZone,
    toolbox: createToolbox([
      ...createCronTools(cron),
      ...createMemoryTools(createMemoryService({ store, repository: createMemoriesRepository(store), now })),
      createStatusTool(() => status.status()),
    ]),
    resolveModel: () => models.resolve(),
    log,
    maxConcurrent: deps.maxConcurrentRuns,
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
    storePath: store.file,
    startedAt: deps.startedAt,
    now,
  });

  return {
    sessions,
    runs,
    cron,
    notifications,
    models,
    status,
    calls: createCallService({ store, sessions, notifications, now }),
    devices: createDevicesRepository(store),
    start: async () => {
      await runs.recover();
      await cron.start();
    },
    stop: async () => {
      await runs.stop();
      await cron.stop();
    },
  };
}
