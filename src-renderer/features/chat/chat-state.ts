// What is known about one session's conversation, and everything that can happen to it. Data only.

import type { AgentEvent } from '../../../src-main/shared/protocol/agent.ts';
import type {
  AttachmentBlock,
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
  /** In the order in which they began. */
  readonly tools: readonly LiveTool[];
  /** What the model thought, where the session has that told. */
  readonly thinking: string;
  /** Why it takes a while. */
  readonly notice: RunNotice | undefined;
}

/** A tool of an answer that is being given. */
export interface LiveTool {
  readonly id: string;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly state: 'working' | 'done' | 'failed';
  /** What it shows while it works, then what it answered. */
  readonly output: string;
  readonly attachments: readonly AttachmentBlock[];
  /** ms since the epoch. */
  readonly startedAt: number;
  readonly durationMs?: number;
  /** How much of the answer came before it, characters. */
  readonly said: number;
}

export type RunNotice =
  | { readonly kind: 'retrying'; readonly message: string; readonly until: number }
  | { readonly kind: 'fallback'; readonly message: string; readonly to: string }
  | { readonly kind: 'compacting' };

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
  | { readonly type: 'agent'; readonly event: AgentEvent; readonly at: number }
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
