import { describe, expect, test } from 'vitest';
import {
  holdsSecrets,
  NothingRedactedError,
  REDACTED,
  redactFilled,
  redactSecrets,
  restoreSecrets,
} from '../../../../src-main/gateway/config/sensitive.ts';

describe('redactSecrets', () => {
  test.each([
    [{ apiKey: 'k' }, { apiKey: REDACTED }],
    [{ apiKey: '${KEY}' }, { apiKey: '${KEY}' }],
    [{ apiKey: 'Bearer ${KEY}' }, { apiKey: REDACTED }],
    [{ apiKey: '' }, { apiKey: '' }],
    [{ pin: 1234 }, { pin: REDACTED }],
    [
      { maxTokens: 4_096, token: true },
      { maxTokens: 4_096, token: true },
    ],
    [{ headers: { 'X-Any': 'v' } }, { headers: { 'X-Any': REDACTED } }],
    [{ env: { vars: { ANY: 'v' }, on: false } }, { env: { vars: { ANY: REDACTED }, on: false } }],
    [{ credentials: { user: 'u', list: ['v'] } }, { credentials: { user: REDACTED, list: [REDACTED] } }],
    [
      { apiKey: { source: 'env', provider: 'default', id: 'KEY' } },
      { apiKey: { source: 'env', provider: 'default', id: 'KEY' } },
    ],
    [
      { url: 'https://u:p@h/x', other: 'wss://h/?token=abc' },
      { url: REDACTED, other: REDACTED },
    ],
    [{ url: 'https://h/a@b' }, { url: 'https://h/a@b' }],
  ])('%j', (value, shown) => {
    expect(redactSecrets(value)).toEqual(shown);
    expect(holdsSecrets(value)).toBe(JSON.stringify(value) !== JSON.stringify(shown));
  });

  test('hides what a variable with the name of a secret stands for, wherever that is', () => {
    expect(
      redactFilled(
        { note: 'sk-1', host: 'h', list: ['t'] },
        { note: '${AWS_KEY}', host: '${HOST}', list: ['${T_TOKEN}'] },
      ),
    ).toEqual({ note: REDACTED, host: 'h', list: [REDACTED] });
  });
});

describe('restoreSecrets', () => {
  test('puts the stored secret back in its place', () => {
    expect(restoreSecrets({ a: { token: REDACTED, b: 2 } }, { a: { token: 't', b: 1 } })).toEqual({
      a: { token: 't', b: 2 },
    });
  });

  test.each([
    ['where nothing is stored', { token: REDACTED }, {}],
    ['where something else is stored', { token: REDACTED }, { token: { source: 'env', id: 'X' } }],
    ['of a name that every object has', { toString: REDACTED }, {}],
  ])('refuses the placeholder %s', (_what, written, stored) => {
    expect(() => restoreSecrets(written, stored)).toThrow(NothingRedactedError);
  });

  const stored = [
    { name: 'a', url: 'u1', token: 't1' },
    { name: 'b', url: 'u2', token: 't2' },
    { name: 'c', url: 'u3', token: 't3' },
  ];
  const shown = redactSecrets(stored);

  test('follows entries of a list that were moved or changed', () => {
    expect(restoreSecrets([shown[2], { ...shown[0], url: 'new' }], stored)).toEqual([
      stored[2],
      { ...stored[0], url: 'new' },
    ]);
  });

  test('never gives a secret to an entry that may be another one', () => {
    expect(() => restoreSecrets([{ name: 'd', url: 'evil', token: REDACTED }], stored)).toThrow(
      'there is none for [0].token',
    );
    expect(() => restoreSecrets([REDACTED], { 0: 'x' })).toThrow(NothingRedactedError);
    expect(() =>
      restoreSecrets({ keys: [{ token: REDACTED }] }, { keys: [{ token: '1' }, { token: '2' }] }),
    ).toThrow('there is none for keys[0].token');
  });
});
