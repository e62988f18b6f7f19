// Keeps the messages of a session in order and free of duplicates. Pure.

import type { ChatMessage } from '../../../src-main/shared/protocol/chat.ts';
import type { ChatEntry } from './chat-state.ts';

/** Between the last saved message and one that could not be saved. */
const UNSAVED_STEP = 0.001;

/** Puts messages where they belong; what is known already keeps its identity. */
export function mergeMessages(
  entries: readonly ChatEntry[],
  messages: readonly ChatMessage[],
): readonly ChatEntry[] {
  const known = new Set(entries.map((entry) => entry.id));
  const added: ChatEntry[] = [];
  let last = entries.at(-1)?.order ?? 0;
  for (const message of messages) {
    const entry = toEntry(message, last);
    if (known.has(entry.id)) continue;
    known.add(entry.id);
    added.push(entry);
    last = Math.max(last, entry.order);
  }
  if (added.length === 0) return entries;
  return [...entries, ...added].sort((a, b) => a.order - b.order);
}

/**
 * The newest page over what is shown. Earlier pages stay if the new one reaches them; otherwise messages between them
 * are missing, and the page stands alone.
 */
export function mergeNewestPage(
  entries: readonly ChatEntry[],
  page: readonly ChatMessage[],
): readonly ChatEntry[] {
  const saved = entries.filter((entry) => Number.isInteger(entry.order));
  const first = page[0]?.__openclaw?.seq;
  const last = saved.at(-1)?.order;
  const reaches = first !== undefined && last !== undefined && first <= last + 1;
  return mergeMessages(reaches ? saved : [], page);
}

/** How many of the newest messages are here already, so that the next page begins before them. */
export function loadedCount(entries: readonly ChatEntry[]): number {
  return entries.filter((entry) => Number.isInteger(entry.order)).length;
}

function toEntry(message: ChatMessage, last: number): ChatEntry {
  const record = message.__openclaw;
  if (record !== undefined) return { id: record.id, order: record.seq, message };
  const id = `unsaved:${message.role}:${message.runId ?? ''}:${message.timestamp}`;
  return { id, order: last + UNSAVED_STEP, message };
}
