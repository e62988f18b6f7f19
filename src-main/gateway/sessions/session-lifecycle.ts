// What is done to a session as a whole: it is made, changed, begun anew, deleted. What was said is archived unless somebody
// asks for it to be deleted. Owns the archive; the sessions themselves are session-service's.

import { randomUUID } from 'node:crypto';
import { GatewayError } from '../../shared/errors.ts';
import type { SessionSettings, SessionSettingsPatch } from '../../shared/protocol/sessions.ts';
import { isMainSession, isOneOffSession } from '../../shared/session-key.ts';
import type { EventBus } from '../event-bus.ts';
import type { MemoryService } from '../memory/memory-service.ts';
import type { Store } from '../store/open-store.ts';
import type { ArchivedTranscriptsRepository } from '../store/repositories/archived-transcripts.ts';
import type { SessionRecord, SessionsRepository } from '../store/repositories/sessions.ts';
import type { SessionService } from './session-service.ts';

/** What the caller believes the session to be; what is left out is not checked. */
export interface ExpectedSession {
  readonly expectedSessionId?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly expectedSessionUpdatedAt?: number | undefined;
}

/** What is left out stays; `null` takes it away. */
export interface SessionChanges {
  readonly label?: string | null | undefined;
  readonly settings: SessionSettingsPatch;
}

export interface SessionLifecycle {
  /**
   * The session of this key; a new one if there is none.
   * @throws GatewayError `invalid-params` for a label that another session has or that is empty
   */
  create(key: string, changes?: SessionChanges): Promise<SessionRecord>;
  /**
   * Changes what is set for the session: its name and how it is answered. A session that is not there yet is made.
   * @throws GatewayError `invalid-params` like `create`, or when the session is not the expected one
   */
  patch(key: string, changes: SessionChanges, expected?: ExpectedSession): Promise<SessionRecord>;
  /**
   * Stops its runs, archives what was said, and begins a new conversation under the same key.
   * @throws GatewayError `invalid-params` when it is not the expected one, `unavailable` when a run does not stop
   */
  reset(key: string, reason: 'new' | 'reset', expected?: ExpectedSession): Promise<SessionRecord>;
  /**
   * Stops its runs and deletes it. With `deleteTranscript` also what was said, now and in its earlier conversations.
   * @returns ids of the conversations that were archived; `deleted` is false when there was no such session
   * @throws GatewayError like `reset`; `invalid-params` for an agent's main session
   */
  delete(
    key: string,
    options: ExpectedSession & { readonly deleteTranscript: boolean },
  ): Promise<{ readonly deleted: boolean; readonly archived: readonly string[] }>;
}

export function createSessionLifecycle(deps: {
  readonly store: Store;
  readonly repository: SessionsRepository;
  readonly archive: ArchivedTranscriptsRepository;
  readonly sessions: SessionService;
  readonly bus: EventBus;
  /** Told when a conversation is deleted, so that its memories go where the conversation goes. */
  readonly memory: Pick<MemoryService, 'archive' | 'removeOf'>;
  readonly now: () => number;
  /** Stops the runs of a session and does the work while none can begin. */
  readonly withoutRuns: <T>(key: string, work: () => Promise<T>) => Promise<T>;
  /** @throws GatewayError when the agent of this session does not exist */
  readonly checkAgent: (key: string) => void;
}): SessionLifecycle {
  const { store, repository, archive, sessions, bus, memory, now, withoutRuns, checkAgent } = deps;

  /** Inside `store.write`. */
  function label(record: SessionRecord, written: string | null): SessionRecord {
    const wanted = written === null ? undefined : acceptLabel(written);
    const owner = wanted === undefined ? undefined : repository.findLabel(record.agentId, wanted);
    if (owner !== undefined && owner.key !== record.key)
      throw new GatewayError('invalid-params', `label already in use: ${wanted}. Choose another one.`);
    repository.setLabel(record.key, wanted);
    return { ...record, label: wanted };
  }

  /** Inside `store.write`. */
  function change(record: SessionRecord, changes: SessionChanges): SessionRecord {
    const named = changes.label === undefined ? record : label(record, changes.label);
    if (Object.keys(changes.settings).length === 0) return named;
    const settings = changedSettings(record.settings, changes.settings);
    repository.setSettings(record.key, settings);
    return { ...named, settings };
  }

  /** Inside `store.write`. @returns the ids of what was archived */
  function archiveTranscript(record: SessionRecord, reason: string): readonly string[] {
    if (record.messageCount === 0) return [];
    archive.keep(record, reason, now());
    return [record.sessionId];
  }

  return {
    create: async (key, changes = { settings: {} }) => {
      checkAgent(key);
      const isNew = sessions.find(key) === undefined;
      const record = await store.write(() => change(sessions.ensure(key), changes));
      const changed = changes.label !== undefined || Object.keys(changes.settings).length > 0;
      if (isNew || changed) sessions.announce(key, [], isNew ? 'create' : 'patch');
      return record;
    },

    patch: async (key, changes, expected) => {
      checkAgent(key);
      const record = await store.write(() => {
        check(key, repository.find(key), expected);
        return change(sessions.ensure(key), changes);
      });
      sessions.announce(key, [], 'patch');
      return record;
    },

    reset: async (key, reason, expected) => {
      checkAgent(key);
      check(key, repository.find(key), expected);
      const record = await withoutRuns(key, () =>
        store.write(() => {
          const before = repository.find(key);
          check(key, before, { expectedSessionId: expected?.expectedSessionId });
          const session = sessions.ensure(key);
          if (before === undefined) return session;
          archiveTranscript(before, reason);
          const at = now();
          const sessionId = randomUUID();
          repository.beginAnew(key, sessionId, at);
          return { ...session, sessionId, createdAt: at, updatedAt: at };
        }),
      );
      sessions.announce(key, [], reason);
      return record;
    },

    delete: async (key, { deleteTranscript, ...expected }) => {
      if (isMainSession(key))
        throw new GatewayError(
          'invalid-params',
          `Cannot delete the main session (${key}). sessions.reset begins a new conversation in it.`,
        );
      const known = repository.find(key);
      if (known === undefined) return { deleted: false, archived: [] };
      check(key, known, expected);
      const result = await withoutRuns(key, () =>
        store.write(() => {
          const session = repository.find(key);
          if (session === undefined) return { deleted: false, archived: [] };
          // Its runs have just written to it, so only what stays the same is compared again.
          check(key, session, { expectedSessionId: expected.expectedSessionId });
          const archived = deleteTranscript ? [] : archiveTranscript(session, 'delete');
          if (deleteTranscript) {
            archive.removeOf(key);
            memory.removeOf(key);
          } else memory.archive(key);
          sessions.remove(key);
          return { deleted: true, archived };
        }),
      );
      if (result.deleted && !isOneOffSession(key))
        bus.publish('sessions.changed', {
          sessionKey: key,
          agentId: known.agentId,
          reason: 'delete',
          ts: now(),
        });
      return result;
    },
  };
}

/** What is `null` or `false` is not kept: absence says the same. */
function changedSettings(before: SessionSettings, changes: SessionSettingsPatch): SessionSettings {
  const entries = Object.entries({ ...before, ...changes });
  return Object.fromEntries(entries.filter(([, value]) => value !== null && value !== false));
}

const MAX_LABEL = 512;

function acceptLabel(written: string): string {
  const label = written.trim();
  if (label === '') throw new GatewayError('invalid-params', 'invalid label: empty');
  if (label.length > MAX_LABEL)
    throw new GatewayError('invalid-params', `invalid label: too long (max ${MAX_LABEL})`);
  return label;
}

/** @throws GatewayError `invalid-params` when the session is another one than the caller believes */
function check(key: string, session: SessionRecord | undefined, expected: ExpectedSession = {}): void {
  const { expectedSessionId, expectedSessionUpdatedAt } = expected;
  const same =
    (expectedSessionId === undefined || session?.sessionId === expectedSessionId) &&
    (expectedSessionUpdatedAt === undefined || session?.updatedAt === expectedSessionUpdatedAt);
  if (same) return;
  throw new GatewayError(
    'invalid-params',
    `Session ${key} has changed in the meantime. Look at it again with sessions.list before you change it.`,
    { details: { code: 'SESSION_CHANGED', sessionKey: key } },
  );
}
