// How an agent is called. Pure.

import type { AgentSummary } from '../../../src-main/shared/protocol/agents.ts';

export function nameOfAgent({ id, name, identity }: AgentSummary): string {
  return identity?.name ?? name ?? id;
}
