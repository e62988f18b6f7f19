// Runs: accepts a message (durably, before the acknowledgement), takes its turn in the session's lane, streams what the
// model says, and stores how it ended. Owns the `runs` table and the `chat` events.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { GatewayError } from '../../shared/errors.ts';
import { errorText, type Logger } from '../../shared/logger.ts';
import {
  messageText,
  type ChatMessage,
  type ChatSendResult,
  type InFlightRun,
  type PendingInput,
  type QueueMode,
  type TextBlock,
} from '../../shared/protocol/chat.ts';
import type { ModelStatus } from '../../shared/protocol/system.ts';
import { SECOND, type Clock, type TimerHandle } from '../../shared/time.ts';
import type { AgentRuntime } from '../agents/agent-runtime.ts';
import type { AttachmentService } from '../attachments/attachment-service.ts';
import type { EventBus } from '../event-bus.ts';
import type { SessionService } from '../sessions/session-service.ts';
import type { Store } from '../store/open-store.ts';
import type { RunEnd, RunRecord, RunsRepository, UnfinishedRun } from '../store/repositories/runs.ts';
import { createStrayTokenFilter } from '../heartbeat/stray-tokens.ts';
import type { Toolbox } from '../tools/tool.ts';
import { activate, type ActiveRun, type RunOutcome, type RunRequest } from './active-run.ts';
import type { RunEnding } from './chat-events.ts';
import { createDeltaPacer } from './delta-pacer.ts';
import { createLanes } from './lanes.ts';
import { resumable, resumed, takenIn, type QueueSettings } from './message-queue.ts';
import type { LanguageModel, PromptMessage } from './model.ts';
import { withAttachments } from './prompt-attachments.ts';
import { promptMessages, systemPrompt, withData, withRecalled } from './prompts.ts';
import { answerOf, asked, cutOff, describeFailure, questionOf, withoutTokensIn } from './run-messages.ts';
import { usageLine } from './response-usage.ts';
import type { SessionPrompt } from './session-prompt.ts';
import { createRunWaiters } from './run-waiters.ts';
import { runTurn } from './turn-loop.ts';
import { sumUsage } from '../usage/token-usage.ts';
import type { MemoryService, Recalled } from '../memory/memory-service.ts';
import type { UsageService } from '../usage/usage-service.ts';

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
  /**
   * Stops the given run, or all of the session, and the sub-agents that work for it; answers the ids of those that it
   * stopped.
   */
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
  /** `seq` of the first message that is being answered or waits; `undefined` when there is none. */
  openFrom(sessionKey: string): number | undefined;
  /** Messages that wait for their turn, oldest first. */
  waiting(sessionKey: string): readonly PendingInput[];
  activeIds(): readonly string[];
  /** Sessions in which a run works or waits; not those of runs that nobody follows. */
  activeSessions(): readonly string[];
  /** Settles runs that a crash cut off; those that had not begun have their turn now. */
  recover(): Promise<void>;
  /** Ends every run, keeping what it said; those that have not begun have their turn after the next start. */
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
  readonly memory: Pick<MemoryService, 'recall'>;
  readonly usage: Pick<UsageService, 'meter' | 'recordTurn'>;
  readonly log: Logger;
  readonly maxConcurrent: number;
  readonly queue: () => QueueSettings;
  readonly prompt: SessionPrompt;
  readonly attachments: Pick<AttachmentService, 'keep' | 'load'>;
  /** `undefined` when only a request would tell. */
  readonly takesImages: (model: ModelStatus) => boolean | undefined;
  /** Sessions of the sub-agents that work for this one. */
  readonly subAgentsOf: (sessionKey: string) => readonly string[];
}

/** `interrupt`: a newer message came in the place of it; `dropped`: too many wait. */
type AbortReason = 'rpc' | 'shutdown' | 'timeout' | 'interrupt' | 'dropped';

/** A message that waits is among the newest of its session. */
const RESUMABLE_MESSAGES = 500;
/** Beyond the cap, for those who make others give way as soon as they are accepted. */
const MAX_PUSHING = 20;
/** A provider that ignores its signal must not keep the gateway from ending. */
const STOP_PATIENCE = 3_000;

export function createRunService(deps: RunDeps): RunService {
  const { store, repository, sessions, bus, clock, hostZone, agents, memory, usage, log, queue } = deps;
  const active = new Map<string, ActiveRun>();
  const accepting = new Map<string, Promise<ChatSendResult>>();
  /** Sessions in which nothing may begin now. */
  const held = new Set<string>();
  const waiters = createRunWaiters(clock);
  let stopping = false;
  const lanes = createLanes({ maxConcurrent: deps.maxConcurrent }, (error) => {
    log.error('a run ended unexpectedly', { error: errorText(error) });
  });

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
    const mode = request.queueMode ?? sessions.find(sessionKey)?.settings.queueMode ?? queue().mode;
    enqueue(request, mode === 'interrupt' || queue().drop === 'old');
    const accepted = accept(request, mode).finally(() => accepting.delete(runId));
    accepting.set(runId, accepted);
    return accepted;
  }

  /** @param pushing others give way to it, so it may be one too many for a moment */
  function enqueue({ runId, sessionKey }: RunRequest, pushing: boolean): void {
    const task = { id: runId, run: () => launch(runId) };
    lanes.enqueue(sessionKey, task, queue().cap + (pushing ? MAX_PUSHING : 0));
  }

  async function accept(request: RunRequest, mode: QueueMode): Promise<ChatSendResult> {
    const { runId, sessionKey } = request;
    const acceptedAt = clock.now();
    const began = lanes.ids(sessionKey)[0] === runId;
    const stored = await store.write(() => {
      const said = questionOf(request, acceptedAt).map((message) => sessions.append(sessionKey, message));
      if (request.attachments !== undefined) deps.attachments.keep(sessionKey, request.attachments);
      repository.insert(
        runId,
        sessionKey,
        acceptedAt,
        began ? undefined : (resumable(request, mode) ?? null),
      );
      return said;
    });
    const run = activate(request, { at: acceptedAt, mode, questions: stored, began }, bus, clock);
    active.set(runId, run);
    const interrupted = mode === 'interrupt' && interruptOthers(run);
    if (queue().drop === 'old') dropOldest(sessionKey);
    if (request.quiet === undefined) sessions.announce(sessionKey, stored, 'send');
    return { runId, status: 'started', ...(interrupted ? { interruptedActiveRun: true } : {}) };
  }

  /** Stops what was accepted before it. @returns whether one of them was at work */
  function interruptOthers(run: ActiveRun): boolean {
    const ids = lanes.ids(run.request.sessionKey);
    const before = ids.slice(0, ids.indexOf(run.request.runId)).flatMap((id) => active.get(id) ?? []);
    const working = before.some(({ state }) => state === 'running');
    // The newest first, or the next one would begin when the running one ends.
    for (const other of before.reverse()) abortRun(other, 'interrupt');
    return working;
  }

  function dropOldest(sessionKey: string): void {
    const waiting = ofSession(sessionKey).filter(({ state }) => state === 'queued');
    for (const run of waiting.slice(0, Math.max(0, waiting.length - queue().cap))) abortRun(run, 'dropped');
  }

  /** Takes messages of this mode that wait into the turn of this run, durably. */
  async function takeIn(
    run: ActiveRun,
    mode: 'steer' | 'collect' | undefined,
  ): Promise<readonly ActiveRun[]> {
    const { runId, sessionKey } = run.request;
    const waiting = lanes.ids(sessionKey).filter((id) => id !== runId);
    const taken = takenIn(
      waiting.map((id) => active.get(id)),
      mode,
    );
    if (taken.length === 0 && run.began) return taken;
    for (const other of taken) {
      lanes.remove(sessionKey, other.request.runId);
      other.state = 'running';
    }
    run.taken.push(...taken);
    await store.write(() => {
      const at = clock.now();
      if (!run.began) repository.markBegan(runId, at);
      for (const other of taken) {
        repository.markBegan(other.request.runId, at, runId);
        for (const { __openclaw: record } of other.questions)
          if (record !== undefined) sessions.markAnswered(record.id, runId);
      }
    });
    run.began = true;
    if (taken.length > 0) sessions.announce(sessionKey, [], 'queue');
    return taken;
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
    const stray = createStrayTokenFilter();
    const pacer = createDeltaPacer(clock, (text) => {
      run.events.delta(text, run.text);
      run.agentEvents.text(text, run.text);
      request.client?.onText?.(text);
    });
    const say = (text: string): void => {
      if (text === '') return;
      // Words before and after a tool call are separate paragraphs of one answer.
      const piece = run.unsaved === '' && run.text !== '' ? `\n\n${text}` : text;
      run.text += piece;
      run.unsaved += text;
      if (request.quiet === undefined) pacer.push(piece);
    };
    try {
      // The acknowledgement leaves before the first event.
      await nextTurn();
      abort.signal.throwIfAborted();
      await takeIn(run, run.mode === 'collect' ? 'collect' : undefined);
      run.agentEvents.start();
      tellStatus(run, 'preparing_context');
      const settings = sessions.find(request.sessionKey)?.settings ?? {};
      const { reasoningLevel = 'off' } = settings;
      const withoutMemory = request.withoutMemory === true;
      const owner = { sessionKey: request.sessionKey, agentId: run.agentId, runId: request.runId };
      const resolved = await agents.model(run.agentId, request.model ?? settings.model);
      const model = usage.meter(resolved, owner, (call) => {
        run.used.push(call.usage);
      });
      const agent = await agents.facts({ sessionKey: request.sessionKey, withoutMemory });
      const toolbox = agents.toolbox(run.agentId);
      const recalled = mayRecall(run, model, toolbox) ? await recall(run) : undefined;
      if (recalled !== undefined) run.agentEvents.status('preparing_context', recalled);
      let thoughts = '';
      const images = model.status.source !== 'offline' && deps.takesImages(model.status) !== false;
      const shown = (messages: readonly PromptMessage[]): Promise<readonly PromptMessage[]> =>
        withAttachments(messages, deps.attachments.load, images);
      const conversation =
        request.client?.conversation ??
        asked(
          await deps.prompt.conversation({
            sessionKey: request.sessionKey,
            runId: request.runId,
            remembers: !withoutMemory,
            model,
            waiting: () => new Set(lanes.ids(request.sessionKey).filter((id) => id !== request.runId)),
            openFrom: () => openFrom(request.sessionKey),
            signal: abort.signal,
            onCompaction: (phase) => {
              run.agentEvents.compaction(phase);
            },
          }),
          request.quiet?.prompt,
        );
      tellStatus(run, 'starting_model');
      run.agentEvents.model(model.status.provider, model.status.model);
      const { stopReason, clientCalls } = await runTurn({
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
        messages: withRecalled(withData(await shown(conversation), request.data), recalled?.text),
        toolbox: withoutMemory ? toolbox.withoutMemory() : toolbox,
        client: request.client,
        context: {
          agentId: run.agentId,
          sessionKey: request.sessionKey,
          runId: request.runId,
          signal: abort.signal,
        },
        now: () => clock.now(),
        steering: async () => {
          const taken = await takeIn(run, 'steer');
          return shown(promptMessages(taken.flatMap(({ questions }) => questions)));
        },
        onText: (written) => {
          say(request.quiet === undefined ? stray.push(written) : written);
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
          if (message.role === 'assistant') {
            if (request.quiet === undefined) say(stray.end());
            run.unsaved = '';
          }
          said.push({ ...withoutTokensIn(message, request.quiet !== undefined), runId: request.runId });
        },
      });
      const line = usageLine(settings.responseUsage, sumUsage(run.used), model.status);
      if (line !== undefined && clientCalls.length === 0)
        addLine(run, said, line, (text) => {
          pacer.push(text);
        });
      pacer.flush();
      run.clientCalls = clientCalls;
      await settle(run, 'done', said, { stopReason });
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

  /** A help, without which the turn goes on. */
  async function recall({ agentId, request }: ActiveRun): Promise<Recalled | undefined> {
    try {
      return await memory.recall({ agentId, sessionKey: request.sessionKey }, request.message);
    } catch (error) {
      log.warn('nothing could be recalled', { runId: request.runId, error: errorText(error) });
      return undefined;
    }
  }

  function settleAborted(run: ActiveRun, reason: AbortReason, said: readonly ChatMessage[]): Promise<void> {
    const { timeoutMs = 0 } = run.request;
    return settle(run, reason === 'shutdown' ? 'interrupted' : 'aborted', said, {
      stopReason: reason === 'interrupt' || reason === 'dropped' ? 'aborted' : reason,
      ...(reason === 'timeout'
        ? { error: `It took longer than ${timeoutMs / SECOND} s and was stopped.` }
        : {}),
      ...(reason === 'dropped' ? { error: 'Too many messages waited, so this one had no turn.' } : {}),
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
    const used = sumUsage(run.used);
    let stored: readonly ChatMessage[] = messages;
    let error = ending.error;
    try {
      stored = await store.write(() => {
        for (const { request } of [run, ...run.taken])
          repository.markEnded(request.runId, state, clock.now());
        const appended = messages.map((message) => sessions.append(sessionKey, message));
        usage.recordTurn({
          sessionKey,
          agentId: run.agentId,
          failed: state === 'failed',
          questions: [run, ...run.taken].filter(({ request }) => request.message !== '').length,
          messages,
        });
        return appended;
      });
    } catch (failure) {
      error = errorText(failure);
      log.error('the answer could not be saved', { runId, error });
    }
    for (const { request } of [run, ...run.taken]) active.delete(request.runId);
    const last = stored.at(-1);
    const message = last?.role === 'assistant' ? last : undefined;
    const durationMs = clock.now() - run.acceptedAt;
    const told: RunEnding & { state: RunEnd } = {
      ...ending,
      state: error === ending.error ? state : 'failed',
      ...(error === undefined ? {} : { error }),
    };
    run.events.end({ ...told, usage: used, message, durationMs });
    run.agentEvents.end(told);
    if (run.request.quiet === undefined) sessions.announce(sessionKey, stored, 'agent.run.ended');
    for (const other of run.taken) {
      const durationMs = clock.now() - other.acceptedAt;
      other.events.end({ ...told, usage: undefined, message: undefined, durationMs });
      other.agentEvents.end(told);
    }
    for (const { request } of [run, ...run.taken]) waiters.ended(request.runId);
    const outcome: RunOutcome = {
      state,
      stopReason: ending.stopReason ?? (state === 'failed' ? 'error' : 'stop'),
      text: run.text,
      tools: run.tools,
      clientCalls: run.clientCalls,
      usage: used,
      durationMs,
      error,
      errorKind: error === undefined ? undefined : (ending.errorKind ?? 'unknown'),
      passing: ending.passing ?? false,
    };
    run.finish(outcome);
    // What the turn has used is counted once.
    for (const other of run.taken) other.finish({ ...outcome, usage: undefined });
  }

  function abortRun(run: ActiveRun, reason: AbortReason): void {
    run.abort.abort(reason);
    // A run that never began has nobody to notice the signal.
    if (lanes.remove(run.request.sessionKey, run.request.runId)) {
      void settleAborted(run, reason, []);
    }
  }

  /** Puts a run that had not begun before the last end of the gateway in its place again. @returns whether it could */
  function resume({ runId, sessionKey, acceptedAt, request }: UnfinishedRun): boolean {
    if (request === undefined) return false;
    const { mode, ...kept } = resumed(request);
    const questions = sessions
      .messages(sessionKey, RESUMABLE_MESSAGES, 0)
      .filter((message) => message.runId === runId && message.role === 'user');
    const [question] = questions;
    if (question === undefined) return false;
    const message = messageText(question);
    const asked: RunRequest = { ...kept, runId, sessionKey, message };
    const accepted = { at: acceptedAt, mode, questions, began: false };
    active.set(runId, activate(asked, accepted, bus, clock));
    enqueue(asked, true);
    return true;
  }

  /** A run that waits keeps its place until the next start; clients see their connections end. */
  function leaveForLater(run: ActiveRun): void {
    const { runId, sessionKey } = run.request;
    if (run.began || resumable(run.request, run.mode) === undefined || !lanes.remove(sessionKey, runId))
      return;
    active.delete(runId);
    run.finish({
      state: 'interrupted',
      stopReason: 'shutdown',
      text: '',
      tools: [],
      clientCalls: [],
      usage: undefined,
      durationMs: clock.now() - run.acceptedAt,
      error: undefined,
      errorKind: undefined,
    });
  }

  async function stopAll(sessionKey: string): Promise<void> {
    await Promise.allSettled(lanes.ids(sessionKey).flatMap((id) => accepting.get(id) ?? []));
    for (const key of deps.subAgentsOf(sessionKey)) abort(key);
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

  function abort(sessionKey: string, runId?: string): readonly string[] {
    const wanted = ofSession(sessionKey).filter((run) => runId === undefined || run.request.runId === runId);
    const all = runId === undefined || wanted.some(({ state }) => state === 'running');
    for (const run of wanted) abortRun(run, 'rpc');
    const workers = all ? deps.subAgentsOf(sessionKey).flatMap((key) => abort(key)) : [];
    return [...wanted.map((run) => run.request.runId), ...workers];
  }

  function openFrom(sessionKey: string): number | undefined {
    const open = [...active.values()].filter(({ request }) => request.sessionKey === sessionKey);
    const seqs = open.flatMap(({ questions }) => questions.flatMap((one) => one.__openclaw?.seq ?? []));
    return seqs.length === 0 ? undefined : Math.min(...seqs);
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
    abort,
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
    openFrom,
    waiting: (sessionKey) =>
      ofSession(sessionKey)
        .filter(({ state }) => state === 'queued')
        .flatMap(({ request: { runId }, acceptedAt, questions }) => {
          const message = questions.at(-1);
          if (message === undefined) return [];
          return [{ id: message.__openclaw?.id ?? runId, runId, message, acceptedAt, state: 'queued' }];
        }),
    activeIds: () => [...active.keys()],
    activeSessions: () =>
      [...active.values()].flatMap(({ request }) =>
        request.quiet === undefined ? [request.sessionKey] : [],
      ),
    recover: async () => {
      for (const run of repository.unfinished()) {
        if (resume(run)) continue;
        const { runId, sessionKey, answeredBy } = run;
        await store.write(() => {
          repository.markEnded(runId, 'interrupted', clock.now());
          // The run that has taken it in tells it for both.
          if (answeredBy === undefined) sessions.append(sessionKey, cutOff(runId, clock.now()));
        });
      }
    },
    stop: async () => {
      stopping = true;
      await Promise.allSettled(accepting.values());
      for (const run of active.values()) leaveForLater(run);
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

/** Not for programs that bring their own conversation, nor for an agent that may not remember. */
function mayRecall({ request }: ActiveRun, model: LanguageModel, toolbox: Toolbox): boolean {
  return (
    request.withoutMemory !== true &&
    request.client?.conversation === undefined &&
    model.status.source !== 'offline' &&
    toolbox.has('memory_search')
  );
}

function tellStatus(run: ActiveRun, phase: 'preparing_context' | 'starting_model'): void {
  run.events.status(phase);
  run.agentEvents.status(phase);
}
