// What a person asked the offline assistant for. A small command language in plain English; no model is involved.

import { reminderRequest, type ReminderRequest } from './reminder-request.ts';

export type Intent =
  | ReminderRequest
  | { readonly kind: 'list-reminders' }
  | { readonly kind: 'remove-reminder'; readonly text: string }
  | { readonly kind: 'remember'; readonly text: string }
  | { readonly kind: 'recall'; readonly query: string }
  | { readonly kind: 'status' }
  | { readonly kind: 'run-command'; readonly command: string }
  | { readonly kind: 'greeting' }
  | { readonly kind: 'help' }
  | { readonly kind: 'unknown' };

const LIST =
  /^(?:(?:what|which|show|list)\b.*\b(?:reminders?|jobs?|automations?|scheduled)|(?:my\s+)?reminders)\b/i;
const REMOVE =
  /^(?:cancel|delete|remove|stop)\s+(?:the\s+|my\s+)?(?:reminder|job|automation)s?\b\s*(?:to|about|for|called|named|:)?\s*(.*)$/is;
const REMEMBER = /^(?:please\s+)?remember(?:\s+that|:)?\s+(.+)$/is;
const RECALL = /^what\s+do\s+you\s+(?:know|remember)(?:\s+about)?\s+(.+?)\??$/is;
const STATUS = /^(?:gateway\s+)?status\b\??$/i;
const RUN = /^run\s+(.+)$/is;
const GREETING = /^(?:hi|hello|hey|good\s+(?:morning|afternoon|evening))\b[\s!.,]*$/i;
const HELP = /^(?:help|what\s+can\s+you\s+do|who\s+are\s+you|what\s+are\s+you)\b/i;

/** @param zone IANA zone of the person */
export async function parseIntent(message: string, now: number, zone: string): Promise<Intent> {
  const text = message.trim();
  const reminder = await reminderRequest(text, now, zone);
  if (reminder !== undefined) return reminder;
  const query = RECALL.exec(text)?.[1];
  if (query !== undefined) return { kind: 'recall', query: query.trim() };
  if (LIST.test(text)) return { kind: 'list-reminders' };
  const removed = REMOVE.exec(text)?.[1];
  if (removed !== undefined)
    return { kind: 'remove-reminder', text: removed.trim().replace(/[.!]{1,3}$/, '') };
  const remembered = REMEMBER.exec(text)?.[1];
  if (remembered !== undefined) return { kind: 'remember', text: remembered.trim() };
  const command = RUN.exec(text)?.[1];
  if (command !== undefined) return { kind: 'run-command', command: command.trim() };
  if (STATUS.test(text)) return { kind: 'status' };
  if (GREETING.test(text)) return { kind: 'greeting' };
  if (HELP.test(text)) return { kind: 'help' };
  return { kind: 'unknown' };
}
