// Which answers of a session are under way, from its events and from its history. Pure.

import { messageText, type ChatEvent, type InFlightRun } from '../../../src-main/shared/protocol/chat.ts';
import type { ChatEntry, LiveRun } from './chat-state.ts';

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
  const run: LiveRun = { runId, status: 'running', text: said.length > before.length ? said : before, seq };
  if (known === undefined) return [run, ...runs];
  return runs.map((other) => (other === known ? run : other));
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
  const active: LiveRun = {
    runId: inFlight.runId,
    status: known?.status === 'running' ? 'running' : inFlight.status,
    text: known !== undefined && known.text.length > inFlight.text.length ? known.text : inFlight.text,
    seq: known?.seq ?? 0,
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
    return [{ runId, status: 'queued', text: '', seq: 0 } satisfies LiveRun];
  });
}
