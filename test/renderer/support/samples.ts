// Things as a gateway tells them, for tests that need only some of their facts.

import type { ChatMessage } from '../../../src-main/shared/protocol/chat.ts';
import type { HelloOk } from '../../../src-main/shared/protocol/connect.ts';
import type { CronJob } from '../../../src-main/shared/protocol/cron.ts';
import type { InboxNotification } from '../../../src-main/shared/protocol/notifications.ts';
import type { SessionRow } from '../../../src-main/shared/protocol/sessions.ts';
import type { StatusResult } from '../../../src-main/shared/protocol/system.ts';

export const MAIN = 'agent:main:main';

export function helloOk(methods: readonly string[] = []): HelloOk {
  return {
    type: 'hello-ok',
    protocol: 4,
    server: { version: '1.0.0', connId: 'c' },
    features: { methods, events: [] },
    snapshot: { presence: [], health: {}, stateVersion: { presence: 0, health: 0 }, uptimeMs: 0 },
    auth: { role: 'operator', scopes: [] },
    policy: { maxPayload: 1, maxBufferedBytes: 1, tickIntervalMs: 30_000 },
  };
}

export function statusResult(overrides: Partial<StatusResult> = {}): StatusResult {
  return {
    runtimeVersion: '1.0.0',
    pid: 1,
    uptimeMs: 1,
    startedAtMs: 1,
    model: { provider: 'clawtray', model: 'offline', label: 'Built-in assistant', source: 'offline' },
    problems: [],
    connections: 1,
    messages: 0,
    sessions: { count: 0 },
    cron: { jobs: 0 },
    notifications: { unread: 0 },
    activeRuns: [],
    memory: { rssBytes: 1 },
    traffic: {
      messagesPerSecond: 0,
      activeChannels: 0,
      heartbeats: { ok: 1, total: 1 },
      rateLimitHits: 0,
    },
    ...overrides,
  };
}

export function sessionRow(key: string, overrides: Partial<SessionRow> = {}): SessionRow {
  return {
    key,
    sessionId: `id of ${key}`,
    kind: 'direct',
    agentId: 'main',
    createdAt: 1,
    updatedAt: 1,
    ...overrides,
  };
}

export function cronJob(id: string, overrides: Partial<CronJob> = {}): CronJob {
  return {
    id,
    name: `Job ${id}`,
    enabled: true,
    createdAtMs: 1,
    updatedAtMs: 1,
    schedule: { kind: 'every', everyMs: 3_600_000 },
    sessionTarget: 'main',
    wakeMode: 'now',
    payload: { kind: 'systemEvent', text: id },
    state: { nextRunAtMs: Date.now() + 600_000 },
    ...overrides,
  };
}

export function notification(id: string, overrides: Partial<InboxNotification> = {}): InboxNotification {
  return {
    id,
    kind: 'reminder',
    source: 'reminder',
    state: 'unread',
    title: 'Reminder',
    body: `Body of ${id}`,
    createdAtMs: Date.now(),
    ...overrides,
  };
}

/** A saved message with its number. */
export function message(seq: number, overrides: Partial<ChatMessage> = {}): ChatMessage {
  return {
    role: 'assistant',
    content: [{ type: 'text', text: `Message ${seq}` }],
    timestamp: 1_700_000_000_000 + seq,
    __openclaw: { id: `m${seq}`, seq, recordTimestampMs: 1 },
    ...overrides,
  };
}
