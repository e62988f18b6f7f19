// What the turn loop needs from a model, whoever provides it. Providers translate; nothing here knows them.

import type {
  AnswerFallback,
  AttachmentBlock,
  ChatErrorKind,
  FailureReason,
  TokenUsage,
} from '../../shared/protocol/chat.ts';
import type { ThinkingLevel } from '../../shared/protocol/sessions.ts';
import type { ModelStatus } from '../../shared/protocol/system.ts';
import type { ModelPrice } from '../usage/token-usage.ts';

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

export interface PromptImage {
  readonly mimeType: string;
  readonly bytes: Buffer;
}

export type PromptMessage =
  | {
      readonly role: 'user';
      readonly text: string;
      /** What a program sent along, fenced: data that the person did not write. */
      readonly data?: string;
      /** What came with it and is not loaded yet. */
      readonly attachments?: readonly AttachmentBlock[];
      readonly images?: readonly PromptImage[];
    }
  | { readonly role: 'assistant'; readonly text: string; readonly toolCalls: readonly ToolCall[] }
  | {
      readonly role: 'tool';
      readonly callId: string;
      readonly name: string;
      readonly text: string;
      readonly isError: boolean;
      /** Images that it answered with and that are not loaded yet. */
      readonly attachments?: readonly AttachmentBlock[];
      readonly images?: readonly PromptImage[];
    };

export interface ToolDescription {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Whether the model calls tools: as it likes, never, at least one, or this one. */
export type ToolChoice = 'auto' | 'none' | 'required' | { readonly name: string };

/** How the model writes; what it does not know it passes over. */
export interface ModelSettings {
  readonly maxOutputTokens?: number | undefined;
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  readonly frequencyPenalty?: number | undefined;
  readonly presencePenalty?: number | undefined;
  readonly seed?: number | undefined;
  /** Texts at which it stops. */
  readonly stop?: readonly string[] | undefined;
  /** How long it thinks; `off` asks it not to. As the model likes when left out. */
  readonly thinking?: ThinkingLevel | undefined;
}

export interface ModelRequest {
  readonly system: string;
  readonly messages: readonly PromptMessage[];
  readonly tools: readonly ToolDescription[];
  readonly toolChoice?: ToolChoice | undefined;
  readonly settings?: ModelSettings | undefined;
  readonly signal: AbortSignal;
}

export type ModelEvent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'thinking'; readonly text: string }
  | { readonly type: 'tool-call'; readonly call: ToolCall }
  /** The answer begins anew: thoughts and calls that came so far do not count. Never comes after words. */
  | { readonly type: 'restart' }
  | {
      readonly type: 'end';
      readonly stopReason: string;
      /** What the provider reported; without its cost. */
      readonly usage?: TokenUsage | undefined;
      /** What the provider said about its limits. */
      readonly quotas?: readonly QuotaWindow[] | undefined;
    };

/** How much of a provider's limit is used up. */
export interface QuotaWindow {
  readonly label: string;
  /** 0 to 100. */
  readonly usedPercent: number;
  /** When it is full again, ms since the epoch. */
  readonly resetAt: number | undefined;
}

export interface LanguageModel {
  /** The model that answers, or that answered last. */
  readonly status: ModelStatus;
  /** Set while another model than the chosen one answers. */
  readonly fallback?: AnswerFallback | undefined;
  /** What its tokens cost, where that is known. */
  readonly price?: ModelPrice | undefined;
  /**
   * One answer of the model; ends with an `end` event.
   * @throws ModelError, or whatever the signal's abort raises
   */
  stream(request: ModelRequest): AsyncIterable<ModelEvent>;
}

/** A provider's failure, in words for the person who waits. */
export class ModelError extends Error {
  readonly reason: FailureReason;
  /** The same in the words of the `chat` event. */
  readonly kind: ChatErrorKind;
  /** It may well work in a while: the network, too many requests, a fault of the provider. */
  readonly passing: boolean;
  /** When the provider wants to be asked again, ms from now. */
  readonly retryAfterMs: number | undefined;
  readonly httpStatus: number | undefined;

  constructor(reason: FailureReason, message: string, details: FailureDetails = {}) {
    super(message, { cause: details.cause });
    this.name = 'ModelError';
    this.reason = reason;
    this.kind = KINDS[reason] ?? 'unknown';
    this.passing = PASSING.has(reason);
    this.retryAfterMs = details.retryAfterMs;
    this.httpStatus = details.httpStatus;
  }
}

export interface FailureDetails {
  readonly cause?: unknown;
  readonly retryAfterMs?: number | undefined;
  readonly httpStatus?: number | undefined;
}

const KINDS: Readonly<Partial<Record<FailureReason, ChatErrorKind>>> = {
  rate_limit: 'rate_limit',
  timeout: 'timeout',
  context_overflow: 'context_length',
  refusal: 'refusal',
};

const PASSING: ReadonlySet<FailureReason> = new Set([
  'rate_limit',
  'overloaded',
  'server_error',
  'network',
  'timeout',
]);
