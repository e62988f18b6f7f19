// The model of an agent for whoever asks it outside of a run: it is asked again, and others in its place, as in a run; nobody
// is told in between.

import type { AgentRuntime } from '../agents/agent-runtime.ts';
import type { Clock } from '../../shared/time.ts';
import type { CallOwner, UsageService } from '../usage/usage-service.ts';
import type { Cooldowns } from './cooldowns.ts';
import { createModelChain } from './model-chain.ts';
import type { LanguageModel } from './model.ts';

/**
 * @param model `provider/model` when it is not to be the agent's
 * @throws ModelError
 */
export type PatientModel = (owner: CallOwner, model: string | undefined) => Promise<LanguageModel>;

export function createPatientModel(deps: {
  readonly agents: Pick<AgentRuntime, 'models'>;
  readonly usage: Pick<UsageService, 'meter'>;
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
  readonly cooldowns: Cooldowns;
}): PatientModel {
  const { agents, usage, clock, random, cooldowns } = deps;
  return async (owner, model) => {
    const [first, ...others] = await agents.models(owner.agentId, model);
    return createModelChain(
      [usage.meter(first, owner), ...others.map((other) => usage.meter(other, owner))],
      { clock, random, cooldowns, onRetry: () => undefined, onFallback: () => undefined },
    );
  };
}
