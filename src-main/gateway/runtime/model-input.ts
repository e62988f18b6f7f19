// What a model can be shown, as far as the configuration says it. Pure.

import type { ModelStatus } from '../../shared/protocol/system.ts';
import type { GatewayConfig } from '../config/schema.ts';

/** From the `input` of the model in the configuration; `undefined` where only a request would tell. */
export function takesImages(
  { models }: GatewayConfig,
  { provider, model }: Pick<ModelStatus, 'provider' | 'model'>,
): boolean | undefined {
  const providers = models.providers ?? {};
  const known = Object.hasOwn(providers, provider) ? providers[provider]?.models : undefined;
  const input: unknown = known?.find(({ id }) => id === model)?.input;
  return Array.isArray(input) ? input.includes('image') : undefined;
}
