// Rows of `runs`: which turns were accepted and how they ended. The writing functions belong inside `store.write`.

import type { Store } from '../open-store.ts';

export type RunEnd = 'done' | 'aborted' | 'failed' | 'interrupted';

export interface RunRecord {
  readonly sessionKey: string;
  readonly state: 'accepted' | RunEnd;
  readonly acceptedAt: number;
  readonly endedAt: number | undefined;
}

export interface RunsRepository {
  /** How a run that was accepted before stands, `undefined` if the id is new. */
  find(runId: string): RunRecord | undefined;
  insert(runId: string, sessionKey: string, at: number): void;
  markEnded(runId: string, state: RunEnd, at: number): void;
  /** Runs that a crash or a kill left unfinished. */
  unfinished(): readonly { readonly runId: string; readonly sessionKey: string }[];
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
    insert: (runId, sessionKey, at) => {
      store
        .prepare(`INSERT INTO runs (run_id, session_key, state, accepted_at) VALUES (?, ?, 'accepted', ?)`)
        .run([runId, sessionKey, at]);
    },
    markEnded: (runId, state, at) => {
      store.prepare('UPDATE runs SET state = ?, ended_at = ? WHERE run_id = ?').run([state, at, runId]);
    },
    unfinished: () =>
      store
        .prepare(`SELECT run_id, session_key FROM runs WHERE state = 'accepted' ORDER BY accepted_at`)
        .all()
        .map((row) => ({ runId: String(row['run_id']), sessionKey: String(row['session_key']) })),
  };
}
