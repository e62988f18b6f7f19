// Rows of sessions as they are answered.

import type { SessionEntry, SessionRow } from '../../shared/protocol/sessions.ts';
import type { SessionRecord } from '../store/repositories/sessions.ts';

/** Titles and previews only for those who asked. */
export function trimmedRow(
  row: SessionRow,
  wanted: { includeDerivedTitles?: boolean | undefined; includeLastMessage?: boolean | undefined },
): SessionRow {
  const { derivedTitle, lastMessagePreview, ...rest } = row;
  return {
    ...rest,
    ...(wanted.includeDerivedTitles === true && derivedTitle !== undefined ? { derivedTitle } : {}),
    ...(wanted.includeLastMessage === true && lastMessagePreview !== undefined ? { lastMessagePreview } : {}),
  };
}

export function entryOf({ sessionId, label, createdAt, updatedAt, settings }: SessionRecord): SessionEntry {
  return { sessionId, ...(label === undefined ? {} : { label }), createdAt, updatedAt, ...settings };
}
