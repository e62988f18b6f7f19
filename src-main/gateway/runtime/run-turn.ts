// The turn of one run, from its first event to its settlement: what its model is told, and how what the model says and does
// reaches those who follow the run.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { errorText, type Logger } from '../../shared/logger.ts';
import type { ModelStatus } from '../../shared/protocol/system.ts';
import { MAX_TIMER_DELAY, type Clock } from '../../shared/time.ts';
import type { AgentRuntime } from '../agents/agent-runtime.ts';
import type { AttachmentService } from '../attachments/attachment-service.ts';
import type { MemoryService, Recalled } from '../memory/memory-service.ts';
import type { SessionService } from '../sessions/session-service.ts';
import type { Store } from '../store/open-store.ts';
import type { RunsRepository } from '../store/repositories/runs.ts';
import type { Toolbox } from '../tools/tool.ts';
import { sumUsage } from '../usage/token-usage.ts';
import type { CallOwner, UsageService } from '../usage/usage-service.ts';
import type { ActiveRun } from './active-run.ts';
import type { Cooldowns } from './cooldowns.ts';
import type { LanguageModel, PromptMessage } from './model.ts';
import { createModelChain } from './model-chain.ts';
import { withAttachments, withNewestImages, withoutImages } from './prompt-attachments.ts';
import { pruneResults, totalSize } from './prune-results.ts';
import { fitted, promptMessages, systemPrompt, withData, withRecalled } from './prompts.ts';
import { usageLine } from './response-usage.ts';
import type { RunLimits } from './run-limits.ts';
import { asked, describeFailure } from './run-messages.ts';
import { createRunOutput, type RunOutput } from './run-output.ts';
import type { RunQueue, TakeTurn } from './run-queue.ts';
import type { AbortReason, RunSettlement } from './run-settlement.ts';
import type { SessionPrompt } from './session-prompt.ts';
import { runTurn } from './turn-loop.ts';

/** A conversation that was too long for the model is told again as this part of it. */
const SHORT_ENOUGH = 0.7;

export interface RunTurnDeps {
  readonly store: Store;
  readonly repository: Pick<RunsRepository, 'addStep'>;
  readonly sessions: SessionService;
  readonly clock: Clock;
  readonly hostZone: string;
  readonly agents: AgentRuntime;
  readonly memory: Pick<MemoryService, 'recall'>;
  readonly usage: Pick<UsageService, 'meter'>;
  readonly log: Logger;
  readonly prompt: SessionPrompt;
  readonly attachments: Pick<AttachmentService, 'load' | 'keepImages'>;
  /** `undefined` when only a request would tell. */
  readonly takesImages: (model: ModelStatus) => boolean | undefined;
  readonly cooldowns: Cooldowns;
  readonly limits: () => RunLimits;
  /** 0 to 1. */
  readonly random: () => number;
}

/** @returns what takes the turn of an accepted run; it never throws for what goes wrong in the turn */
export function createRunTurn(
  deps: RunTurnDeps & { readonly queue: RunQueue; readonly settlement: RunSettlement },
): TakeTurn {
  const { store, repository, sessions, clock, hostZone, agents, memory, usage, log, queue, settlement } =
    deps;

  async function take(run: ActiveRun): Promise<void> {
    const { request, abort } = run;
    run.state = 'running';
    run.timeLimitMs = request.timeoutMs ?? deps.limits().timeoutMs;
    const timeLimit =
      run.timeLimitMs > 0
        ? clock.schedule(Math.min(run.timeLimitMs, MAX_TIMER_DELAY), () => {
            abort.abort('timeout' satisfies AbortReason);
          })
        : undefined;
    const output = createRunOutput(run, clock);
    try {
      const stopReason = await answer(run, output);
      output.flush();
      await settlement.settle(run, 'done', output.said, { stopReason });
    } catch (error) {
      output.flush();
      if (abort.signal.aborted) {
        await settlement.settleAborted(run, abort.signal.reason as AbortReason, output.said);
      } else {
        await settlement.settle(run, 'failed', output.said, describeFailure(error, run.model));
      }
    } finally {
      if (timeLimit !== undefined) clock.cancel(timeLimit);
    }
  }

  /** @returns why the model stopped */
  async function answer(run: ActiveRun, output: RunOutput): Promise<string> {
    const { request, abort } = run;
    // The acknowledgement leaves before the first event.
    await nextTurn();
    abort.signal.throwIfAborted();
    await queue.takeIn(run, run.mode === 'collect' ? 'collect' : undefined);
    run.agentEvents.start();
    tellStatus(run, 'preparing_context');
    const settings = sessions.find(request.sessionKey)?.settings ?? {};
    const { reasoningLevel = 'off' } = settings;
    const withoutMemory = request.withoutMemory === true;
    const owner = { sessionKey: request.sessionKey, agentId: run.agentId, runId: request.runId };
    const models = await agents.models(run.agentId, request.model ?? settings.model, request.fallbacks);
    const model = chainOf(run, models, owner);
    const agent = await agents.facts({ sessionKey: request.sessionKey, withoutMemory });
    const toolbox = agents.toolbox(run.agentId);
    await agents.prepareTools(abort.signal);
    const recalled = mayRecall(run, model, toolbox) ? await recall(run) : undefined;
    if (recalled !== undefined) run.agentEvents.status('preparing_context', recalled);
    const images = models.some((one) => seesImages(one));
    const shown = (messages: readonly PromptMessage[]): Promise<readonly PromptMessage[]> =>
      withAttachments(messages, deps.attachments.load, images);
    const told = async (overflowed: boolean): Promise<readonly PromptMessage[]> => {
      const conversation = await conversationOf(run, model, overflowed);
      return withRecalled(withData(await shown(conversation), request.data), recalled?.text);
    };
    const messages = await told(false);
    let shortened = false;
    tellStatus(run, 'starting_model');
    run.agentEvents.model(model.status.provider, model.status.model);
    run.model = model.status;
    const { stopReason, clientCalls } = await runTurn({
      model,
      settings: { thinking: request.thinking ?? settings.thinkingLevel },
      keepThinking: reasoningLevel !== 'off',
      onThinking: reasoningLevel === 'stream' ? output.think : undefined,
      system: systemPrompt({ now: clock.now(), zone: hostZone, agent, extra: request.extraInstructions }),
      messages,
      limits: deps.limits(),
      toolbox: withoutMemory ? toolbox.withoutMemory() : toolbox,
      client: request.client,
      context: { ...owner, signal: abort.signal },
      now: () => clock.now(),
      steering: async () => {
        const taken = await queue.takeIn(run, 'steer');
        return shown(promptMessages(taken.flatMap(({ questions }) => questions)));
      },
      fit: (all) => {
        const room = deps.prompt.budget(model.status);
        return withNewestImages(room === undefined ? all : pruneResults(all, room));
      },
      shorten: async (all) => {
        if (shortened) return undefined;
        shortened = true;
        // What this turn has done so far is told after the shorter conversation.
        const shorter = [...(await told(true)), ...all.slice(messages.length)];
        const room = totalSize(all) * SHORT_ENOUGH;
        return fitted(pruneResults(shorter, room, 0), room);
      },
      keepImages: async (found) => {
        try {
          return await deps.attachments.keepImages(request.sessionKey, found);
        } catch (error) {
          // Its text says that they were there, and the model has seen them.
          log.warn('images of a tool could not be kept', {
            runId: request.runId,
            error: errorText(error),
          });
          return [];
        }
      },
      onText: output.write,
      onTool: (step) => {
        run.agentEvents.tool(step, settings.verboseLevel);
        if (step.phase === 'end') run.tools.push({ ...step.call, isError: step.result.isError });
        request.onTool?.(step);
      },
      onToolOutput: (call, text) => {
        run.agentEvents.toolOutput(call, text, settings.verboseLevel);
      },
      onMessage: async (message) => {
        const kept = output.add(message);
        // Before a tool begins it is on disk that it was called, and before the next one what it answered.
        if (kept.role === 'toolResult' || kept.stopReason === 'toolUse')
          await store.write(() => {
            repository.addStep(request.runId, output.said.length - 1, kept);
          });
      },
    });
    const line = usageLine(settings.responseUsage, sumUsage(run.used), model.status);
    if (line !== undefined && clientCalls.length === 0) output.addLine(line);
    run.clientCalls = clientCalls;
    return stopReason;
  }

  function seesImages({ status }: LanguageModel): boolean {
    return status.source !== 'offline' && deps.takesImages(status) !== false;
  }

  /** Each call is counted for the model that was asked; what happens between two calls is told to those who follow. */
  function chainOf(
    run: ActiveRun,
    [first, ...others]: readonly [LanguageModel, ...LanguageModel[]],
    owner: CallOwner,
  ): LanguageModel {
    const metered = (model: LanguageModel): LanguageModel =>
      usage.meter(model, owner, (call) => {
        run.used.push(call.usage);
      });
    return createModelChain([metered(first), ...others.map(metered)], {
      clock,
      random: deps.random,
      cooldowns: deps.cooldowns,
      onRetry: run.agentEvents.retrying,
      onFallback: (step) => {
        run.model = step.to ?? step.from;
        run.agentEvents.fallback(step);
        if (step.to !== undefined) run.agentEvents.model(step.to.provider, step.to.model);
        log.warn('a model did not answer', {
          runId: run.request.runId,
          model: `${step.from.provider}/${step.from.model}`,
          reason: step.error.reason,
        });
      },
      adapt: (request, model) =>
        seesImages(model) ? request : { ...request, messages: request.messages.map(withoutImages) },
    });
  }

  async function conversationOf(
    run: ActiveRun,
    model: LanguageModel,
    overflowed: boolean,
  ): Promise<readonly PromptMessage[]> {
    const { runId, sessionKey, client, quiet, withoutMemory } = run.request;
    if (client?.conversation !== undefined) return client.conversation;
    const conversation = await deps.prompt.conversation({
      sessionKey,
      runId,
      remembers: withoutMemory !== true,
      model,
      overflowed,
      waiting: () => new Set(queue.ids(sessionKey).filter((id) => id !== runId)),
      openFrom: () => queue.openFrom(sessionKey),
      signal: run.abort.signal,
      onCompaction: (phase) => {
        run.agentEvents.compaction(phase);
      },
    });
    return asked(conversation, quiet?.prompt);
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

  return take;
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
