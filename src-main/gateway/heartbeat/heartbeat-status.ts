// The outcome of a heartbeat as the gateway API page tells it. Pure.

import type { HeartbeatOutcome } from '../../shared/protocol/heartbeat.ts';

/** `tokens_used` is null when the provider counted none; `checks` is what a dry run would look at. */
export function heartbeatStatus(outcome: HeartbeatOutcome): Record<string, unknown> {
  const { result, actionsTaken, tokensUsed, reason, checks } = outcome;
  return {
    result,
    actions_taken: actionsTaken,
    tokens_used: tokensUsed ?? null,
    ...(reason === undefined ? {} : { reason }),
    ...(checks === undefined ? {} : { checks }),
  };
}
