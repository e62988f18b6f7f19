// Rows of `model_calls`, and of the sums over quarters of an hour that reports are made of: `usage_slots`,
// `activity_slots`, `tool_slots`. Every zone's days begin at such a quarter. The writing functions belong inside
// `store.write`.

import type { TokenUsage } from '../../../shared/protocol/chat.ts';
import { MINUTE } from '../../../shared/time.ts';
import type { Store } from '../open-store.ts';
import { filterBy } from '../sql-filter.ts';
import type { SqlRow, SqlValue } from '../sqlite.ts';

const SLOT = 15 * MINUTE;

/** Where something happened. */
export interface UsageOwner {
  readonly sessionId: string;
  readonly sessionKey: string;
  readonly agentId: string;
}

export interface ModelCallRecord extends UsageOwner {
  readonly runId: string;
  readonly provider: string;
  readonly model: string;
  /** When it ended. */
  readonly at: number;
  readonly durationMs: number;
  readonly outcome: 'ok' | 'aborted' | 'failed';
  /** Its cost is not known although there may be one. */
  readonly costMissing: boolean;
  readonly usage: TokenUsage | undefined;
}

export interface ActivityRecord extends UsageOwner {
  readonly at: number;
  readonly user: number;
  readonly assistant: number;
  readonly toolCalls: number;
  readonly toolResults: number;
  readonly errors: number;
  readonly tools: ReadonlyMap<string, number>;
}

/** Sums of one model over a span of time. */
export interface ModelSums {
  readonly provider: string;
  readonly model: string;
  readonly calls: number;
  readonly missingCost: number;
  readonly missingUsage: number;
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly total: number;
  readonly inputCost: number;
  readonly outputCost: number;
  readonly cacheReadCost: number;
  readonly cacheWriteCost: number;
  readonly totalCost: number;
  readonly firstAt: number;
  readonly lastAt: number;
}

/** Sums of one session and model. */
export type UsageSums = UsageOwner & ModelSums;

export type ActivitySums = UsageOwner & Omit<ActivityRecord, 'at' | 'tools'>;

export interface UsageFilter {
  readonly agentId?: string | undefined;
  readonly sessionKey?: string | undefined;
}

export interface UsageRepository {
  insertCall(call: ModelCallRecord): void;
  addActivity(activity: ActivityRecord): void;
  /** From the first moment up to, not including, the second one, ms: one row for each session and model. */
  sums(from: number, to: number, filter: UsageFilter): readonly UsageSums[];
  /** The same with one row for each model. */
  modelSums(from: number, to: number, filter: UsageFilter): readonly ModelSums[];
  activity(from: number, to: number, filter: UsageFilter): readonly ActivitySums[];
  tools(
    from: number,
    to: number,
    filter: UsageFilter,
  ): readonly (UsageOwner & { readonly tool: string; readonly calls: number })[];
  /** When the first call was made, as far as is known. */
  firstAt(): number | undefined;
  /** The last calls of one conversation, oldest first. */
  calls(sessionId: string, limit: number): readonly SessionCall[];
  /** Whether there are single calls that are older, ms. */
  hasCalls(before: number): boolean;
  /** Forgets them; they stay in the sums. */
  removeCalls(before: number): void;
}

export interface SessionCall {
  readonly at: number;
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly total: number;
  readonly cost: number;
}

const OWNER = 'session_id, session_key, agent_id';
/** What is added up, and the columns that calls are inserted into. */
const SUMMED = [
  'calls',
  'missing_cost',
  'missing_usage',
  'input',
  'output',
  'cache_read',
  'cache_write',
  'reasoning',
  'total',
  'input_cost',
  'output_cost',
  'cache_read_cost',
  'cache_write_cost',
  'total_cost',
];
const COUNTED = ['user', 'assistant', 'tool_calls', 'tool_results', 'errors'];

export function createUsageRepository(store: Store): UsageRepository {
  function within(from: number, to: number, { agentId, sessionKey }: UsageFilter) {
    return filterBy(
      ['slot >= ?', from],
      ['slot < ?', to],
      agentId === undefined ? undefined : ['agent_id = ?', agentId],
      sessionKey === undefined ? undefined : ['session_key = ?', sessionKey],
    );
  }

  function summed(
    columns: string,
    group: string,
    from: number,
    to: number,
    filter: UsageFilter,
  ): readonly SqlRow[] {
    const { where, params } = within(from, to, filter);
    return store
      .prepare(
        `SELECT ${columns}provider, model, min(first_at) AS first_at, max(last_at) AS last_at, ${SUMMED.map(sum).join(', ')}
         FROM usage_slots ${where} GROUP BY ${group}`,
      )
      .all(params);
  }

  return {
    insertCall: (call) => {
      const { usage, at } = call;
      const cost = usage?.cost;
      const owner = [call.sessionId, call.sessionKey, call.agentId];
      store
        .prepare(
          `INSERT INTO model_calls (${OWNER}, run_id, provider, model, at, duration_ms, outcome, input, output,
             cache_read, cache_write, reasoning, total, total_cost)
           VALUES (${marks(16)})`,
        )
        .run([
          ...owner,
          call.runId,
          call.provider,
          call.model,
          at,
          call.durationMs,
          call.outcome,
          usage?.input ?? null,
          usage?.output ?? null,
          usage?.cacheRead ?? null,
          usage?.cacheWrite ?? null,
          usage?.reasoning ?? null,
          usage?.totalTokens ?? null,
          cost?.total ?? null,
        ]);
      const sums: readonly SqlValue[] = [
        1,
        call.costMissing ? 1 : 0,
        call.costMissing && usage === undefined ? 1 : 0,
        usage?.input ?? 0,
        usage?.output ?? 0,
        usage?.cacheRead ?? 0,
        usage?.cacheWrite ?? 0,
        usage?.reasoning ?? 0,
        usage?.totalTokens ?? 0,
        cost?.input ?? 0,
        cost?.output ?? 0,
        cost?.cacheRead ?? 0,
        cost?.cacheWrite ?? 0,
        cost?.total ?? 0,
      ];
      store
        .prepare(
          `INSERT INTO usage_slots (slot, ${OWNER}, provider, model, first_at, last_at, ${SUMMED.join(', ')})
           VALUES (${marks(8 + SUMMED.length)})
           ON CONFLICT (slot, session_id, provider, model) DO UPDATE SET
             last_at = excluded.last_at, ${SUMMED.map(added).join(', ')}`,
        )
        .run([slotOf(at), ...owner, call.provider, call.model, at, at, ...sums]);
    },

    addActivity: (activity) => {
      const { at, sessionId, sessionKey, agentId } = activity;
      const where = [slotOf(at), sessionId, sessionKey, agentId];
      store
        .prepare(
          `INSERT INTO activity_slots (slot, ${OWNER}, ${COUNTED.join(', ')}) VALUES (${marks(4 + COUNTED.length)})
           ON CONFLICT (slot, session_id) DO UPDATE SET ${COUNTED.map(added).join(', ')}`,
        )
        .run([
          ...where,
          activity.user,
          activity.assistant,
          activity.toolCalls,
          activity.toolResults,
          activity.errors,
        ]);
      for (const [tool, calls] of activity.tools) {
        store
          .prepare(
            `INSERT INTO tool_slots (slot, ${OWNER}, tool, calls) VALUES (${marks(6)})
             ON CONFLICT (slot, session_id, tool) DO UPDATE SET ${added('calls')}`,
          )
          .run([...where, tool, calls]);
      }
    },

    sums: (from, to, filter) =>
      summed(`${OWNER}, `, 'session_id, provider, model', from, to, filter).map((row) => ({
        ...ownerOf(row),
        ...modelSumsOf(row),
      })),

    modelSums: (from, to, filter) => summed('', 'provider, model', from, to, filter).map(modelSumsOf),

    activity: (from, to, filter) => {
      const { where, params } = within(from, to, filter);
      return store
        .prepare(
          `SELECT ${OWNER}, ${COUNTED.map(sum).join(', ')} FROM activity_slots ${where} GROUP BY session_id`,
        )
        .all(params)
        .map((row) => ({
          ...ownerOf(row),
          user: Number(row['user']),
          assistant: Number(row['assistant']),
          toolCalls: Number(row['tool_calls']),
          toolResults: Number(row['tool_results']),
          errors: Number(row['errors']),
        }));
    },

    tools: (from, to, filter) => {
      const { where, params } = within(from, to, filter);
      return store
        .prepare(`SELECT ${OWNER}, tool, ${sum('calls')} FROM tool_slots ${where} GROUP BY session_id, tool`)
        .all(params)
        .map((row) => ({ ...ownerOf(row), tool: String(row['tool']), calls: Number(row['calls']) }));
    },

    firstAt: () => {
      const row = store.prepare('SELECT min(slot) AS slot FROM usage_slots').get();
      return typeof row?.['slot'] === 'number' ? row['slot'] : undefined;
    },

    calls: (sessionId, limit) =>
      store
        .prepare(
          `SELECT at, input, output, cache_read, cache_write, total, total_cost FROM model_calls
           WHERE session_id = ? ORDER BY at DESC, position DESC LIMIT ?`,
        )
        .all([sessionId, limit])
        .map((row) => ({ at: Number(row['at']), ...tokensOf(row), cost: Number(row['total_cost'] ?? 0) }))
        .reverse(),

    hasCalls: (before) =>
      store.prepare('SELECT 1 FROM model_calls WHERE at < ? LIMIT 1').get([before]) !== undefined,

    removeCalls: (before) => {
      store.prepare('DELETE FROM model_calls WHERE at < ?').run([before]);
    },
  };
}

function ownerOf(row: SqlRow): UsageOwner {
  return {
    sessionId: String(row['session_id']),
    sessionKey: String(row['session_key']),
    agentId: String(row['agent_id']),
  };
}

function modelSumsOf(row: SqlRow): ModelSums {
  return {
    provider: String(row['provider']),
    model: String(row['model']),
    calls: Number(row['calls']),
    missingCost: Number(row['missing_cost']),
    missingUsage: Number(row['missing_usage']),
    ...tokensOf(row),
    inputCost: Number(row['input_cost']),
    outputCost: Number(row['output_cost']),
    cacheReadCost: Number(row['cache_read_cost']),
    cacheWriteCost: Number(row['cache_write_cost']),
    totalCost: Number(row['total_cost']),
    firstAt: Number(row['first_at']),
    lastAt: Number(row['last_at']),
  };
}

/** What was not reported adds nothing. */
function tokensOf(row: SqlRow) {
  return {
    input: Number(row['input'] ?? 0),
    output: Number(row['output'] ?? 0),
    cacheRead: Number(row['cache_read'] ?? 0),
    cacheWrite: Number(row['cache_write'] ?? 0),
    total: Number(row['total'] ?? 0),
  };
}

function slotOf(at: number): number {
  return Math.floor(at / SLOT) * SLOT;
}

function marks(count: number): string {
  return Array.from({ length: count }, () => '?').join(', ');
}

const sum = (column: string): string => `sum(${column}) AS ${column}`;
const added = (column: string): string => `${column} = ${column} + excluded.${column}`;
