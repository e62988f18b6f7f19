// The tools as people and programs are shown them: in groups, with what they may do and which profiles have them. Pure.

import type { ToolCatalogEntry, ToolCatalogGroup, ToolProfile } from '../../shared/protocol/tools.ts';
import type { ToolDescription } from '../runtime/model.ts';
import { mayUse, PROFILES } from './tool-policy.ts';

export const PROFILE_LABELS: readonly { readonly id: ToolProfile; readonly label: string }[] = [
  { id: 'minimal', label: 'Minimal' },
  { id: 'coding', label: 'Coding' },
  { id: 'messaging', label: 'Messaging' },
  { id: 'full', label: 'Full' },
];

const GROUPS: readonly { readonly id: string; readonly label: string; readonly has: readonly string[] }[] = [
  { id: 'runtime', label: 'Commands', has: ['group:runtime'] },
  { id: 'fs', label: 'Files', has: ['group:fs', 'list', 'search'] },
  { id: 'web', label: 'Web', has: ['group:web'] },
  { id: 'memory', label: 'Memory', has: ['group:memory'] },
  { id: 'sessions', label: 'Sessions', has: ['group:sessions'] },
  { id: 'automation', label: 'Automation', has: ['group:automation'] },
  { id: 'messaging', label: 'Messages', has: ['group:messaging'] },
  { id: 'skills', label: 'Skills', has: ['group:skills', 'skill_*'] },
];
const OTHERS = { id: 'other', label: 'Other', has: ['*'] };

const RISKS: Readonly<Record<string, 'medium' | 'high'>> = {
  exec: 'high',
  process: 'high',
  write: 'medium',
  edit: 'medium',
  web_fetch: 'medium',
};

/** @param serverOf the MCP server that a tool belongs to */
export function describeTools(
  all: readonly ToolDescription[],
  serverOf: (tool: string) => string | undefined,
): readonly ToolCatalogGroup[] {
  const tools = all.filter(({ name }) => serverOf(name) === undefined);
  const groups = [...GROUPS, OTHERS].map(({ id, label, has }) => ({
    id,
    label,
    source: 'core' as const,
    has,
  }));
  const groupOf = (name: string): string =>
    groups.find(({ has }) => mayUse(name, [{ allow: has }]))?.id ?? OTHERS.id;
  const own = groups.flatMap(({ id, label, source }): readonly ToolCatalogGroup[] => {
    const members = tools.filter(({ name }) => groupOf(name) === id);
    if (members.length === 0) return [];
    return [
      {
        id,
        label,
        source,
        tools: members.map((tool) => entryOf(tool, { source, risk: RISKS[tool.name] ?? 'low' })),
      },
    ];
  });
  return [...own, ...serverGroups(all, serverOf)];
}

/** A group for each MCP server; nobody here knows what its tools do. */
function serverGroups(
  all: readonly ToolDescription[],
  serverOf: (tool: string) => string | undefined,
): readonly ToolCatalogGroup[] {
  const groups = new Map<string, ToolCatalogEntry[]>();
  for (const tool of all) {
    const server = serverOf(tool.name);
    if (server === undefined) continue;
    const entry = { ...entryOf(tool, { source: 'plugin', risk: 'high' }), pluginId: `mcp:${server}` };
    groups.set(server, [...(groups.get(server) ?? []), entry]);
  }
  return [...groups].map(([server, tools]) => ({
    id: `mcp:${server}`,
    label: server,
    source: 'plugin' as const,
    pluginId: `mcp:${server}`,
    tools,
  }));
}

function entryOf(
  { name, description }: ToolDescription,
  how: Pick<ToolCatalogEntry, 'source' | 'risk'>,
): ToolCatalogEntry {
  return {
    id: name,
    label: name.replace(/_+/g, ' '),
    description,
    ...how,
    defaultProfiles: PROFILE_LABELS.flatMap((profile) =>
      mayUse(name, [{ allow: PROFILES[profile.id] }]) ? [profile.id] : [],
    ),
  };
}
