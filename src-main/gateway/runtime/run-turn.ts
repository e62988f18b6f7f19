// The turn of one run, from its first event to its settlement: what its model is told, and how what the model says and does
// reaches those who follow the run.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { errorText, type Logger } from '../../shared/logger.ts';
import type { ModelStatus } from '../../shared/protocol/system.ts';
import type { Clock } from '../../shared/time.ts';
import type { AgentRuntime } from '../agents/agent-runtime.ts';
import type { AttachmentService } from '../attachments/attachment-service.ts';
import type { MemoryService, Recalled } from '../memory/memory-service.ts';
import type { SessionService } from '../sessions/session-service.ts';
import type { Toolbox } from '../tools/tool.ts';
import { sumUsage } from '../usage/token-usage.ts';
import type { UsageService } from '../usage/usage-service.ts';
import type { ActiveRun } from './active-run.ts';
import type { LanguageModel, PromptMessage } from './model.ts';
import { withAttachments } from './prompt-attachments.ts';
import { promptMessages, systemPrompt, withData, withRecalled } from './prompts.ts';
import { usageLine } from './response-usage.ts';
import { asked, describeFailure } from './run-messages.ts';
import { createRunOutput, type RunOutput } from './run-output.ts';
import type { RunQueue, TakeTurn } from './run-queue.ts';
import type { AbortReason, RunSettlement } from './run-settlement.ts';
import type { SessionPrompt } from './session-prompt.ts';
import { runTurn } from './turn-loop.ts';

export interface RunTurnDeps {
  readonly sessions: SessionService;
  readonly clock: Clock;
  readonly hostZone: string;
  readonly agents: AgentRuntime;
  readonly memory: Pick<MemoryService, 'recall'>;
  readonly usage: Pick<UsageService, 'meter'>;
  readonly log: Logger;
  readonly prompt: SessionPrompt;
  readonly attachments: Pick<AttachmentService, 'load'>;
  /** `undefined` when only a request would tell. */
  readonly takesImages: (model: ModelStatus) => boolean | undefined;
}

/** @returns what takes the turn of an accepted run; it never throws for what goes wrong in the turn */
export function createRunTurn(
  deps: RunTurnDeps & { readonly queue: RunQueue; readonly settlement: RunSettlement },
): TakeTurn {
  const { sessions, clock, hostZone, agents, memory, usage, log, queue, settlement } = deps;

  async function take(run: ActiveRun): Promise<void> {
    const { request, abort } = run;
    run.state = 'running';
    const { timeoutMs = 0 } = request;
    const timeLimit =
      timeoutMs > 0
        ? clock.schedule(timeoutMs, () => {
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
        await settlement.settle(run, 'failed', output.said, describeFailure(error));
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
    const resolved = await agents.model(run.agentId, request.model ?? settings.model);
    const model = usage.meter(resolved, owner, (call) => {
      run.used.push(call.usage);
    });
    const agent = await agents.facts({ sessionKey: request.sessionKey, withoutMemory });
    const toolbox = agents.toolbox(run.agentId);
    await agents.prepareTools(abort.signal);
    const recalled = mayRecall(run, model, toolbox) ? await recall(run) : undefined;
    if (recalled !== undefined) run.agentEvents.status('preparing_context', recalled);
    const images = model.status.source !== 'offline' && deps.takesImages(model.status) !== false;
    const shown = (messages: readonly PromptMessage[]): Promise<readonly PromptMessage[]> =>
      withAttachments(messages, deps.attachments.load, images);
    const conversation = await conversationOf(run, model);
    tellStatus(run, 'starting_model');
    run.agentEvents.model(model.status.provider, model.status.model);
    const { stopReason, clientCalls } = await runTurn({
      model,
      settings: { thinking: request.thinking ?? settings.thinkingLevel },
      keepThinking: reasoningLevel !== 'off',
      onThinking: reasoningLevel === 'stream' ? output.think : undefined,
      system: systemPrompt({ now: clock.now(), zone: hostZone, agent, extra: request.extraInstructions }),
      messages: withRecalled(withData(await shown(conversation), request.data), recalled?.text),
      toolbox: withoutMemory ? toolbox.withoutMemory() : toolbox,
      client: request.client,
      context: { ...owner, signal: abort.signal },
      now: () => clock.now(),
      steering: async () => {
        const taken = await queue.takeIn(run, 'steer');
        return shown(promptMessages(taken.flatMap(({ questions }) => questions)));
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
      onMessage: output.add,
    });
    const line = usageLine(settings.responseUsage, sumUsage(run.used), model.status);
    if (line !== undefined && clientCalls.length === 0) output.addLine(line);
    run.clientCalls = clientCalls;
    return stopReason;
  }

  async function conversationOf(run: ActiveRun, model: LanguageModel): Promise<readonly PromptMessage[]> {
    const { runId, sessionKey, client, quiet, withoutMemory } = run.request;
    if (client?.conversation !== undefined) return client.conversation;
    const conversation = await deps.prompt.conversation({
      sessionKey,
      runId,
      remembers: withoutMemory !== true,
      model,
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
