// What models were asked for and what that cost. Owns `model_calls` and the sums over it; prices are applied when a call
// ends and stay what they were. Of what providers say about their limits, the last answer is kept in memory.

import { errorText, type Logger } from '../../shared/logger.ts';
import { messageText, type ChatMessage } from '../../shared/protocol/chat.ts';
import type {
  SessionsUsageParams,
  SessionsUsageResult,
  UsageCostParams,
  UsageCostResult,
  UsageLogsResult,
  UsagePoint,
  UsageStatusResult,
  UsageTimeseriesResult,
} from '../../shared/protocol/usage.ts';
import { DAY } from '../../shared/time.ts';
import type { LanguageModel, QuotaWindow } from '../runtime/model.ts';
import type { SessionService } from '../sessions/session-service.ts';
import type { Store } from '../store/open-store.ts';
import type { SessionCall, UsageFilter, UsageRepository } from '../store/repositories/usage.ts';
import { reportDays, type ReportDay, type WantedDays } from './calendar.ts';
import { meterModel, type ModelCall } from './metered-model.ts';
import { sessionsReport } from './session-report.ts';
import { byModel, totalsOf } from './usage-totals.ts';

/** For whom a model is asked. */
export interface CallOwner {
  readonly sessionKey: string;
  readonly agentId: string;
  readonly runId: string;
}

export interface UsageService {
  /**
   * The same model, with every call stored under its owner. Whoever asks a model on somebody's behalf does it through this.
   * @param onCall told as well, before it is stored
   */
  meter(model: LanguageModel, owner: CallOwner, onCall?: (call: ModelCall) => void): LanguageModel;
  /** Counts what a turn added to its session. Inside `store.write` only. */
  recordTurn(turn: {
    readonly sessionKey: string;
    readonly agentId: string;
    readonly failed: boolean;
    /** Messages that people or programs wrote. */
    readonly questions: number;
    readonly messages: readonly ChatMessage[];
  }): void;
  /** @throws GatewayError `invalid-params` for days that are none */
  cost(params: UsageCostParams): UsageCostResult;
  /** @throws GatewayError like `cost` */
  sessions(params: SessionsUsageParams): SessionsUsageResult;
  /** Of a session, or of an earlier conversation by `agent:<agent>:<its id>`. */
  timeseries(key: string): UsageTimeseriesResult;
  logs(key: string, limit: number): UsageLogsResult;
  status(): UsageStatusResult;
  /** Forgets single calls that are older than a year; reports keep their sums. */
  forgetOld(): Promise<void>;
}

const CALLS_KEPT = 400 * DAY;
const SESSIONS_LISTED = 50;
const MAX_POINTS = 200;
const MAX_CALLS = 20_000;
const MAX_LOG_TEXT = 2_000;
const RANGES = { '7d': 7, '30d': 30, '90d': 90, '1y': 365, all: 'all' } as const;

export function createUsageService(deps: {
  readonly store: Store;
  readonly repository: UsageRepository;
  readonly sessions: SessionService;
  readonly now: () => number;
  readonly hostZone: string;
  /** Names of the providers in the configuration. */
  readonly providers: () => readonly string[];
  readonly log: Logger;
}): UsageService {
  const { store, repository, sessions, now, hostZone, log } = deps;
  const quotas = new Map<string, readonly QuotaWindow[]>();

  function record({ sessionKey, agentId, runId }: CallOwner, call: ModelCall): void {
    const { outcome, answered, usage } = call;
    store
      .write(() => {
        repository.insertCall({
          // A session that is gone has no id any more.
          sessionId: sessions.find(sessionKey)?.sessionId ?? sessionKey,
          sessionKey,
          agentId,
          runId,
          provider: call.provider,
          model: call.model,
          at: call.endedAt,
          durationMs: call.endedAt - call.startedAt,
          outcome,
          // Who was refused before an answer began is charged nothing.
          costMissing: usage?.cost === undefined && (outcome !== 'failed' || answered),
          usage,
        });
      })
      .catch((error: unknown) => {
        log.error('the use of a model could not be stored', { runId, error: errorText(error) });
      });
  }

  function days(params: WantedDays): readonly ReportDay[] {
    return reportDays(params, { now: now(), hostZone, firstAt: repository.firstAt() });
  }

  function sessionIdOf(key: string): string {
    return sessions.find(key)?.sessionId ?? key.slice(key.lastIndexOf(':') + 1);
  }

  return {
    meter: (model, owner, onCall) =>
      meterModel(model, now, (call) => {
        if (call.quotas !== undefined) quotas.set(call.provider, call.quotas);
        onCall?.(call);
        record(owner, call);
      }),

    recordTurn: ({ sessionKey, agentId, failed, questions, messages }) => {
      const calls = messages.flatMap(({ content }) =>
        typeof content === 'string' ? [] : content.filter((block) => block.type === 'toolCall'),
      );
      const tools = new Map<string, number>();
      for (const { name } of calls) tools.set(name, (tools.get(name) ?? 0) + 1);
      const of = (role: ChatMessage['role']): number =>
        messages.filter((message) => message.role === role).length;
      repository.addActivity({
        sessionId: sessions.ensure(sessionKey).sessionId,
        sessionKey,
        agentId,
        at: now(),
        user: questions,
        assistant: of('assistant'),
        toolCalls: calls.length,
        toolResults: of('toolResult'),
        errors: failed ? 1 : 0,
        tools,
      });
    },

    cost: (params) => {
      const wanted = days(params);
      const filter: UsageFilter = { agentId: params.agentId };
      const used = wanted.map(({ date, from, to }) => ({
        date,
        rows: repository.modelSums(from, to, filter),
      }));
      const all = used.flatMap(({ rows }) => rows);
      return {
        updatedAt: now(),
        days: wanted.length,
        startDate: wanted[0]?.date ?? '',
        endDate: wanted.at(-1)?.date ?? '',
        daily: used
          .filter(({ rows }) => rows.length > 0)
          .map(({ date, rows }) => ({ date, ...totalsOf(rows) })),
        totals: totalsOf(all),
        byModel: byModel(all),
      };
    },

    sessions: (params) => {
      const { key, agentId, range, limit = SESSIONS_LISTED, groupBy, includeHistorical } = params;
      const filter: UsageFilter = { agentId, sessionKey: key };
      const wanted = days({ ...params, days: range === undefined ? undefined : RANGES[range] });
      return sessionsReport(
        wanted.map((day) => ({
          ...day,
          sums: repository.sums(day.from, day.to, filter),
          activity: repository.activity(day.from, day.to, filter),
          tools: repository.tools(day.from, day.to, filter),
        })),
        {
          now: now(),
          family: groupBy === undefined ? includeHistorical === true : groupBy === 'family',
          limit,
          contextWeight: params.includeContextWeight === true,
          names: { current: (sessionKey) => sessions.find(sessionKey) },
        },
      );
    },

    timeseries: (key) => {
      const sessionId = sessionIdOf(key);
      return { sessionId, points: pointsOf(repository.calls(sessionId, MAX_CALLS)) };
    },

    logs: (key, limit) => ({
      logs: sessions.messages(key, limit, 0).map((message) => ({
        timestamp: message.timestamp,
        role: message.role,
        content: messageText(message).slice(0, MAX_LOG_TEXT),
        ...(message.usage === undefined ? {} : { tokens: message.usage.totalTokens }),
        ...(message.usage?.cost === undefined ? {} : { cost: message.usage.cost.total }),
      })),
    }),

    status: () => ({
      updatedAt: now(),
      providers: [...new Set([...deps.providers(), ...quotas.keys()])].map((provider) => ({
        provider,
        displayName: provider,
        windows: (quotas.get(provider) ?? [])
          // A limit that is full again is not what it was.
          .filter(({ resetAt = Infinity }) => resetAt > now())
          .map(({ label, usedPercent, resetAt }) => ({
            label,
            usedPercent,
            ...(resetAt === undefined ? {} : { resetAt }),
          })),
      })),
    }),

    forgetOld: async () => {
      if (!repository.hasCalls(now() - CALLS_KEPT)) return;
      await store.write(() => {
        repository.removeCalls(now() - CALLS_KEPT);
      });
    },
  };
}

/** Neighbours share a point when there are more than can be shown. */
function pointsOf(calls: readonly SessionCall[]): readonly UsagePoint[] {
  const share = Math.max(1, Math.ceil(calls.length / MAX_POINTS));
  const points: UsagePoint[] = [];
  let cumulativeTokens = 0;
  let cumulativeCost = 0;
  for (let at = 0; at < calls.length; at += share) {
    const group = calls.slice(at, at + share);
    const sum = (key: Exclude<keyof SessionCall, 'at'>): number =>
      group.reduce((total, call) => total + call[key], 0);
    const [totalTokens, cost] = [sum('total'), sum('cost')];
    cumulativeTokens += totalTokens;
    cumulativeCost += cost;
    points.push({
      timestamp: group.at(-1)?.at ?? 0,
      input: sum('input'),
      output: sum('output'),
      cacheRead: sum('cacheRead'),
      cacheWrite: sum('cacheWrite'),
      totalTokens,
      cost,
      cumulativeTokens,
      cumulativeCost,
    });
  }
  return points;
}
