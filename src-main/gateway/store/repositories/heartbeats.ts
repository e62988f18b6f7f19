// Rows of `heartbeats`: what heartbeats there were and what came of them. The writing functions belong inside `store.write`.

import type { HeartbeatRecord } from '../../../shared/protocol/heartbeat.ts';
import type { Store } from '../open-store.ts';
import { filterBy } from '../sql-filter.ts';
import type { SqlRow } from '../sqlite.ts';

export interface HeartbeatQuery {
  readonly agentId?: string | undefined;
  readonly status?: HeartbeatRecord['status'] | undefined;
  readonly limit: number;
  readonly offset: number;
}

export interface HeartbeatsRepository {
  /** Newest first. */
  list(query: HeartbeatQuery): { readonly heartbeats: readonly HeartbeatRecord[]; readonly total: number };
  last(agentId: string): HeartbeatRecord | undefined;
  /** Tokens that the agent has used since that moment. */
  tokensSince(agentId: string, since: number): number;
  /** Whether the agent has told the text since that moment. */
  hasTold(agentId: string, textKey: string, since: number): boolean;
  /** Also drops what an agent has beyond its newest. @param textKey what makes a text the same, of one that was told */
  insert(record: HeartbeatRecord, textKey: string | undefined): void;
  /** The same again: counted with the one that is there. */
  repeat(id: string, at: number): void;
}

const KEPT_PER_AGENT = 500;

export function createHeartbeatsRepository(store: Store): HeartbeatsRepository {
  return {
    list: ({ agentId, status, limit, offset }) => {
      const { where, params } = filterBy(
        agentId === undefined ? undefined : ['agent_id = ?', agentId],
        status === undefined ? undefined : ['status = ?', status],
      );
      const rows = store
        .prepare(`SELECT * FROM heartbeats ${where} ORDER BY last_at DESC, rowid DESC LIMIT ? OFFSET ?`)
        .all([...params, limit, offset]);
      const total = store.prepare(`SELECT count(*) AS n FROM heartbeats ${where}`).get(params);
      return { heartbeats: rows.map(toRecord), total: Number(total?.['n'] ?? 0) };
    },

    last: (agentId) => {
      const row = store
        .prepare('SELECT * FROM heartbeats WHERE agent_id = ? ORDER BY last_at DESC, rowid DESC LIMIT 1')
        .get([agentId]);
      return row === undefined ? undefined : toRecord(row);
    },

    tokensSince: (agentId, since) => {
      const row = store
        .prepare('SELECT sum(tokens) AS n FROM heartbeats WHERE agent_id = ? AND last_at >= ?')
        .get([agentId, since]);
      return Number(row?.['n'] ?? 0);
    },

    hasTold: (agentId, textKey, since) =>
      store
        .prepare('SELECT 1 FROM heartbeats WHERE agent_id = ? AND text_key = ? AND last_at >= ? LIMIT 1')
        .get([agentId, textKey, since]) !== undefined,

    insert: (record, textKey) => {
      const { id, agentId, atMs, count, lastAtMs, trigger, status, reason, durationMs } = record;
      const { text, sessionKey, tools, tokensUsed, tokensEstimated } = record;
      store
        .prepare(
          `INSERT INTO heartbeats (id, agent_id, at, count, last_at, trigger, status, reason, duration_ms, text,
             text_key, session_key, tools, tokens, tokens_estimated)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run([
          id,
          agentId,
          atMs,
          count,
          lastAtMs,
          trigger,
          status,
          reason ?? null,
          durationMs,
          text ?? null,
          textKey ?? null,
          sessionKey ?? null,
          JSON.stringify(tools),
          tokensUsed ?? null,
          tokensEstimated === true ? 1 : 0,
        ]);
      store
        .prepare(
          `DELETE FROM heartbeats WHERE id IN (
             SELECT id FROM heartbeats WHERE agent_id = ?
             ORDER BY last_at DESC, rowid DESC LIMIT -1 OFFSET ${KEPT_PER_AGENT})`,
        )
        .run([agentId]);
    },

    repeat: (id, at) => {
      store.prepare('UPDATE heartbeats SET count = count + 1, last_at = ? WHERE id = ?').run([at, id]);
    },
  };
}

function toRecord(row: SqlRow): HeartbeatRecord {
  return {
    id: String(row['id']),
    agentId: String(row['agent_id']),
    atMs: Number(row['at']),
    count: Number(row['count']),
    lastAtMs: Number(row['last_at']),
    trigger: row['trigger'] as HeartbeatRecord['trigger'],
    status: row['status'] as HeartbeatRecord['status'],
    durationMs: Number(row['duration_ms']),
    tools: JSON.parse(String(row['tools'])) as HeartbeatRecord['tools'],
    ...(typeof row['reason'] === 'string' ? { reason: row['reason'] } : {}),
    ...(typeof row['text'] === 'string' ? { text: row['text'] } : {}),
    ...(typeof row['session_key'] === 'string' ? { sessionKey: row['session_key'] } : {}),
    ...(typeof row['tokens'] === 'number' ? { tokensUsed: row['tokens'] } : {}),
    ...(row['tokens_estimated'] === 1 ? { tokensEstimated: true } : {}),
  };
}
