// From one state of a conversation to the next. Pure: events may come twice, late, or in the middle of a run.

import type { ChatEvent, ChatHistoryResult, ChatMessage } from '../../../src-main/shared/protocol/chat.ts';
import { buildItems } from './chat-items.ts';
import type { ChatAction, ChatState } from './chat-state.ts';
import { mergeMessages, mergeNewestPage } from './entries.ts';
import { newRun, runsFromHistory, withAgentEvent, withoutRun, withProgress, withRun } from './runs.ts';

const REMEMBERED_ENDS = 50;

export function reduceChat(state: ChatState, action: ChatAction): ChatState {
  const next = step(state, action);
  if (next.entries === state.entries && sameRuns(next, state)) return next;
  return { ...next, items: buildItems(next.entries, next.runs, state.items) };
}

function step(state: ChatState, action: ChatAction): ChatState {
  switch (action.type) {
    case 'loading':
      return { ...state, load: state.load === 'ready' ? 'ready' : 'loading', loadError: undefined };
    case 'load-failed':
      // What was read before stays readable.
      return state.load === 'ready' ? state : { ...state, load: 'failed', loadError: action.error };
    case 'history':
      return withHistory(state, action.result);
    case 'older-loading':
      return { ...state, older: 'loading' };
    case 'older-failed':
      return { ...state, older: 'failed' };
    case 'older':
      return {
        ...state,
        older: 'idle',
        hasMore: action.result.hasMore,
        entries: mergeMessages(state.entries, action.result.messages),
      };
    case 'message':
      return { ...state, entries: mergeMessages(state.entries, [action.message]) };
    case 'event':
      return withEvent(state, action.event, action.at);
    case 'agent':
      return { ...state, runs: withAgentEvent(state.runs, action.event, action.at) };
    case 'accepted':
      if (action.status === 'ok' || state.ended.includes(action.runId)) return state;
      return {
        ...state,
        runs: withRun(state.runs, newRun(action.runId, 'queued')),
      };
    case 'stopping':
      return { ...state, stopping: true, stopError: undefined };
    case 'stop-failed':
      return { ...state, stopping: false, stopError: action.error };
  }
}

function withHistory(state: ChatState, result: ChatHistoryResult): ChatState {
  const sameSession = state.sessionId === '' || state.sessionId === result.sessionId;
  const entries = mergeNewestPage(sameSession ? state.entries : [], result.messages);
  const oldest = entries[0]?.order ?? 0;
  const pageBegins = result.messages[0]?.__openclaw?.seq ?? 0;
  return {
    ...state,
    load: 'ready',
    loadError: undefined,
    sessionId: result.sessionId,
    entries,
    // Earlier pages that are still here say more about what comes before them.
    hasMore: oldest < pageBegins ? state.hasMore : result.hasMore,
    runs: runsFromHistory(state.runs, entries, result.inFlightRun),
    stopping: false,
    stopError: undefined,
  };
}

function withEvent(state: ChatState, event: ChatEvent, at: number): ChatState {
  switch (event.state) {
    case 'status':
    case 'delta':
      return state.ended.includes(event.runId) ? state : { ...state, runs: withProgress(state.runs, event) };
    case 'final':
    case 'aborted':
    case 'error': {
      const message = event.state === 'error' ? failed(event, at) : event.message;
      return settled({
        ...state,
        entries: message === undefined ? state.entries : mergeMessages(state.entries, [message]),
        runs: withoutRun(state.runs, event.runId),
        ended: [...state.ended.slice(-REMEMBERED_ENDS), event.runId],
      });
    }
  }
}

/** A failure that could not be saved is shown all the same. */
function failed(event: Extract<ChatEvent, { state: 'error' }>, at: number): ChatMessage {
  const { runId, errorMessage } = event;
  const said = event.message ?? { role: 'assistant', content: [], timestamp: at, runId };
  return { ...said, stopReason: 'error', errorMessage: said.errorMessage ?? errorMessage };
}

/** With nothing under way there is nothing to stop. */
function settled(state: ChatState): ChatState {
  return state.runs.length > 0 ? state : { ...state, stopping: false, stopError: undefined };
}

/** Whether the list shows the same runs; their text is read by the one answer that shows it. */
function sameRuns(a: ChatState, b: ChatState): boolean {
  if (a.runs === b.runs) return true;
  return (
    a.runs.length === b.runs.length &&
    a.runs.every((run, index) => run.runId === b.runs[index]?.runId && run.status === b.runs[index].status)
  );
}
