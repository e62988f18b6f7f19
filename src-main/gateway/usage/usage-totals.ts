// Adding up what the repository has summed already, into the totals that reports show. Pure.

import type { MessageCounts, ToolUsage, UsageOfModel, UsageTotals } from '../../shared/protocol/usage.ts';
import type { ActivitySums, ModelSums } from '../store/repositories/usage.ts';

export function totalsOf(rows: readonly ModelSums[]): UsageTotals {
  return {
    input: sumOf(rows, 'input'),
    output: sumOf(rows, 'output'),
    cacheRead: sumOf(rows, 'cacheRead'),
    cacheWrite: sumOf(rows, 'cacheWrite'),
    totalTokens: sumOf(rows, 'total'),
    totalCost: sumOf(rows, 'totalCost'),
    inputCost: sumOf(rows, 'inputCost'),
    outputCost: sumOf(rows, 'outputCost'),
    cacheReadCost: sumOf(rows, 'cacheReadCost'),
    cacheWriteCost: sumOf(rows, 'cacheWriteCost'),
    missingCostEntries: sumOf(rows, 'missingCost'),
    missingUsageEntries: sumOf(rows, 'missingUsage'),
  };
}

type Numbers<Row> = { [Key in keyof Row]: Row[Key] extends number ? Key : never }[keyof Row];

function sumOf(rows: readonly ModelSums[], key: Numbers<ModelSums>): number {
  return rows.reduce((sum, row) => sum + row[key], 0);
}

/** The most expensive first, then the most used. */
export function byModel(rows: readonly ModelSums[]): readonly UsageOfModel[] {
  return grouped(rows, ({ provider, model }) => JSON.stringify([provider, model]), true);
}

export function byProvider(rows: readonly ModelSums[]): readonly UsageOfModel[] {
  return grouped(rows, ({ provider }) => provider, false);
}

function grouped(
  rows: readonly ModelSums[],
  keyOf: (row: ModelSums) => string,
  named: boolean,
): readonly UsageOfModel[] {
  return [...groupBy(rows, keyOf).values()]
    .map((group) => ({
      provider: group[0].provider,
      ...(named ? { model: group[0].model } : {}),
      count: sumOf(group, 'calls'),
      totals: totalsOf(group),
    }))
    .sort((a, b) => b.totals.totalCost - a.totals.totalCost || b.totals.totalTokens - a.totals.totalTokens);
}

export function messageCounts(rows: readonly ActivitySums[]): MessageCounts {
  const add = (key: 'user' | 'assistant' | 'toolCalls' | 'toolResults' | 'errors'): number =>
    rows.reduce((sum, row) => sum + row[key], 0);
  const [user, assistant, toolResults] = [add('user'), add('assistant'), add('toolResults')];
  return {
    total: user + assistant + toolResults,
    user,
    assistant,
    toolCalls: add('toolCalls'),
    toolResults,
    errors: add('errors'),
  };
}

export function toolUsage(rows: readonly { readonly tool: string; readonly calls: number }[]): ToolUsage {
  const tools = [...groupBy(rows, ({ tool }) => tool)]
    .map(([name, group]) => ({ name, count: group.reduce((sum, { calls }) => sum + calls, 0) }))
    .sort((a, b) => b.count - a.count || a.name.localeCompare(b.name, 'en'));
  return {
    totalCalls: tools.reduce((sum, { count }) => sum + count, 0),
    uniqueTools: tools.length,
    tools,
  };
}

/** No group is empty. */
export function groupBy<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
): ReadonlyMap<string, readonly [Row, ...Row[]]> {
  const groups = new Map<string, [Row, ...Row[]]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}
