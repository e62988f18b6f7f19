// health, status and the course's system.status, from what the services know.

import { VERSION } from '../shared/brand.ts';
import type {
  GatewayProblem,
  HealthResult,
  ModelStatus,
  StatusResult,
  SystemStatusResult,
} from '../shared/protocol/system.ts';
import { DEFAULT_AGENT_ID } from '../shared/session-key.ts';
import { SECOND } from '../shared/time.ts';
import type { CronService } from './cron/cron-service.ts';
import type { NotificationService } from './notifications/notification-service.ts';
import type { RunService } from './runtime/run-service.ts';
import type { SessionService } from './sessions/session-service.ts';

export interface StatusSources {
  readonly sessions: SessionService;
  readonly cron: CronService;
  readonly notifications: NotificationService;
  readonly runs: RunService;
  readonly model: () => ModelStatus;
  readonly problems: () => readonly GatewayProblem[];
  readonly connections: () => number;
  readonly messages: () => number;
  readonly storePath: string;
  readonly startedAt: number;
  readonly now: () => number;
}

export interface StatusReporter {
  health(): HealthResult;
  status(): StatusResult;
  systemStatus(): SystemStatusResult;
}

export function createStatusReporter(sources: StatusSources): StatusReporter {
  const { sessions, cron, notifications, runs, now, startedAt } = sources;

  function status(): StatusResult {
    return {
      runtimeVersion: VERSION,
      pid: process.pid,
      uptimeMs: now() - startedAt,
      startedAtMs: startedAt,
      model: sources.model(),
      problems: sources.problems(),
      connections: sources.connections(),
      messages: sources.messages(),
      sessions: { count: sessions.count() },
      cron: cron.summary(),
      notifications: { unread: notifications.unread() },
      activeRuns: runs.activeIds(),
      memory: { rssBytes: process.memoryUsage.rss() },
    };
  }

  return {
    status,
    health: () => ({
      ok: true,
      ts: now(),
      durationMs: 0,
      defaultAgentId: DEFAULT_AGENT_ID,
      sessions: { path: sources.storePath, count: sessions.count(), recent: [] },
    }),
    systemStatus: () => {
      const facts = status();
      return {
        status: facts.problems.length === 0 ? 'ok' : 'degraded',
        version: facts.runtimeVersion,
        uptime_seconds: Math.floor(facts.uptimeMs / SECOND),
        active_connections: facts.connections,
        total_messages: facts.messages,
        active_channels: facts.sessions.count,
        memory_mb: Math.round(facts.memory.rssBytes / 1_000_000),
        model: facts.model.label,
        scheduled_jobs: facts.cron.jobs,
        unread_notifications: facts.notifications.unread,
      };
    },
  };
}
