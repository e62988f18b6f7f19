// Sessions as lists show them, and their events.

import type { ChatMessage } from './chat.ts';
import type { ErrorShape } from './frames.ts';

export interface SessionRow {
  readonly key: string;
  readonly sessionId: string;
  readonly kind: 'direct' | 'group' | 'global' | 'unknown';
  readonly agentId: string;
  readonly label?: string;
  readonly derivedTitle?: string;
  readonly lastMessagePreview?: string;
  readonly isMain?: boolean;
  readonly updatedAt: number;
  readonly createdAt: number;
  readonly status?: 'queued' | 'running' | 'done' | 'failed';
}

export interface SessionsListResult {
  readonly ts: number;
  readonly path: string;
  readonly count: number;
  readonly totalCount: number;
  readonly hasMore: boolean;
  readonly nextOffset: number | null;
  readonly sessions: readonly SessionRow[];
}

/** The last messages of one session, in short. */
export interface SessionPreview {
  /** As it was asked for. */
  readonly key: string;
  /** `empty`: nothing was said yet; `missing`: there is no such session; `error`: the key cannot be one. */
  readonly status: 'ok' | 'empty' | 'missing' | 'error';
  /** Oldest first. */
  readonly items: readonly SessionPreviewItem[];
}

export interface SessionPreviewItem {
  readonly role: 'user' | 'assistant' | 'tool';
  readonly text: string;
}

/** What is kept about a session beside its messages. */
export interface SessionEntry {
  readonly sessionId: string;
  readonly label?: string;
  /** Milliseconds since the epoch; when the present conversation began. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface SessionsDeleteResult {
  readonly ok: true;
  readonly key: string;
  /** False when there was no such session. */
  readonly deleted: boolean;
  /** The ids of the conversations that were archived. */
  readonly archived: readonly string[];
}

export interface SessionsAbortResult {
  readonly ok: true;
  /** The run that was stopped; of several, the one that was running. */
  readonly abortedRunId: string | null;
  readonly status: 'aborted' | 'no-active-run';
}

export interface SessionsCreateResult {
  readonly ok: true;
  readonly key: string;
  readonly sessionId: string;
  readonly entry: SessionEntry;
  /** Whether the first message is being answered. */
  readonly runStarted: boolean;
  readonly runId?: string;
  readonly status?: 'started';
  /** Why it is not, although there was a message. */
  readonly runError?: ErrorShape;
}

export interface SessionsChangedEvent {
  readonly sessionKey: string;
  readonly agentId: string;
  readonly reason: string;
  readonly ts: number;
  readonly session?: SessionRow;
}

export interface SessionMessageEvent {
  readonly sessionKey: string;
  readonly agentId: string;
  readonly message: ChatMessage;
}
