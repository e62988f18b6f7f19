import { describe, expect, test } from 'vitest';
import { fillEnvironment } from '../../../../src-main/gateway/config/environment.ts';

function fill(value: unknown, env: NodeJS.ProcessEnv = {}): { filled: unknown; missing: string[] } {
  const missing = new Set<string>();
  return { filled: fillEnvironment(value, env, missing), missing: [...missing] };
}

describe('${NAME} in values', () => {
  test('is filled in, wherever it stands', () => {
    const { filled, missing } = fill(
      { a: '${HOST}:${PORT}', b: ['${HOST}'], c: { d: 'x${PORT}y' } },
      { HOST: 'localhost', PORT: '1' },
    );
    expect(filled).toEqual({ a: 'localhost:1', b: ['localhost'], c: { d: 'x1y' } });
    expect(missing).toEqual([]);
  });

  test('that is not set stays as it is written, and is told once', () => {
    expect(fill({ a: '${NOPE}', b: '${NOPE}' })).toEqual({
      filled: { a: '${NOPE}', b: '${NOPE}' },
      missing: ['NOPE'],
    });
  });

  test('that is set to nothing is nothing', () => {
    expect(fill('a${EMPTY}b', { EMPTY: '' })).toEqual({ filled: 'ab', missing: [] });
  });

  test('can be escaped', () => {
    expect(fill('$${HOST}', { HOST: 'x' })).toEqual({ filled: '${HOST}', missing: [] });
  });

  test.each(['$HOST', '${host}', '${}', '${1A}', '${A-B}', '$ {HOST}', '${HOST'])(
    '%s is only text',
    (text) => {
      expect(fill(text, { HOST: 'x', host: 'y' })).toEqual({ filled: text, missing: [] });
    },
  );

  test('is filled in once: what a variable contains is not looked at again', () => {
    expect(fill('${A}', { A: '${B}', B: 'secret' }).filled).toBe('${B}');
  });

  test('never replaces keys, numbers and booleans', () => {
    expect(fill({ '${A}': 1, b: true, c: null }, { A: 'x' }).filled).toEqual({ '${A}': 1, b: true, c: null });
  });
});
