// Sessions as lists show them, and their events.

import type { ChatMessage, QueueMode } from './chat.ts';
import type { ErrorShape } from './frames.ts';

export const THINKING_LEVELS = ['off', 'minimal', 'low', 'medium', 'high', 'xhigh'] as const;
export type ThinkingLevel = (typeof THINKING_LEVELS)[number];
export const VERBOSE_LEVELS = ['off', 'on', 'full'] as const;
export const REASONING_LEVELS = ['off', 'on', 'stream'] as const;

/** What was set for one session; what is left out is as everywhere else. */
export interface SessionSettings {
  /** `provider/model` that answers in it. */
  readonly model?: string;
  /** How long a model that can do so thinks before it answers; `off` asks it not to. */
  readonly thinkingLevel?: ThinkingLevel;
  /** What is told of tools while they work: nothing, that they do, or also what they answered (if left out). */
  readonly verboseLevel?: (typeof VERBOSE_LEVELS)[number];
  /** Whether the model's own thoughts are kept (`on`), and also told while it thinks (`stream`). */
  readonly reasoningLevel?: (typeof REASONING_LEVELS)[number];
  /** A line with the tokens that were used below every answer; `full` names the model too. */
  readonly responseUsage?: 'off' | 'tokens' | 'full' | 'on';
  /** `deny`: nobody can send messages to it. */
  readonly sendPolicy?: 'allow' | 'deny';
  /** For messages that do not say it themselves. */
  readonly queueMode?: QueueMode;
  readonly pinned?: true;
  /** Left out of the list unless it is asked for. */
  readonly archived?: true;
  readonly unread?: true;
  readonly icon?: string;
  readonly color?: string;
  readonly category?: string;
}

export interface SessionRow extends SessionSettings {
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
  /** When a person or a program last wrote to it. */
  readonly lastInteractionAt?: number;
  /** With `model`, which then is its name without the provider. */
  readonly modelProvider?: string;
  /** The session that this one is a sub-agent's of. */
  readonly spawnedBy?: string;
  readonly parentSessionKey?: string;
  /** 1 for the sub-agents of a session that is none. */
  readonly spawnDepth?: number;
  readonly status?: 'queued' | 'running' | 'done' | 'failed';
  /** How many messages wait for their turn, if any. */
  readonly queuedMessages?: number;
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
export interface SessionEntry extends SessionSettings {
  readonly sessionId: string;
  readonly label?: string;
  /** Milliseconds since the epoch; when the present conversation began. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What is to be changed about a session: a value, or `null` to take it away. */
export type SessionSettingsPatch = {
  readonly [Key in keyof SessionSettings]?:
    (SessionSettings[Key] extends true | undefined ? boolean : SessionSettings[Key]) | null | undefined;
};

export interface SessionsPatchParams {
  readonly key: string;
  readonly agentId?: string | undefined;
  /** Refuses the change when the session has begun anew since. */
  readonly expectedSessionId?: string | undefined;
  /** Its name, unique among the agent's sessions; `null` takes it away. */
  readonly label?: string | null | undefined;
  /** With or without its provider. */
  readonly model?: string | null | undefined;
  readonly thinkingLevel?: string | null | undefined;
  readonly verboseLevel?: string | null | undefined;
  readonly reasoningLevel?: string | null | undefined;
  readonly responseUsage?: SessionSettingsPatch['responseUsage'];
  readonly sendPolicy?: SessionSettingsPatch['sendPolicy'];
  readonly queueMode?: SessionSettingsPatch['queueMode'];
  readonly pinned?: boolean | undefined;
  readonly archived?: boolean | undefined;
  readonly unread?: boolean | undefined;
  readonly icon?: string | null | undefined;
  readonly color?: string | null | undefined;
  readonly category?: string | null | undefined;
}

export interface SessionsPatchResult {
  readonly ok: true;
  readonly path: string;
  readonly key: string;
  readonly entry: SessionEntry;
  /** The model that answers in this session now. */
  readonly resolved?: { readonly modelProvider: string; readonly model: string };
}

export interface SessionsSearchResult {
  /** Best matches first. */
  readonly results: readonly MessageMatch[];
  /** Older messages are not indexed yet, so more may be found later. */
  readonly indexing?: boolean;
  /** There are more. */
  readonly truncated?: boolean;
}

/** A message that has all the words that were looked for. */
export interface MessageMatch {
  readonly sessionKey: string;
  readonly sessionId: string;
  readonly messageId: string;
  readonly role: 'user' | 'assistant';
  readonly timestamp: number;
  /** The part of its text where the first word stands. */
  readonly snippet: string;
  /** The higher, the better it fits; comparable within one answer. */
  readonly score: number;
}

export type SessionsResolveResult =
  | {
      readonly ok: true;
      readonly key: string;
      readonly agentId: string;
      readonly displayName?: string;
    }
  | { readonly ok: false };

/** `auto-threshold`: the conversation had become too long for the model. */
export type CompactionReason = 'manual' | 'auto-threshold';

/** What of a conversation is told to the model as a summary. */
export interface CompactionCheckpoint {
  readonly checkpointId: string;
  readonly sessionKey: string;
  readonly sessionId: string;
  readonly createdAt: number;
  readonly reason: CompactionReason;
  readonly summary: string;
  readonly preCompaction: { readonly sessionId: string };
  readonly postCompaction: { readonly sessionId: string };
}

export interface SessionsCompactResult {
  readonly ok: true;
  readonly key: string;
  readonly compacted: boolean;
  /** Why nothing was done. */
  readonly reason?: string;
  /** For `sessions.compaction.restore`. */
  readonly checkpointId?: string;
}

export interface SessionsSpawnParams {
  /** What is to be done. */
  readonly task?: string | undefined;
  /** The task when there is no `task`. */
  readonly message?: string | undefined;
  /** The session that is told the result; the main one if left out. */
  readonly key?: string | undefined;
  readonly parentSessionKey?: string | undefined;
  /** What the sub-agent is called when its result is told. */
  readonly label?: string | undefined;
  /** Whose sub-agent it is; the parent's agent if left out. */
  readonly agentId?: string | undefined;
  readonly model?: string | undefined;
  readonly thinking?: string | undefined;
  /** 0 for as long as it takes. */
  readonly runTimeoutSeconds?: number | undefined;
  /** The same key spawns once; also the run's id. */
  readonly idempotencyKey?: string | undefined;
}

export interface SessionsSpawnResult {
  readonly ok: true;
  readonly status: 'accepted';
  readonly key: string;
  /** The same. */
  readonly childSessionKey: string;
  readonly parentSessionKey: string;
  readonly runId: string;
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
