// Sessions and their messages: creates, appends, lists, reads. Owns both tables; publishes after the commit.

import { randomUUID } from 'node:crypto';
import { messageText, type ChatMessage } from '../../shared/protocol/chat.ts';
import type { SessionRow, SessionSettings } from '../../shared/protocol/sessions.ts';
import { agentOfSession, isOneOffSession, MAIN_SESSION_KEY } from '../../shared/session-key.ts';
import { DAY } from '../../shared/time.ts';
import type { EventBus } from '../event-bus.ts';
import type { Store } from '../store/open-store.ts';
import type { ArchivedTranscriptsRepository } from '../store/repositories/archived-transcripts.ts';
import type {
  SessionListQuery,
  SessionMark,
  SessionMarks,
  SessionRecord,
  SessionsRepository,
} from '../store/repositories/sessions.ts';

/** How a session that is made begins. */
export interface SessionOrigin {
  readonly spawnedBy: string;
  readonly spawnDepth: number;
  readonly settings: SessionSettings;
}

export interface SessionService {
  find(key: string): SessionRecord | undefined;
  /** The session with this id, or the one of this agent (any, if left out) with this label. */
  findBy(mark: SessionMark): SessionRecord | undefined;
  /** As lists show it. */
  describe(key: string): SessionRow | undefined;
  /** Creates the session if it is new. Inside `store.write` only. */
  ensure(key: string, label?: string, origin?: SessionOrigin): SessionRecord;
  /** Removes the session with its messages and runs, and tells nobody. Inside `store.write` only. */
  remove(key: string): void;
  /** Appends a message. Inside `store.write` only; call `announce` with the result after the commit. */
  append(key: string, message: ChatMessage): ChatMessage;
  /** Tells which run has answered a message that had no turn of its own. Inside `store.write` only. */
  markAnswered(messageId: string, runId: string): void;
  /** Tells the clients about appended messages. */
  announce(key: string, messages: readonly ChatMessage[], reason: string): void;
  /** `append` and `announce` in one write. */
  add(key: string, message: ChatMessage, reason: string): Promise<ChatMessage>;
  /** Like `announce`, for a message that no run has said. */
  announceInjected(key: string, message: ChatMessage, reason: string): void;
  /**
   * Adds an assistant's message that no run has said; clients that follow only the chat see it end like a run.
   * @throws GatewayError `not-found` when the session's agent does not exist
   */
  inject(key: string, text: string, idempotencyKey?: string): Promise<ChatMessage>;
  hasMessage(id: string): boolean;
  /**
   * Stores what was said elsewhere, under ids and at times of its own; makes the session if it is new. Inside `store.write`
   * only; call `announce` after the commit.
   */
  restore(
    session: RestoredSession,
    messages: readonly { readonly id: string; readonly message: ChatMessage }[],
  ): void;
  list(query: SessionListQuery): { readonly rows: readonly SessionRow[]; readonly total: number };
  count(): number;
  /** Removes the sessions of single HTTP requests that are a month old. */
  forgetOneOff(): Promise<void>;
  messages(key: string, limit: number, offset: number): readonly ChatMessage[];
}

/** A session that comes from elsewhere. */
export interface RestoredSession {
  readonly key: string;
  readonly sessionId: string;
  readonly label: string | undefined;
  readonly createdAt: number;
}

/** How long a response can be gone on with; OpenAI keeps its own as long. */
const ONE_OFF_KEPT = 30 * DAY;
const PREVIEW_LENGTH = 140;
const TITLE_LENGTH = 60;

export function createSessionService(deps: {
  readonly store: Store;
  readonly repository: SessionsRepository;
  readonly archive: ArchivedTranscriptsRepository;
  readonly bus: EventBus;
  readonly now: () => number;
  /** Whether a run of this session is active or waits. */
  readonly runState: (key: string) => 'queued' | 'running' | undefined;
  /** How many of its messages wait for their turn. */
  readonly queued: (key: string) => number;
  /** @throws GatewayError when the agent of this session does not exist */
  readonly checkAgent: (key: string) => void;
}): SessionService {
  const { store, repository, archive, bus, now, runState, queued, checkAgent } = deps;

  /** Asked for with every health check; counted anew after an insertion, which may yet be rolled back. */
  let known: number | undefined;

  function ensure(key: string, label?: string, origin?: SessionOrigin): SessionRecord {
    const existing = repository.find(key);
    if (existing !== undefined) return existing;
    const at = now();
    const record: SessionRecord = {
      key,
      sessionId: randomUUID(),
      agentId: agentOfSession(key),
      label,
      title: undefined,
      preview: undefined,
      messageCount: 0,
      createdAt: at,
      updatedAt: at,
      lastInteractionAt: undefined,
      settings: origin?.settings ?? {},
      spawnedBy: origin?.spawnedBy,
      spawnDepth: origin?.spawnDepth,
    };
    repository.insert(record);
    known = undefined;
    return record;
  }

  function append(key: string, message: ChatMessage): ChatMessage {
    const marks = marksOf(message, now());
    const id = randomUUID();
    // Nearly always the session is there.
    const stored = repository.append(key, id, message, marks);
    if (stored !== undefined) return stored;
    ensure(key);
    const first = repository.append(key, id, message, marks);
    if (first === undefined) throw new Error(`no session ${key}`);
    return first;
  }

  function restore(
    { key, sessionId, label, createdAt }: RestoredSession,
    messages: readonly { readonly id: string; readonly message: ChatMessage }[],
  ): void {
    if (repository.find(key) === undefined) {
      const agentId = agentOfSession(key);
      repository.insert({
        key,
        sessionId,
        agentId,
        // Names are given once.
        label: label === undefined || repository.findLabel(agentId, label) !== undefined ? undefined : label,
        title: undefined,
        preview: undefined,
        messageCount: 0,
        createdAt,
        updatedAt: createdAt,
        lastInteractionAt: undefined,
        settings: {},
        spawnedBy: undefined,
        spawnDepth: undefined,
      });
      known = undefined;
    }
    for (const { id, message } of messages)
      repository.append(key, id, message, marksOf(message, message.timestamp));
  }

  function announce(key: string, messages: readonly ChatMessage[], reason: string): void {
    const record = repository.find(key);
    if (record === undefined) return;
    const { agentId } = record;
    for (const message of messages) bus.publish('session.message', { sessionKey: key, agentId, message });
    // What is in no list changes none.
    if (isOneOffSession(key)) return;
    bus.publish('sessions.changed', { sessionKey: key, agentId, reason, ts: now(), session: toRow(record) });
  }

  function toRow(record: SessionRecord): SessionRow {
    const status = runState(record.key);
    const queuedMessages = queued(record.key);
    return {
      key: record.key,
      sessionId: record.sessionId,
      kind: 'direct',
      agentId: record.agentId,
      updatedAt: record.updatedAt,
      createdAt: record.createdAt,
      ...(record.key === MAIN_SESSION_KEY ? { isMain: true } : {}),
      ...(record.label === undefined ? {} : { label: record.label }),
      ...(record.title === undefined ? {} : { derivedTitle: record.title }),
      ...(record.preview === undefined ? {} : { lastMessagePreview: record.preview }),
      ...(record.lastInteractionAt === undefined ? {} : { lastInteractionAt: record.lastInteractionAt }),
      ...shownSettings(record.settings),
      ...(record.spawnedBy === undefined
        ? {}
        : { spawnedBy: record.spawnedBy, parentSessionKey: record.spawnedBy }),
      ...(record.spawnDepth === undefined ? {} : { spawnDepth: record.spawnDepth }),
      ...(status === undefined ? {} : { status }),
      ...(queuedMessages === 0 ? {} : { queuedMessages }),
    };
  }

  /** Clients that follow only the chat see a message that no run has said end like a run. */
  function tellChat(key: string, message: ChatMessage): void {
    const runId = `inject-${message.__openclaw?.id ?? ''}`;
    bus.publish('chat', {
      runId,
      sessionKey: key,
      agentId: agentOfSession(key),
      seq: 0,
      state: 'final',
      message,
    });
  }

  async function add(key: string, message: ChatMessage, reason: string): Promise<ChatMessage> {
    const stored = await store.write(() => append(key, message));
    announce(key, [stored], reason);
    return stored;
  }

  return {
    find: (key) => repository.find(key),
    findBy: (mark) => repository.findBy(mark),
    describe: (key) => {
      const record = repository.find(key);
      return record === undefined ? undefined : toRow(record);
    },
    ensure,
    remove: (key) => {
      repository.remove(key);
      known = undefined;
    },
    append,
    markAnswered: (messageId, runId) => {
      repository.markAnswered(messageId, runId);
    },
    announce,
    announceInjected: (key, message, reason) => {
      announce(key, [message], reason);
      tellChat(key, message);
    },
    add,
    inject: async (key, text, idempotencyKey) => {
      checkAgent(key);
      const message = await add(
        key,
        {
          role: 'assistant',
          content: [{ type: 'text', text }],
          timestamp: now(),
          source: { kind: 'inject' },
          ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
        },
        'chat.inject',
      );
      tellChat(key, message);
      return message;
    },
    hasMessage: (id) => repository.hasMessage(id),
    restore,
    list: (query) => {
      const { rows, total } = repository.list(query);
      return { rows: rows.map(toRow), total };
    },
    forgetOneOff: async () => {
      const before = now() - ONE_OFF_KEPT;
      if (!repository.hasOneOff(before) && !archive.hasOneOff(before)) return;
      await store.write(() => {
        repository.removeOneOff(before);
        archive.removeOneOff(before);
      });
      known = undefined;
    },
    count: () => (known ??= repository.count()),
    messages: (key, limit, offset) => repository.messages(key, limit, offset),
  };
}

/** As lists name them: the model apart from its provider. */
function shownSettings({ model, ...others }: SessionSettings): Partial<SessionRow> {
  if (model === undefined) return others;
  const slash = model.indexOf('/');
  return { ...others, modelProvider: model.slice(0, slash), model: model.slice(slash + 1) };
}

/** What a message that was said at this moment changes about its session. */
function marksOf(message: ChatMessage, at: number): SessionMarks {
  const text = oneLine(messageText(message));
  return {
    at,
    preview: text === '' ? undefined : shorten(text, PREVIEW_LENGTH),
    title: message.role === 'user' && text !== '' ? shorten(text, TITLE_LENGTH) : undefined,
    interaction: message.role === 'user' && message.source === undefined,
  };
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Cuts at a word where one ends near the limit. */
function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const cut = text.slice(0, length);
  const space = cut.lastIndexOf(' ');
  return `${space > length * 0.6 ? cut.slice(0, space) : cut}…`;
}
