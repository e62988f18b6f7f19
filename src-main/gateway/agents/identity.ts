// Who an agent is: what was set, else what its IDENTITY.md says about itself.

import type { AgentIdentityResult } from '../../shared/protocol/agents.ts';
import { DEFAULT_AGENT_ID } from '../../shared/session-key.ts';
import type { Agent } from './agent.ts';
import type { Workspace } from './workspace.ts';

/** As much of IDENTITY.md as is looked at, bytes. */
const MAX_READ = 8_192;
const MAX_VALUE = 256;
const DEFAULT_NAME = 'Assistant';

/** IDENTITY.md of a new agent. */
export function identityText(name: string, emoji: string | undefined): string {
  const lines = [`- **Name:** ${name}`, ...(emoji === undefined ? [] : [`- **Emoji:** ${emoji}`])];
  return `# Who am I?\n\n${lines.join('\n')}\n`;
}

export async function identityOf(agent: Agent, workspace: Workspace): Promise<AgentIdentityResult> {
  // Whoever cannot be read is still somebody.
  const file = await workspace.beginning('IDENTITY.md', MAX_READ).catch(() => undefined);
  const written = fieldsOf(file?.text ?? '');
  const emoji = agent.emoji ?? written.get('emoji');
  const avatar = agent.avatar ?? written.get('avatar');
  return {
    agentId: agent.id,
    ...nameOf(agent, written.get('name')),
    ...(emoji === undefined ? {} : { emoji }),
    ...(avatar === undefined ? { avatarStatus: 'none' } : { avatar, avatarStatus: avatarStatus(avatar) }),
  };
}

function nameOf(agent: Agent, written: string | undefined): Pick<AgentIdentityResult, 'name' | 'nameSource'> {
  if (agent.name !== undefined) return { name: agent.name, nameSource: 'config' };
  if (written !== undefined) return { name: written, nameSource: 'workspace' };
  return { name: agent.id === DEFAULT_AGENT_ID ? DEFAULT_NAME : agent.id, nameSource: 'default' };
}

function avatarStatus(avatar: string): 'local' | 'remote' | 'data' {
  if (/^data:/i.test(avatar)) return 'data';
  return /^https?:/i.test(avatar) ? 'remote' : 'local';
}

/** Lines such as `- **Name:** Mia`; what is left as the template has it, in parentheses, says nothing. */
function fieldsOf(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon < 0) continue;
    const key = line
      .slice(0, colon)
      .replace(/[-*_\s]/g, '')
      .toLowerCase();
    const value = line.slice(colon + 1).replace(/^[*_\s]+|[*_\s]+$/g, '');
    if (value === '' || value.length > MAX_VALUE || /^[([_]/.test(value) || fields.has(key)) continue;
    fields.set(key, value);
  }
  return fields;
}
