import { describe, expect, test } from 'vitest';
import { mayUse, readToolPolicies } from '../../../../src-main/gateway/tools/tool-policy.ts';
import { workOf } from '../../../fakes/work-time.ts';

function allowed(section: unknown, tool: string): boolean {
  const problems: string[] = [];
  const policies = readToolPolicies(section, 'tools', (problem) => problems.push(problem));
  expect(problems).toEqual([]);
  return mayUse(tool, policies);
}

describe('a tools policy', () => {
  test.each<[unknown, string, boolean]>([
    [undefined, 'exec', true],
    [{}, 'exec', true],
    [{ allow: [] }, 'exec', true],
    [{ allow: ['memory_save'] }, 'memory_save', true],
    [{ allow: ['memory_save'] }, 'memory_search', false],
    [{ allow: ['group:memory'] }, 'memory_search', true],
    [{ allow: ['Memory_*'] }, 'memory_search', true],
    [{ deny: ['group:automation'] }, 'reminder_set', false],
    [{ deny: ['group:automation'] }, 'memory_save', true],
    [{ allow: ['*'], deny: ['*_remove'] }, 'reminder_remove', false],
    [{ allow: ['*'], deny: ['*_remove'] }, 'reminder_set', true],
    [{ deny: ['*'] }, 'memory_save', false],
    [{ deny: ['group:no-such'] }, 'memory_save', true],
    [{ deny: ['__proto__', 'constructor'] }, 'memory_save', true],
    [{ profile: 'minimal' }, 'gateway_status', true],
    [{ profile: 'minimal' }, 'memory_save', false],
    [{ profile: 'minimal', alsoAllow: ['memory_save'] }, 'memory_save', true],
    [{ profile: 'full', deny: ['exec'] }, 'exec', false],
    [{ profile: 'coding', allow: ['memory_*'] }, 'exec', false],
    [{ allow: ['a*b*c'] }, 'axxbyyc', true],
    [{ allow: ['a*b*c'] }, 'ac', false],
    [{ allow: ['ab*ba'] }, 'aba', false],
  ])('%j: %s is allowed: %s', (section, tool, expected) => {
    expect(allowed(section, tool)).toBe(expected);
  });

  test('of several must all let a tool pass', () => {
    expect(mayUse('exec', [{ allow: ['exec'] }, { deny: ['exec'] }])).toBe(false);
    expect(mayUse('exec', [{ allow: ['exec'] }, { allow: ['read'] }])).toBe(false);
  });

  test.each([null, 'exec', [], { deny: 'exec' }, { allow: [1] }, { profile: 'everything' }])(
    'that is not valid (%j) allows nothing and says so',
    (section) => {
      const problems: string[] = [];
      const policies = readToolPolicies(section, 'agents.list[0].tools', (problem) => problems.push(problem));
      expect(mayUse('memory_save', policies)).toBe(false);
      expect(problems).toEqual([expect.stringContaining('agents.list[0].tools is not valid')]);
    },
  );

  test('with many stars takes no time', async () => {
    const deny = [`${'a*'.repeat(2_000)}b`];
    expect(await workOf(() => mayUse('a'.repeat(10_000), [{ deny }]))).toBeLessThan(1_000);
  });
});
