// Runs: accepts a message (durably, before the acknowledgement), takes its turn in the session's lane, streams what the
// model says, and stores how it ended. Owns the `runs` table and the `chat` events.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { GatewayError } from '../../shared/errors.ts';
import { errorText, type Logger } from '../../shared/logger.ts';
import type { ChatMessage, ChatSendResult, InFlightRun, TextBlock } from '../../shared/protocol/chat.ts';
import { SECOND, type Clock, type TimerHandle } from '../../shared/time.ts';
import type { AgentRuntime } from '../agents/agent-runtime.ts';
import type { EventBus } from '../event-bus.ts';
import type { SessionService } from '../sessions/session-service.ts';
import type { Store } from '../store/open-store.ts';
import type { RunEnd, RunRecord, RunsRepository } from '../store/repositories/runs.ts';
import { activate, type ActiveRun, type RunOutcome, type RunRequest } from './active-run.ts';
import type { RunEnding } from './chat-events.ts';
import { conversationOf } from './conversation.ts';
import { createDeltaPacer } from './delta-pacer.ts';
import { createLanes } from './lanes.ts';
import { promptMessages, systemPrompt, withData } from './prompts.ts';
import { answerOf, cutOff, describeFailure, questionOf } from './run-messages.ts';
import { usageLine } from './response-usage.ts';
import { createRunWaiters } from './run-waiters.ts';
import { runTurn } from './turn-loop.ts';

export interface RunService {
  /** Resolves once the message is on disk. */
  start(request: RunRequest): Promise<ChatSendResult>;
  /** Resolves when the run is over; `undefined` for a run that is not active here. */
  outcome(runId: string): Promise<RunOutcome> | undefined;
  /**
   * Resolves when the run is over, also when it is not accepted yet; then the record of its end. `undefined` when the
   * time (ms) is over or the signal ends the wait.
   */
  waitFor(runId: string, timeoutMs: number, signal: AbortSignal): Promise<RunRecord | undefined>;
  /** A run that was accepted, also one that is long over. */
  find(runId: string): RunRecord | undefined;
  /** Stops the given run, or all of the session; answers the ids of those that it stopped. */
  abort(sessionKey: string, runId?: string): readonly string[];
  /**
   * Stops all runs of the session and does the work while none can begin in it.
   * @throws GatewayError `unavailable` when a run does not stop within three seconds, or when this is being done already
   */
  withoutRuns<T>(sessionKey: string, work: () => Promise<T>): Promise<T>;
  /** Stops all runs of an agent; @returns whether they ended within three seconds */
  stopAgent(agentId: string): Promise<boolean>;
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
  readonly agents: AgentRuntime;
  readonly log: Logger;
  readonly maxConcurrent: number;
}

type AbortReason = 'rpc' | 'shutdown' | 'timeout';

const HISTORY_MESSAGES = 80;
const MAX_WAITING = 20;
/** A provider that ignores its signal must not keep the gateway from ending. */
const STOP_PATIENCE = 3_000;

export function createRunService(deps: RunDeps): RunService {
  const { store, repository, sessions, bus, clock, hostZone, agents, log } = deps;
  const active = new Map<string, ActiveRun>();
  const accepting = new Map<string, Promise<ChatSendResult>>();
  /** Sessions in which nothing may begin now. */
  const held = new Set<string>();
  const waiters = createRunWaiters(clock);
  let stopping = false;
  const lanes = createLanes(
    { maxConcurrent: deps.maxConcurrent, maxWaitingPerLane: MAX_WAITING },
    (error) => {
      log.error('a run ended unexpectedly', { error: errorText(error) });
    },
  );

  async function start(request: RunRequest): Promise<ChatSendResult> {
    const { runId, sessionKey } = request;
    if (stopping) throw new GatewayError('unavailable', 'The gateway is shutting down.', { retryable: true });
    if (active.has(runId)) return { runId, status: 'in_flight' };
    const pending = accepting.get(runId);
    if (pending !== undefined) {
      await pending;
      return { runId, status: 'in_flight' };
    }
    if (repository.find(runId) !== undefined) return { runId, status: 'ok' };
    agents.check(sessionKey);
    if (held.has(sessionKey)) throw beingChanged(sessionKey);
    // What the gateway itself has to say there is no message that somebody sends.
    if (request.source === undefined && sessions.find(sessionKey)?.settings.sendPolicy === 'deny')
      throw sendDenied(sessionKey);
    // First the place in the lane, then the disk: what is acknowledged has its turn.
    lanes.enqueue(sessionKey, { id: runId, run: () => launch(runId) });
    const accepted = accept(request).finally(() => accepting.delete(runId));
    accepting.set(runId, accepted);
    return accepted;
  }

  async function accept(request: RunRequest): Promise<ChatSendResult> {
    const { runId, sessionKey } = request;
    const acceptedAt = clock.now();
    const stored = await store.write(() => {
      const said = questionOf(request, acceptedAt).map((message) => sessions.append(sessionKey, message));
      repository.insert(runId, sessionKey, acceptedAt);
      return said;
    });
    active.set(runId, activate(request, acceptedAt, bus, clock));
    sessions.announce(sessionKey, stored, 'send');
    return { runId, status: 'started' };
  }

  async function launch(runId: string): Promise<void> {
    // A free lane begins at once, before the message is on its way to the disk.
    await Promise.resolve();
    await accepting.get(runId)?.catch(() => undefined);
    const run = active.get(runId);
    if (run !== undefined) await execute(run);
  }

  async function execute(run: ActiveRun): Promise<void> {
    const { request, abort } = run;
    run.state = 'running';
    const { timeoutMs = 0 } = request;
    const timeLimit =
      timeoutMs > 0
        ? clock.schedule(timeoutMs, () => {
            abort.abort('timeout' satisfies AbortReason);
          })
        : undefined;
    const said: ChatMessage[] = [];
    const pacer = createDeltaPacer(clock, (text) => {
      run.events.delta(text, run.text);
      run.agentEvents.text(text, run.text);
      request.client?.onText?.(text);
    });
    try {
      // The acknowledgement leaves before the first event.
      await nextTurn();
      abort.signal.throwIfAborted();
      run.agentEvents.start();
      tellStatus(run, 'preparing_context');
      const settings = sessions.find(request.sessionKey)?.settings ?? {};
      const { reasoningLevel = 'off' } = settings;
      const withoutMemory = request.withoutMemory === true;
      const model = await agents.model(run.agentId, request.model ?? settings.model);
      const agent = await agents.facts({ sessionKey: request.sessionKey, withoutMemory });
      const toolbox = agents.toolbox(run.agentId);
      let thoughts = '';
      const history = sessions.messages(request.sessionKey, HISTORY_MESSAGES, 0);
      const waiting = new Set(lanes.ids(request.sessionKey).filter((id) => id !== request.runId));
      tellStatus(run, 'starting_model');
      run.agentEvents.model(model.status.provider, model.status.model);
      const { stopReason, usage, clientCalls } = await runTurn({
        model,
        settings: { thinking: request.thinking ?? settings.thinkingLevel },
        keepThinking: reasoningLevel !== 'off',
        onThinking:
          reasoningLevel !== 'stream'
            ? undefined
            : (text) => {
                thoughts += text;
                run.agentEvents.thinking(text, thoughts);
              },
        system: systemPrompt({ now: clock.now(), zone: hostZone, agent, extra: request.extraInstructions }),
        messages: withData(
          request.client?.conversation ?? promptMessages(conversationOf(history, request.runId, waiting)),
          request.data,
        ),
        toolbox: withoutMemory ? toolbox.withoutMemory() : toolbox,
        client: request.client,
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
        onTool: (step) => {
          run.agentEvents.tool(step, settings.verboseLevel);
          if (step.phase === 'end') run.tools.push({ ...step.call, isError: step.result.isError });
          request.onTool?.(step);
        },
        onToolOutput: (call, text) => {
          run.agentEvents.toolOutput(call, text, settings.verboseLevel);
        },
        onMessage: (message) => {
          if (message.role === 'assistant') run.unsaved = '';
          said.push({ ...message, runId: request.runId });
        },
      });
      const line = usageLine(settings.responseUsage, usage, model.status);
      if (line !== undefined && clientCalls.length === 0)
        addLine(run, said, line, (text) => {
          pacer.push(text);
        });
      pacer.flush();
      run.clientCalls = clientCalls;
      await settle(run, 'done', said, { stopReason, usage });
    } catch (error) {
      pacer.flush();
      if (abort.signal.aborted) {
        await settleAborted(run, abort.signal.reason as AbortReason, said);
      } else {
        await settle(run, 'failed', said, describeFailure(error));
      }
    } finally {
      if (timeLimit !== undefined) clock.cancel(timeLimit);
    }
  }

  function settleAborted(run: ActiveRun, reason: AbortReason, said: readonly ChatMessage[]): Promise<void> {
    const { timeoutMs = 0 } = run.request;
    return settle(run, reason === 'shutdown' ? 'interrupted' : 'aborted', said, {
      stopReason: reason,
      ...(reason === 'timeout'
        ? { error: `It took longer than ${timeoutMs / SECOND} s and was stopped.` }
        : {}),
    });
  }

  /** Stores how a run ended and only then tells anybody. When storage fails the run still ends, with an error. */
  async function settle(
    run: ActiveRun,
    state: RunEnd,
    said: readonly ChatMessage[],
    ending: RunEnding,
  ): Promise<void> {
    const { runId, sessionKey } = run.request;
    const messages = answerOf(run, state, said, ending, clock.now());
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
    const told: RunEnding & { state: RunEnd } = {
      ...ending,
      state: error === ending.error ? state : 'failed',
      ...(error === undefined ? {} : { error }),
    };
    run.events.end({ ...told, message, durationMs });
    run.agentEvents.end(told);
    sessions.announce(sessionKey, stored, 'agent.run.ended');
    waiters.ended(runId);
    run.finish({
      state,
      stopReason: ending.stopReason ?? (state === 'failed' ? 'error' : 'stop'),
      text: run.text,
      tools: run.tools,
      clientCalls: run.clientCalls,
      usage: ending.usage,
      durationMs,
      error,
      errorKind: error === undefined ? undefined : (ending.errorKind ?? 'unknown'),
    });
  }

  function abortRun(run: ActiveRun, reason: AbortReason): void {
    run.abort.abort(reason);
    // A run that never began has nobody to notice the signal.
    if (lanes.remove(run.request.sessionKey, run.request.runId)) {
      void settleAborted(run, reason, []);
    }
  }

  async function stopAll(sessionKey: string): Promise<void> {
    await Promise.allSettled(lanes.ids(sessionKey).flatMap((id) => accepting.get(id) ?? []));
    if (!(await stopped(ofSession(sessionKey))))
      throw new GatewayError('unavailable', `Session ${sessionKey} is still active. Try again in a moment.`, {
        retryable: true,
        retryAfterMs: STOP_PATIENCE,
      });
  }

  /** Aborts the runs; @returns whether they ended in time */
  async function stopped(runs: readonly ActiveRun[]): Promise<boolean> {
    for (const run of runs) abortRun(run, 'rpc');
    const over = Promise.allSettled(runs.map((run) => run.finished)).then(() => true);
    let timer: TimerHandle | undefined;
    const patience = new Promise<false>((resolve) => {
      timer = clock.schedule(STOP_PATIENCE, () => {
        resolve(false);
      });
    });
    const inTime = await Promise.race([over, patience]);
    if (timer !== undefined) clock.cancel(timer);
    return inTime;
  }

  const ofSession = (sessionKey: string): readonly ActiveRun[] =>
    lanes.ids(sessionKey).flatMap((id) => active.get(id) ?? []);

  return {
    start,
    outcome: (runId) => active.get(runId)?.finished,
    find: (runId) => repository.find(runId),
    waitFor: async (runId, timeoutMs, signal) => {
      const known = repository.find(runId);
      if (known?.endedAt !== undefined) return known;
      const ended = await waiters.wait(runId, timeoutMs, signal);
      return ended ? repository.find(runId) : undefined;
    },
    abort: (sessionKey, runId) => {
      const wanted = ofSession(sessionKey).filter(
        (run) => runId === undefined || run.request.runId === runId,
      );
      for (const run of wanted) abortRun(run, 'rpc');
      return wanted.map((run) => run.request.runId);
    },
    stopAgent: async (agentId) => {
      await Promise.allSettled(accepting.values());
      return stopped([...active.values()].filter((run) => run.agentId === agentId));
    },
    withoutRuns: async (sessionKey, work) => {
      if (held.has(sessionKey)) throw beingChanged(sessionKey);
      held.add(sessionKey);
      try {
        await stopAll(sessionKey);
        return await work();
      } finally {
        held.delete(sessionKey);
      }
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
          sessions.append(sessionKey, cutOff(runId, clock.now()));
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

/** Puts a line of the gateway's own below what the model said last. */
function addLine(run: ActiveRun, said: ChatMessage[], line: TextBlock, push: (text: string) => void): void {
  const last = said.at(-1);
  if (last?.role !== 'assistant' || typeof last.content === 'string') return;
  said[said.length - 1] = { ...last, content: [...last.content, line] };
  run.text += line.text;
  push(line.text);
}

function sendDenied(sessionKey: string): GatewayError {
  return new GatewayError(
    'invalid-request',
    `Session ${sessionKey} takes no messages: its sendPolicy is "deny". Set it to "allow" with sessions.patch.`,
    { details: { code: 'SEND_DENIED', sessionKey } },
  );
}

function beingChanged(sessionKey: string): GatewayError {
  return new GatewayError(
    'unavailable',
    `Session ${sessionKey} is being reset or deleted. Try again in a moment.`,
    { retryable: true, retryAfterMs: 1_000 },
  );
}

function tellStatus(run: ActiveRun, phase: 'preparing_context' | 'starting_model'): void {
  run.events.status(phase);
  run.agentEvents.status(phase);
}
