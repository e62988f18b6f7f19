// How much one run may take, as the configuration says it. Pure.

import { SECOND } from '../../shared/time.ts';
import type { GatewayConfig } from '../config/schema.ts';
import { USUAL_LIMITS, type TurnLimits } from './turn-loop.ts';

export interface RunLimits extends TurnLimits {
  /** From the beginning of its turn; 0 for as long as it takes. */
  readonly timeoutMs: number;
}

/** Nobody waits that long for an answer, but commands and approvals may take their time. */
const USUAL_TIMEOUT = 7_200;

export function runLimits({ agents }: GatewayConfig): RunLimits {
  const { timeoutSeconds = USUAL_TIMEOUT, maxSteps, maxRunTokens } = agents.defaults ?? {};
  return {
    timeoutMs: timeoutSeconds * SECOND,
    maxSteps: maxSteps ?? USUAL_LIMITS.maxSteps,
    maxTokens: maxRunTokens ?? USUAL_LIMITS.maxTokens,
  };
}
