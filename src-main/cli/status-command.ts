// `clawtray status`: what the running gateway says about itself, once or again and again.

import { errorText } from '../shared/logger.ts';
import type { StatusResult } from '../shared/protocol/system.ts';
import { withGateway } from './client.ts';
import { print } from './output.ts';
import { screenHead, statusScreen } from './status-screen.ts';
import { stopSignal } from './stop-signal.ts';

const TIMEOUT = 10_000;

/** @returns the exit code */
export function showStatus(asJson: boolean): Promise<number> {
  return withGateway(async (connection, { url }) => {
    const status = await connection.request('status', {}, TIMEOUT);
    if (asJson) print(JSON.stringify(status, null, 2));
    else for (const line of statusLines(url, status)) print(line);
  });
}

const REFRESH_SECONDS = 2;
/** Clears the screen and goes to its beginning (ECMA-48). */
const CLEAR = '\u001b[2J\u001b[H';

/**
 * Shows the gateway's counters again and again, until Ctrl+C; what cannot be reached is told and tried again.
 * @returns the exit code
 */
export function watchStatus(): Promise<number> {
  const clear = process.stdout.isTTY ? CLEAR : '';
  return withGateway(async (connection) => {
    const refresh = async (): Promise<void> => {
      const lines = await connection
        .request('status', {}, REFRESH_SECONDS * 1_000)
        .then((status) => statusScreen(status, REFRESH_SECONDS))
        .catch((error: unknown) => [...screenHead(REFRESH_SECONDS), errorText(error)]);
      print(`${clear}${lines.join('\n')}`);
    };
    await refresh();
    const timer = setInterval(() => {
      void refresh();
    }, REFRESH_SECONDS * 1_000);
    await stopSignal();
    clearInterval(timer);
  });
}

function statusLines(url: string, status: StatusResult): readonly string[] {
  const next = status.cron.nextRunAtMs;
  return [
    `Gateway        ${url} (version ${status.runtimeVersion}, process ${status.pid})`,
    `Uptime         ${uptime(status.uptimeMs)}`,
    `Answers        ${status.model.label}`,
    `Connections    ${status.connections}`,
    `Messages       ${status.messages}`,
    `Sessions       ${status.sessions.count}`,
    `Scheduled      ${status.cron.jobs}${next === undefined ? '' : `, next ${new Date(next).toLocaleString()}`}`,
    `Unread         ${status.notifications.unread}`,
    `Memory         ${Math.round(status.memory.rssBytes / 1_000_000)} MB`,
    ...status.problems.map((problem) => `Attention      ${problem.message}`),
  ];
}

function uptime(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  return hours > 0
    ? `${hours} h ${minutes} min`
    : minutes > 0
      ? `${minutes} min ${seconds % 60} s`
      : `${seconds} s`;
}
