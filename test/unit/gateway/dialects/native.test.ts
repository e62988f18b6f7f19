import { describe, expect, test } from 'vitest';
import { nativeDialect } from '../../../../src-main/gateway/dialects/native.ts';
import { GatewayError } from '../../../../src-main/shared/errors.ts';
import { frameChecks } from '../../../fakes/openclaw-validators.ts';

const decode = (frame: unknown): unknown =>
  nativeDialect.decode(typeof frame === 'string' ? frame : JSON.stringify(frame));
const fault = (id: unknown, message: string): unknown => ({
  kind: 'single',
  entry: expect.objectContaining({
    kind: 'fault',
    id,
    error: expect.objectContaining({
      kind: 'invalid-request',
      message: `invalid request frame: ${message}`,
    }) as unknown,
  }) as unknown,
});

describe('reading', () => {
  test('a request', () => {
    expect(decode({ type: 'req', id: '7', method: 'health', params: { probe: true } })).toEqual({
      kind: 'single',
      entry: { kind: 'request', id: '7', method: 'health', params: { probe: true } },
    });
  });

  test('passes over what is not JSON', () => {
    for (const text of ['', '{', 'hello']) expect(decode(text)).toEqual({ kind: 'ignored' });
  });

  test.each<[unknown, unknown, string]>([
    [{ type: 'req', id: 7, method: 'health' }, 7, 'at /id: must be string'],
    [{ type: 'req', id: '', method: 'health' }, '', 'at /id: must not have fewer than 1 characters'],
    [{ type: 'req', method: 'health' }, '', 'at /id: must be string'],
    [{ type: 'req', id: null, method: 'health' }, '', 'at /id: must be string'],
    [{ type: 'req', id: '1' }, '1', 'at /method: must be a string that is not empty'],
    [{ type: 'req', id: '1', method: '' }, '1', 'at /method: must be a string that is not empty'],
    [{ type: 'res', id: '1', ok: true }, '1', 'at /type: must be equal to constant "req"'],
    [{ type: 'req', id: '1', method: 'x', t: 1 }, '1', "at root: unexpected property 't'"],
    [
      { type: 'req', id: '1', method: 'x', traceparent: 'x'.repeat(129) },
      '1',
      'at /traceparent: must not have more than 128 characters',
    ],
    [[], '', 'at root: must be object'],
    ['null', '', 'at root: must be object'],
    ['5', '', 'at root: must be object'],
  ])('refuses %j under the id that could be read', (frame, id, message) => {
    expect(decode(frame)).toEqual(fault(id, message));
  });

  test('accepts exactly what the published schema of a request accepts', () => {
    const values = [undefined, null, '', 'x', 7, {}, [], 'y'.repeat(129)];
    const frames = values.flatMap((value) =>
      ['type', 'id', 'method', 'params', 'extra', '__proto__'].map((key) => {
        const text = JSON.stringify({ type: 'req', id: '1', method: 'health', [key]: value });
        return key === '__proto__' ? text.replace(/\}$/, ',"__proto__":1}') : text;
      }),
    );
    const different = frames.filter((text) => {
      const decoded = nativeDialect.decode(text);
      const accepted = decoded.kind === 'single' && decoded.entry.kind === 'request';
      return accepted !== (frameChecks.req(JSON.parse(text)).length === 0);
    });
    expect(different).toEqual([]);
  });
});

describe('writing', () => {
  test('an answer and an error in the published form', () => {
    const answer = JSON.parse(nativeDialect.response('7', { a: 1 }, 'health')) as unknown;
    expect(answer).toEqual({ type: 'res', id: '7', ok: true, payload: { a: 1 } });
    const error = new GatewayError('rate-limited', 'Slower.', {
      retryable: true,
      retryAfterMs: 5,
      details: { limit: 1 },
    });
    const refused = JSON.parse(nativeDialect.error('7', error, 'health')) as unknown;
    expect(refused).toEqual({
      type: 'res',
      id: '7',
      ok: false,
      error: {
        code: 'UNAVAILABLE',
        message: 'Slower.',
        details: { limit: 1 },
        retryable: true,
        retryAfterMs: 5,
      },
    });
    for (const frame of [answer, refused]) expect(frameChecks.res(frame)).toEqual([]);
  });

  test('an event whose number the connection fills in', () => {
    const event = nativeDialect.event({ event: 'tick', payload: { ts: 5 }, meta: {} });
    if (event?.form !== 'sequenced') throw new Error('not sequenced');
    const frame = JSON.parse(`${event.head}12${event.tail}`) as unknown;
    expect(frame).toEqual({ type: 'event', event: 'tick', payload: { ts: 5 }, seq: 12 });
    expect(frameChecks.event(frame)).toEqual([]);
  });

  test('keeps ids that need escaping', () => {
    const id = 'a"b\\c\u2028\ud800';
    expect(JSON.parse(nativeDialect.response(id, {}, 'health'))).toMatchObject({ id });
  });
});
