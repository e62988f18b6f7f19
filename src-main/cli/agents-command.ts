// `clawtray agents`: which agents there are, and how they are added, removed and brought back.

import type { AgentsDeletedResult, AgentsListResult } from '../shared/protocol/agents.ts';
import { withGateway } from './client.ts';
import { print } from './output.ts';

const TIMEOUT = 10_000;

/** @returns the exit code */
export function listAgents(asJson: boolean): Promise<number> {
  return withGateway(async (connection) => {
    const [known, deleted] = await Promise.all([
      connection.request('agents.list', {}, TIMEOUT),
      connection.request('agents.deleted', {}, TIMEOUT),
    ]);
    if (asJson) print(JSON.stringify({ ...known, deleted: deleted.agents }, null, 2));
    else for (const line of agentLines(known, deleted)) print(line);
  });
}

/** @returns the exit code */
export function addAgent(
  name: string,
  options: { readonly workspace?: string; readonly model?: string; readonly emoji?: string },
): Promise<number> {
  return withGateway(async (connection) => {
    const made = await connection.request('agents.create', { name, ...options }, TIMEOUT);
    print(`Added: ${made.agentId}, with its files in ${made.workspace}`);
  });
}

/** @returns the exit code */
export function removeAgent(agentId: string, keepFiles: boolean): Promise<number> {
  return withGateway(async (connection) => {
    const { failed = [] } = await connection.request(
      'agents.delete',
      { agentId, deleteFiles: !keepFiles },
      TIMEOUT,
    );
    for (const { path, reason } of failed) print(`Its files stay in ${path}: ${reason}`);
    print(`Removed: ${agentId}. “clawtray agents restore ${agentId}” brings it back.`);
  });
}

/** @returns the exit code */
export function restoreAgent(agentId: string): Promise<number> {
  return withGateway(async (connection) => {
    const { workspace } = await connection.request('agents.restore', { agentId }, TIMEOUT);
    print(`Restored: ${agentId}, with its files in ${workspace}. Its automations stay paused.`);
  });
}

function agentLines(
  { agents, defaultId }: AgentsListResult,
  deleted: AgentsDeletedResult,
): readonly string[] {
  return [
    ...agents.map(({ id, name, model, workspace }) => {
      const facts = [
        ...(name === undefined ? [] : [name]),
        ...(id === defaultId ? ['default'] : []),
        model?.primary ?? 'built-in assistant',
        workspace,
      ];
      return `  ${id}: ${facts.join(', ')}`;
    }),
    ...(deleted.agents.length === 0 ? [] : ['', 'Removed, can be restored:']),
    ...deleted.agents.map(
      ({ agentId, name, deletedAtMs }) => `  ${agentId}: ${name}, on ${new Date(deletedAtMs).toISOString()}`,
    ),
  ];
}
