// The agents that can be asked, and the names under which clients find them as models.

import type { AgentDirectory } from '../../agents/agent-directory.ts';

export function agentModels(agents: Pick<AgentDirectory, 'list'>): readonly string[] {
  return ['openclaw', 'openclaw/default', ...agents.list().map(({ id }) => `openclaw/${id}`)];
}
