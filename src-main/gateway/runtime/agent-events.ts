// The `agent` events of one run: its life, its words and its tools, for programs that follow more than the chat.

import type { AgentEvent } from '../../shared/protocol/agent.ts';
import type { SessionSettings } from '../../shared/protocol/sessions.ts';
import type { Clock, TimerHandle } from '../../shared/time.ts';
import type { RequestId } from '../dialects/dialect.ts';
import type { EventBus, EventMeta } from '../event-bus.ts';
import type { RunEnd } from '../store/repositories/runs.ts';
import type { ToolStep } from '../tools/tool.ts';
import type { RunEnding } from './chat-events.ts';
import type { FallbackStep, Retry } from './model-chain.ts';

/** Between two events about what a tool shows, milliseconds. */
const OUTPUT_PAUSE = 200;
/** Of what it has shown, characters. */
const MAX_RECENT = 8_000;

interface ToolAtWork {
  /** Of the tools of this run. */
  readonly index: number;
  readonly startedAt: number;
  /** The end of what it has shown. */
  recent: string;
  outputTimer: TimerHandle | undefined;
}

export interface AgentEvents {
  start(): void;
  /** @param recalled what the prompt grew by, when something was remembered */
  status(
    phase: 'preparing_context' | 'starting_model',
    recalled?: { readonly entries: number; readonly characters: number },
  ): void;
  model(provider: string, model: string): void;
  /** The model is asked again in a while. */
  readonly retrying: (retry: Retry) => void;
  /** Another model is asked, or there is none left. */
  fallback(step: FallbackStep): void;
  /** @param whole everything that was said so far, the delta included */
  text(delta: string, whole: string): void;
  compaction(phase: 'start' | 'end'): void;
  /** @param whole all thoughts so far, the delta included */
  thinking(delta: string, whole: string): void;
  /** @param verbose how much of it is told */
  tool(step: ToolStep, verbose: SessionSettings['verboseLevel']): void;
  /** What a tool shows while it works; told a few times a second. */
  toolOutput(call: ToolStep['call'], text: string, verbose: SessionSettings['verboseLevel']): void;
  end(ending: RunEnding & { state: RunEnd }): void;
}

type Body = AgentEvent extends infer Event
  ? Event extends AgentEvent
    ? Pick<Event, 'stream' | 'data'>
    : never
  : never;

export function createAgentEvents(
  bus: EventBus,
  clock: Clock,
  run: { readonly runId: string; readonly sessionKey: string; readonly agentId: string },
  requestId?: RequestId,
): AgentEvents {
  let seq = 0;
  let toolCount = 0;
  /** Those at work, by the ids of their calls. */
  const working = new Map<string, ToolAtWork>();
  let startedAt = clock.now();

  function publish(body: Body, meta: EventMeta = {}): void {
    seq += 1;
    bus.publish(
      'agent',
      { ...run, seq, ts: clock.now(), ...body },
      requestId === undefined ? meta : { ...meta, requestId },
    );
  }

  function ended(callId: string): ToolAtWork | undefined {
    const tool = working.get(callId);
    working.delete(callId);
    if (tool?.outputTimer !== undefined) clock.cancel(tool.outputTimer);
    return tool;
  }

  return {
    start: () => {
      startedAt = clock.now();
      publish({ stream: 'lifecycle', data: { phase: 'start', startedAt } });
    },
    status: (phase, recalled) => {
      const memory =
        recalled === undefined
          ? {}
          : { memory: { entries: recalled.entries, characters: recalled.characters } };
      publish({ stream: 'run_status', data: { phase, ...memory } });
    },
    model: (provider, model) => {
      publish({ stream: 'lifecycle', data: { phase: 'model', provider, model } });
    },
    retrying: ({ reason, message, attempt, maxRetries, delayMs }) => {
      publish({
        stream: 'run_status',
        data: {
          phase: 'retrying',
          message,
          reason,
          retryAttempt: attempt,
          maxRetries,
          delayMs,
          attempt: attempt + 1,
          maxAttempts: maxRetries + 1,
        },
      });
    },
    fallback: ({ from, to, error, position }) => {
      publish({
        stream: 'lifecycle',
        data: {
          phase: 'fallback_step',
          fallbackStepFromModel: `${from.provider}/${from.model}`,
          fallbackStepFromFailureReason: error.reason,
          fallbackStepFromFailureMessage: error.message,
          fallbackStepChainPosition: position,
          ...(to === undefined
            ? { fallbackStepFinalOutcome: 'chain_exhausted' as const }
            : { fallbackStepToModel: `${to.provider}/${to.model}` }),
        },
      });
    },
    text: (delta, whole) => {
      publish({ stream: 'assistant', data: { text: whole, delta } });
    },
    compaction: (phase) => {
      publish({ stream: 'compaction', data: { phase } });
    },
    thinking: (delta, whole) => {
      publish({ stream: 'thinking', data: { text: whole, delta } });
    },
    tool: ({ call, ...step }, verbose = 'full') => {
      if (verbose === 'off') return;
      const tool = { name: call.tool, toolCallId: call.id };
      if (step.phase === 'start') {
        ended(call.id);
        const index = toolCount;
        toolCount += 1;
        working.set(call.id, { index, startedAt: clock.now(), recent: '', outputTimer: undefined });
        publish({ stream: 'tool', data: { phase: 'start', ...tool, args: call.args } }, { tool: { index } });
        return;
      }
      const { index, startedAt: began } = ended(call.id) ?? { index: toolCount, startedAt: clock.now() };
      publish(
        {
          stream: 'tool',
          data: {
            phase: 'result',
            ...tool,
            isError: step.result.isError,
            result: {
              content:
                verbose === 'full' ? [{ type: 'text', text: step.result.text }, ...step.attachments] : [],
            },
          },
        },
        { tool: { index, durationMs: clock.now() - began } },
      );
    },
    toolOutput: (call, text, verbose = 'full') => {
      const tool = working.get(call.id);
      if (verbose !== 'full' || tool === undefined) return;
      tool.recent = (tool.recent + text).slice(-MAX_RECENT);
      if (tool.outputTimer !== undefined) return;
      tool.outputTimer = clock.schedule(OUTPUT_PAUSE, () => {
        tool.outputTimer = undefined;
        publish(
          {
            stream: 'tool',
            data: {
              phase: 'update',
              name: call.tool,
              toolCallId: call.id,
              partialResult: { content: [{ type: 'text', text: tool.recent }] },
            },
          },
          { tool: { index: tool.index } },
        );
      });
    },
    end: ({ state, stopReason, error }) => {
      for (const callId of [...working.keys()]) ended(callId);
      const endedAt = clock.now();
      if (state === 'failed') {
        publish({
          stream: 'lifecycle',
          data: { phase: 'error', error: error ?? 'The run failed.', endedAt },
        });
        return;
      }
      publish({
        stream: 'lifecycle',
        data: {
          phase: 'end',
          startedAt,
          endedAt,
          stopReason: stopReason ?? 'stop',
          ...(state === 'done' ? {} : { aborted: true }),
        },
      });
    },
  };
}
