import { expect, test } from 'vitest';
import { traceLine, type TraceEntry } from '../../../src-main/shared/protocol/trace.ts';

const ts = Date.parse('2026-03-20T10:15:23.456Z');

// The gateway course's own example.
test.each<[TraceEntry, string]>([
  [
    { ts, kind: 'recv', msgId: 'msg-001', method: 'chat.send', channel: 'default', size: 128 },
    '[DEBUG] 2026-03-20T10:15:23Z RECV msg_id=msg-001 method=chat.send channel=default size=128B',
  ],
  [
    { ts, kind: 'route', msgId: 'msg-001', target: 'ReasoningLayer', latencyMs: 0.2 },
    '[DEBUG] 2026-03-20T10:15:23Z ROUTE msg_id=msg-001 → ReasoningLayer latency=0.2ms',
  ],
  [
    { ts: ts + 1_000, kind: 'send', msgId: 'msg-001', method: 'chat.stream', chunk: 0, size: 32 },
    '[DEBUG] 2026-03-20T10:15:24Z SEND msg_id=msg-001 method=chat.stream chunk=0 size=32B',
  ],
  [
    { ts: ts + 1_000, kind: 'send', msgId: 'msg-001', method: 'chat.stream', chunk: 1, size: 28 },
    '[DEBUG] 2026-03-20T10:15:24Z SEND msg_id=msg-001 method=chat.stream chunk=1 size=28B',
  ],
  [
    {
      ts: ts + 2_000,
      kind: 'send',
      msgId: 'msg-001',
      method: 'chat.complete',
      tokens: 156,
      durationMs: 1_230,
      size: 90,
    },
    '[DEBUG] 2026-03-20T10:15:25Z SEND msg_id=msg-001 method=chat.complete tokens=156 duration=1230ms',
  ],
  [
    { ts, kind: 'send', msgId: '-', method: 'chat.complete', tokens: null, durationMs: 5, size: 1 },
    '[DEBUG] 2026-03-20T10:15:23Z SEND msg_id=- method=chat.complete tokens=unknown duration=5ms',
  ],
  [
    { ts, kind: 'send', msgId: 'm', method: 'chat.sendd', error: -32601, size: 90 },
    '[DEBUG] 2026-03-20T10:15:23Z SEND msg_id=m method=chat.sendd error=-32601 size=90B',
  ],
])('%j', (entry, line) => {
  expect(traceLine(entry)).toBe(line);
});

test('verbose lines also say where the message came from', () => {
  const entry: TraceEntry = {
    ts,
    kind: 'route',
    msgId: 'm',
    target: 'MemorySystem',
    latencyMs: 1,
    connId: 'c-1',
    dialect: 'typed',
  };
  expect(traceLine(entry, true)).toMatch(/latency=1\.0ms dialect=typed conn=c-1$/);
  expect(traceLine(entry)).toMatch(/latency=1\.0ms$/);
});
