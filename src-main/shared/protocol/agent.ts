// Runs as programs see them: OpenClaw's `agent` methods and the `agent` event with its streams.

import type { AttachmentBlock, FailureReason } from './chat.ts';

/** Params of `agent`: one turn, like `chat.send`, for programs. */
export interface AgentParams {
  readonly message: string;
  /** The run's id; the same key never runs twice. */
  readonly idempotencyKey: string;
  readonly agentId?: string | undefined;
  readonly sessionKey?: string | undefined;
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
  /** Seconds, from the beginning of its turn. */
  readonly timeout?: number | undefined;
  /** As `thinkingLevel` of the session, for this turn alone. */
  readonly thinking?: string | undefined;
  readonly extraSystemPrompt?: string | undefined;
}

/** The first answer; a second one with the same id follows when the run is over (`AgentResult`). */
export interface AgentAccepted {
  readonly runId: string;
  readonly sessionKey: string;
  readonly agentId: string;
  readonly status: 'accepted' | 'in_flight' | 'ok';
  readonly acceptedAt: number;
}

export type AgentRunStatus = 'ok' | 'error' | 'timeout';

export interface AgentResult {
  readonly runId: string;
  readonly status: AgentRunStatus;
  readonly summary: string;
  readonly result: {
    readonly payloads: readonly { readonly text: string }[];
    readonly meta: { readonly durationMs: number; readonly stopReason: string };
  };
}

export interface AgentWaitResult {
  readonly runId: string;
  /** `timeout` also for a run that nobody knows, once the time is over. */
  readonly status: AgentRunStatus;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly stopReason?: string;
  readonly error?: string;
}

interface AgentEventBase {
  readonly runId: string;
  readonly sessionKey: string;
  readonly agentId: string;
  /** Counts the events of one run, from 1. */
  readonly seq: number;
  readonly ts: number;
}

export type AgentEvent = AgentEventBase &
  (
    | {
        readonly stream: 'run_status';
        readonly data: {
          readonly phase: 'preparing_context' | 'starting_model';
          /** What was remembered for this turn without being asked for, as far as the prompt grew by it. */
          readonly memory?: { readonly entries: number; readonly characters: number };
        };
      }
    | { readonly stream: 'run_status'; readonly data: AgentRetry }
    | { readonly stream: 'lifecycle'; readonly data: AgentLifecycle }
    /** `text` is everything said so far, `delta` what is new. */
    | { readonly stream: 'assistant'; readonly data: { readonly text: string; readonly delta: string } }
    /** The model's thoughts, where the session has them streamed; fields as of `assistant`. */
    | { readonly stream: 'thinking'; readonly data: { readonly text: string; readonly delta: string } }
    /** The older part of the conversation is being summarized. */
    | { readonly stream: 'compaction'; readonly data: { readonly phase: 'start' | 'end' } }
    | { readonly stream: 'tool'; readonly data: AgentToolData }
  );

/** The model failed for a reason that passes, and is asked again after a pause. */
export interface AgentRetry {
  readonly phase: 'retrying';
  /** Of the failure, in words for the person. */
  readonly message: string;
  readonly reason: FailureReason;
  /** 1 for the first time that it is asked again. */
  readonly retryAttempt: number;
  readonly maxRetries: number;
  readonly delayMs: number;
  /** The same, the first request counted. */
  readonly attempt: number;
  readonly maxAttempts: number;
}

export type AgentLifecycle =
  | { readonly phase: 'start'; readonly startedAt: number }
  | { readonly phase: 'model'; readonly provider: string; readonly model: string }
  /** The model did not answer; another one is asked, or none is left. */
  | {
      readonly phase: 'fallback_step';
      /** `provider/model`. */
      readonly fallbackStepFromModel: string;
      readonly fallbackStepToModel?: string;
      readonly fallbackStepFromFailureReason: FailureReason;
      /** In words for the person. */
      readonly fallbackStepFromFailureMessage: string;
      /** 1 for the chosen model. */
      readonly fallbackStepChainPosition: number;
      readonly fallbackStepFinalOutcome?: 'chain_exhausted';
    }
  | {
      readonly phase: 'end';
      readonly startedAt: number;
      readonly endedAt: number;
      readonly stopReason: string;
      readonly aborted?: true;
    }
  | { readonly phase: 'error'; readonly error: string; readonly endedAt: number };

export type AgentToolData = { readonly name: string; readonly toolCallId: string } & (
  | { readonly phase: 'start'; readonly args: Readonly<Record<string, unknown>> }
  /** The end of what it has shown so far. */
  | {
      readonly phase: 'update';
      readonly partialResult: {
        readonly content: readonly { readonly type: 'text'; readonly text: string }[];
      };
    }
  | {
      readonly phase: 'result';
      readonly isError: boolean;
      /** Its text, then the images that came with it. */
      readonly result: {
        readonly content: readonly ({ readonly type: 'text'; readonly text: string } | AttachmentBlock)[];
      };
    }
);
