import { describe, expect, test } from 'vitest';
import { detectDialect } from '../../../../src-main/gateway/dialects/detect.ts';

const detect = (frame: unknown): ReturnType<typeof detectDialect> =>
  detectDialect(typeof frame === 'string' ? frame : JSON.stringify(frame));

describe('the first frame', () => {
  test.each([
    [
      { type: 'req', id: '1', method: 'connect', params: {} },
      { kind: 'handshake', dialect: 'native' },
    ],
    [
      { jsonrpc: '2.0', id: 1, method: 'connect' },
      { kind: 'handshake', dialect: 'hybrid' },
    ],
    [
      { jsonrpc: '2.0', id: 1, method: 'auth.handshake' },
      { kind: 'handshake', dialect: 'json-rpc' },
    ],
    [
      { jsonrpc: '2.0', id: 1, method: 'sessions_send' },
      { kind: 'message', dialect: 'json-rpc' },
    ],
    [
      { jsonrpc: '2.0', method: 'system.status' },
      { kind: 'message', dialect: 'json-rpc' },
    ],
    [
      { jsonrpc: '2.0', id: 1 },
      { kind: 'message', dialect: 'json-rpc' },
    ],
    [[{ jsonrpc: '2.0', id: 1, method: 'x' }], { kind: 'message', dialect: 'json-rpc' }],
    [[1, { jsonrpc: '2.0' }], { kind: 'message', dialect: 'json-rpc' }],
    [
      { type: 'chat', payload: {} },
      { kind: 'message', dialect: 'typed' },
    ],
    [{ type: 'status' }, { kind: 'message', dialect: 'typed' }],
    [{ type: 'heartbeat_trigger' }, { kind: 'message', dialect: 'typed' }],
    [{ type: 'skill_invoke' }, { kind: 'message', dialect: 'typed' }],
  ])('%j', (frame, expected) => {
    expect(detect(frame)).toEqual(expected);
  });

  test('is fixed by jsonrpc before type', () => {
    expect(detect({ jsonrpc: '2.0', type: 'req', method: 'connect' })).toMatchObject({ dialect: 'hybrid' });
  });

  test('of the native dialect must be connect', () => {
    expect(detect({ type: 'req', id: '1', method: 'health' })).toEqual({
      kind: 'refused',
      dialect: 'native',
      reason: 'invalid handshake: first request must be connect',
    });
  });
});

describe('a first frame that belongs to nobody', () => {
  test.each<[unknown]>([
    [''],
    ['hello'],
    ['{'],
    ['null'],
    ['42'],
    ['"connect"'],
    ['[]'],
    ['{}'],
    [{ type: 'res' }],
    [{ type: 'event' }],
    [{ type: 'Chat' }],
    [{ type: 'toString' }],
    [{ type: 7 }],
    [{ jsonrpc: 2, method: 'connect' }],
    [{ jsonrpc: '1.0', method: 'connect' }],
    [{ method: 'connect' }],
    [[1, 2, 3]],
    [[{ type: 'chat' }]],
    ['GET / HTTP/1.1'],
  ])('%j', (frame) => {
    const first = detect(frame);
    expect(first.kind).toBe('unknown');
    const { reason } = first as { reason: string };
    expect(reason).toContain('expected connect, auth.handshake or a typed message');
    expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
  });
});
