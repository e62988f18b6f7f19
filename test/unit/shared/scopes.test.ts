import { describe, expect, test } from 'vitest';
import { grants, SCOPES } from '../../../src-main/shared/protocol/scopes.ts';

describe('grants', () => {
  test('admin may do everything', () => {
    const admin = new Set(['operator.admin']);
    expect(SCOPES.filter((scope) => !grants(admin, scope))).toEqual([]);
  });

  test('write includes read and talk and nothing else', () => {
    const write = new Set(['operator.write']);
    expect(SCOPES.filter((scope) => grants(write, scope))).toEqual([
      'operator.read',
      'operator.write',
      'operator.talk',
    ]);
  });

  test('read is only read', () => {
    const read = new Set(['operator.read']);
    expect(SCOPES.filter((scope) => grants(read, scope))).toEqual(['operator.read']);
  });

  test.each([[[]], [['operator.bogus']], [['OPERATOR.ADMIN']], [['admin']], [['operator']]])(
    '%j grants nothing',
    (held) => {
      expect(SCOPES.filter((scope) => grants(new Set<string>(held), scope))).toEqual([]);
    },
  );
});
