// Rows of `sessions` and `messages`. Reads anywhere; the writing functions belong inside `store.write`.

import type { ChatMessage, MessageRecord } from '../../../shared/protocol/chat.ts';
import type { SessionSettings } from '../../../shared/protocol/sessions.ts';
import { ONE_OFF_PREFIXES } from '../../../shared/session-key.ts';
import type { Store } from '../open-store.ts';
import { contains, filterBy, type Condition } from '../sql-filter.ts';
import type { SqlRow } from '../sqlite.ts';

export interface SessionRecord {
  readonly key: string;
  readonly sessionId: string;
  readonly agentId: string;
  readonly label: string | undefined;
  /** The first words that the person wrote. */
  readonly title: string | undefined;
  readonly preview: string | undefined;
  readonly messageCount: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** When a person or a program last wrote to it. */
  readonly lastInteractionAt: number | undefined;
  readonly settings: SessionSettings;
  /** The session that this one is a sub-agent's of. */
  readonly spawnedBy: string | undefined;
  readonly spawnDepth: number | undefined;
}

export interface SessionListQuery {
  readonly limit: number;
  readonly offset: number;
  /** Matches label, title, preview or key. */
  readonly search?: string | undefined;
  readonly agentId?: string | undefined;
  readonly label?: string | undefined;
  /** Only sessions that changed at or after this moment, ms. */
  readonly updatedSince?: number | undefined;
  /** Those that are archived, those that are not, or both if left out. */
  readonly archived?: boolean | undefined;
  readonly pinned?: boolean | undefined;
  readonly spawnedBy?: string | undefined;
  readonly category?: string | undefined;
  /** Only those that somebody has written to. */
  readonly requireInteraction?: boolean | undefined;
  readonly sortBy?: 'updatedAt' | 'lastInteractionAt' | undefined;
  /** Beginnings of names (what follows `agent:<agentId>:`) that are left out. */
  readonly excludedNames?: readonly string[] | undefined;
}

/** What a session may be known by; the first that is given counts. */
export interface SessionMark {
  readonly sessionId?: string | undefined;
  readonly label?: string | undefined;
  /** With a label: whose session it is. */
  readonly agentId?: string | undefined;
}

export interface SessionsRepository {
  find(key: string): SessionRecord | undefined;
  list(query: SessionListQuery): { readonly rows: readonly SessionRecord[]; readonly total: number };
  count(): number;
  insert(record: SessionRecord): void;
  findBy(mark: SessionMark): SessionRecord | undefined;
  /** The session of this agent that has this label, if any has. */
  findLabel(agentId: string, label: string): SessionRecord | undefined;
  setLabel(key: string, label: string | undefined): void;
  setSettings(key: string, settings: SessionSettings): void;
  /** Makes an empty conversation of it, under the id given; its messages are gone, its label stays. */
  beginAnew(key: string, sessionId: string, at: number): void;
  /** Removes the session with everything that belongs to it: messages, runs, its channel. */
  remove(key: string): void;
  /** Adds a message as the next one of its session and answers it with its record; `undefined` without the session. */
  append(key: string, id: string, message: ChatMessage, marks: SessionMarks): ChatMessage | undefined;
  /** Whether a message with this id is there. */
  hasMessage(id: string): boolean;
  /** Tells which run has answered a message that had no turn of its own. */
  markAnswered(messageId: string, runId: string): void;
  /** Whether there are sessions of single requests that were not used since then, ms. */
  hasOneOff(before: number): boolean;
  removeOneOff(before: number): void;
  /** Newest `limit` messages before the newest `offset` ones, oldest first. */
  messages(key: string, limit: number, offset: number): readonly ChatMessage[];
}

/** What an appended message changes about its session. */
export interface SessionMarks {
  readonly at: number;
  readonly preview: string | undefined;
  /** Becomes the title if there is none yet. */
  readonly title: string | undefined;
  /** A person or a program wrote it. */
  readonly interaction: boolean;
}

export function createSessionsRepository(store: Store): SessionsRepository {
  const columns =
    'key, session_id, agent_id, label, title, preview, message_count, created_at, updated_at, last_interaction_at, settings, spawned_by, spawn_depth';

  return {
    find: (key) => {
      const row = store.prepare(`SELECT ${columns} FROM sessions WHERE key = ?`).get([key]);
      return row === undefined ? undefined : toSession(row);
    },

    list: ({ limit, offset, search, agentId, label, updatedSince, ...query }) => {
      const { where, params } = filterBy(
        contains(SEARCHED, search),
        [`agent_id NOT IN (SELECT agent_id FROM agents WHERE deleted_at IS NOT NULL)`],
        // Whoever looks for words finds these too.
        search === undefined ? [`NOT ${ONE_OFF}`] : undefined,
        agentId === undefined ? undefined : ['agent_id = ?', agentId],
        label === undefined ? undefined : ['label = ?', label],
        updatedSince === undefined ? undefined : ['updated_at >= ?', updatedSince],
        query.archived === undefined ? undefined : [`${flag('archived')} = ?`, Number(query.archived)],
        query.pinned === undefined ? undefined : [`${flag('pinned')} = ?`, Number(query.pinned)],
        query.category === undefined
          ? undefined
          : [`json_extract(settings, '$.category') = ?`, query.category],
        query.spawnedBy === undefined ? undefined : ['spawned_by = ?', query.spawnedBy],
        query.requireInteraction === true ? ['last_interaction_at IS NOT NULL'] : undefined,
        ...(query.excludedNames ?? []).map((name): Condition => [`${NAME} NOT GLOB ?`, `${name}*`]),
      );
      const order = query.sortBy === 'lastInteractionAt' ? 'last_interaction_at' : 'updated_at';
      const rows = store
        .prepare(`SELECT ${columns} FROM sessions ${where} ORDER BY ${order} DESC, key LIMIT ? OFFSET ?`)
        .all([...params, limit, offset]);
      const total = store.prepare(`SELECT count(*) AS n FROM sessions ${where}`).get(params);
      return { rows: rows.map(toSession), total: Number(total?.['n'] ?? 0) };
    },

    count: () => Number(store.prepare('SELECT count(*) AS n FROM sessions').get()?.['n'] ?? 0),

    insert: (r) => {
      store
        .prepare(
          `INSERT INTO sessions (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING`,
        )
        .run([
          r.key,
          r.sessionId,
          r.agentId,
          r.label ?? null,
          r.title ?? null,
          r.preview ?? null,
          r.messageCount,
          r.createdAt,
          r.updatedAt,
          r.lastInteractionAt ?? null,
          JSON.stringify(r.settings),
          r.spawnedBy ?? null,
          r.spawnDepth ?? null,
        ]);
    },

    findBy: ({ sessionId, label, agentId }) => {
      const { where, params } = filterBy(
        sessionId === undefined ? ['label = ?', label ?? ''] : ['session_id = ?', sessionId],
        sessionId !== undefined || agentId === undefined ? undefined : ['agent_id = ?', agentId],
      );
      const row = store
        .prepare(`SELECT ${columns} FROM sessions ${where} ORDER BY updated_at DESC LIMIT 1`)
        .get(params);
      return row === undefined ? undefined : toSession(row);
    },

    findLabel: (agentId, label) => {
      const row = store
        .prepare(`SELECT ${columns} FROM sessions WHERE label = ? AND agent_id = ? LIMIT 1`)
        .get([label, agentId]);
      return row === undefined ? undefined : toSession(row);
    },

    setLabel: (key, label) => {
      store.prepare('UPDATE sessions SET label = ? WHERE key = ?').run([label ?? null, key]);
    },

    setSettings: (key, settings) => {
      store.prepare('UPDATE sessions SET settings = ? WHERE key = ?').run([JSON.stringify(settings), key]);
    },

    beginAnew: (key, sessionId, at) => {
      store.prepare('DELETE FROM messages WHERE session_key = ?').run([key]);
      store
        .prepare(
          `UPDATE sessions SET session_id = ?, title = NULL, preview = NULL, message_count = 0, created_at = ?,
             updated_at = ? WHERE key = ?`,
        )
        .run([sessionId, at, at, key]);
    },

    remove: (key) => {
      store.prepare('DELETE FROM sessions WHERE key = ?').run([key]);
    },

    append: (key, id, message, marks) => {
      const updated = store
        .prepare(
          `UPDATE sessions SET message_count = message_count + 1, updated_at = ?, preview = coalesce(?, preview),
             title = coalesce(title, ?), last_interaction_at = coalesce(?, last_interaction_at),
             settings = CASE WHEN ? THEN json_remove(settings, '$.archived') ELSE settings END
           WHERE key = ? RETURNING message_count AS seq`,
        )
        .get([
          marks.at,
          marks.preview ?? null,
          marks.title ?? null,
          marks.interaction ? marks.at : null,
          // Who writes to an archived session goes on with it.
          Number(marks.interaction),
          key,
        ]);
      if (updated === undefined) return undefined;
      const record: MessageRecord = { id, seq: Number(updated['seq']), recordTimestampMs: marks.at };
      const stored: ChatMessage = { ...message, __openclaw: record };
      store
        .prepare('INSERT INTO messages (id, session_key, seq, body, created_at) VALUES (?, ?, ?, ?, ?)')
        .run([id, key, record.seq, JSON.stringify(stored), marks.at]);
      return stored;
    },

    hasMessage: (id) => store.prepare('SELECT 1 FROM messages WHERE id = ?').get([id]) !== undefined,

    markAnswered: (messageId, runId) => {
      store
        .prepare(`UPDATE messages SET body = json_set(body, '$.answeredBy', ?) WHERE id = ?`)
        .run([runId, messageId]);
    },

    hasOneOff: (before) =>
      store.prepare(`SELECT 1 FROM sessions WHERE updated_at < ? AND ${ONE_OFF} LIMIT 1`).get([before]) !==
      undefined,

    removeOneOff: (before) => {
      store.prepare(`DELETE FROM sessions WHERE updated_at < ? AND ${ONE_OFF}`).run([before]);
    },

    messages: (key, limit, offset) =>
      store
        .prepare('SELECT body FROM messages WHERE session_key = ? ORDER BY seq DESC LIMIT ? OFFSET ?')
        .all([key, limit, offset])
        .map((row) => JSON.parse(String(row['body'])) as ChatMessage)
        .reverse(),
  };
}

/** What follows `agent:<agentId>:` in the key. */
const NAME = 'substr(key, length(agent_id) + 8)';
/** Holds for rows with `key` and `agent_id` of the sessions of single requests. */
export const ONE_OFF = `(${ONE_OFF_PREFIXES.map((prefix) => `${NAME} GLOB '${prefix}*'`).join(' OR ')})`;

/** Whether a setting that is only ever `true` is set: 1 or 0. */
const flag = (name: 'archived' | 'pinned'): string => `(json_extract(settings, '$.${name}') IS NOT NULL)`;

const SEARCHED = ['label', 'title', 'preview', 'key'] as const;

function toSession(row: SqlRow): SessionRecord {
  return {
    key: String(row['key']),
    sessionId: String(row['session_id']),
    agentId: String(row['agent_id']),
    label: optionalText(row['label']),
    title: optionalText(row['title']),
    preview: optionalText(row['preview']),
    messageCount: Number(row['message_count']),
    createdAt: Number(row['created_at']),
    updatedAt: Number(row['updated_at']),
    lastInteractionAt: row['last_interaction_at'] === null ? undefined : Number(row['last_interaction_at']),
    settings: JSON.parse(String(row['settings'])) as SessionSettings,
    spawnedBy: optionalText(row['spawned_by']),
    spawnDepth: row['spawn_depth'] === null ? undefined : Number(row['spawn_depth']),
  };
}

function optionalText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
