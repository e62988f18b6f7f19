// The report of sessions.usage: what each session used in some days, and what all of them did together. Pure.

import type { SessionCosts, SessionUsageEntry, SessionsUsageResult } from '../../shared/protocol/usage.ts';
import type { ActivitySums, UsageOwner, UsageSums } from '../store/repositories/usage.ts';
import type { ReportDay } from './calendar.ts';
import { byModel, byProvider, groupBy, messageCounts, toolUsage, totalsOf } from './usage-totals.ts';

/** One day with what happened in it. */
export interface DayUsage extends ReportDay {
  readonly sums: readonly UsageSums[];
  readonly activity: readonly ActivitySums[];
  readonly tools: readonly (UsageOwner & { readonly tool: string; readonly calls: number })[];
}

export interface SessionNames {
  /** The conversation that the session's key leads to now; `undefined` when there is no such session any more. */
  readonly current: (
    key: string,
  ) => { readonly sessionId: string; readonly label: string | undefined } | undefined;
}

export function sessionsReport(
  days: readonly DayUsage[],
  options: {
    readonly now: number;
    readonly family: boolean;
    readonly limit: number;
    readonly contextWeight: boolean;
    readonly names: SessionNames;
  },
): SessionsUsageResult {
  const { now, family, limit, names } = options;
  const sums = days.flatMap((day) => day.sums);
  const activity = days.flatMap((day) => day.activity);
  const tools = days.flatMap((day) => day.tools);
  const dated = days.flatMap((day) => day.sums.map((row) => ({ ...row, date: day.date })));
  const keyOf = (row: UsageOwner): string => (family ? row.sessionKey : row.sessionId);
  const activityOf = groupBy(activity, keyOf);
  const toolsOf = groupBy(tools, keyOf);
  const groups = [...groupBy(dated, keyOf)].sort(([, a], [, b]) => lastAt(b) - lastAt(a));
  const entries = groups.slice(0, limit).map(([key, rows]): SessionUsageEntry => {
    const { sessionKey, agentId } = rows[0];
    const latest = rows.reduce((last, row) => (row.lastAt >= last.lastAt ? row : last));
    const current = names.current(sessionKey);
    const ids = [...new Set(rows.map(({ sessionId }) => sessionId))];
    // What was reset or deleted is found under its conversation's own id.
    const isCurrent = family || current?.sessionId === latest.sessionId;
    return {
      key: isCurrent ? sessionKey : `agent:${agentId}:${latest.sessionId}`,
      ...(isCurrent && current?.label !== undefined ? { label: current.label } : {}),
      sessionId: family ? (current?.sessionId ?? latest.sessionId) : latest.sessionId,
      scope: family ? 'family' : 'instance',
      ...(family ? { includedSessionIds: ids } : {}),
      updatedAt: latest.lastAt,
      agentId,
      modelProvider: latest.provider,
      model: latest.model,
      usage: costs(rows, activityOf.get(key) ?? [], toolsOf.get(key) ?? []),
      ...(options.contextWeight ? { contextWeight: null } : {}),
    };
  });
  const spans = groups.map(([, rows]) => lastAt(rows) - firstAt(rows));
  return {
    updatedAt: now,
    startDate: days[0]?.date ?? '',
    endDate: days.at(-1)?.date ?? '',
    sessions: entries,
    totals: totalsOf(sums),
    aggregates: {
      messages: messageCounts(activity),
      tools: toolUsage(tools),
      byModel: byModel(sums),
      byProvider: byProvider(sums),
      byAgent: [...groupBy(sums, ({ agentId }) => agentId)]
        .map(([agentId, rows]) => ({ agentId, totals: totalsOf(rows) }))
        .sort((a, b) => b.totals.totalCost - a.totals.totalCost),
      byChannel: [],
      modelDaily: days.flatMap(({ date, sums: rows }) =>
        byModel(rows).map(({ provider, model = '', count, totals }) => ({
          date,
          provider,
          model,
          tokens: totals.totalTokens,
          cost: totals.totalCost,
          count,
        })),
      ),
      daily: days
        .filter((day) => day.sums.length > 0 || day.activity.length > 0)
        .map(({ date, sums: rows, activity: acts }) => {
          const { totalTokens, totalCost } = totalsOf(rows);
          const { total, toolCalls, errors } = messageCounts(acts);
          return { date, tokens: totalTokens, cost: totalCost, messages: total, toolCalls, errors };
        }),
    },
    overview: {
      matchedSessions: groups.length,
      returnedSessions: entries.length,
      durationCount: spans.length,
      durationSumMs: spans.reduce((sum, span) => sum + span, 0),
    },
  };
}

function costs(
  rows: readonly [UsageSums & { readonly date: string }, ...(UsageSums & { readonly date: string })[]],
  activity: readonly ActivitySums[],
  tools: readonly { readonly tool: string; readonly calls: number }[],
): SessionCosts {
  const daily = [...groupBy(rows, ({ date }) => date)].map(([date, group]) => {
    const { totalTokens, totalCost } = totalsOf(group);
    return { date, tokens: totalTokens, cost: totalCost };
  });
  const latest = rows.reduce((last, row) => (row.lastAt >= last.lastAt ? row : last));
  return {
    ...totalsOf(rows),
    sessionId: latest.sessionId,
    firstActivity: firstAt(rows),
    lastActivity: lastAt(rows),
    durationMs: lastAt(rows) - firstAt(rows),
    activityDates: daily.map(({ date }) => date),
    dailyBreakdown: daily,
    messageCounts: messageCounts(activity),
    toolUsage: toolUsage(tools),
    modelUsage: byModel(rows),
  };
}

const firstAt = (rows: readonly UsageSums[]): number => Math.min(...rows.map((row) => row.firstAt));
const lastAt = (rows: readonly UsageSums[]): number => Math.max(...rows.map((row) => row.lastAt));
