// `clawtray status`: what the running gateway says about itself.

import { errorText } from '../shared/logger.ts';
import type { StatusResult } from '../shared/protocol/system.ts';
import { connectTo, findGateway } from './client.ts';
import { print, printProblem } from './output.ts';

const TIMEOUT = 10_000;

/** @returns the exit code */
export async function showStatus(asJson: boolean): Promise<number> {
  try {
    const target = await findGateway(process.env);
    const connection = connectTo(target);
    try {
      const status = await connection.request('status', {}, TIMEOUT);
      if (asJson) print(JSON.stringify(status, null, 2));
      else for (const line of statusLines(target.url, status)) print(line);
    } finally {
      connection.stop();
    }
    return 0;
  } catch (error) {
    printProblem(errorText(error));
    return 1;
  }
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
