// What a session is called, and what kind of conversation it is.

import type { TFunction } from 'i18next';
import type { SessionRow } from '../../../src-main/shared/protocol/sessions.ts';
import { sessionName } from '../../../src-main/shared/session-key.ts';

export type SessionKind = 'chat' | 'call' | 'automation';

export function kindOfSession(key: string): SessionKind {
  if (key.startsWith('call:')) return 'call';
  return sessionName(key).startsWith('cron:') ? 'automation' : 'chat';
}

type Titled = Pick<SessionRow, 'key' | 'label' | 'derivedTitle'>;

export function titleOfSession({ key, label, derivedTitle }: Titled, t: TFunction): string {
  return label ?? derivedTitle ?? readableName(key, t);
}

function readableName(key: string, t: TFunction): string {
  const kind = kindOfSession(key);
  if (kind === 'call') return t('sessions.call', { id: key.slice('call:'.length) });
  if (kind === 'automation') return t('sessions.automation');
  const name = sessionName(key);
  if (name === 'main') return t('sessions.main');
  return isNewSessionKey(key) ? t('sessions.new') : name.replace(/[-_]+/g, ' ');
}

const GENERATED_PREFIX = 'chat-';

/** The key of a conversation that does not exist yet; the gateway makes it with the first message. */
export function newSessionKey(agentId: string, id: string): string {
  return `agent:${agentId}:${GENERATED_PREFIX}${id}`;
}

export function isNewSessionKey(key: string): boolean {
  return sessionName(key).startsWith(GENERATED_PREFIX);
}
