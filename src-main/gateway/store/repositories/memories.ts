// Rows of `memories` with their full-text index, of `memory_files` (what is indexed of workspaces) and of
// `archived_memories`. The writing functions belong inside `store.write`.

import type { Store } from '../open-store.ts';
import type { SqlRow, SqlValue } from '../sqlite.ts';

/** Where a passage of a file stands. */
export interface FilePlace {
  /** Relative to the workspace, with `/`. */
  readonly path: string;
  /** From 1, both included. */
  readonly firstLine: number;
  readonly lastLine: number;
}

export interface MemoryRecord {
  readonly id: string;
  readonly agentId: string;
  /** The conversation that it belongs to; empty for a passage of a file. */
  readonly sessionKey: string;
  readonly file: FilePlace | undefined;
  readonly text: string;
  readonly createdAt: number;
}

export interface IndexedFile {
  readonly path: string;
  readonly size: number;
  /** ms, with fractions. */
  readonly modifiedAt: number;
}

/** Whose memories are looked at. */
export interface MemoryScope {
  readonly agentId: string;
  /** `undefined`: of no conversation. */
  readonly sessionKey: string | undefined;
  /** Which of the agent's files: all of them, or only those in this folder (`memory/`). */
  readonly files: 'all' | { readonly folder: string };
}

export interface MemoriesRepository {
  /** @param words the text as it goes into the index */
  insert(record: MemoryRecord, words: string): void;
  remove(id: string): void;
  find(id: string): MemoryRecord | undefined;
  /** The one of this conversation that says exactly this. */
  same(agentId: string, sessionKey: string, text: string): MemoryRecord | undefined;
  /** Best matches first. @param expression in FTS5's language */
  search(
    scope: MemoryScope,
    expression: string,
    limit: number,
  ): readonly (MemoryRecord & { readonly score: number })[];
  /** Those that contain one of the texts, newest first. */
  containing(scope: MemoryScope, texts: readonly string[], limit: number): readonly MemoryRecord[];
  count(agentId: string): number;
  files(agentId: string): readonly IndexedFile[];
  /** Takes the place of what was indexed of it. */
  indexFile(
    agentId: string,
    file: IndexedFile,
    passages: readonly { readonly record: MemoryRecord; readonly words: string }[],
  ): void;
  removeFile(agentId: string, path: string): void;
  /** Keeps the conversation's memories with its newest archived transcript, if there is one. */
  archive(sessionKey: string): void;
  removeOf(sessionKey: string): void;
  /** Whether there is something that belongs to conversations that are no more. */
  hasOrphans(): boolean;
  /** Removes it. */
  removeOrphans(): void;
}

const ORPHANED = 'path IS NULL AND session_key NOT IN (SELECT key FROM sessions)';
const COLUMNS = 'm.id, m.agent_id, m.session_key, m.path, m.first_line, m.last_line, m.text, m.created_at';

export function createMemoriesRepository(store: Store): MemoriesRepository {
  function insert(record: MemoryRecord, words: string): void {
    const { file } = record;
    store
      .prepare(
        `INSERT INTO memories (id, agent_id, session_key, path, first_line, last_line, text, created_at, words)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run([
        record.id,
        record.agentId,
        record.sessionKey,
        file?.path ?? null,
        file?.firstLine ?? null,
        file?.lastLine ?? null,
        record.text,
        record.createdAt,
        words,
      ]);
  }

  function removeFile(agentId: string, path: string): void {
    store.prepare('DELETE FROM memories WHERE agent_id = ? AND path = ?').run([agentId, path]);
    store.prepare('DELETE FROM memory_files WHERE agent_id = ? AND path = ?').run([agentId, path]);
  }

  return {
    insert,
    remove: (id) => {
      store.prepare('DELETE FROM memories WHERE id = ?').run([id]);
    },
    find: (id) => {
      const row = store.prepare(`SELECT ${COLUMNS} FROM memories m WHERE id = ?`).get([id]);
      return row === undefined ? undefined : toRecord(row);
    },
    same: (agentId, sessionKey, text) => {
      const row = store
        .prepare(
          `SELECT ${COLUMNS} FROM memories m WHERE agent_id = ? AND session_key = ? AND path IS NULL AND text = ?`,
        )
        .get([agentId, sessionKey, text]);
      return row === undefined ? undefined : toRecord(row);
    },
    search: (scope, expression, limit) => {
      const { sql, params } = visible(scope);
      return store
        .prepare(
          `SELECT ${COLUMNS}, bm25(memory_index) AS badness FROM memory_index
           JOIN memories m ON m.position = memory_index.rowid
           WHERE memory_index MATCH ? AND ${sql} ORDER BY badness, m.created_at DESC LIMIT ?`,
        )
        .all([expression, ...params, limit])
        .map((row) => ({ ...toRecord(row), score: -Number(row['badness']) }));
    },
    containing: (scope, texts, limit) => {
      if (texts.length === 0) return [];
      const { sql, params } = visible(scope);
      const parts = texts.map((text) => `%${text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`);
      return store
        .prepare(
          `SELECT ${COLUMNS} FROM memories m
           WHERE ${sql} AND (${parts.map(() => String.raw`m.text LIKE ? ESCAPE '\'`).join(' OR ')})
           ORDER BY m.created_at DESC LIMIT ?`,
        )
        .all([...params, ...parts, limit])
        .map(toRecord);
    },
    count: (agentId) =>
      Number(store.prepare('SELECT count(*) AS n FROM memories WHERE agent_id = ?').get([agentId])?.['n']),
    files: (agentId) =>
      store
        .prepare('SELECT path, size, modified_at FROM memory_files WHERE agent_id = ?')
        .all([agentId])
        .map((row) => ({
          path: String(row['path']),
          size: Number(row['size']),
          modifiedAt: Number(row['modified_at']),
        })),
    indexFile: (agentId, { path, size, modifiedAt }, passages) => {
      removeFile(agentId, path);
      store
        .prepare('INSERT INTO memory_files (agent_id, path, size, modified_at) VALUES (?, ?, ?, ?)')
        .run([agentId, path, size, modifiedAt]);
      for (const { record, words } of passages) insert(record, words);
    },
    removeFile,
    archive: (sessionKey) => {
      const newest = store
        .prepare(
          'SELECT session_id FROM archived_transcripts WHERE key = ? ORDER BY archived_at DESC LIMIT 1',
        )
        .get([sessionKey])?.['session_id'];
      if (typeof newest !== 'string') return;
      store
        .prepare(
          `INSERT INTO archived_memories (id, session_id, text, created_at)
           SELECT id, ?, text, created_at FROM memories WHERE session_key = ? AND path IS NULL`,
        )
        .run([newest, sessionKey]);
    },
    removeOf: (sessionKey) => {
      store.prepare('DELETE FROM memories WHERE session_key = ? AND path IS NULL').run([sessionKey]);
    },
    hasOrphans: () => store.prepare(`SELECT 1 FROM memories WHERE ${ORPHANED} LIMIT 1`).get() !== undefined,
    removeOrphans: () => {
      store.prepare(`DELETE FROM memories WHERE ${ORPHANED}`).run();
    },
  };
}

function visible({ agentId, sessionKey, files }: MemoryScope): {
  readonly sql: string;
  readonly params: readonly SqlValue[];
} {
  const ofFiles = files === 'all' ? 'm.path IS NOT NULL' : 'substr(m.path, 1, length(?)) = ?';
  const params = files === 'all' ? [] : [files.folder, files.folder];
  if (sessionKey === undefined) return { sql: `m.agent_id = ? AND ${ofFiles}`, params: [agentId, ...params] };
  return {
    sql: `m.agent_id = ? AND ((m.session_key = ? AND m.path IS NULL) OR ${ofFiles})`,
    params: [agentId, sessionKey, ...params],
  };
}

function toRecord(row: SqlRow): MemoryRecord {
  const path = row['path'];
  return {
    id: String(row['id']),
    agentId: String(row['agent_id']),
    sessionKey: String(row['session_key']),
    file:
      typeof path === 'string'
        ? { path, firstLine: Number(row['first_line']), lastLine: Number(row['last_line']) }
        : undefined,
    text: String(row['text']),
    createdAt: Number(row['created_at']),
  };
}
