import { describe, expect, test } from 'vitest';
import { createLiveSecret } from '../../../../src-main/gateway/auth/live-secret.ts';
import type { GatewaySecret } from '../../../../src-main/gateway/auth/secret.ts';

const secretOf = (mode: GatewaySecret['mode'], text?: string): GatewaySecret => ({
  mode,
  matches: (candidate) => text !== undefined && candidate === text,
  reveal: () => text,
});

describe('a secret that may change', () => {
  test('is the new one as soon as it was looked up again', () => {
    let now = secretOf('token', 'a');
    const live = createLiveSecret(() => now);
    expect([live.mode, live.version, live.matches('a'), live.reveal()]).toEqual(['token', 1, true, 'a']);
    now = secretOf('password', 'b');
    expect(live.matches('a')).toBe(true);
    expect(live.refresh()).toBe(true);
    expect([live.mode, live.version, live.matches('a'), live.matches('b')]).toEqual([
      'password',
      2,
      false,
      true,
    ]);
  });

  test('is no other one when only the configuration around it changed', () => {
    const live = createLiveSecret(() => secretOf('token', 'a'));
    expect(live.refresh()).toBe(false);
    expect(live.version).toBe(1);
    const none = createLiveSecret(() => secretOf('none'));
    expect(none.refresh()).toBe(false);
  });

  test('is another one when the same words are meant as a password', () => {
    let mode: GatewaySecret['mode'] = 'token';
    const live = createLiveSecret(() => secretOf(mode, 'a'));
    mode = 'password';
    expect(live.refresh()).toBe(true);
  });

  test('stays when there is no good new one', () => {
    let fails = false;
    const live = createLiveSecret(() => {
      if (fails) throw new Error('weak');
      return secretOf('token', 'a');
    });
    fails = true;
    expect(() => live.refresh()).toThrow('weak');
    expect([live.version, live.matches('a')]).toEqual([1, true]);
  });
});
