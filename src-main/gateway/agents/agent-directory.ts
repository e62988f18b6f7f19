// The agents of this gateway. There is one, the main agent, and there are no others yet.

import { GatewayError } from '../../shared/errors.ts';
import type { AgentsListResult } from '../../shared/protocol/agents.ts';
import type { ModelStatus } from '../../shared/protocol/system.ts';
import { DEFAULT_AGENT_ID } from '../../shared/session-key.ts';
import { createWorkspace, workspaceFolder, type Workspace } from './workspace.ts';

export interface AgentDirectory {
  list(): AgentsListResult;
  /** @throws GatewayError `not-found` */
  workspace(agentId: string): Workspace;
}

/** @param model the one that would answer now */
export function createAgentDirectory(stateDir: string, model: () => ModelStatus): AgentDirectory {
  const workspace = createWorkspace(workspaceFolder(stateDir, DEFAULT_AGENT_ID));

  return {
    list: () => {
      const { source, provider, model: id } = model();
      const known = source !== 'offline' && provider !== '' && id !== '';
      return {
        defaultId: DEFAULT_AGENT_ID,
        mainKey: 'main',
        scope: 'per-sender',
        agents: [
          {
            id: DEFAULT_AGENT_ID,
            workspace: workspace.folder,
            ...(known ? { model: { primary: `${provider}/${id}` } } : {}),
          },
        ],
      };
    },
    workspace: (agentId) => {
      if (agentId === DEFAULT_AGENT_ID) return workspace;
      throw new GatewayError(
        'not-found',
        `There is no agent "${agentId.slice(0, 64)}". agents.list lists them.`,
      );
    },
  };
}
