// The inbox as it is shown: what belongs together stands under its newest, and what is snoozed stands apart. Pure.

import type { InboxNotification } from '../../../src-main/shared/protocol/notifications.ts';

export interface InboxGroup {
  readonly newest: InboxNotification;
  /** The newest first. */
  readonly earlier: readonly InboxNotification[];
}

export interface InboxLayout {
  readonly groups: readonly InboxGroup[];
  /** The one that comes back first stands first. */
  readonly snoozed: readonly InboxNotification[];
}

/** @param notifications the newest first */
export function layoutOf(notifications: readonly InboxNotification[]): InboxLayout {
  const groups = new Map<string, InboxNotification[]>();
  for (const one of notifications) {
    if (one.state === 'snoozed') continue;
    const key = one.group ?? `single:${one.id}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [one]);
    else known.push(one);
  }
  return {
    groups: [...groups.values()].flatMap(([newest, ...earlier]) =>
      newest === undefined ? [] : [{ newest, earlier }],
    ),
    snoozed: notifications
      .filter(({ state }) => state === 'snoozed')
      .toSorted((a, b) => (a.snoozedUntilMs ?? 0) - (b.snoozedUntilMs ?? 0)),
  };
}

export function isUnread({ state, readAtMs }: InboxNotification): boolean {
  return state === 'unread' && readAtMs === undefined;
}

const TEN_MINUTES = 600_000;
const HOUR = 3_600_000;
const MORNING = 9;

export const SNOOZES = ['soon', 'hour', 'morning'] as const;

/** Until when it is put off, ms. */
export function snoozedUntil(choice: (typeof SNOOZES)[number], now: number): number {
  switch (choice) {
    case 'soon':
      return now + TEN_MINUTES;
    case 'hour':
      return now + HOUR;
    case 'morning': {
      const morning = new Date(now);
      morning.setDate(morning.getDate() + 1);
      return morning.setHours(MORNING, 0, 0, 0);
    }
  }
}
