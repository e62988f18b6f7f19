// The allowlist in an OpenClaw home's exec-approvals.json. Pure. Only its rules are read: how much is asked about is decided
// here, and a home that asked about nothing must not bring that along.

import { isJsonObject } from '../../shared/json.ts';
import type { AllowlistEntry } from '../../shared/protocol/approvals.ts';

export interface LegacyRule {
  readonly agentId: string;
  readonly entry: Pick<AllowlistEntry, 'pattern' | 'argPattern'>;
}

/** A rule that is not taken, and why. */
export interface LegacyRuleRefused {
  readonly agentId: string;
  readonly pattern: string;
  readonly reason: string;
}

const MAX_RULES = 1_000;
const MAX_PATTERN = 4_096;

/** @returns `undefined` when this is no such document */
export function legacyRules(document: unknown): readonly (LegacyRule | LegacyRuleRefused)[] | undefined {
  if (!isJsonObject(document)) return undefined;
  const { agents = {} } = document;
  if (!isJsonObject(agents)) return undefined;
  const rules = Object.entries(agents)
    .flatMap(([agentId, agent]) => {
      const allowlist = isJsonObject(agent) ? agent['allowlist'] : undefined;
      return Array.isArray(allowlist) ? allowlist.map((entry: unknown) => readRule(agentId, entry)) : [];
    })
    .slice(0, MAX_RULES);
  return [...new Map(rules.map((rule) => [JSON.stringify(rule), rule])).values()];
}

function readRule(agentId: string, entry: unknown): LegacyRule | LegacyRuleRefused {
  // The oldest form is the pattern alone.
  const { pattern, argPattern } = isJsonObject(entry) ? entry : { pattern: entry, argPattern: undefined };
  const refuse = (reason: string): LegacyRuleRefused => ({
    agentId,
    pattern: typeof pattern === 'string' ? pattern.slice(0, 200) : '',
    reason,
  });
  if (typeof pattern !== 'string' || pattern.trim() === '' || pattern.length > MAX_PATTERN)
    return refuse('it names no program');
  if (!/[^*/\\?. ]/.test(pattern)) return refuse('it would allow every program');
  if (argPattern === undefined) return { agentId, entry: { pattern } };
  if (typeof argPattern !== 'string' || !isPattern(argPattern))
    return refuse('its pattern for arguments is no regular expression');
  return { agentId, entry: { pattern, argPattern } };
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text, 'u');
    return text.length <= MAX_PATTERN;
  } catch {
    return false;
  }
}
