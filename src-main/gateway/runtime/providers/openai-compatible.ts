// Endpoints that speak OpenAI's chat completions: how to ask them, and what their `usage` means.

import type { TokenUsage } from '../../../shared/protocol/chat.ts';
import { isJsonObject, type JsonObject } from '../../../shared/json.ts';
import { tokenCount } from '../../usage/token-usage.ts';
import type { EndpointProtocol } from './endpoint-model.ts';

export const openAICompatible: EndpointProtocol = {
  load: async ({ name, baseUrl, apiKey, headers }, model) => {
    const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
    const provider = createOpenAICompatible({
      name,
      baseURL: baseUrl,
      includeUsage: true,
      ...(apiKey === undefined ? {} : { apiKey }),
      ...(headers === undefined ? {} : { headers: { ...headers } }),
    });
    return provider.chatModel(model);
  },
  // Chat completions' own word for it, `reasoning_effort`.
  thinkingOptions: (level) => ({
    providerOptions: { openaiCompatible: { reasoningEffort: level === 'off' ? 'none' : level } },
  }),
  usageOf: (raw) => reportedUsage(raw),
};

/** `prompt_tokens` counts what came from a cache too. */
function reportedUsage(raw: JsonObject): TokenUsage | undefined {
  const prompt = tokenCount(raw['prompt_tokens']);
  const output = tokenCount(raw['completion_tokens']);
  if (prompt === undefined || output === undefined) return undefined;
  const cacheRead = detail(raw, 'prompt_tokens_details', 'cached_tokens');
  const reasoning = detail(raw, 'completion_tokens_details', 'reasoning_tokens');
  return {
    input: Math.max(0, prompt - (cacheRead ?? 0)),
    output,
    ...(cacheRead === undefined ? {} : { cacheRead }),
    ...(reasoning === undefined ? {} : { reasoning }),
    totalTokens: tokenCount(raw['total_tokens']) ?? prompt + output,
  };
}

function detail(raw: JsonObject, group: string, name: string): number | undefined {
  const details = raw[group];
  return isJsonObject(details) ? tokenCount(details[name]) : undefined;
}
