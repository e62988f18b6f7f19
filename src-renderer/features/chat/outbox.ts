// Messages that are on their way: kept until they are seen in the history, so that none is lost, and sent again under the
// same key, so that none is doubled. Pure.

import { isJsonObject } from '../../../src-main/shared/json.ts';
import type { DraftAttachment } from './draft-attachments.ts';
import type { ChatMessage } from '../../../src-main/shared/protocol/chat.ts';

export interface OutboxEntry {
  /** The idempotency key; becomes the run's id. */
  readonly key: string;
  readonly text: string;
  readonly attachments?: readonly DraftAttachment[];
  /** How many attachments were lost with the window before. */
  readonly lost?: number;
  readonly at: number;
  readonly state: 'sending' | 'unsent';
  /** Why it was not sent, in words for the person. */
  readonly error: string | undefined;
}

export type Outbox = Readonly<Record<string, readonly OutboxEntry[]>>;

const NONE: readonly OutboxEntry[] = [];

export function outboxOf(outbox: Outbox, sessionKey: string): readonly OutboxEntry[] {
  return outbox[sessionKey] ?? NONE;
}

/** Adds an entry or replaces the one with its key. */
export function putInOutbox(outbox: Outbox, sessionKey: string, entry: OutboxEntry): Outbox {
  const entries = outboxOf(outbox, sessionKey);
  const known = entries.some(({ key }) => key === entry.key);
  return {
    ...outbox,
    [sessionKey]: known ? entries.map((old) => (old.key === entry.key ? entry : old)) : [...entries, entry],
  };
}

export function takeFromOutbox(outbox: Outbox, sessionKey: string, keys: ReadonlySet<string>): Outbox {
  const entries = outboxOf(outbox, sessionKey);
  const left = entries.filter(({ key }) => !keys.has(key));
  return left.length === entries.length ? outbox : { ...outbox, [sessionKey]: left };
}

/** The keys whose messages have arrived. */
export function arrivedKeys(messages: readonly ChatMessage[]): ReadonlySet<string> {
  return new Set(
    messages.flatMap(({ role, runId }) => (role === 'user' && runId !== undefined ? [runId] : [])),
  );
}

/** As it can be kept: what is attached is too large for it. */
export function keptOutbox(outbox: Outbox): unknown {
  return Object.fromEntries(
    Object.entries(outbox).map(([sessionKey, entries]) => [
      sessionKey,
      entries.map(({ attachments = [], lost = 0, ...entry }) => ({
        ...entry,
        lost: lost + attachments.length,
      })),
    ]),
  );
}

/** What an earlier window left behind. Nobody waits for its answers any more, so nothing counts as being sent. */
export function restoreOutbox(saved: unknown): Outbox {
  if (!isJsonObject(saved)) return {};
  const sessions = Object.entries(saved).map(([sessionKey, list]) => {
    const entries: OutboxEntry[] = (Array.isArray(list) ? list : []).flatMap((entry: unknown) => {
      if (!isJsonObject(entry)) return [];
      const { key, text, at, lost } = entry;
      if (typeof key !== 'string' || typeof text !== 'string' || typeof at !== 'number') return [];
      const gone = typeof lost === 'number' && lost > 0 ? { lost } : {};
      return [{ key, text, at, ...gone, state: 'unsent', error: undefined }];
    });
    return [sessionKey, entries] as const;
  });
  return Object.fromEntries(sessions.filter(([, entries]) => entries.length > 0));
}
