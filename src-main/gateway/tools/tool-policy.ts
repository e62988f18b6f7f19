// Which tools an agent may use: names, patterns with `*`, and groups, allowed or denied. Pure.

import * as z from 'zod/mini';
import { describeIssues } from '../validation.ts';

export interface ToolPolicy {
  /** Only these; everything when it is left out. */
  readonly allow?: readonly string[] | undefined;
  /** Not these, also when they are allowed. */
  readonly deny?: readonly string[] | undefined;
}

/** OpenClaw's names of groups, with what belongs to them here and there. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  // Built-in tools; those of servers have two underscores in their names.
  'group:openclaw': ['*', '!*__*'],
  'group:mcp': ['*__*'],
  'bundle-mcp': ['*__*'],
  'group:plugins': ['*__*'],
  'group:runtime': ['exec', 'process', 'bash', 'code_execution'],
  'group:fs': ['read', 'write', 'edit', 'list', 'search', 'apply_patch', 'fs_*', 'file_*'],
  'group:sessions': ['sessions_*', 'session_*', 'subagents'],
  'group:memory': ['memory_*'],
  'group:web': ['web_*', 'x_search'],
  'group:ui': ['browser', 'canvas'],
  'group:automation': ['cron', 'cron_*', 'reminder_*', 'heartbeat_*', 'gateway', 'gateway_*'],
  'group:messaging': ['message', 'notify'],
  'group:nodes': ['nodes', 'node_*'],
  'group:skills': ['skill'],
};

/** What OpenClaw's profiles allow; `full` is everything. */
export const PROFILES = {
  minimal: ['session_status', 'gateway_status'],
  messaging: [
    'group:messaging',
    'sessions_list',
    'sessions_history',
    'sessions_send',
    'session_status',
    'group:mcp',
  ],
  coding: [
    'group:fs',
    'group:runtime',
    'group:sessions',
    'group:memory',
    'group:web',
    'group:skills',
    'group:mcp',
  ],
  full: ['*'],
} as const;

const names = z.optional(z.array(z.string()));
/** A `tools` section. */
export const toolsSchema = z.looseObject({
  profile: z.optional(z.enum(['minimal', 'messaging', 'coding', 'full'])),
  allow: names,
  /** Added to the profile. */
  alsoAllow: names,
  deny: names,
});

/**
 * The policies of a `tools` section. One that is not valid allows nothing, and is reported: a mistake must not give an
 * agent what somebody meant to take from it.
 * @param where the section's place in the configuration, for the report
 */
export function readToolPolicies(
  section: unknown,
  where: string,
  report: (problem: string) => void,
): readonly ToolPolicy[] {
  if (section === undefined) return [];
  const parsed = toolsSchema.safeParse(section);
  if (!parsed.success) {
    report(`${where} is not valid, so no tool is allowed there: ${describeIssues(parsed.error.issues)}.`);
    return [{ allow: [] }];
  }
  const { profile, allow, alsoAllow = [], deny } = parsed.data;
  return [
    ...(profile === undefined ? [] : [{ allow: [...PROFILES[profile], ...alsoAllow] }]),
    // OpenClaw reads an empty list as no list.
    ...(allow === undefined || allow.length === 0 ? [] : [{ allow: [...allow, ...alsoAllow] }]),
    ...(deny === undefined ? [] : [{ deny }]),
  ];
}

/** Whether a tool may be used under all of these policies. Upper and lower case are the same. */
export function mayUse(tool: string, policies: readonly ToolPolicy[]): boolean {
  return policies.every(({ allow, deny = [] }) => {
    if (matches(tool, deny)) return false;
    return allow === undefined || matches(tool, allow);
  });
}

function matches(tool: string, entries: readonly string[]): boolean {
  const name = tool.toLowerCase();
  return entries.some((entry) => {
    const written = entry.trim().toLowerCase();
    const group = Object.hasOwn(GROUPS, written) ? GROUPS[written] : undefined;
    const patterns = group ?? [written];
    return (
      patterns.some((pattern) => fits(name, pattern)) &&
      !patterns.some((pattern) => pattern.startsWith('!') && fits(name, pattern.slice(1)))
    );
  });
}

/** `*` stands for any characters. Compared piece by piece: a pattern of a stranger must not take long. */
function fits(name: string, pattern: string): boolean {
  const [first = '', ...pieces] = pattern.split('*');
  const last = pieces.pop();
  if (last === undefined) return name === first;
  if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last))
    return false;
  let at = first.length;
  for (const piece of pieces) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= name.length - last.length;
}
