// Rows of `runs`: which turns were accepted and how they ended; rows of `run_steps`: what a turn that goes on has done. The writing functions belong inside `store.write`.

import type { ChatMessage } from '../../../shared/protocol/chat.ts';
import type { Store } from '../open-store.ts';

export type RunEnd = 'done' | 'aborted' | 'failed' | 'interrupted';

export interface RunRecord {
  readonly sessionKey: string;
  readonly state: 'accepted' | RunEnd;
  readonly acceptedAt: number;
  readonly endedAt: number | undefined;
}

export interface UnfinishedRun {
  readonly runId: string;
  readonly sessionKey: string;
  readonly acceptedAt: number;
  /** Of a run that has not begun and can. */
  readonly request: string | undefined;
  /** The run whose turn has taken it in. */
  readonly answeredBy: string | undefined;
}

export interface RunsRepository {
  /** How a run that was accepted before stands, `undefined` if the id is new. */
  find(runId: string): RunRecord | undefined;
  /**
   * @param waiting what is needed to begin it later, as JSON, or `null` when it cannot begin after a restart; left out for a
   *   run that begins at once
   */
  insert(runId: string, sessionKey: string, at: number, waiting?: string | null): void;
  /** The turn begins that answers it: its own, or that of `answeredBy`. */
  markBegan(runId: string, at: number, answeredBy?: string): void;
  /** What its turn has done so far is forgotten: it stands in the session now. */
  markEnded(runId: string, state: RunEnd, at: number): void;
  /** A message of the turn that goes on. @param position 0 for its first one */
  addStep(runId: string, position: number, message: ChatMessage): void;
  /** In their order. */
  steps(runId: string): readonly ChatMessage[];
  /** Runs that a crash, a kill or the end of the gateway left unfinished, in the order of their acceptance. */
  unfinished(): readonly UnfinishedRun[];
}

export function createRunsRepository(store: Store): RunsRepository {
  return {
    find: (runId) => {
      const row = store
        .prepare('SELECT session_key, state, accepted_at, ended_at FROM runs WHERE run_id = ?')
        .get([runId]);
      if (row === undefined) return undefined;
      return {
        sessionKey: String(row['session_key']),
        state: row['state'] as RunRecord['state'],
        acceptedAt: Number(row['accepted_at']),
        endedAt: typeof row['ended_at'] === 'number' ? row['ended_at'] : undefined,
      };
    },
    insert: (runId, sessionKey, at, waiting) => {
      store
        .prepare(
          `INSERT INTO runs (run_id, session_key, state, accepted_at, request, began_at)
           VALUES (?, ?, 'accepted', ?, ?, ?)`,
        )
        .run([runId, sessionKey, at, waiting ?? null, waiting === undefined ? at : null]);
    },
    markBegan: (runId, at, answeredBy) => {
      store
        .prepare('UPDATE runs SET began_at = ?, answered_by = ?, request = NULL WHERE run_id = ?')
        .run([at, answeredBy ?? null, runId]);
    },
    markEnded: (runId, state, at) => {
      store
        .prepare('UPDATE runs SET state = ?, ended_at = ?, request = NULL WHERE run_id = ?')
        .run([state, at, runId]);
      store.prepare('DELETE FROM run_steps WHERE run_id = ?').run([runId]);
    },
    addStep: (runId, position, message) => {
      store
        .prepare('INSERT INTO run_steps (run_id, position, message) VALUES (?, ?, ?)')
        .run([runId, position, JSON.stringify(message)]);
    },
    steps: (runId) =>
      store
        .prepare('SELECT message FROM run_steps WHERE run_id = ? ORDER BY position')
        .all([runId])
        .map((row) => JSON.parse(String(row['message'])) as ChatMessage),
    unfinished: () =>
      store
        .prepare(
          `SELECT run_id, session_key, accepted_at, request, began_at, answered_by FROM runs
           WHERE state = 'accepted' ORDER BY accepted_at, rowid`,
        )
        .all()
        .map((row) => ({
          runId: String(row['run_id']),
          sessionKey: String(row['session_key']),
          acceptedAt: Number(row['accepted_at']),
          request: row['began_at'] === null ? textOf(row['request']) : undefined,
          answeredBy: textOf(row['answered_by']),
        })),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
