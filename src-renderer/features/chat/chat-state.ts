// What is known about one session's conversation, and everything that can happen to it. Data only.

import type {
  ChatEvent,
  ChatHistoryResult,
  ChatMessage,
  ChatSendResult,
} from '../../../src-main/shared/protocol/chat.ts';
import type { ChatItem } from './chat-items.ts';

/** A message in its place. */
export interface ChatEntry {
  readonly id: string;
  /** The message's number in its session; a fraction for one that the gateway could not save. */
  readonly order: number;
  readonly message: ChatMessage;
}

/** An answer that is being given, or waits for its turn. */
export interface LiveRun {
  readonly runId: string;
  readonly status: 'queued' | 'running';
  /** Everything said so far. */
  readonly text: string;
  /** The number of the last event that was taken in. */
  readonly seq: number;
}

export interface ChatState {
  readonly load: 'loading' | 'ready' | 'failed';
  /** Why it could not be read, in words for the person. */
  readonly loadError: string | undefined;
  readonly sessionId: string;
  readonly entries: readonly ChatEntry[];
  /** Earlier messages that were not read yet. */
  readonly hasMore: boolean;
  readonly older: 'idle' | 'loading' | 'failed';
  /** The active run first. */
  readonly runs: readonly LiveRun[];
  /** Runs that are over; late events of theirs are ignored. */
  readonly ended: readonly string[];
  readonly stopping: boolean;
  readonly stopError: string | undefined;
  /** What the list shows, derived from entries and runs. */
  readonly items: readonly ChatItem[];
}

export type ChatAction =
  | { readonly type: 'loading' }
  | { readonly type: 'load-failed'; readonly error: string }
  | { readonly type: 'history'; readonly result: ChatHistoryResult }
  | { readonly type: 'older-loading' }
  | { readonly type: 'older-failed' }
  | { readonly type: 'older'; readonly result: ChatHistoryResult }
  | { readonly type: 'message'; readonly message: ChatMessage }
  | { readonly type: 'event'; readonly event: ChatEvent; readonly at: number }
  | { readonly type: 'accepted'; readonly runId: string; readonly status: ChatSendResult['status'] }
  | { readonly type: 'stopping' }
  | { readonly type: 'stop-failed'; readonly error: string };

export const EMPTY_CHAT: ChatState = {
  load: 'loading',
  loadError: undefined,
  sessionId: '',
  entries: [],
  hasMore: false,
  older: 'idle',
  runs: [],
  ended: [],
  stopping: false,
  stopError: undefined,
  items: [],
};
