// Sessions as lists show them, and their events.

import type { ChatMessage } from './chat.ts';

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
