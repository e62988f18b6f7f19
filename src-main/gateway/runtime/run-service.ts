// Runs: accepts a message (durably, before the acknowledgement), takes its turn in the session's lane, streams what the
// model says, and stores how it ended. Owns the `runs` table and the `chat` events.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { GatewayError } from '../../shared/errors.ts';
import { errorText, type Logger } from '../../shared/logger.ts';
import type {
  ChatMessage,
  ChatSendResult,
  InFlightRun,
  MessageSource,
  TokenUsage,
} from '../../shared/protocol/chat.ts';
import { agentOfSession } from '../../shared/session-key.ts';
import type { Clock } from '../../shared/time.ts';
import type { EventBus } from '../event-bus.ts';
import type { SessionService } from '../sessions/session-service.ts';
import type { Store } from '../store/open-store.ts';
import type { RunEnd, RunsRepository } from '../store/repositories/runs.ts';
import type { Toolbox } from '../tools/tool.ts';
import { createChatEvents, type ChatEvents, type RunEnding } from './chat-events.ts';
import { createDeltaPacer } from './delta-pacer.ts';
import { createLanes } from './lanes.ts';
import { ModelError, type LanguageModel } from './model.ts';
import { promptMessages, systemPrompt } from './prompts.ts';
import { runTurn } from './turn-loop.ts';

export interface RunRequest {
  /** Also the idempotency key: the same id is never run twice. */
  readonly runId: string;
  readonly sessionKey: string;
  readonly message: string;
  /** Who wrote the message, when it was not a person. */
  readonly source?: MessageSource;
}

export interface RunOutcome {
  readonly state: RunEnd;
  /** Everything that the agent said, also when it was cut short. */
  readonly text: string;
  readonly toolCalls: readonly { readonly tool: string; readonly args: Readonly<Record<string, unknown>> }[];
  readonly usage: TokenUsage | undefined;
  readonly durationMs: number;
  readonly error: string | undefined;
}

export interface RunService {
  /** Resolves once the message is on disk. */
  start(request: RunRequest): Promise<ChatSendResult>;
  /** Resolves when the run is over; `undefined` for a run that is not active here. */
  outcome(runId: string): Promise<RunOutcome> | undefined;
  /** Stops the given run, or all of the session; answers the ids of those that it stopped. */
  abort(sessionKey: string, runId?: string): readonly string[];
  inFlight(sessionKey: string): InFlightRun | undefined;
  state(sessionKey: string): 'queued' | 'running' | undefined;
  activeIds(): readonly string[];
  /** Settles runs that a crash cut off. */
  recover(): Promise<void>;
  /** Ends every run, keeping what it said. */
  stop(): Promise<void>;
}

export interface RunDeps {
  readonly store: Store;
  readonly repository: RunsRepository;
  readonly sessions: SessionService;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly hostZone: string;
  readonly toolbox: Toolbox;
  readonly resolveModel: (agentId: string) => Promise<LanguageModel>;
  readonly log: Logger;
  readonly maxConcurrent: number;
}

type AbortReason = 'rpc' | 'shutdown';

interface ActiveRun {
  readonly request: RunRequest;
  readonly agentId: string;
  readonly acceptedAt: number;
  readonly abort: AbortController;
  readonly finished: Promise<RunOutcome>;
  readonly finish: (outcome: RunOutcome) => void;
  readonly events: ChatEvents;
  state: 'queued' | 'running';
  /** Everything said so far. */
  text: string;
  /** What was said since the last complete message. */
  unsaved: string;
}

const HISTORY_MESSAGES = 80;
const MAX_WAITING = 20;
/** A provider that ignores its signal must not keep the gateway from ending. */
const STOP_PATIENCE = 3_000;
/** A run that a crash cut off says so, so that the person can ask again. */
const INTERRUPTED_TEXT = 'Clawtray was closed before this was answered.';

export function createRunService(deps: RunDeps): RunService {
  const { store, repository, sessions, bus, clock, hostZone, toolbox, resolveModel, log } = deps;
  const active = new Map<string, ActiveRun>();
  const accepting = new Map<string, Promise<ChatSendResult>>();
  let stopping = false;
  const lanes = createLanes(
    { maxConcurrent: deps.maxConcurrent, maxWaitingPerLane: MAX_WAITING },
    (error) => {
      log.error('a run ended unexpectedly', { error: errorText(error) });
    },
  );

  function start(request: RunRequest): Promise<ChatSendResult> {
    const { runId, sessionKey } = request;
    if (stopping)
      return Promise.reject(
        new GatewayError('unavailable', 'The gateway is shutting down.', { retryable: true }),
      );
    if (active.has(runId)) return Promise.resolve({ runId, status: 'in_flight' });
    const pending = accepting.get(runId);
    if (pending !== undefined) return pending.then(() => ({ runId, status: 'in_flight' }));
    if (repository.state(runId) !== undefined) return Promise.resolve({ runId, status: 'ok' });
    if (lanes.ids(sessionKey).length > MAX_WAITING) return Promise.reject(tooManyWaiting());
    const accepted = accept(request).finally(() => accepting.delete(runId));
    accepting.set(runId, accepted);
    return accepted;
  }

  async function accept(request: RunRequest): Promise<ChatSendResult> {
    const { runId, sessionKey, message } = request;
    const acceptedAt = clock.now();
    const stored = await store.write(() => {
      const user = sessions.append(sessionKey, {
        role: 'user',
        content: message,
        timestamp: acceptedAt,
        idempotencyKey: `${runId}:user`,
        runId,
        ...(request.source === undefined ? {} : { source: request.source }),
      });
      repository.insert(runId, sessionKey, acceptedAt);
      return user;
    });
    const run = activate(request, acceptedAt, bus, clock);
    active.set(runId, run);
    try {
      lanes.enqueue(sessionKey, { id: runId, run: () => execute(run) });
    } catch (error) {
      void settle(run, 'failed', [], { error: errorText(error) });
    }
    sessions.announce(sessionKey, [stored], 'send');
    return { runId, status: 'started' };
  }

  async function execute(run: ActiveRun): Promise<void> {
    const { request, abort } = run;
    run.state = 'running';
    const said: ChatMessage[] = [];
    const pacer = createDeltaPacer(clock, (text) => {
      run.events.delta(text, run.text);
    });
    try {
      // The acknowledgement leaves before the first event.
      await nextTurn();
      run.events.status('preparing_context');
      const model = await resolveModel(run.agentId);
      const history = sessions.messages(request.sessionKey, HISTORY_MESSAGES, 0);
      run.events.status('starting_model');
      const { stopReason, usage } = await runTurn({
        model,
        system: systemPrompt({ now: clock.now(), zone: hostZone }),
        messages: promptMessages(upTo(history, request.runId)),
        toolbox,
        context: {
          agentId: run.agentId,
          sessionKey: request.sessionKey,
          runId: request.runId,
          signal: abort.signal,
        },
        now: () => clock.now(),
        onText: (text) => {
          // Words before and after a tool call are separate paragraphs of one answer.
          const piece = run.unsaved === '' && run.text !== '' ? `\n\n${text}` : text;
          run.text += piece;
          run.unsaved += text;
          pacer.push(piece);
        },
        onMessage: (message) => {
          if (message.role === 'assistant') run.unsaved = '';
          said.push({ ...message, runId: request.runId });
        },
      });
      pacer.flush();
      await settle(run, 'done', said, { stopReason, usage });
    } catch (error) {
      pacer.flush();
      if (abort.signal.aborted) {
        const reason = abort.signal.reason as AbortReason;
        await settle(run, reason === 'shutdown' ? 'interrupted' : 'aborted', said, { stopReason: reason });
      } else {
        await settle(run, 'failed', said, describeFailure(error));
      }
    }
  }

  /** Stores how a run ended and only then tells anybody. When storage fails the run still ends, with an error. */
  async function settle(
    run: ActiveRun,
    state: RunEnd,
    said: readonly ChatMessage[],
    ending: RunEnding,
  ): Promise<void> {
    const { runId, sessionKey } = run.request;
    const messages = completed(run, state, said, ending);
    let stored: readonly ChatMessage[] = messages;
    let error = ending.error;
    try {
      stored = await store.write(() => {
        repository.markEnded(runId, state, clock.now());
        return messages.map((message) => sessions.append(sessionKey, message));
      });
    } catch (failure) {
      error = errorText(failure);
      log.error('the answer could not be saved', { runId, error });
    }
    active.delete(runId);
    const last = stored.at(-1);
    const message = last?.role === 'assistant' ? last : undefined;
    const durationMs = clock.now() - run.acceptedAt;
    run.events.end({
      ...ending,
      state: error === ending.error ? state : 'failed',
      message,
      durationMs,
      ...(error === undefined ? {} : { error }),
    });
    sessions.announce(sessionKey, stored, 'agent.run.ended');
    run.finish({
      state,
      text: run.text,
      toolCalls: toolCallsIn(messages),
      usage: ending.usage,
      durationMs,
      error,
    });
  }

  /** What goes into the history: complete messages, then the rest of what was said when the turn was cut short. */
  function completed(
    run: ActiveRun,
    state: RunEnd,
    said: readonly ChatMessage[],
    ending: RunEnding,
  ): readonly ChatMessage[] {
    if (state === 'done') return said;
    const partial: ChatMessage = {
      role: 'assistant',
      content: run.unsaved === '' ? [] : [{ type: 'text', text: run.unsaved }],
      timestamp: clock.now(),
      runId: run.request.runId,
      stopReason: state === 'failed' ? 'error' : state,
      ...(state === 'interrupted' ? { errorMessage: INTERRUPTED_TEXT } : {}),
      ...(ending.error === undefined ? {} : { errorMessage: ending.error }),
    };
    return [...said, partial];
  }

  function abortRun(run: ActiveRun, reason: AbortReason): void {
    run.abort.abort(reason);
    // A run that never began has nobody to notice the signal.
    if (lanes.remove(run.request.sessionKey, run.request.runId)) {
      void settle(run, reason === 'shutdown' ? 'interrupted' : 'aborted', [], { stopReason: reason });
    }
  }

  const ofSession = (sessionKey: string): readonly ActiveRun[] =>
    lanes.ids(sessionKey).flatMap((id) => active.get(id) ?? []);

  return {
    start,
    outcome: (runId) => active.get(runId)?.finished,
    abort: (sessionKey, runId) => {
      const stopped = ofSession(sessionKey).filter(
        (run) => runId === undefined || run.request.runId === runId,
      );
      for (const run of stopped) abortRun(run, 'rpc');
      return stopped.map((run) => run.request.runId);
    },
    inFlight: (sessionKey) => {
      const [run] = ofSession(sessionKey);
      if (run === undefined) return undefined;
      return { runId: run.request.runId, text: run.text, startedAtMs: run.acceptedAt, status: run.state };
    },
    state: (sessionKey) => ofSession(sessionKey)[0]?.state,
    activeIds: () => [...active.keys()],
    recover: async () => {
      for (const { runId, sessionKey } of repository.unfinished()) {
        await store.write(() => {
          repository.markEnded(runId, 'interrupted', clock.now());
          sessions.append(sessionKey, {
            role: 'assistant',
            content: [],
            timestamp: clock.now(),
            runId,
            stopReason: 'interrupted',
            errorMessage: INTERRUPTED_TEXT,
          });
        });
      }
    },
    stop: async () => {
      stopping = true;
      await Promise.allSettled(accepting.values());
      const runs = [...active.values()];
      for (const run of runs) abortRun(run, 'shutdown');
      const patience = new Promise<void>((resolve) => clock.schedule(STOP_PATIENCE, resolve));
      await Promise.race([Promise.allSettled(runs.map((run) => run.finished)), patience]);
    },
  };
}

function activate(request: RunRequest, acceptedAt: number, bus: EventBus, clock: Clock): ActiveRun {
  const agentId = agentOfSession(request.sessionKey);
  let finish: (outcome: RunOutcome) => void = () => undefined;
  const finished = new Promise<RunOutcome>((resolve) => {
    finish = resolve;
  });
  return {
    request,
    agentId,
    acceptedAt,
    abort: new AbortController(),
    finished,
    finish,
    events: createChatEvents(bus, clock, { runId: request.runId, sessionKey: request.sessionKey, agentId }),
    state: 'queued',
    text: '',
    unsaved: '',
  };
}

/** The history up to this run's own message: messages that wait behind it are answered by their own runs. */
function upTo(history: readonly ChatMessage[], runId: string): readonly ChatMessage[] {
  const own = history.findLastIndex((message) => message.role === 'user' && message.runId === runId);
  return own < 0 ? history : history.slice(0, own + 1);
}

function toolCallsIn(messages: readonly ChatMessage[]): RunOutcome['toolCalls'] {
  return messages.flatMap(({ content }) =>
    typeof content === 'string'
      ? []
      : content.flatMap((block) =>
          block.type === 'toolCall' ? [{ tool: block.name, args: block.arguments }] : [],
        ),
  );
}

function describeFailure(error: unknown): { error: string; errorKind: ModelError['kind'] } {
  return error instanceof ModelError
    ? { error: error.message, errorKind: error.kind }
    : { error: errorText(error), errorKind: 'unknown' };
}

function tooManyWaiting(): GatewayError {
  return new GatewayError(
    'unavailable',
    `${MAX_WAITING} messages wait in this session already. Wait for an answer, or stop the run.`,
    { retryable: true, retryAfterMs: 5_000 },
  );
}
