// agents.*: which agents there are, and the files in their workspaces.

import * as z from 'zod/mini';
import { GatewayError } from '../../shared/errors.ts';
import type { AgentDirectory } from '../agents/agent-directory.ts';
import { AGENT_FILES, type AgentFileName } from '../agents/workspace.ts';
import { defineMethod, type Method } from './method.ts';

const filled = z.string().check(z.minLength(1));

export function agentsMethods(agents: AgentDirectory): readonly Method[] {
  return [
    defineMethod({
      name: 'agents.list',
      scope: 'operator.read',
      params: z.strictObject({}),
      handle: () => agents.list(),
    }),
    defineMethod({
      name: 'agents.files.list',
      scope: 'operator.read',
      params: z.strictObject({ agentId: filled }),
      handle: async ({ agentId }) => {
        const workspace = agents.workspace(agentId);
        return { agentId, workspace: workspace.folder, files: await workspace.list() };
      },
    }),
    defineMethod({
      name: 'agents.files.get',
      scope: 'operator.read',
      params: z.strictObject({ agentId: filled, name: filled }),
      handle: async ({ agentId, name }) => {
        const workspace = agents.workspace(agentId);
        return { agentId, workspace: workspace.folder, file: await workspace.read(fileName(name)) };
      },
    }),
    defineMethod({
      name: 'agents.files.set',
      // What stands in these files, the agent does.
      scope: 'operator.admin',
      params: z.strictObject({ agentId: filled, name: filled, content: z.string() }),
      handle: async ({ agentId, name, content }) => {
        const workspace = agents.workspace(agentId);
        const file = await workspace.write(fileName(name), content);
        return { ok: true, agentId, workspace: workspace.folder, file };
      },
    }),
  ];
}

/** Names are taken from a list, so nobody can ask for another path. */
function fileName(written: string): AgentFileName {
  const name = AGENT_FILES.find((known) => known === written);
  if (name !== undefined) return name;
  throw new GatewayError(
    'invalid-params',
    `unsupported file "${written.slice(0, 64)}". There are ${AGENT_FILES.join(', ')}.`,
  );
}
