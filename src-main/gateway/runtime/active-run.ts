// A run that was accepted and is not over: what it was asked, what it has said so far, and who waits for its end.

import type {
  AttachmentBlock,
  ChatErrorKind,
  ChatMessage,
  MessageSource,
  QueueMode,
  TokenUsage,
} from '../../shared/protocol/chat.ts';
import type { ThinkingLevel } from '../../shared/protocol/sessions.ts';
import type { ModelStatus } from '../../shared/protocol/system.ts';
import { agentOfSession } from '../../shared/session-key.ts';
import type { Clock } from '../../shared/time.ts';
import type { RequestId } from '../dialects/dialect.ts';
import type { EventBus } from '../event-bus.ts';
import type { RunEnd } from '../store/repositories/runs.ts';
import type { ToolStep, UsedTool } from '../tools/tool.ts';
import { createAgentEvents, type AgentEvents } from './agent-events.ts';
import { createChatEvents, type ChatEvents } from './chat-events.ts';
import type { ClientTurn } from './client-turn.ts';
import type { ToolCall } from './model.ts';

export interface RunRequest {
  /** Also the idempotency key: the same id is never run twice. */
  readonly runId: string;
  readonly sessionKey: string;
  readonly message: string;
  /** What came with the message. */
  readonly attachments?: readonly AttachmentBlock[] | undefined;
  /** Who wrote the message, when it was not a person. */
  readonly source?: MessageSource;
  /** `provider/model`, when it is not to be the configured one. */
  readonly model?: string | undefined;
  /** `provider/model`, asked in this order when that cannot answer; as the configuration says when left out. */
  readonly fallbacks?: readonly string[] | undefined;
  /** What happens to it while another one goes on; as the session or the configuration says when left out. */
  readonly queueMode?: QueueMode | undefined;
  /** As in the session's settings, when it is to be different for this run. */
  readonly thinking?: ThinkingLevel | undefined;
  /** From the beginning of its turn; 0 for as long as it takes, as the configuration says when left out. */
  readonly timeoutMs?: number | undefined;
  /** What the program that asks wants the model to know beside the rules of the house. */
  readonly extraInstructions?: string | undefined;
  /** What a program brings along that keeps a conversation of its own. */
  readonly client?: ClientTurn | undefined;
  /** Data that a program sent along for this turn: the model gets it as data, the history does not have it. */
  readonly data?: Readonly<Record<string, unknown>> | undefined;
  /** Nothing is recalled and nothing is remembered. */
  readonly withoutMemory?: boolean | undefined;
  /** The request that asks for it, as its client calls it. */
  readonly requestId?: RequestId;
  /**
   * Nobody follows it: no event tells of it, and what it says is kept without tokens that mean "nothing to tell".
   * `prompt`: what the model is asked; the history has only `message`.
   */
  readonly quiet?: { readonly prompt: string };
  /** Told of each tool as it begins and ends. */
  readonly onTool?: (step: ToolStep) => void;
}

export interface RunOutcome {
  readonly state: RunEnd;
  /** `stop`, `rpc`, `timeout`, `error`, or what the provider said. */
  readonly stopReason: string;
  /** Everything that the agent said, also when it was cut short. */
  readonly text: string;
  readonly tools: readonly UsedTool[];
  /** Calls of the program's own tools, which it is to run now. */
  readonly clientCalls: readonly ToolCall[];
  readonly usage: TokenUsage | undefined;
  readonly durationMs: number;
  readonly error: string | undefined;
  readonly errorKind: ChatErrorKind | undefined;
  /** It failed for a reason that may well be gone in a while. */
  readonly passing?: boolean;
}

export interface ActiveRun {
  readonly request: RunRequest;
  readonly agentId: string;
  readonly acceptedAt: number;
  readonly abort: AbortController;
  readonly finished: Promise<RunOutcome>;
  readonly finish: (outcome: RunOutcome) => void;
  readonly events: ChatEvents;
  readonly agentEvents: AgentEvents;
  readonly tools: UsedTool[];
  /** What each call of the model used, as far as its provider told. */
  readonly used: (TokenUsage | undefined)[];
  /** What happens to it while another one goes on. */
  readonly mode: QueueMode;
  /** The messages that it was accepted with, as they are stored. */
  readonly questions: readonly ChatMessage[];
  /** Runs whose messages its turn has taken in; they end with it. */
  readonly taken: ActiveRun[];
  /** That its turn began is on disk. */
  began: boolean;
  clientCalls: readonly ToolCall[];
  /** Complete messages of its turn, in their order; stored with its end. */
  readonly said: ChatMessage[];
  /** That is asked, or was asked last. */
  model: ModelStatus | undefined;
  /** Longest that its turn may take, ms; 0 for as long as it takes. */
  timeLimitMs: number;
  state: 'queued' | 'running';
  /** Everything said so far. */
  text: string;
  /** What was said since the last complete message. */
  unsaved: string;
}

export function activate(
  request: RunRequest,
  accepted: {
    readonly at: number;
    readonly mode: QueueMode;
    readonly questions: readonly ChatMessage[];
    readonly began: boolean;
  },
  bus: EventBus,
  clock: Clock,
): ActiveRun {
  const agentId = agentOfSession(request.sessionKey);
  const names = { runId: request.runId, sessionKey: request.sessionKey, agentId };
  const { requestId } = request;
  const heard: EventBus = request.quiet === undefined ? bus : { ...bus, publish: () => undefined };
  let finish: (outcome: RunOutcome) => void = () => undefined;
  const finished = new Promise<RunOutcome>((resolve) => {
    finish = resolve;
  });
  return {
    request,
    agentId,
    acceptedAt: accepted.at,
    mode: accepted.mode,
    questions: accepted.questions,
    taken: [],
    began: accepted.began,
    abort: new AbortController(),
    finished,
    finish,
    events: createChatEvents(heard, clock, names, requestId),
    agentEvents: createAgentEvents(heard, clock, names, requestId),
    tools: [],
    used: [],
    clientCalls: [],
    said: [],
    model: undefined,
    timeLimitMs: request.timeoutMs ?? 0,
    state: 'queued',
    text: '',
    unsaved: '',
  };
}
