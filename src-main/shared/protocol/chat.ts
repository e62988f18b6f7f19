// Chat: messages as they stand in the history, and the events of a run.

export interface TextBlock {
  readonly type: 'text';
  readonly text: string;
  /** Written by the gateway, for people: the model is not told of it. */
  readonly note?: 'usage';
}

/** What the model thought before it answered, where the session keeps that. */
export interface ThinkingBlock {
  readonly type: 'thinking';
  readonly thinking: string;
}

export interface ToolCallBlock {
  readonly type: 'toolCall';
  readonly id: string;
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** Something that came with the message; what it holds is fetched with `chat.attachment.get`. */
export interface AttachmentBlock {
  /** `file`: a text. */
  readonly type: 'image' | 'file';
  readonly sha256: string;
  readonly mimeType: string;
  readonly sizeBytes: number;
  readonly fileName?: string;
}

export type ContentBlock = TextBlock | ThinkingBlock | ToolCallBlock | AttachmentBlock;

export interface ChatAttachmentResult {
  readonly sha256: string;
  readonly mimeType: string;
  readonly sizeBytes: number;
  /** Base64. */
  readonly content: string;
}

/** US dollars. */
export interface UsageCost {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly total: number;
}

/** What a provider reported; parts that it did not report are left out. */
export interface TokenUsage {
  /** Tokens of the prompt that came from no cache. */
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  /** Part of `output`. */
  readonly reasoning?: number;
  /** As the provider counted. */
  readonly totalTokens: number;
  /** Left out when the price is not known. */
  readonly cost?: UsageCost;
}

/** Where a message came from when no person and no model wrote it in this session. */
export interface MessageSource {
  /** `subagent`: a task for one, or its result; `session`: an agent wrote it in another session. `call`: somebody said it in a telephone call; `call-event`: it tells what happened to the call. */
  readonly kind:
    'cron' | 'inject' | 'call' | 'call-event' | 'system-event' | 'heartbeat' | 'subagent' | 'session';
  readonly jobId?: string;
  readonly label?: string;
}

/** Bookkeeping under the name that OpenClaw's clients read. */
export interface MessageRecord {
  readonly id: string;
  /** 1 for the first message of a session. */
  readonly seq: number;
  readonly recordTimestampMs: number;
}

export interface ChatMessage {
  readonly role: 'user' | 'assistant' | 'toolResult';
  readonly content: string | readonly ContentBlock[];
  readonly timestamp: number;
  readonly idempotencyKey?: string;
  readonly runId?: string;
  /** The run whose turn has taken this message in, when it had none of its own. */
  readonly answeredBy?: string;
  readonly provider?: string;
  readonly model?: string;
  /** Of an answer that another model gave than the chosen one. */
  readonly fallback?: AnswerFallback;
  readonly usage?: TokenUsage;
  /** `stop`, `aborted`, `error`, `timeout`, or what the provider said. */
  readonly stopReason?: string;
  readonly errorMessage?: string;
  readonly source?: MessageSource;
  readonly toolCallId?: string;
  readonly toolName?: string;
  readonly isError?: boolean;
  /** Of a result: how long the tool was at work, with the time that a person took to decide. */
  readonly durationMs?: number;
  readonly __openclaw?: MessageRecord;
}

/**
 * What happens to a message while another one of its session is answered. `followup`: its turn comes afterwards. `collect`:
 * the same, together with those that wait beside it. `steer`: the turn that goes on takes it in between two steps, otherwise
 * it is like `followup`. `interrupt`: whatever goes on and waits is stopped.
 */
export const QUEUE_MODES = ['steer', 'followup', 'collect', 'interrupt'] as const;
export type QueueMode = (typeof QUEUE_MODES)[number];

export interface ChatSendParams {
  readonly sessionKey: string;
  readonly message: string;
  readonly idempotencyKey: string;
  readonly agentId?: string | undefined;
  /** From the beginning of its turn; 0 for as long as it takes. */
  readonly timeoutMs?: number | undefined;
  /** As `thinkingLevel` of the session, for this message alone. */
  readonly thinking?: string | undefined;
  readonly queueMode?: QueueMode | undefined;
  readonly attachments?: readonly Readonly<Record<string, unknown>>[] | undefined;
}

export interface ChatSendResult {
  readonly runId: string;
  /** `started` the first time, `in_flight` while it runs, `ok` when it is over. */
  readonly status: 'started' | 'in_flight' | 'ok';
  /** With `interrupt`, when a run was stopped for it. */
  readonly interruptedActiveRun?: true;
}

export interface ChatAbortResult {
  readonly ok: true;
  readonly aborted: boolean;
  readonly runIds: readonly string[];
}

export interface InFlightRun {
  readonly runId: string;
  readonly text: string;
  readonly startedAtMs: number;
  readonly status: 'queued' | 'running';
  /** What it has said and done so far, as it will stand in the history; left out before a tool was used. */
  readonly steps?: readonly ChatMessage[];
}

export interface ChatHistoryResult {
  readonly sessionKey: string;
  readonly sessionId: string;
  readonly messages: readonly ChatMessage[];
  readonly hasMore: boolean;
  readonly totalMessages: number;
  /** Set while a run of this session is active or waits. */
  readonly inFlightRun?: InFlightRun;
  /** Messages that wait for their turn, oldest first; left out when there are none. */
  readonly pendingInputs?: { readonly items: readonly PendingInput[]; readonly total: number };
}

export interface PendingInput {
  /** Of the message. */
  readonly id: string;
  readonly runId: string;
  readonly message: ChatMessage;
  readonly acceptedAt: number;
  readonly state: 'queued';
}

interface ChatEventBase {
  readonly runId: string;
  readonly sessionKey: string;
  readonly agentId?: string;
  /** Counts the events of one run, from 1. */
  readonly seq: number;
}

/**
 * Why a model did not answer. `format`: it did not understand the request; `network`: it could not be reached, or broke off;
 * `refusal`: its rules forbid the answer.
 */
export type FailureReason =
  | 'auth'
  | 'billing'
  | 'rate_limit'
  | 'overloaded'
  | 'server_error'
  | 'network'
  | 'timeout'
  | 'context_overflow'
  | 'model_not_found'
  | 'format'
  | 'refusal'
  | 'unknown';

/** Another model has answered than the one that was chosen. */
export interface AnswerFallback {
  /** `provider/model` that was to answer. */
  readonly from: string;
  readonly reason: FailureReason;
  /** In words for the person. */
  readonly message: string;
}

export type ChatErrorKind = 'refusal' | 'timeout' | 'rate_limit' | 'context_length' | 'unknown';

export type ChatEvent =
  | (ChatEventBase & { readonly state: 'status'; readonly phase: 'preparing_context' | 'starting_model' })
  | (ChatEventBase & { readonly state: 'delta'; readonly deltaText: string; readonly message: ChatMessage })
  | (ChatEventBase & {
      readonly state: 'final';
      readonly message?: ChatMessage;
      readonly usage?: TokenUsage;
      readonly stopReason?: string;
    })
  | (ChatEventBase & {
      readonly state: 'aborted';
      readonly message?: ChatMessage;
      readonly stopReason?: string;
    })
  | (ChatEventBase & {
      readonly state: 'error';
      readonly message?: ChatMessage;
      readonly errorMessage: string;
      readonly errorKind?: ChatErrorKind;
      readonly errorDetail?: ChatErrorDetail;
    });

/** Which model failed, and why. */
export interface ChatErrorDetail {
  readonly provider?: string;
  readonly model?: string;
  readonly failoverReason?: FailureReason;
  readonly httpStatus?: number;
}

/** What came with a message, or with what a tool answered. */
export function attachmentsOf({
  content,
}: {
  readonly content: string | readonly ContentBlock[];
}): readonly AttachmentBlock[] {
  return typeof content === 'string'
    ? []
    : content.filter((block): block is AttachmentBlock => block.type === 'image' || block.type === 'file');
}

/** The text of a message, whichever form its content has. */
export function messageText(message: Pick<ChatMessage, 'content'>): string {
  if (typeof message.content === 'string') return message.content;
  return message.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
}
