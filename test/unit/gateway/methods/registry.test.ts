import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import {
  createRegistry,
  defineCompatMethod,
  type Method,
} from '../../../../src-main/gateway/methods/method.ts';
import type { DialectName } from '../../../../src-main/gateway/dialects/dialect.ts';

const method = (name: string, dialects?: readonly DialectName[]): Method =>
  defineCompatMethod({
    name,
    scope: undefined,
    params: z.looseObject({}),
    handle: () => name,
    ...(dialects === undefined ? {} : { dialects }),
  });

const common = method('chat.send');
const special = method('chat.send', ['json-rpc']);
const registry = createRegistry([common, special, method('chat.history'), method('typed.chat', ['typed'])]);

describe('the registry', () => {
  test('gives a dialect its own method of a name, and the others the common one', () => {
    expect(registry.find('chat.send', 'json-rpc')).toBe(special);
    expect(registry.find('chat.send', 'native')).toBe(common);
    expect(registry.find('typed.chat', 'native')).toBeUndefined();
  });

  test('shows native clients only what they may call', () => {
    expect(registry.names()).toEqual(['chat.history', 'chat.send']);
  });

  test.each([
    '',
    '__proto__',
    'constructor',
    'toString',
    'chat',
    'chat.send ',
    'CHAT.SEND',
    'json-rpc chat.send',
    'x'.repeat(1_000_000),
  ])('does not know %.30j', (name) => {
    expect(registry.find(name, 'native')).toBeUndefined();
  });

  test('refuses to have a method twice', () => {
    expect(() => createRegistry([common, method('chat.send')])).toThrow('chat.send is defined twice');
  });
});

describe('the nearest name', () => {
  test.each([
    ['chat.sendd', 'chat.send'],
    ['chat.sned', 'chat.send'],
    ['chat_history', 'chat.history'],
    ['Chat.Send', 'chat.send'],
  ])('for %s is %s', (written, nearest) => {
    expect(registry.nearest(written, 'native')).toBe(nearest);
  });

  test.each(['', 'x', 'agent', 'something.else', 'x'.repeat(100_000)])(
    'for %.20j there is none',
    (written) => {
      expect(registry.nearest(written, 'native')).toBeUndefined();
    },
  );

  test('is one that the dialect has', () => {
    expect(registry.nearest('typed.cha', 'typed')).toBe('typed.chat');
    expect(registry.nearest('typed.cha', 'native')).toBeUndefined();
  });
});
