import { describe, expect, test } from 'vitest';
import type { Decoded } from '../../../../src-main/gateway/dialects/dialect.ts';
import { jsonRpcDialect } from '../../../../src-main/gateway/dialects/json-rpc.ts';
import { hybridDialect } from '../../../../src-main/gateway/dialects/hybrid.ts';
import { ERROR_CODES, GatewayError } from '../../../../src-main/shared/errors.ts';

const decode = (frame: unknown): Decoded =>
  jsonRpcDialect.decode(typeof frame === 'string' ? frame : JSON.stringify(frame));

/** The error code and id of a frame that is no request. */
function fault(frame: unknown): [number, unknown] {
  const decoded = decode(frame);
  if (decoded.kind !== 'single' || decoded.entry.kind !== 'fault') throw new Error('it is a request');
  return [ERROR_CODES[decoded.entry.error.kind].jsonRpc, decoded.entry.id];
}

describe('reading', () => {
  test.each(['a', '', 0, -1, 1.5, 2 ** 53, null])('keeps the id %j as it is', (id) => {
    expect(decode({ jsonrpc: '2.0', id, method: 'm' })).toMatchObject({ entry: { kind: 'request', id } });
    expect(JSON.parse(jsonRpcDialect.response(id, {}, 'm'))).toMatchObject({ id });
    expect(JSON.parse(hybridDialect.response(id, {}, 'm'))).toMatchObject({ id });
  });

  test('a request without an id is a notification', () => {
    expect(decode({ jsonrpc: '2.0', method: 'm' })).toEqual({
      kind: 'single',
      entry: { kind: 'request', id: undefined, method: 'm', params: undefined },
    });
  });

  test('params may be an object or an array', () => {
    for (const params of [{ a: 1 }, [1]]) {
      expect(decode({ jsonrpc: '2.0', id: 1, method: 'm', params })).toMatchObject({ entry: { params } });
    }
  });

  test.each<[unknown, number, unknown]>([
    ['{', -32700, null],
    ['', -32700, null],
    ['7', -32600, null],
    ['null', -32600, null],
    ['[]', -32600, null],
    [{ id: 5, method: 'm' }, -32600, 5],
    [{ jsonrpc: '1.0', id: 'x', method: 'm' }, -32600, 'x'],
    [{ jsonrpc: '2.0', id: 5 }, -32600, 5],
    [{ jsonrpc: '2.0', id: 5, method: '' }, -32600, 5],
    [{ jsonrpc: '2.0', id: 5, method: 7 }, -32600, 5],
    [{ jsonrpc: '2.0', id: 5, method: 'm', params: 'text' }, -32600, 5],
    [{ jsonrpc: '2.0', id: 5, method: 'm', params: null }, -32600, 5],
    [{ jsonrpc: '2.0', id: {}, method: 'm' }, -32600, null],
    [{ jsonrpc: '2.0', id: [1], method: 'm' }, -32600, null],
    [{ jsonrpc: '2.0', id: true, method: 'm' }, -32600, null],
  ])('answers %j with %i under the id %j', (frame, code, id) => {
    expect(fault(frame)).toEqual([code, id]);
  });
});

describe('a batch', () => {
  test('keeps its order, requests and faults and notifications together', () => {
    const decoded = decode([{ jsonrpc: '2.0', id: 1, method: 'a' }, 5, { jsonrpc: '2.0', method: 'b' }]);
    if (decoded.kind !== 'batch') throw new Error('no batch');
    expect(decoded.entries.map(({ kind }) => kind)).toEqual(['request', 'fault', 'request']);
  });

  test('of fifty is taken whole; each entry after that is refused by itself', () => {
    const entries = Array.from({ length: 53 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'm' }));
    const decoded = decode(entries);
    if (decoded.kind !== 'batch') throw new Error('no batch');
    expect(decoded.entries.slice(0, 50).every(({ kind }) => kind === 'request')).toBe(true);
    expect(decoded.entries.slice(50)).toMatchObject(
      [50, 51, 52].map((id) => ({ kind: 'fault', id, error: { kind: 'rate-limited' } })),
    );
  });
});

describe('writing', () => {
  test('a result, and never both a result and an error', () => {
    expect(JSON.parse(jsonRpcDialect.response(1, undefined, 'm'))).toEqual({
      jsonrpc: '2.0',
      id: 1,
      result: {},
    });
  });

  test('an error with a number, its message, and data where there is some', () => {
    const error = new GatewayError('rate-limited', 'Rate limit exceeded', { retryAfterMs: 5 });
    expect(JSON.parse(jsonRpcDialect.error('a', error, 'm'))).toEqual({
      jsonrpc: '2.0',
      id: 'a',
      error: { code: 4003, message: 'Rate limit exceeded', data: { retryAfterMs: 5 } },
    });
    const plain = JSON.parse(
      jsonRpcDialect.error(null, new GatewayError('internal', 'x'), undefined),
    ) as unknown;
    expect(plain).toEqual({ jsonrpc: '2.0', id: null, error: { code: -32603, message: 'x' } });
  });

  test('the hybrid form has ok and payload, or an error in words', () => {
    expect(JSON.parse(hybridDialect.response(1, { a: 1 }, 'm'))).toEqual({
      jsonrpc: '2.0',
      id: 1,
      ok: true,
      payload: { a: 1 },
    });
    const error = new GatewayError('unknown-method', 'unknown method: x', { details: { nearest: 'y' } });
    expect(JSON.parse(hybridDialect.error(1, error, 'x'))).toEqual({
      jsonrpc: '2.0',
      id: 1,
      ok: false,
      error: { code: 'METHOD_NOT_FOUND', message: 'unknown method: x', details: { nearest: 'y' } },
    });
  });
});
