// What the tables of runs, model calls, messages and approvals hold about runs. Reads only: each table has its owner, and all
// writing is theirs.

import type { RunState } from '../../../shared/protocol/runs.ts';
import type { ChatMessage } from '../../../shared/protocol/chat.ts';
import type { Store } from '../open-store.ts';
import { filterBy } from '../sql-filter.ts';
import type { SqlRow } from '../sqlite.ts';

export interface TracedRun {
  /** Grows with every run. */
  readonly position: number;
  readonly runId: string;
  readonly sessionKey: string;
  readonly state: RunState;
  readonly acceptedAt: number;
  readonly beganAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly answeredBy: string | undefined;
}

export interface TracedCall {
  readonly provider: string;
  readonly model: string;
  readonly endedAt: number;
  readonly durationMs: number;
  readonly outcome: 'ok' | 'aborted' | 'failed';
  readonly input: number | undefined;
  readonly output: number | undefined;
  readonly cached: number | undefined;
}

export interface TracedApproval {
  /** JSON of what was asked for. */
  readonly request: string;
  readonly createdAt: number;
  readonly endedAt: number | undefined;
  readonly reason: string | undefined;
  readonly decision: string | undefined;
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface RunTraceRepository {
  find(runId: string): TracedRun | undefined;
  /** The newest first. @param before only those before this position */
  list(query: {
    readonly sessionKey: string | undefined;
    readonly states: readonly RunState[] | undefined;
    readonly before: number | undefined;
    readonly limit: number;
  }): readonly TracedRun[];
  /** How many calls of models a run made, and with how many tokens. */
  sums(runId: string, span: Span): { readonly calls: number; readonly tokens: number };
  calls(runId: string, span: Span, limit: number): readonly TracedCall[];
  /** Messages of a session that were stored in that time. */
  messages(sessionKey: string, span: Span, limit: number): readonly ChatMessage[];
  /** What a run that goes on has done so far. */
  steps(runId: string, limit: number): readonly ChatMessage[];
  approvals(runId: string, span: Span, limit: number): readonly TracedApproval[];
}

const RUN = 'rowid AS position, run_id, session_key, state, accepted_at, began_at, ended_at, answered_by';
const STATE = `CASE WHEN state != 'accepted' THEN state WHEN began_at IS NULL THEN 'queued' ELSE 'running' END`;

export function createRunTraceRepository(store: Store): RunTraceRepository {
  const bodies = (rows: readonly SqlRow[]): readonly ChatMessage[] =>
    rows.map((row) => JSON.parse(String(row['body'])) as ChatMessage);
  return {
    find: (runId) => {
      const row = store.prepare(`SELECT ${RUN} FROM runs WHERE run_id = ?`).get([runId]);
      return row === undefined ? undefined : toRun(row);
    },

    list: ({ sessionKey, states, before, limit }) => {
      const { where, params } = filterBy(
        sessionKey === undefined ? undefined : ['session_key = ?', sessionKey],
        states === undefined
          ? undefined
          : [`${STATE} IN (SELECT value FROM json_each(?))`, JSON.stringify(states)],
        before === undefined ? undefined : ['rowid < ?', before],
      );
      return store
        .prepare(`SELECT ${RUN} FROM runs ${where} ORDER BY rowid DESC LIMIT ?`)
        .all([...params, limit])
        .map(toRun);
    },

    sums: (runId, { from, to }) => {
      const row = store
        .prepare(
          `SELECT count(*) AS calls, coalesce(sum(total), 0) AS tokens FROM model_calls
           WHERE at BETWEEN ? AND ? AND run_id = ?`,
        )
        .get([from, to, runId]);
      return { calls: Number(row?.['calls'] ?? 0), tokens: Number(row?.['tokens'] ?? 0) };
    },

    calls: (runId, { from, to }, limit) =>
      store
        .prepare(
          `SELECT provider, model, at, duration_ms, outcome, input, output, cache_read FROM model_calls
           WHERE at BETWEEN ? AND ? AND run_id = ? ORDER BY at, position LIMIT ?`,
        )
        .all([from, to, runId, limit])
        .map((row) => ({
          provider: String(row['provider']),
          model: String(row['model']),
          endedAt: Number(row['at']),
          durationMs: Number(row['duration_ms']),
          outcome: row['outcome'] as TracedCall['outcome'],
          input: numberOf(row['input']),
          output: numberOf(row['output']),
          cached: numberOf(row['cache_read']),
        })),

    messages: (sessionKey, { from, to }, limit) =>
      bodies(
        store
          .prepare(
            `SELECT body FROM messages WHERE session_key = ? AND created_at BETWEEN ? AND ?
             ORDER BY seq LIMIT ?`,
          )
          .all([sessionKey, from, to, limit]),
      ),

    steps: (runId, limit) =>
      bodies(
        store
          .prepare('SELECT message AS body FROM run_steps WHERE run_id = ? ORDER BY position LIMIT ?')
          .all([runId, limit]),
      ),

    approvals: (runId, { from, to }, limit) =>
      store
        .prepare(
          `SELECT request, created_at, ended_at, end_reason, decision FROM approvals
           WHERE (ended_at IS NULL OR ended_at >= ?) AND created_at BETWEEN ? AND ?
             AND json_extract(request, '$.runId') = ? ORDER BY created_at LIMIT ?`,
        )
        .all([from, from, to, runId, limit])
        .map((row) => ({
          request: String(row['request']),
          createdAt: Number(row['created_at']),
          endedAt: numberOf(row['ended_at']),
          reason: textOf(row['end_reason']),
          decision: textOf(row['decision']),
        })),
  };
}

function toRun(row: SqlRow): TracedRun {
  const beganAt = numberOf(row['began_at']);
  const state = row['state'] as Exclude<RunState, 'queued' | 'running'> | 'accepted';
  return {
    position: Number(row['position']),
    runId: String(row['run_id']),
    sessionKey: String(row['session_key']),
    state: state !== 'accepted' ? state : beganAt === undefined ? 'queued' : 'running',
    acceptedAt: Number(row['accepted_at']),
    beganAt,
    endedAt: numberOf(row['ended_at']),
    answeredBy: textOf(row['answered_by']),
  };
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
