// A notification of the inbox as it rides on a heartbeat: the course's `{type, msg}`, and what leads back to it. Pure.

import type { InboxNotification, NotificationKind } from '../../shared/protocol/notifications.ts';
import { channelOf } from '../../shared/session-key.ts';

/** `skill_completion` comes with what it tells about. */
type NoticeType = 'reminder' | 'job_result' | 'call' | 'message' | 'alert' | 'approval';

export interface PendingNotice {
  readonly type: NoticeType;
  readonly msg: string;
  /** In the inbox: `notifications.read` takes it. */
  readonly id: string;
  /** The conversation that it belongs to. */
  readonly channel?: string;
  /** ISO 8601. */
  readonly created_at: string;
}

const TYPES: Readonly<Record<NotificationKind, NoticeType>> = {
  reminder: 'reminder',
  job: 'job_result',
  call: 'call',
  message: 'message',
  alert: 'alert',
  approval: 'approval',
};
const MAX_LENGTH = 500;

export function noticeOf(notification: InboxNotification): PendingNotice {
  const { kind, title, body, id, sessionKey, createdAtMs } = notification;
  // A reminder's title says only that it is one.
  const words = kind === 'reminder' && body !== '' ? [body] : [title, body].filter((part) => part !== '');
  return {
    type: TYPES[kind],
    msg: cut(words.join(': ')),
    id,
    ...(sessionKey === undefined ? {} : { channel: channelOf(sessionKey) }),
    created_at: new Date(createdAtMs).toISOString(),
  };
}

function cut(text: string): string {
  let kept = '';
  let characters = 0;
  for (const character of text) {
    if (characters === MAX_LENGTH) return `${kept}…`;
    kept += character;
    characters += 1;
  }
  return kept;
}
