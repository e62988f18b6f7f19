// `clawtray import`: has the running gateway take over an OpenClaw home, and says what was taken and what was not.

import path from 'node:path';
import { MINUTE } from '../shared/time.ts';
import type { ImportResult } from '../shared/protocol/import.ts';
import { withGateway } from './client.ts';
import { print } from './output.ts';

const TIMEOUT = 30 * MINUTE;

/** @returns the exit code */
export function importHome(options: { from?: string; dryRun?: boolean; json?: boolean }): Promise<number> {
  const { from, dryRun = false, json = false } = options;
  return withGateway(async (connection) => {
    const result = await connection.request(
      'import.openclaw',
      { dryRun, ...(from === undefined ? {} : { from: path.resolve(from) }) },
      TIMEOUT,
    );
    if (json) print(JSON.stringify(result, null, 2));
    else for (const line of lines(result)) print(line);
  });
}

function lines({
  from,
  dryRun,
  sessions,
  jobs,
  rules,
  skipped,
  skippedMore,
  notes,
}: ImportResult): readonly string[] {
  return [
    `${dryRun ? 'Would take over' : 'Took over'} from ${from}:`,
    `  ${sessions.taken} conversations with ${sessions.messages} messages${already(sessions.already)}`,
    `  ${jobs.taken} automations${already(jobs.already)}`,
    `  ${rules.taken} rules about commands${already(rules.already)}`,
    ...(skipped.length === 0 ? [] : ['Not taken, or not all of it:']),
    ...skipped.map(({ what, reason }) => `  ${what}: ${reason}`),
    ...(skippedMore === 0 ? [] : [`  and ${skippedMore} more`]),
    ...notes,
    'OpenClaw’s own files were not changed. What agents are told by (AGENTS.md and others) is shared with OpenClaw anyway.',
  ];
}

const already = (count: number): string => (count === 0 ? '' : ` (${count} more were here already)`);
