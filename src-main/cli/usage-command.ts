// `clawtray usage`: what models were asked for, by day and by model.

import type { UsageCostResult, UsageTotals } from '../shared/protocol/usage.ts';
import { withGateway } from './client.ts';
import { print } from './output.ts';

const TIMEOUT = 10_000;

/**
 * @param days 30 if left out; they begin at midnight where the gateway is
 * @returns the exit code
 */
export function showUsage(days: number | undefined, asJson: boolean): Promise<number> {
  return withGateway(async (connection) => {
    const usage = await connection.request(
      'usage.cost',
      { mode: 'gateway', ...(days === undefined ? {} : { days }) },
      TIMEOUT,
    );
    if (asJson) print(JSON.stringify(usage, null, 2));
    else for (const line of usageLines(usage)) print(line);
  });
}

function usageLines(usage: UsageCostResult): readonly string[] {
  const { startDate, endDate, daily, byModel, totals } = usage;
  const span = startDate === endDate ? startDate : `${startDate} to ${endDate}`;
  if (byModel.length === 0) return [`No model was asked from ${span}.`];
  return [
    ...table('DAY', [...daily.map((day) => [day.date, day] as const), ['all', totals]]),
    '',
    ...table(
      'MODEL',
      byModel.map((of) => [`${of.provider}/${of.model ?? ''}`, of.totals] as const),
    ),
    ...remarks(totals),
  ];
}

function table(title: string, rows: readonly (readonly [string, UsageTotals])[]): readonly string[] {
  const cells = [
    [title, 'INPUT', 'CACHED', 'OUTPUT', 'COST'],
    ...rows.map(([name, of]) => [
      name,
      String(of.input + of.cacheWrite),
      String(of.cacheRead),
      String(of.output),
      cost(of),
    ]),
  ];
  const width = (column: number): number => Math.max(...cells.map((row) => row[column]?.length ?? 0));
  return cells.map(([name = '', ...numbers]) =>
    [name.padEnd(width(0)), ...numbers.map((text, n) => text.padStart(width(n + 1)))].join('  '),
  );
}

/** With a mark when there is more than is known. */
function cost({ totalCost, missingCostEntries }: UsageTotals): string {
  const dollars = `$${totalCost.toFixed(totalCost < 1 ? 4 : 2)}`;
  if (missingCostEntries === 0) return dollars;
  return totalCost === 0 ? 'unknown' : `over ${dollars}`;
}

function remarks({ missingCostEntries, missingUsageEntries }: UsageTotals): readonly string[] {
  const unpriced = missingCostEntries - missingUsageEntries;
  return [
    ...(missingCostEntries > 0 ? [''] : []),
    ...(unpriced > 0
      ? [
          `The price of ${calls(unpriced)} is not known. Set models.providers.<name>.models[].cost (dollars for a million tokens).`,
        ]
      : []),
    ...(missingUsageEntries > 0
      ? [`The provider reported no tokens for ${calls(missingUsageEntries)}, so they are in no sum.`]
      : []),
  ];
}

const calls = (count: number): string => (count === 1 ? '1 call' : `${count} calls`);
