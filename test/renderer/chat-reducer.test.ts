import { describe, expect, it } from 'vitest';
import { messageText, type ChatEvent, type ChatMessage } from '../../src-main/shared/protocol/chat.ts';
import type { ChatItem } from '../../src-renderer/features/chat/chat-items.ts';
import { reduceChat } from '../../src-renderer/features/chat/chat-reducer.ts';
import { EMPTY_CHAT, type ChatAction, type ChatState } from '../../src-renderer/features/chat/chat-state.ts';
import { MAIN, message } from './support/samples.ts';

const run = (...actions: ChatAction[]): ChatState => actions.reduce(reduceChat, EMPTY_CHAT);

const user = (seq: number, runId: string, text = `Question ${seq}`): ChatMessage =>
  message(seq, { role: 'user', content: text, runId });

function history(
  messages: readonly ChatMessage[],
  rest: Partial<Extract<ChatAction, { type: 'history' }>['result']> = {},
): ChatAction {
  const result = {
    sessionKey: MAIN,
    sessionId: 's',
    messages,
    hasMore: false,
    totalMessages: messages.length,
    ...rest,
  };
  return { type: 'history', result };
}

type Body = ChatEvent extends infer E
  ? E extends ChatEvent
    ? Omit<E, 'runId' | 'sessionKey' | 'seq'>
    : never
  : never;

const event = (runId: string, seq: number, body: Body): ChatAction => ({
  type: 'event',
  event: { runId, sessionKey: MAIN, seq, ...body } as ChatEvent,
  at: 1_700_000_100_000,
});

const delta = (runId: string, seq: number, whole: string): ChatAction =>
  event(runId, seq, {
    state: 'delta',
    deltaText: whole,
    message: { role: 'assistant', content: [{ type: 'text', text: whole }], timestamp: 1 },
  });

/** What a reader sees, one word per thing. */
function shown(state: ChatState): string[] {
  return state.items
    .filter((item) => item.kind !== 'day')
    .map((item: ChatItem) => {
      if (item.kind === 'live') return `live ${item.runId}${item.queued ? ' queued' : ''}`;
      if (item.kind === 'day') return '';
      const text = messageText(item.message);
      return item.kind === 'answer' && item.outcome !== undefined ? `${item.outcome}: ${text}` : text;
    });
}

describe('messages', () => {
  it('keeps them in order whatever order they arrive in, and none twice', () => {
    const state = run(
      history([message(1), message(3)]),
      { type: 'message', message: message(2) },
      { type: 'message', message: message(3) },
      { type: 'message', message: message(4) },
      { type: 'message', message: message(2) },
    );
    expect(shown(state)).toEqual(['Message 1', 'Message 2', 'Message 3', 'Message 4']);
  });

  it('puts earlier pages before what is there and knows when there are no more', () => {
    const state = run(
      history([message(101), message(102)], { hasMore: true }),
      { type: 'older-loading' },
      {
        type: 'older',
        result: {
          sessionKey: MAIN,
          sessionId: 's',
          messages: [message(99), message(100)],
          hasMore: false,
          totalMessages: 4,
        },
      },
    );
    expect(shown(state)[0]).toBe('Message 99');
    expect(state.hasMore).toBe(false);
    expect(state.older).toBe('idle');
  });

  it('keeps earlier pages when the newest page is read again and reaches them', () => {
    const before = run(history([message(3)], { hasMore: true }), {
      type: 'older',
      result: {
        sessionKey: MAIN,
        sessionId: 's',
        messages: [message(1), message(2)],
        hasMore: false,
        totalMessages: 3,
      },
    });
    const after = reduceChat(before, history([message(3), message(4)], { hasMore: true }));
    expect(shown(after)).toHaveLength(4);
    expect(after.hasMore).toBe(false);
  });

  it('shows no gap: when too much was missed, the newest page stands alone', () => {
    const before = run(history([message(1), message(2)]));
    const after = reduceChat(before, history([message(200), message(201)], { hasMore: true }));
    expect(shown(after)).toEqual(['Message 200', 'Message 201']);
    expect(after.hasMore).toBe(true);
  });

  it('starts over when the session is another one under the same key', () => {
    const before = run(history([message(1), message(2)]));
    const other = message(1, { content: 'Fresh', __openclaw: { id: 'other', seq: 1, recordTimestampMs: 1 } });
    expect(shown(reduceChat(before, history([other], { sessionId: 'new' })))).toEqual(['Fresh']);
  });

  it('draws a message again only if it changed', () => {
    const before = run(history([message(1), message(2)]));
    const after = reduceChat(before, { type: 'message', message: message(3) });
    expect(after.items[1]).toBe(before.items[1]);
    expect(after.items[2]).toBe(before.items[2]);
  });

  it('does not touch the list while an answer streams', () => {
    const before = run(history([user(1, 'a')]), delta('a', 1, 'One'));
    const after = reduceChat(before, delta('a', 2, 'One two'));
    expect(after.items).toBe(before.items);
    expect(after.runs[0]?.text).toBe('One two');
  });

  it('separates days', () => {
    const later = message(2, { timestamp: 1_700_000_000_000 + 3 * 86_400_000 });
    expect(run(history([message(1), later])).items.map((item) => item.kind)).toEqual([
      'day',
      'answer',
      'day',
      'answer',
    ]);
  });
});

describe('a run', () => {
  it('goes from accepted over streaming to its answer', () => {
    const accepted = run(history([user(1, 'a')]), { type: 'accepted', runId: 'a', status: 'started' });
    expect(shown(accepted)).toEqual(['Question 1', 'live a queued']);
    const streaming = reduceChat(accepted, delta('a', 1, 'Hel'));
    expect(shown(streaming)).toEqual(['Question 1', 'live a']);
    const answer = message(2, { runId: 'a', content: [{ type: 'text', text: 'Hello' }], stopReason: 'stop' });
    const over = reduceChat(streaming, event('a', 2, { state: 'final', message: answer }));
    expect(shown(over)).toEqual(['Question 1', 'Hello']);
    expect(over.runs).toEqual([]);
  });

  it('ignores deltas that come late or twice', () => {
    const state = run(
      history([user(1, 'a')]),
      delta('a', 3, 'Hello you'),
      delta('a', 2, 'Hello'),
      delta('a', 3, 'X'),
    );
    expect(state.runs[0]?.text).toBe('Hello you');
    const over = reduceChat(state, event('a', 4, { state: 'final', message: message(2, { runId: 'a' }) }));
    expect(reduceChat(over, delta('a', 5, 'Hello you there')).runs).toEqual([]);
  });

  it('does not come back to life when the answer to the request is late', () => {
    const over = run(
      history([user(1, 'a')]),
      event('a', 1, { state: 'final', message: message(2, { runId: 'a' }) }),
    );
    expect(reduceChat(over, { type: 'accepted', runId: 'a', status: 'started' }).runs).toEqual([]);
  });

  it('continues after a reconnect with what the gateway has, and never with less', () => {
    const cut = run(history([user(1, 'a')]), delta('a', 5, 'One two three'));
    const read = (text: string): ChatState =>
      reduceChat(
        cut,
        history([user(1, 'a')], { inFlightRun: { runId: 'a', text, startedAtMs: 1, status: 'running' } }),
      );
    expect(read('One two three four').runs[0]?.text).toBe('One two three four');
    expect(read('One two').runs[0]?.text).toBe('One two three');
    expect(
      reduceChat(read('One two three four'), delta('a', 9, 'One two three four five')).runs[0]?.text,
    ).toContain('five');
  });

  it('is over after a reconnect if the gateway says nothing is under way', () => {
    const cut = run(history([user(1, 'a')]), delta('a', 5, 'One two three'));
    const after = reduceChat(cut, history([user(1, 'a'), message(2, { runId: 'a' })]));
    expect(after.runs).toEqual([]);
    expect(shown(after)).toEqual(['Question 1', 'Message 2']);
  });

  it('keeps what was said when it was stopped, and offers the words again', () => {
    const stopped = message(2, {
      runId: 'a',
      stopReason: 'aborted',
      content: [{ type: 'text', text: 'Hel' }],
    });
    const state = run(
      history([user(1, 'a', 'Greet me')]),
      delta('a', 1, 'Hel'),
      { type: 'stopping' },
      event('a', 2, { state: 'aborted', message: stopped }),
    );
    expect(shown(state)).toEqual(['Greet me', 'aborted: Hel']);
    expect(state.stopping).toBe(false);
    expect(state.items.at(-1)).toMatchObject({ retryText: 'Greet me' });
  });

  it('shows a failure, also one that could not be saved', () => {
    const saved = run(
      history([user(1, 'a')]),
      event('a', 1, {
        state: 'error',
        errorMessage: 'Ollama is down',
        message: message(2, { runId: 'a', content: [], stopReason: 'error', errorMessage: 'Ollama is down' }),
      }),
    );
    expect(saved.items.at(-1)).toMatchObject({
      outcome: 'error',
      message: { errorMessage: 'Ollama is down' },
    });
    const unsaved = run(
      history([user(1, 'a')]),
      event('a', 1, { state: 'error', errorMessage: 'The disk is full' }),
    );
    expect(unsaved.items.at(-1)).toMatchObject({
      outcome: 'error',
      message: { errorMessage: 'The disk is full' },
    });
  });

  it('offers to try again only where the conversation ended', () => {
    const failed = message(2, { runId: 'a', content: [], stopReason: 'error', errorMessage: 'No' });
    const state = run(history([user(1, 'a'), failed, user(3, 'b'), message(4, { runId: 'b' })]));
    expect(state.items.find((item) => item.id === 'm2')).toMatchObject({
      outcome: 'error',
      retryText: undefined,
    });
  });
});

describe('two runs', () => {
  const both = [user(1, 'a', 'First'), user(2, 'b', 'Second')];

  it('shows each answer under its own question', () => {
    const state = run(
      history(both),
      { type: 'accepted', runId: 'a', status: 'started' },
      { type: 'accepted', runId: 'b', status: 'started' },
      delta('a', 1, 'One'),
    );
    expect(shown(state)).toEqual(['First', 'live a', 'Second', 'live b queued']);
    const next = reduceChat(
      state,
      event('a', 2, { state: 'final', message: message(3, { runId: 'a', content: 'To the first' }) }),
    );
    expect(shown(next)).toEqual(['First', 'To the first', 'Second', 'live b queued']);
  });

  it('finds out from the history alone which one waits', () => {
    const state = run(
      history(both, { inFlightRun: { runId: 'a', text: 'On', startedAtMs: 1, status: 'running' } }),
    );
    expect(shown(state)).toEqual(['First', 'live a', 'Second', 'live b queued']);
  });
});

describe('tools and reminders', () => {
  it('puts the result of a tool beside its call', () => {
    const call = message(2, {
      runId: 'a',
      stopReason: 'toolUse',
      content: [{ type: 'toolCall', id: 't1', name: 'reminder_set', arguments: { text: 'Stretch' } }],
    });
    const result = message(3, {
      role: 'toolResult',
      toolCallId: 't1',
      toolName: 'reminder_set',
      content: '{}',
      runId: 'a',
    });
    const [, , item] = run(history([user(1, 'a'), call, result])).items;
    expect(item).toMatchObject({
      kind: 'answer',
      tools: [{ name: 'reminder_set', result: { content: '{}' } }],
    });
    expect(run(history([user(1, 'a'), call, result])).items).toHaveLength(3);
  });

  it('tells reminders and what happened to a call apart from answers', () => {
    const reminder = message(1, { source: { kind: 'cron', label: 'Stretch' } });
    const started = message(2, { source: { kind: 'call-event' } });
    const said = message(3, { source: { kind: 'call' } });
    const kinds = run(history([reminder, started, said])).items.map(({ kind }) => kind);
    expect(kinds.slice(1)).toEqual(['event', 'event', 'answer']);
  });
});
