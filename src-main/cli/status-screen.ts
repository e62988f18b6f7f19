// The gateway course's status screen. Pure.

import type { StatusResult } from '../shared/protocol/system.ts';

const TITLE = 'Gateway Status';

/** @param everySeconds how often it is refreshed */
export function statusScreen(status: StatusResult, everySeconds: number): readonly string[] {
  const { traffic } = status;
  return [
    ...screenHead(everySeconds),
    `Uptime: ${uptime(status.uptimeMs)}`,
    `Active Connections: ${status.connections}`,
    `Total Messages: ${status.messages.toLocaleString('en-US')}`,
    `Messages/sec: ${traffic.messagesPerSecond.toFixed(2)}`,
    `Active Channels: ${traffic.activeChannels}`,
    `Memory Usage: ${Math.round(status.memory.rssBytes / 1_000_000)} MB`,
    `Heartbeat OK: ${traffic.heartbeats.ok}/${traffic.heartbeats.total}`,
    `Rate Limit Hits: ${traffic.rateLimitHits}`,
  ];
}

export function screenHead(everySeconds: number): readonly string[] {
  return [`${TITLE} (refreshing every ${everySeconds}s)`, '─'.repeat(37)];
}

function uptime(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  if (hours > 0) return `${hours}h ${minutes}m ${seconds % 60}s`;
  return minutes > 0 ? `${minutes}m ${seconds % 60}s` : `${seconds}s`;
}
