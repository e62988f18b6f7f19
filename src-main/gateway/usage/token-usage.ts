// Arithmetic with what providers report. Pure. A sum of which one part is unknown is unknown: it would be too small.

import type { TokenUsage, UsageCost } from '../../shared/protocol/chat.ts';

/** US dollars for a million tokens. */
export interface ModelPrice {
  readonly input: number;
  readonly output: number;
  /** Left out: not known, so calls that use it have no known cost. */
  readonly cacheRead?: number | undefined;
  readonly cacheWrite?: number | undefined;
  /** Longest prompt, tokens, that this price is for; longer ones cost more. */
  readonly upTo?: number | undefined;
}

const MILLION = 1_000_000;

/** @returns undefined when the price of any part is not known */
export function costOf(usage: TokenUsage, price: ModelPrice | undefined): UsageCost | undefined {
  if (price === undefined) return undefined;
  const { input, output, cacheRead: read = 0, cacheWrite: written = 0 } = usage;
  if (price.upTo !== undefined && input + read + written > price.upTo) return undefined;
  const cacheRead = partCost(read, price.cacheRead);
  const cacheWrite = partCost(written, price.cacheWrite);
  if (cacheRead === undefined || cacheWrite === undefined) return undefined;
  const parts = { input: (input * price.input) / MILLION, output: (output * price.output) / MILLION };
  return { ...parts, cacheRead, cacheWrite, total: parts.input + parts.output + cacheRead + cacheWrite };
}

function partCost(tokens: number, price: number | undefined): number | undefined {
  if (tokens === 0) return 0;
  return price === undefined ? undefined : (tokens * price) / MILLION;
}

/** @returns undefined when there is nothing to add up, or when one of them is not known */
export function sumUsage(usages: readonly (TokenUsage | undefined)[]): TokenUsage | undefined {
  const [first, ...others] = usages;
  return others.reduce<TokenUsage | undefined>(
    (sum, usage) => (sum === undefined || usage === undefined ? undefined : add(sum, usage)),
    first,
  );
}

function add(a: TokenUsage, b: TokenUsage): TokenUsage {
  const optional = {
    cacheRead: both(a.cacheRead, b.cacheRead),
    cacheWrite: both(a.cacheWrite, b.cacheWrite),
    reasoning: both(a.reasoning, b.reasoning),
  };
  const known = Object.entries(optional).filter(([, value]) => value !== undefined);
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    totalTokens: a.totalTokens + b.totalTokens,
    ...Object.fromEntries(known),
    ...(a.cost === undefined || b.cost === undefined ? {} : { cost: addCosts(a.cost, b.cost) }),
  };
}

function addCosts(a: UsageCost, b: UsageCost): UsageCost {
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
    total: a.total + b.total,
  };
}

function both(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}

/** All tokens of the prompt, as OpenAI counts them. */
export function promptTokens({ input, cacheRead = 0, cacheWrite = 0 }: TokenUsage): number {
  return input + cacheRead + cacheWrite;
}

/** A number of tokens as a stranger wrote it; `undefined` when it is none. */
export function tokenCount(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
