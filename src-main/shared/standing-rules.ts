// What runs without a question because somebody allowed it for good: the rules in the approvals document as one list, and the
// document without one of them. Pure.

import type { AllowlistEntry, ExecApprovalsFile, McpToolGrant } from './protocol/approvals.ts';

/** @property id names it in this version of the document; entries that people wrote may have none of their own */
export type StandingRule =
  | (AllowlistEntry & { readonly kind: 'command'; readonly id: string; readonly agent: string })
  | (McpToolGrant & { readonly kind: 'tool'; readonly id: string; readonly agent: string });

/** The agent that stands for all. */
export const EVERY_AGENT = '*';

export function standingRules(file: ExecApprovalsFile): readonly StandingRule[] {
  return Object.entries(file.agents ?? {}).flatMap(([agent, { allowlist = [], mcpTools = [] }]) => [
    ...allowlist.map((entry, index) => ({
      ...entry,
      kind: 'command' as const,
      agent,
      id: commandId(entry, agent, index),
    })),
    ...mcpTools.map((grant, index) => ({ ...grant, kind: 'tool' as const, agent, id: toolId(agent, index) })),
  ]);
}

/** Everything else stays as it is. */
export function withoutRule(file: ExecApprovalsFile, rule: StandingRule): ExecApprovalsFile {
  const policy = file.agents?.[rule.agent];
  if (policy === undefined) return file;
  const { allowlist = [], mcpTools = [] } = policy;
  const left =
    rule.kind === 'command'
      ? { allowlist: allowlist.filter((entry, index) => commandId(entry, rule.agent, index) !== rule.id) }
      : { mcpTools: mcpTools.filter((_grant, index) => toolId(rule.agent, index) !== rule.id) };
  return { ...file, agents: { ...file.agents, [rule.agent]: { ...policy, ...left } } };
}

function commandId({ id }: AllowlistEntry, agent: string, index: number): string {
  return id ?? `${agent}-${index + 1}`;
}

function toolId(agent: string, index: number): string {
  return `tool-${agent}-${index + 1}`;
}
