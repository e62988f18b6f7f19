import { describe, expect, test } from 'vitest';
import { jsonRpcDialect } from '../../../../src-main/gateway/dialects/json-rpc.ts';
import type { BusEvent, EventMeta } from '../../../../src-main/gateway/event-bus.ts';
import type { ChatEvent, ChatMessage } from '../../../../src-main/shared/protocol/chat.ts';
import { channelOf, resolveSessionKey } from '../../../../src-main/shared/session-key.ts';

const base = { runId: 'r', sessionKey: 'agent:main:main', agentId: 'main', seq: 1 };
const message: ChatMessage = { role: 'assistant', content: 'Hello', timestamp: 1 };

function frames(event: BusEvent): unknown[] {
  const encoded = jsonRpcDialect.event(event);
  if (encoded === undefined) return [];
  if (encoded.form !== 'whole') throw new Error('numbered');
  return encoded.frames.map((text) => JSON.parse(text) as unknown);
}

const chat = (payload: ChatEvent, meta: EventMeta = {}): unknown[] =>
  frames({ event: 'chat', payload, meta });

describe('chat events', () => {
  test('a piece becomes chat.stream with its place', () => {
    const delta: ChatEvent = { ...base, state: 'delta', deltaText: '! How is', message };
    expect(chat(delta, { chunkIndex: 1 })).toEqual([
      { jsonrpc: '2.0', method: 'chat.stream', params: { chunk: '! How is', index: 1, channel: 'default' } },
    ]);
  });

  test('the end becomes chat.complete with what it cost', () => {
    const final: ChatEvent = {
      ...base,
      state: 'final',
      message,
      usage: { input: 100, output: 56, totalTokens: 156 },
    };
    expect(chat(final, { durationMs: 1_230 })).toEqual([
      {
        jsonrpc: '2.0',
        method: 'chat.complete',
        params: { total_tokens: 156, channel: 'default', duration_ms: 1_230 },
      },
    ]);
  });

  test('tokens that nobody counted are null, not a guess', () => {
    expect(chat({ ...base, state: 'final' }, { durationMs: 1 })).toMatchObject([
      { params: { total_tokens: null } },
    ]);
  });

  test('a run that was stopped or failed is complete too, and says so', () => {
    expect(chat({ ...base, state: 'aborted' }, { durationMs: 1 })).toMatchObject([
      { params: { status: 'aborted' } },
    ]);
    expect(chat({ ...base, state: 'error', errorMessage: 'no' }, { durationMs: 1 })).toMatchObject([
      { params: { status: 'error', error: 'no' } },
    ]);
  });

  test('what is not part of the stream says nothing', () => {
    expect(chat({ ...base, state: 'status', phase: 'starting_model' })).toEqual([]);
    // A reminder that was put into the conversation.
    expect(chat({ ...base, state: 'final', message })).toEqual([]);
  });
});

describe('other events', () => {
  test('come as a notification named event', () => {
    expect(frames({ event: 'shutdown', payload: { reason: 'gateway stopping' }, meta: {} })).toEqual([
      {
        jsonrpc: '2.0',
        method: 'event',
        params: { event: 'shutdown', payload: { reason: 'gateway stopping' } },
      },
    ]);
  });

  test('ticks do not come', () => {
    expect(frames({ event: 'tick', payload: { ts: 1 }, meta: {} })).toEqual([]);
  });
});

describe('a channel', () => {
  test('is the name of its session; the main session is the default one', () => {
    expect(channelOf('agent:main:main')).toBe('default');
    expect(channelOf('agent:main:coding')).toBe('coding');
    expect(channelOf('call:1')).toBe('call:1');
  });

  test('belongs to one session only', () => {
    const keys = [
      'agent:main:main',
      'agent:main:default',
      'agent:main:coding',
      'agent:work:coding',
      'agent:work:main',
      'agent:work:default',
      'call:1',
      'agent:main:call:1',
    ];
    expect(new Set(keys.map(channelOf)).size).toBe(keys.length);
  });

  test('leads back to its session', () => {
    for (const key of ['agent:main:main', 'agent:main:coding', 'agent:work:coding', 'call:1']) {
      expect(resolveSessionKey(channelOf(key))).toBe(key);
    }
  });
});
