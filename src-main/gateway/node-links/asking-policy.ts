// The rules for what another gateway wants to run here. People who let their own agents do anything have not said that for
// others: these are asked about, unless this very gateway was allowed this very command.

import { EXEC_ASK, EXEC_SECURITY } from '../../shared/protocol/approvals.ts';
import type { EffectivePolicy, ExecPolicy } from '../approvals/exec-policy.ts';

export function askingPolicy(policy: ExecPolicy): Pick<ExecPolicy, 'effective' | 'allowAlways'> {
  return {
    allowAlways: (agentId, rules, commandText) => {
      policy.allowAlways(agentId, rules, commandText);
    },
    effective: (agentId) => {
      const effective = policy.effective(agentId);
      if (effective.security === 'deny') return effective;
      return { ...effective, ...atMost(effective), allowlist: ownRules(policy, agentId) };
    },
  };
}

type Levels = Pick<EffectivePolicy, 'security' | 'ask' | 'askFallback'>;

function atMost({ security, ask, askFallback }: EffectivePolicy): Levels {
  const first = <Value>(order: readonly Value[], a: Value, b: Value): Value =>
    order.indexOf(a) <= order.indexOf(b) ? a : b;
  return {
    security: first(EXEC_SECURITY, security, 'allowlist'),
    ask: first([...EXEC_ASK].reverse(), ask, 'on-miss'),
    askFallback: first(EXEC_SECURITY, askFallback, 'allowlist'),
  };
}

/** Not those for everybody here. */
function ownRules(policy: ExecPolicy, agentId: string): EffectivePolicy['allowlist'] {
  return policy.snapshot().file.agents?.[agentId]?.allowlist ?? [];
}
