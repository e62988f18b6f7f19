// How the operating system shows a notification of the inbox: its words, what can be answered on it, and where a click
// leads. Pure; what the answers do is the center's.

import type { NavigationTarget } from '../../shared/ipc.ts';
import type { InboxNotification } from '../../shared/protocol/notifications.ts';
import { MINUTE } from '../../shared/time.ts';
import { say, type WordKey } from '../words/words.ts';
import type { NotifierCapabilities, OsNotification } from './os-notifier.ts';

export const SNOOZE_MS = 10 * MINUTE;

export type NoticeButton = 'done' | 'snooze' | 'run' | 'skip';

type Notice = Pick<OsNotification, 'title' | 'body' | 'persistent' | 'group'> & {
  readonly buttons: readonly { readonly id: NoticeButton; readonly label: string }[];
  readonly reply: OsNotification['reply'] | undefined;
};

const LABELS = {
  done: 'notice.done',
  snooze: 'notice.snooze',
  run: 'notice.runNow',
  skip: 'notice.skip',
} as const satisfies Record<NoticeButton, WordKey>;
const REMINDER: readonly NoticeButton[] = ['done', 'snooze'];
const MISSED: readonly NoticeButton[] = ['run', 'skip'];

/** @param missed it asks whether a missed run is to be made up for */
export function noticeOf(
  { kind, source, title, body, group, sessionKey }: InboxNotification,
  { buttons, reply }: NotifierCapabilities,
  missed: boolean,
): Notice {
  const offered = missed ? MISSED : kind === 'reminder' ? REMINDER : [];
  // Agents can be answered; a line to type in on every reminder would be in the way of its buttons.
  const answers = reply && sessionKey !== undefined && offered.length === 0 && isSaid(kind, source);
  return {
    title,
    body,
    group,
    // Who is asked something expects it to wait.
    persistent: kind === 'reminder' || missed,
    buttons: buttons ? offered.map((id) => ({ id, label: say(LABELS[id]) })) : [],
    reply: answers ? { placeholder: say('notice.answer') } : undefined,
  };
}

export function targetOf({ sessionKey, approvalId }: InboxNotification): NavigationTarget {
  if (approvalId !== undefined) return { view: 'approvals', id: approvalId };
  return sessionKey === undefined ? { view: 'inbox' } : { view: 'chat', sessionKey };
}

function isSaid(kind: InboxNotification['kind'], source: InboxNotification['source']): boolean {
  return kind === 'job' || kind === 'message' || source === 'heartbeat';
}
