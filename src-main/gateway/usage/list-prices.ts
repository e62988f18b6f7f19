// List prices of Anthropic's and OpenAI's own endpoints, in US dollars for a million tokens: input, output, cache read,
// cache write (five minutes). Taken from genai-prices 0.1.8 (MIT, github.com/pydantic/genai-prices) of 2026-09-23. A model
// that is not here has no known price until the configuration says one; resellers and discounts are not known at all.

import type { ModelPrice } from './token-usage.ts';

type Row = readonly [
  model: string,
  input: number,
  output: number,
  cacheRead?: number,
  cacheWrite?: number | undefined,
  upTo?: number,
];

const ANTHROPIC: readonly Row[] = [
  ['claude-fable-5-1', 10, 50, 0.25, 12.5],
  ['claude-fable-5', 10, 50, 1, 12.5],
  ['claude-opus-5-5', 4, 20, 0.2, 5],
  ['claude-opus-5', 5, 25, 0.5, 6.25],
  ['claude-opus-4-8', 5, 25, 0.5, 6.25],
  ['claude-opus-4-7', 5, 25, 0.5, 6.25],
  ['claude-opus-4-5', 5, 25, 0.5, 6.25],
  ['claude-opus-4-1', 15, 75, 1.5, 18.75],
  ['claude-opus-4', 15, 75, 1.5, 18.75],
  ['claude-sonnet-5', 2, 10, 0.2, 2.5],
  ['claude-sonnet-4-5', 3, 15, 0.3, 3.75, 200_000],
  ['claude-sonnet-4', 3, 15, 0.3, 3.75],
  ['claude-haiku-4-5', 1, 5, 0.1, 1.25],
];

const OPENAI: readonly Row[] = [
  ['gpt-6-astra', 10, 50, 1, 12.5, 271_999],
  ['gpt-6-sol', 2, 10, 0.2, 2.5, 271_999],
  ['gpt-5.4-mini', 0.75, 4.5, 0.075],
  ['gpt-5.4-nano', 0.2, 1.25, 0.02],
  ['gpt-5.4', 2.5, 15, 0.25, undefined, 271_999],
  ['gpt-5.5', 5, 30, 0.5, undefined, 271_999],
  ['gpt-5.2', 1.75, 14, 0.175],
  ['gpt-5.1', 1.25, 10, 0.125],
  ['gpt-5', 1.25, 10, 0.125],
  ['gpt-5-mini', 0.25, 2, 0.025],
  ['gpt-5-nano', 0.05, 0.4, 0.005],
  ['gpt-4.1', 2, 8, 0.5],
  ['gpt-4.1-mini', 0.4, 1.6, 0.1],
  ['gpt-4.1-nano', 0.1, 0.4, 0.025],
  ['gpt-4o', 2.5, 10, 1.25],
  ['gpt-4o-mini', 0.15, 0.6, 0.075],
  ['o3', 2, 8, 0.5],
  ['o4-mini', 1.1, 4.4, 0.275],
];

/** By the host of the endpoint: what the same model costs elsewhere is another matter. */
const TABLES: Readonly<Record<string, readonly Row[]>> = {
  'api.anthropic.com': ANTHROPIC,
  'api.openai.com': OPENAI,
};

/** A release of a model that is named by its date: `-20251101`, `-2025-11-01`. */
const RELEASE = /-\d{4}-?\d{2}-?\d{2}$/;

/** @param baseUrl of the endpoint that is asked */
export function listPrice(baseUrl: string, model: string): ModelPrice | undefined {
  const table = URL.canParse(baseUrl) ? TABLES[new URL(baseUrl).hostname] : undefined;
  const name = model.replace(RELEASE, '');
  const row = table?.find(([known]) => known === model) ?? table?.find(([known]) => known === name);
  if (row === undefined) return undefined;
  const [, input, output, cacheRead, cacheWrite, upTo] = row;
  return { input, output, cacheRead, cacheWrite, upTo };
}
