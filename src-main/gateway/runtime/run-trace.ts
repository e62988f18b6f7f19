// What a run did, put together from what is kept anyway: calls of models, uses of tools, and questions to people, each with
// its time. Keeps nothing of its own.

import { GatewayError } from '../../shared/errors.ts';
import type { ChatMessage } from '../../shared/protocol/chat.ts';
import type {
  RunsListParams,
  RunsListResult,
  RunSummary,
  RunTraceResult,
  TraceStep,
} from '../../shared/protocol/runs.ts';
import { SECOND } from '../../shared/time.ts';
import type {
  RunTraceRepository,
  Span,
  TracedApproval,
  TracedCall,
  TracedRun,
} from '../store/repositories/run-trace.ts';

export interface RunTrace {
  list(params: RunsListParams): RunsListResult;
  /** @throws GatewayError `not-found` */
  trace(runId: string): RunTraceResult;
}

const DEFAULT_LIMIT = 50;
const MOST_STEPS = 1_000;
/** Messages of other runs of the session may lie between. */
const MOST_MESSAGES = 4_000;
const MOST_ABOUT = 200;
/** What a run did last is written down with its end, or just after. */
const AFTER_END = 5 * SECOND;

export function createRunTrace(repository: RunTraceRepository, now: () => number): RunTrace {
  const spanOf = ({ acceptedAt, endedAt }: TracedRun): Span => ({
    from: acceptedAt,
    to: (endedAt ?? now()) + AFTER_END,
  });

  function summary(run: TracedRun): RunSummary {
    const { calls, tokens } = repository.sums(run.runId, spanOf(run));
    return {
      runId: run.runId,
      sessionKey: run.sessionKey,
      state: run.state,
      acceptedAtMs: run.acceptedAt,
      ...(run.beganAt === undefined ? {} : { beganAtMs: run.beganAt }),
      ...(run.endedAt === undefined ? {} : { endedAtMs: run.endedAt }),
      ...(run.answeredBy === undefined ? {} : { answeredBy: run.answeredBy }),
      modelCalls: calls,
      totalTokens: tokens,
    };
  }

  return {
    list: ({ sessionKey, states, limit = DEFAULT_LIMIT, before }) => {
      const found = repository.list({ sessionKey, states, before, limit: limit + 1 });
      const runs = found.slice(0, limit);
      const last = runs.at(-1);
      return {
        runs: runs.map(summary),
        ...(found.length > limit && last !== undefined ? { next: last.position } : {}),
      };
    },

    trace: (runId) => {
      const run = repository.find(runId);
      if (run === undefined) throw new GatewayError('not-found', `There is no run ${runId.slice(0, 128)}.`);
      const span = spanOf(run);
      const messages =
        run.endedAt === undefined
          ? repository.steps(runId, MOST_MESSAGES)
          : repository
              .messages(run.sessionKey, span, MOST_MESSAGES)
              .filter((message) => message.runId === runId);
      const steps = [
        ...repository.calls(runId, span, MOST_STEPS).map(callStep),
        ...toolSteps(messages, run.endedAt === undefined),
        ...repository.approvals(runId, span, MOST_STEPS).map(approvalStep),
      ].sort((a, b) => a.startedAtMs - b.startedAtMs);
      return {
        run: summary(run),
        steps: steps.slice(0, MOST_STEPS),
        ...(steps.length > MOST_STEPS ? { truncated: true } : {}),
      };
    },
  };
}

function callStep({ provider, model, endedAt, durationMs, outcome, ...tokens }: TracedCall): TraceStep {
  return {
    kind: 'model',
    provider,
    model,
    outcome,
    startedAtMs: endedAt - durationMs,
    endedAtMs: endedAt,
    ...(tokens.input === undefined ? {} : { inputTokens: tokens.input }),
    ...(tokens.output === undefined ? {} : { outputTokens: tokens.output }),
    ...(tokens.cached === undefined ? {} : { cachedTokens: tokens.cached }),
  };
}

function toolSteps(messages: readonly ChatMessage[], goesOn: boolean): readonly TraceStep[] {
  const results = new Map(
    messages.flatMap((message) =>
      message.toolCallId === undefined ? [] : [[message.toolCallId, message] as const],
    ),
  );
  return messages.flatMap(({ content, timestamp }) =>
    typeof content === 'string'
      ? []
      : content.flatMap((block) =>
          block.type === 'toolCall'
            ? [toolStep(block.name, block.arguments, timestamp, results.get(block.id), goesOn)]
            : [],
        ),
  );
}

function toolStep(
  name: string,
  args: Readonly<Record<string, unknown>>,
  calledAt: number,
  result: ChatMessage | undefined,
  goesOn: boolean,
): TraceStep {
  const about = shortened(JSON.stringify(args));
  if (result === undefined)
    return { kind: 'tool', name, about, startedAtMs: calledAt, outcome: goesOn ? 'running' : 'unknown' };
  const { timestamp, durationMs, isError } = result;
  return {
    kind: 'tool',
    name,
    about,
    outcome: isError === true ? 'failed' : 'ok',
    // Those of one answer begin one after the other.
    startedAtMs: durationMs === undefined ? calledAt : timestamp - durationMs,
    endedAtMs: timestamp,
  };
}

function approvalStep({ request, createdAt, endedAt, reason, decision }: TracedApproval): TraceStep {
  const { command, title } = JSON.parse(request) as { readonly command?: string; readonly title?: string };
  return {
    kind: 'approval',
    about: shortened(command ?? title ?? ''),
    outcome: endedAt === undefined ? 'waiting' : (decision ?? reason ?? 'ended'),
    startedAtMs: createdAt,
    ...(endedAt === undefined ? {} : { endedAtMs: endedAt }),
  };
}

function shortened(text: string): string {
  return text.length > MOST_ABOUT ? `${text.slice(0, MOST_ABOUT)}…` : text;
}
