// Wires what happens by itself: jobs and the agents' heartbeats, both as runs that nobody asked for just now.

import { agentOfSession, sessionName } from '../../shared/session-key.ts';
import { SECOND } from '../../shared/time.ts';
import type { AgentDirectory } from '../agents/agent-directory.ts';
import type { AgentRuntime } from '../agents/agent-runtime.ts';
import { cronRules } from '../cron/cron-rules.ts';
import { createCronService, type CronService } from '../cron/cron-service.ts';
import { createCommandRunner } from '../cron/job-command.ts';
import { JobFailure } from '../cron/job-runs.ts';
import { createSchedulePreview, type SchedulePreview } from '../cron/schedule-preview.ts';
import { createUpcomingRuns, type UpcomingRuns } from '../cron/upcoming-runs.ts';
import type { ExecService } from '../exec/exec-service.ts';
import { createChecklistReader } from '../heartbeat/checklist.ts';
import { createChosenHeartbeats, type ChosenHeartbeats } from '../heartbeat/chosen-settings.ts';
import { createHeartbeatService, type HeartbeatService } from '../heartbeat/heartbeat-service.ts';
import { heartbeatsOf } from '../heartbeat/heartbeat-settings.ts';
import type { NotificationService } from '../notifications/notification-service.ts';
import type { RunOutcome } from '../runtime/active-run.ts';
import type { ModelDirectory } from '../runtime/model-directory.ts';
import type { RunService } from '../runtime/run-service.ts';
import type { SessionService } from '../sessions/session-service.ts';
import { createCronWebhooksRepository } from '../store/repositories/cron-webhooks.ts';
import { createCronRepository } from '../store/repositories/cron.ts';
import { createHeartbeatEventsRepository } from '../store/repositories/heartbeat-events.ts';
import { createHeartbeatsRepository } from '../store/repositories/heartbeats.ts';
import type { SettingsRepository } from '../store/repositories/settings.ts';
import type { ServiceDeps } from './service-deps.ts';

export interface Automation {
  readonly cron: CronService;
  readonly schedulePreview: SchedulePreview;
  readonly upcomingRuns: UpcomingRuns;
  readonly heartbeats: HeartbeatService;
  readonly chosenHeartbeats: ChosenHeartbeats;
}

export interface AutomationParts {
  readonly sessions: SessionService;
  readonly notifications: NotificationService;
  readonly settings: SettingsRepository;
  readonly agents: AgentDirectory;
  readonly checkAgent: (sessionKey: string) => void;
  /** These come later, and use what is made here. */
  readonly models: () => ModelDirectory;
  readonly runs: () => RunService;
  readonly agentRuntime: () => AgentRuntime;
  readonly exec: () => ExecService;
}

/** Longest that a heartbeat may take when the configuration says nothing, seconds. */
const HEARTBEAT_TIMEOUT = 600;

export function createAutomation(deps: ServiceDeps, parts: AutomationParts): Automation {
  const { store, bus, clock, log, config, hostZone } = deps;
  const { sessions, notifications, settings, agents, checkAgent, models, runs, agentRuntime } = parts;
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
    runCommand: createCommandRunner({ exec: parts.exec, platform: process.platform, now: () => clock.now() }),
    runAgentTurn: async (job, message, runId, sessionKey) => {
      const source = { kind: 'cron', jobId: job.id, label: job.name } as const;
      const { model, timeoutSeconds } = job.payload.kind === 'agentTurn' ? job.payload : {};
      const timeoutMs = (timeoutSeconds ?? 0) * SECOND;
      // A job's own model is no reason to do without the others.
      const fallbacks = model === undefined ? undefined : models().choice().fallbacks;
      await runs().start({ runId, sessionKey, message, source, model, fallbacks, timeoutMs });
      const outcome = await runs().outcome(runId);
      if (outcome?.state !== 'done') throw jobFailure(outcome);
      return { text: outcome.text, usage: outcome.usage };
    },
  });
  const chosenHeartbeats = createChosenHeartbeats({ store, settings, hostZone, now: () => clock.now() });
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
    knowsModel: () => models().status().source !== 'offline',
    busy: (agentId) => {
      const working = runs()
        .activeSessions()
        .filter((key) => agentOfSession(key) === agentId);
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
      await runs().start(request);
      const outcome = await runs().outcome(request.runId);
      if (outcome === undefined) throw new Error('The run is gone.');
      return outcome;
    },
    // A model that cannot be used is told by the run that needs it.
    hasModel: (agentId) =>
      agentRuntime()
        .model(agentId, undefined)
        .then(
          (model) => model.status.source !== 'offline',
          () => true,
        ),
    timeoutMs: () => (config().agents.defaults?.timeoutSeconds ?? HEARTBEAT_TIMEOUT) * SECOND,
  });
  return {
    cron,
    schedulePreview: createSchedulePreview(() => clock.now(), hostZone),
    upcomingRuns: createUpcomingRuns({ list: (query) => cron.list(query), now: () => clock.now(), hostZone }),
    heartbeats,
    chosenHeartbeats,
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
