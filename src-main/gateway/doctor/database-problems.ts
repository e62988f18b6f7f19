// What can be wrong inside a database whose file is sound enough to be read, and how each of it is put right.

import { randomUUID } from 'node:crypto';
import { agentOfSession } from '../../shared/session-key.ts';
import { checkFullText, fullTextTables, rebuildFullText } from '../store/full-text.ts';
import type { Database } from '../store/sqlite.ts';

/** `damaged`: beyond what can be put right in place. */
type ProblemKind = 'damaged' | 'index' | 'search-index' | 'orphans' | 'counter';

export interface DatabaseProblem {
  readonly kind: ProblemKind;
  readonly message: string;
  /** The table or index that it is about. */
  readonly subject: string;
}

const MAX_MESSAGES = 20;

/** @throws what the driver throws; `sqliteFailure` says `corrupt` for a file that is not even that sound */
export function problemsOf(db: Database): readonly DatabaseProblem[] {
  const integrity = db
    .prepare(`PRAGMA integrity_check(${MAX_MESSAGES})`)
    .all()
    .map((row) => String(row['integrity_check']))
    .filter((message) => message !== 'ok')
    .map(classified);
  if (integrity.some(({ kind }) => kind === 'damaged')) return integrity;
  // Some versions of SQLite tell about search indexes in the check above, too.
  const others = integrity.filter(({ kind }) => kind !== 'search-index');
  return [...oncePerSubject(others), ...searchIndexes(db), ...orphans(db), ...counters(db)];
}

/** Puts right what `problemsOf` said; answers what was done about each, in the same order. All of it or nothing. */
export function fixAll(db: Database, problems: readonly DatabaseProblem[]): readonly string[] {
  db.exec('PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE');
  try {
    const done = problems.map((problem) => fix(db, problem));
    db.exec('COMMIT');
    return done;
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}

function fix(db: Database, { kind, subject }: DatabaseProblem): string {
  switch (kind) {
    case 'index':
      db.exec('REINDEX');
      return 'The indexes were built again.';
    case 'search-index':
      rebuildFullText(db, subject);
      return 'The search index was built again.';
    case 'orphans':
      return subject === 'messages' ? giveSessions(db) : removeOrphans(db, subject);
    case 'counter':
      db.exec(COUNT_AGAIN);
      return 'The messages were counted again.';
    case 'damaged':
      throw new Error('a damaged file cannot be put right in place');
  }
}

function classified(message: string): DatabaseProblem {
  const search = /FTS5 table (?:main\.)?(\w+)/i.exec(message)?.[1];
  if (search !== undefined) return { kind: 'search-index', message, subject: search };
  const index = /(?:missing from|in|entries in|entry in) index (\w+)/i.exec(message)?.[1];
  return index === undefined
    ? { kind: 'damaged', message, subject: '' }
    : { kind: 'index', message: `The index ${index} does not fit its table.`, subject: index };
}

function oncePerSubject(problems: readonly DatabaseProblem[]): readonly DatabaseProblem[] {
  return [...new Map(problems.map((problem) => [problem.subject, problem])).values()];
}

function searchIndexes(db: Database): readonly DatabaseProblem[] {
  return fullTextTables(db).flatMap((table): readonly DatabaseProblem[] => {
    try {
      checkFullText(db, table);
      return [];
    } catch {
      return [
        {
          kind: 'search-index',
          message: `The search index ${table} does not fit what it indexes.`,
          subject: table,
        },
      ];
    }
  });
}

function orphans(db: Database): readonly DatabaseProblem[] {
  const counts = new Map<string, number>();
  for (const row of db.prepare('PRAGMA foreign_key_check').all()) {
    const table = String(row['table']);
    counts.set(table, (counts.get(table) ?? 0) + 1);
  }
  return [...counts].map(([subject, count]) => ({
    kind: 'orphans',
    message: `${count} rows of ${subject} belong to nothing that is there.`,
    subject,
  }));
}

/** Nobody loses a conversation because its session's row is gone. */
function giveSessions(db: Database): string {
  const lost = db
    .prepare(
      `SELECT session_key AS key, count(*) AS n, max(seq) AS seq, min(created_at) AS first, max(created_at) AS last
         FROM messages WHERE session_key NOT IN (SELECT key FROM sessions) GROUP BY session_key`,
    )
    .all();
  for (const row of lost) {
    const key = String(row['key']);
    db.prepare(
      `INSERT INTO sessions (key, session_id, agent_id, message_count, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)`,
    ).run([
      key,
      randomUUID(),
      agentOfSession(key),
      Number(row['seq']),
      Number(row['first']),
      Number(row['last']),
    ]);
  }
  return `${lost.length} sessions were made for them.`;
}

function removeOrphans(db: Database, table: string): string {
  const rows = db.prepare(`PRAGMA foreign_key_check("${table}")`).all();
  const ids = new Set(rows.map((row) => Number(row['rowid'])));
  for (const id of ids) db.prepare(`DELETE FROM "${table}" WHERE rowid = ?`).run([id]);
  return `${ids.size} rows were removed.`;
}

/** The next message takes the number after the counter, so a counter that lags makes a session unusable. */
const LAGGING = `message_count < (SELECT coalesce(max(seq), 0) FROM messages m WHERE m.session_key = sessions.key)`;
const COUNT_AGAIN = `UPDATE sessions SET message_count =
  (SELECT max(seq) FROM messages m WHERE m.session_key = sessions.key) WHERE ${LAGGING}`;

function counters(db: Database): readonly DatabaseProblem[] {
  const count = Number(db.prepare(`SELECT count(*) AS n FROM sessions WHERE ${LAGGING}`).get()?.['n'] ?? 0);
  return count === 0
    ? []
    : [
        {
          kind: 'counter',
          message: `${count} sessions count fewer messages than they have.`,
          subject: 'sessions',
        },
      ];
}
