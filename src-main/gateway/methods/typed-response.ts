// The gateway API page's `response`: how a run ended, for clients of the typed dialect. Pure.

import { GatewayError } from '../../shared/errors.ts';
import type { RunOutcome } from '../runtime/active-run.ts';

/** `tokens_used` is null when the provider reported none. @throws GatewayError `unavailable` for a run that failed */
export function typedResponse(outcome: RunOutcome): Record<string, unknown> {
  if (outcome.state === 'failed') throw new GatewayError('unavailable', outcome.error ?? 'The run failed.');
  return {
    text: outcome.text,
    tool_calls: outcome.tools.map(({ tool, args, isError }) => ({
      tool,
      args,
      status: isError ? 'failed' : 'done',
    })),
    tokens_used: outcome.usage?.totalTokens ?? null,
    ...(outcome.state === 'done' ? {} : { stopped: true }),
  };
}
