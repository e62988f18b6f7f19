// Endpoints that speak Anthropic's messages: how to ask them, and what their `usage` means.

import type { ProviderConfig } from '../../config/schema.ts';
import type { EndpointProtocol } from './endpoint-model.ts';
import { tokenCount } from '../../usage/token-usage.ts';

export const anthropicMessages: EndpointProtocol = {
  load: async ({ name, baseUrl, apiKey, headers }, model) => {
    const { createAnthropic } = await import('@ai-sdk/anthropic');
    const provider = createAnthropic({
      name,
      baseURL: versioned(baseUrl),
      // Without a key of ours the library would take one from the environment, which is not for this endpoint.
      apiKey: apiKey ?? '',
      ...(headers === undefined ? {} : { headers: { ...headers } }),
    });
    return provider.languageModel(model);
  },
  thinkingOptions: (level) => ({ reasoning: level === 'off' ? 'none' : level }),
  // `input_tokens` counts only what came from no cache (platform.claude.com, prompt caching, tracking performance).
  usageOf: (raw) => {
    const input = tokenCount(raw['input_tokens']);
    const output = tokenCount(raw['output_tokens']);
    if (input === undefined || output === undefined) return undefined;
    const cacheRead = tokenCount(raw['cache_read_input_tokens']);
    const cacheWrite = tokenCount(raw['cache_creation_input_tokens']);
    return {
      input,
      output,
      ...(cacheRead === undefined ? {} : { cacheRead }),
      ...(cacheWrite === undefined ? {} : { cacheWrite }),
      totalTokens: input + output + (cacheRead ?? 0) + (cacheWrite ?? 0),
    };
  },
};

/** OpenClaw's configuration names the host alone; the library wants the version as well. */
export function versioned(baseUrl: string): string {
  const url = baseUrl.replace(/\/+$/, '');
  return /\/v\d+$/.test(url) ? url : `${url}/v1`;
}

/** As `api` says; without it Anthropic's own host does. */
export function speaksAnthropic({ api, baseUrl }: ProviderConfig): boolean {
  if (api !== undefined) return api.startsWith('anthropic');
  return URL.canParse(baseUrl) && new URL(baseUrl).hostname === 'api.anthropic.com';
}
