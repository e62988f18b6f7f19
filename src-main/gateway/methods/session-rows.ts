// Rows of sessions as they are answered.

import type { SessionRow } from '../../shared/protocol/sessions.ts';

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
