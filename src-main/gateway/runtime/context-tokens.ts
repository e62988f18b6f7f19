// How much a model can be told at once, as far as the configuration says it. Pure.

import type { ModelStatus } from '../../shared/protocol/system.ts';
import type { GatewayConfig } from '../config/schema.ts';

/** Tokens: the `contextWindow` of the model, else `agents.defaults.contextTokens`; `undefined` when nobody says it. */
export function contextTokensOf(
  { models, agents }: GatewayConfig,
  { provider, model }: ModelStatus,
): number | undefined {
  const providers = models.providers ?? {};
  const known = Object.hasOwn(providers, provider) ? providers[provider]?.models : undefined;
  const described = known?.find(({ id }) => id === model);
  return positive(described?.contextWindow) ?? positive(agents.defaults?.['contextTokens']);
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined;
}
