import { expect, test } from 'vitest';
import { statusScreen } from '../../../src-main/cli/status-screen.ts';
import type { StatusResult } from '../../../src-main/shared/protocol/system.ts';

const status = (uptimeMs: number): StatusResult => ({
  runtimeVersion: '0.1.0',
  pid: 1,
  uptimeMs,
  startedAtMs: 0,
  model: { provider: 'clawtray', model: 'offline', label: 'Built-in assistant', source: 'offline' },
  problems: [],
  connections: 2,
  messages: 1_847,
  sessions: { count: 3 },
  cron: { jobs: 0 },
  notifications: { unread: 0 },
  activeRuns: [],
  memory: { rssBytes: 45_200_000 },
  traffic: {
    messagesPerSecond: 0.117,
    activeChannels: 3,
    heartbeats: { ok: 2, total: 2 },
    rateLimitHits: 0,
  },
});

// The gateway course's own example.
test('the screen is the course’s', () => {
  expect(statusScreen(status(((4 * 60 + 23) * 60 + 15) * 1_000), 2)).toEqual([
    'Gateway Status (refreshing every 2s)',
    '─────────────────────────────────────',
    'Uptime: 4h 23m 15s',
    'Active Connections: 2',
    'Total Messages: 1,847',
    'Messages/sec: 0.12',
    'Active Channels: 3',
    'Memory Usage: 45 MB',
    'Heartbeat OK: 2/2',
    'Rate Limit Hits: 0',
  ]);
});

test.each([
  [0, '0s'],
  [59_999, '59s'],
  [61_000, '1m 1s'],
  [3_600_000, '1h 0m 0s'],
  [100 * 3_600_000, '100h 0m 0s'],
])('%d ms of uptime are %s', (ms, shown) => {
  expect(statusScreen(status(ms), 2)).toContain(`Uptime: ${shown}`);
});
