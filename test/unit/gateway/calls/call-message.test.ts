import { describe, expect, test } from 'vitest';
import { callMessageSchema } from '../../../../src-main/gateway/calls/call-message.ts';

const read = (message: unknown): unknown => callMessageSchema.safeParse(message).data;

describe('a message about a call', () => {
  test.each<[object, object]>([
    [
      { type: 'call_started', call_id: 'c-1', to_number: '+1', prompt: 'Be kind', metadata: {} },
      { kind: 'call_started', callId: 'c-1', toNumber: '+1', prompt: 'Be kind' },
    ],
    [
      { type: 'transcript', call_id: 'c-1', speaker: 'assistant', text: 'Hi', is_final: true },
      { kind: 'transcript', callId: 'c-1', fromAgent: true, text: 'Hi' },
    ],
    [
      { type: 'transcript', call_id: 'c-1', role: 'user', transcript: 'Hello' },
      { kind: 'transcript', callId: 'c-1', fromAgent: false, text: 'Hello' },
    ],
    [
      { type: 'structured_data', call_id: 'c-1', data: { a: 1 } },
      { kind: 'structured_data', callId: 'c-1', data: { a: 1 } },
    ],
    [
      { type: 'action', call_id: 'c-1', action_type: 'book', parameters: { at: 9 } },
      { kind: 'action', callId: 'c-1', name: 'book', data: { action_type: 'book', parameters: { at: 9 } } },
    ],
    [
      {
        type: 'call_ended',
        call_id: 'c-1',
        duration: 125.5,
        outcome: 'completed',
        full_transcript: 'User: Hello',
      },
      { kind: 'call_ended', callId: 'c-1', outcome: 'completed', seconds: 125.5, transcript: 'User: Hello' },
    ],
    [{ type: 'heartbeat', timestamp: 'x' }, { kind: 'heartbeat' }],
    [
      { type: 'error', error: 'no line' },
      { kind: 'error', callId: undefined, text: 'no line' },
    ],
    [
      { type: 'error', call_id: 'c-1', message: 'no line' },
      { kind: 'error', callId: 'c-1', text: 'no line' },
    ],
  ])('%j', (message, expected) => {
    expect(read(message)).toEqual(expected);
  });

  test('may name its kind as the public Python client does', () => {
    expect(read({ message_type: 'call_ended', call_id: 'c-1' })).toMatchObject({ kind: 'call_ended' });
    expect(read({ type: null, message_type: 'heartbeat' })).toEqual({ kind: 'heartbeat' });
  });

  test('may have null where it has nothing to say', () => {
    const message = {
      type: 'call_ended',
      call_id: 'c-1',
      duration: null,
      outcome: null,
      full_transcript: null,
    };
    expect(read(message)).toMatchObject({ outcome: 'unknown', seconds: undefined });
  });
});

describe('what is no message about a call', () => {
  test.each<[unknown]>([
    [undefined],
    [null],
    ['call_started'],
    [[]],
    [{}],
    [{ type: 'dance', call_id: 'c-1' }],
    [{ type: 'call_started', call_id: 'c-1' }],
    [{ type: 'call_started', to_number: '+1' }],
    [{ type: 'call_started', call_id: '', to_number: '+1' }],
    [{ type: 'call_started', call_id: 'a b', to_number: '+1' }],
    [{ type: 'call_started', call_id: '../etc', to_number: '+1' }],
    [{ type: 'call_started', call_id: 'x'.repeat(201), to_number: '+1' }],
    [{ type: 'call_started', call_id: 'a\u0000b', to_number: '+1' }],
    [{ type: 'call_started', call_id: 5, to_number: '+1' }],
    [{ type: 'call_ended', call_id: 'c-1', duration: 'long' }],
    [{ type: 'call_ended', call_id: 'c-1', duration: -1 }],
    [{ type: 'transcript', call_id: 'c-1', text: 5 }],
    [{ type: '__proto__', call_id: 'c-1' }],
  ])('%j', (message) => {
    expect(callMessageSchema.safeParse(message).success).toBe(false);
  });
});
