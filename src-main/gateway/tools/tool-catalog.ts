// The tools as people and programs are shown them: in groups, with what they may do and which profiles have them. Pure.

import type { ToolCatalogGroup, ToolProfile } from '../../shared/protocol/tools.ts';
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

export function describeTools(tools: readonly ToolDescription[]): readonly ToolCatalogGroup[] {
  const groups = [...GROUPS, OTHERS].map(({ id, label, has }) => ({
    id,
    label,
    source: 'core' as const,
    has,
  }));
  const groupOf = (name: string): string =>
    groups.find(({ has }) => mayUse(name, [{ allow: has }]))?.id ?? OTHERS.id;
  return groups.flatMap(({ id, label, source }) => {
    const members = tools.filter(({ name }) => groupOf(name) === id);
    if (members.length === 0) return [];
    return [
      {
        id,
        label,
        source,
        tools: members.map(({ name, description }) => ({
          id: name,
          label: name.replaceAll('_', ' '),
          description,
          source,
          risk: RISKS[name] ?? ('low' as const),
          defaultProfiles: PROFILE_LABELS.flatMap((profile) =>
            mayUse(name, [{ allow: PROFILES[profile.id] }]) ? [profile.id] : [],
          ),
        })),
      },
    ];
  });
}
