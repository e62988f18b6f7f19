// health, status and the course's system.status, from what the services know.

import path from 'node:path';
import { VERSION } from '../shared/brand.ts';
import type {
  GatewayProblem,
  HealthResult,
  ModelStatus,
  StatusResult,
  SystemStatusResult,
  TrafficStatus,
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
  readonly traffic: () => Omit<TrafficStatus, 'messagesPerSecond'>;
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
    const messages = sources.messages();
    const uptimeMs = now() - startedAt;
    return {
      runtimeVersion: VERSION,
      pid: process.pid,
      uptimeMs,
      startedAtMs: startedAt,
      model: sources.model(),
      problems: sources.problems(),
      connections: sources.connections(),
      messages,
      sessions: { count: sessions.count() },
      cron: cron.summary(),
      notifications: { unread: notifications.unread() },
      activeRuns: runs.activeIds(),
      memory: { rssBytes: process.memoryUsage.rss() },
      traffic: { messagesPerSecond: messages / Math.max(1, uptimeMs / SECOND), ...sources.traffic() },
    };
  }

  return {
    status,
    health: () => ({
      ok: true,
      ts: now(),
      durationMs: 0,
      defaultAgentId: DEFAULT_AGENT_ID,
      // Without the folder: everybody may ask.
      sessions: { path: path.basename(sources.storePath), count: sessions.count(), recent: [] },
    }),
    systemStatus: () => {
      const facts = status();
      return {
        status: facts.problems.length === 0 ? 'ok' : 'degraded',
        version: facts.runtimeVersion,
        uptime_seconds: Math.floor(facts.uptimeMs / SECOND),
        active_connections: facts.connections,
        total_messages: facts.messages,
        messages_per_second: Math.round(facts.traffic.messagesPerSecond * 100) / 100,
        active_channels: facts.traffic.activeChannels,
        heartbeat_ok: facts.traffic.heartbeats.ok,
        heartbeat_total: facts.traffic.heartbeats.total,
        rate_limit_hits: facts.traffic.rateLimitHits,
        memory_mb: Math.round(facts.memory.rssBytes / 1_000_000),
        model: facts.model.label,
        scheduled_jobs: facts.cron.jobs,
        unread_notifications: facts.notifications.unread,
      };
    },
  };
}
