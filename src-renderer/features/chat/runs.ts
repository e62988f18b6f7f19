// Which answers of a session are under way, from its events and from its history. Pure.

import type { AgentEvent } from '../../../src-main/shared/protocol/agent.ts';
import { messageText, type ChatEvent, type InFlightRun } from '../../../src-main/shared/protocol/chat.ts';
import type { ChatEntry, LiveRun } from './chat-state.ts';
import { toolsOfSteps, withToolEvent } from './live-tools.ts';

/** A run of which nothing is known yet. */
export function newRun(runId: string, status: LiveRun['status']): LiveRun {
  return { runId, status, text: '', seq: 0, tools: [], thinking: '', notice: undefined };
}

export function withRun(runs: readonly LiveRun[], run: LiveRun): readonly LiveRun[] {
  return runs.some(({ runId }) => runId === run.runId) ? runs : [...runs, run];
}

export function withoutRun(runs: readonly LiveRun[], runId: string): readonly LiveRun[] {
  return runs.filter((run) => run.runId !== runId);
}

/** A run says that it prepares, or what it has said so far. Events that come late or twice change nothing. */
export function withProgress(
  runs: readonly LiveRun[],
  event: Extract<ChatEvent, { state: 'status' | 'delta' }>,
): readonly LiveRun[] {
  const { runId, seq } = event;
  const known = runs.find((run) => run.runId === runId);
  if (known !== undefined && known.seq >= seq) return runs;
  const said = event.state === 'delta' ? messageText(event.message) : '';
  const before = known?.text ?? '';
  // What was said never becomes less: an older event can arrive after a newer history.
  const run: LiveRun = {
    ...(known ?? newRun(runId, 'running')),
    status: 'running',
    text: said.length > before.length ? said : before,
    seq,
    ...(event.state === 'delta' ? { notice: undefined } : {}),
  };
  if (known === undefined) return [run, ...runs];
  return runs.map((other) => (other === known ? run : other));
}

/** What its programmatic events tell beside the words. Those of runs that are not known here change nothing. */
export function withAgentEvent(runs: readonly LiveRun[], event: AgentEvent, at: number): readonly LiveRun[] {
  const known = runs.find(({ runId }) => runId === event.runId);
  const changed = known === undefined ? undefined : afterEvent(known, event, at);
  return changed === undefined ? runs : runs.map((run) => (run === known ? changed : run));
}

function afterEvent(run: LiveRun, event: AgentEvent, at: number): LiveRun | undefined {
  switch (event.stream) {
    case 'tool':
      return { ...run, notice: undefined, tools: withToolEvent(run.tools, event.data, at, run.text.length) };
    case 'thinking':
      return { ...run, notice: undefined, thinking: event.data.text };
    case 'compaction':
      return { ...run, notice: event.data.phase === 'start' ? { kind: 'compacting' } : undefined };
    case 'run_status':
      if (event.data.phase !== 'retrying') return undefined;
      return {
        ...run,
        notice: { kind: 'retrying', message: event.data.message, until: at + event.data.delayMs },
      };
    case 'lifecycle': {
      if (event.data.phase !== 'fallback_step') return undefined;
      const { fallbackStepToModel: to, fallbackStepFromFailureMessage: message } = event.data;
      return { ...run, notice: to === undefined ? undefined : { kind: 'fallback', message, to } };
    }
    case 'assistant':
      return undefined;
  }
}

/**
 * The runs that a freshly read history shows: the one in flight, and behind it the messages that nobody answered yet.
 * Text that arrived by events meanwhile is kept if it is longer.
 */
export function runsFromHistory(
  runs: readonly LiveRun[],
  entries: readonly ChatEntry[],
  inFlight: InFlightRun | undefined,
): readonly LiveRun[] {
  if (inFlight === undefined) return [];
  const known = runs.find((run) => run.runId === inFlight.runId);
  const done = toolsOfSteps(inFlight.steps ?? []);
  const active: LiveRun = {
    ...(known ?? newRun(inFlight.runId, inFlight.status)),
    status: known?.status === 'running' ? 'running' : inFlight.status,
    text: known !== undefined && known.text.length > inFlight.text.length ? known.text : inFlight.text,
    // What was missed while there was no connection is in the history.
    tools: known !== undefined && known.tools.length >= done.length ? known.tools : done,
  };
  return [active, ...waitingBehind(entries, inFlight.runId)];
}

function waitingBehind(entries: readonly ChatEntry[], activeId: string): readonly LiveRun[] {
  const own = entries.findLastIndex(({ message }) => message.role === 'user' && message.runId === activeId);
  if (own < 0) return [];
  const answered = new Set(
    entries.flatMap(({ message }) => (message.role === 'user' ? [] : [message.runId])),
  );
  return entries.slice(own + 1).flatMap(({ message }) => {
    const { role, runId } = message;
    if (role !== 'user' || runId === undefined || answered.has(runId)) return [];
    return [newRun(runId, 'queued')];
  });
}
