// One notice for many. Pure.

import type { InboxNotification } from '../../shared/protocol/notifications.ts';

const SHOWN = 4;

/** @param held the newest first */
export function summaryOf(held: readonly InboxNotification[]): {
  readonly count: number;
  readonly title: string;
  readonly body: string;
} {
  // A reminder's title says only that it is one.
  const names = held.map(({ kind, title, body }) => (kind === 'reminder' && body !== '' ? body : title));
  const different = [...new Set(names)];
  const shown = different.slice(0, SHOWN).map((name) => name.slice(0, 80));
  const more = different.length - shown.length;
  return {
    count: held.length,
    title: held.length === 1 ? '1 notification' : `${held.length} notifications`,
    body: more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', '),
  };
}
