import { describe, expect, test } from 'vitest';
import { mergeLayers } from '../../../../src-main/gateway/config/merge.ts';

const merge = (...values: Record<string, unknown>[]): ReturnType<typeof mergeLayers> =>
  mergeLayers(values.map((value, index) => ({ file: `file${index + 1}`, values: value })));

describe('several files', () => {
  test('complete each other', () => {
    const { merged, conflicts } = merge(
      { gateway: { port: 1 } },
      { gateway: { auth: { mode: 'none' } } },
      { x: 1 },
    );
    expect(merged).toEqual({ gateway: { port: 1, auth: { mode: 'none' } }, x: 1 });
    expect(conflicts).toEqual([]);
  });

  test('the first one wins, and the conflict is told', () => {
    const { merged, conflicts } = merge(
      { gateway: { port: 1 } },
      { gateway: { port: 2 } },
      { gateway: { port: 3 } },
    );
    expect(merged).toEqual({ gateway: { port: 1 } });
    expect(conflicts).toEqual([
      { key: 'gateway.port', usedFile: 'file1', ignoredFile: 'file2' },
      { key: 'gateway.port', usedFile: 'file1', ignoredFile: 'file3' },
    ]);
  });

  test('may say the same', () => {
    expect(merge({ gateway: { port: 1 }, a: [1] }, { gateway: { port: 1 }, a: [1] }).conflicts).toEqual([]);
  });

  test('conflict when one has a section where the other has a value', () => {
    expect(merge({ gateway: { auth: 'x' } }, { gateway: { auth: { mode: 'none' } } }).conflicts).toHaveLength(
      1,
    );
    expect(merge({ gateway: { auth: { mode: 'none' } } }, { gateway: { auth: 'x' } }).merged).toEqual({
      gateway: { auth: { mode: 'none' } },
    });
  });

  test('lists are taken whole, never mixed', () => {
    expect(merge({ a: [1, 2] }, { a: [3] }).merged).toEqual({ a: [1, 2] });
  });

  test('a value of false or 0 or null counts as set', () => {
    const { merged } = merge({ a: false, b: 0, c: '' }, { a: true, b: 1, c: 'x' });
    expect(merged).toEqual({ a: false, b: 0, c: '' });
  });
});

describe('spellings', () => {
  test('of the gateway section are one: snake case means camel case', () => {
    const { merged } = merge({
      gateway: {
        heartbeat_interval: 30,
        control_ui: { allowed_origins: ['https://a'] },
        rate_limit: { burst_size: 20 },
      },
    });
    expect(merged).toEqual({
      gateway: {
        heartbeatInterval: 30,
        controlUi: { allowedOrigins: ['https://a'] },
        rateLimit: { burstSize: 20 },
      },
    });
  });

  test('that differ between files are the same key', () => {
    const { merged, conflicts } = merge(
      { gateway: { heartbeatInterval: 5 } },
      { gateway: { heartbeat_interval: 30 } },
    );
    expect(merged).toEqual({ gateway: { heartbeatInterval: 5 } });
    expect(conflicts.map(({ key }) => key)).toEqual(['gateway.heartbeatInterval']);
  });

  test('of names that people chose stay as they are', () => {
    const providers = { my_local_model: { baseUrl: 'http://a' } };
    expect(merge({ models: { providers } }).merged).toEqual({ models: { providers } });
  });
});

describe('keys that reach for the prototype', () => {
  test.each(['__proto__', 'constructor', 'prototype'])('%s is passed over, at every depth', (key) => {
    const hostile = JSON.parse(
      `{"${key}":{"polluted":1},"gateway":{"${key}":{"polluted":1}},"models":{"a":{"${key}":{"polluted":1}}}}`,
    ) as Record<string, unknown>;
    const { merged } = merge(hostile, hostile);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(JSON.stringify(merged)).not.toContain(`"${key}"`);
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
  });

  test.each(['toString', 'valueOf', 'hasOwnProperty'])('%s is a name like any other', (key) => {
    const { merged, conflicts } = merge({ models: { providers: { [key]: { baseUrl: 'http://a' } } } });
    expect(conflicts).toEqual([]);
    expect(merged).toEqual({ models: { providers: { [key]: { baseUrl: 'http://a' } } } });
  });
});
