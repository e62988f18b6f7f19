import { expect, test } from 'vitest';
import {
  ActionMessage,
  CallEndedMessage,
  CallStartedMessage,
  ErrorMessage,
  HeartbeatMessage,
  StructuredDataMessage,
  TranscriptMessage,
} from '../../../src-main/client/gateway-messages.ts';
import { callMessageSchema } from '../../../src-main/gateway/calls/call-message.ts';

const callId = '550e8400-e29b-41d4-a716-446655440000';

const MESSAGES = [
  [
    new CallStartedMessage({
      callId,
      toNumber: '+1234567890',
      prompt: 'You are a helpful AI assistant.',
      metadata: { direction: 'outbound' },
    }),
    {
      type: 'call_started',
      call_id: callId,
      to_number: '+1234567890',
      prompt: 'You are a helpful AI assistant.',
      metadata: { direction: 'outbound' },
    },
  ],
  [
    new CallStartedMessage({ callId, toNumber: '+1', prompt: '' }),
    { type: 'call_started', call_id: callId, to_number: '+1', prompt: '', metadata: {} },
  ],
  [
    new CallEndedMessage({ callId, duration: 125.5, outcome: 'completed', fullTranscript: 'User: Hello' }),
    {
      type: 'call_ended',
      call_id: callId,
      duration: 125.5,
      outcome: 'completed',
      full_transcript: 'User: Hello',
    },
  ],
  [
    new TranscriptMessage({
      callId,
      speaker: 'user',
      text: 'Hello',
      isFinal: true,
      timestamp: '2026-11-21T09:00:00Z',
    }),
    {
      type: 'transcript',
      call_id: callId,
      speaker: 'user',
      text: 'Hello',
      is_final: true,
      timestamp: '2026-11-21T09:00:00Z',
    },
  ],
  [
    new StructuredDataMessage({ callId, data: { intent: 'book', date: 'Friday' } }),
    { type: 'structured_data', call_id: callId, data: { intent: 'book', date: 'Friday' } },
  ],
  [
    new ActionMessage({ callId, actionType: 'send_mail', parameters: { to: 'a@b.c' } }),
    { type: 'action', call_id: callId, action_type: 'send_mail', parameters: { to: 'a@b.c' } },
  ],
  [
    new ErrorMessage({ errorMessage: 'no line', errorCode: 'E1' }),
    { type: 'error', error_message: 'no line', error_code: 'E1' },
  ],
  [
    new ErrorMessage({ callId, errorMessage: 'noise' }),
    { type: 'error', call_id: callId, error_message: 'noise' },
  ],
  [new HeartbeatMessage(), { type: 'heartbeat' }],
] as const;

test.each(MESSAGES)('message %# has the form of the reference on the wire', (message, wire) => {
  expect(JSON.parse(JSON.stringify(message.toWire()))).toEqual(wire);
  expect(message.type).toBe(wire.type);
});

test.each(MESSAGES)('message %# is one that the gateway takes', (message) => {
  expect(callMessageSchema.safeParse(message.toWire())).toMatchObject({ success: true });
});

test('an error keeps its words in the gateway', () => {
  const message = new ErrorMessage({ callId, errorMessage: 'noise on the line' });
  expect(callMessageSchema.parse(message.toWire())).toEqual({
    kind: 'error',
    callId,
    text: 'noise on the line',
  });
});
