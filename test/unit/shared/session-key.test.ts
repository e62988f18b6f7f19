import { describe, expect, test } from 'vitest';
import { agentOfSession, resolveSessionKey, sessionName } from '../../../src-main/shared/session-key.ts';

describe('resolveSessionKey', () => {
  test.each([
    ['main', 'agent:main:main'],
    ['default', 'agent:main:main'],
    [' main ', 'agent:main:main'],
    ['coding', 'agent:main:coding'],
    ['code review: project x', 'agent:main:code review: project x'],
    ['agent:main:main', 'agent:main:main'],
    ['agent:work:cron:1:run:2', 'agent:work:cron:1:run:2'],
    ['call:550e8400', 'call:550e8400'],
    ['чат', 'agent:main:чат'],
  ])('%j means %j', (written, key) => {
    expect(resolveSessionKey(written)).toBe(key);
  });

  test('a bare name belongs to the given agent', () => {
    expect(resolveSessionKey('coding', 'work')).toBe('agent:work:coding');
    expect(resolveSessionKey('main', 'work')).toBe('agent:work:main');
  });

  test.each([
    ['', 'must not be empty'],
    ['   ', 'must not be empty'],
    ['agent:', 'must have the form'],
    ['agent:main', 'must have the form'],
    ['agent:main:', 'must have the form'],
    ['agent::main', 'must have the form'],
    ['agent:../etc:main', 'must have the form'],
    ['agent:a b:main', 'must have the form'],
    [`agent:${'a'.repeat(65)}:main`, 'must have the form'],
    ['a\u0000b', 'control characters'],
    ['a\nb', 'control characters'],
    ['x'.repeat(513), 'longer than 512'],
  ])('%j cannot be a key', (written, message) => {
    expect(() => resolveSessionKey(written)).toThrow(message);
  });

  test('is settled: a resolved key resolves to itself', () => {
    for (const written of ['main', 'coding', 'call:1', 'agent:work:x']) {
      const key = resolveSessionKey(written);
      expect(resolveSessionKey(key)).toBe(key);
    }
  });

  test('never makes a key that is longer than what OpenClaw’s clients accept', () => {
    expect(resolveSessionKey('x'.repeat(500)).length).toBeLessThanOrEqual(512);
    expect(() => resolveSessionKey('x'.repeat(512))).toThrow('longer than 512');
  });

  test('does not take an agent whose name could not stand in a key', () => {
    expect(() => resolveSessionKey('main', 'a b')).toThrow();
  });
});

describe('reading a key', () => {
  test('finds the agent and the name', () => {
    expect(agentOfSession('agent:work:cron:1')).toBe('work');
    expect(sessionName('agent:work:cron:1')).toBe('cron:1');
  });

  test('gives a call to the default agent and keeps its whole key as the name', () => {
    expect(agentOfSession('call:1')).toBe('main');
    expect(sessionName('call:1')).toBe('call:1');
  });
});
