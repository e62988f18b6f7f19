import { describe, expect, test } from 'vitest';
import {
  effectiveSurface,
  forwardedParams,
  offersMore,
  scopesToApprove,
  scopeToInvoke,
} from '../../../../src-main/gateway/nodes/node-policy.ts';
import type { NodeSurface } from '../../../../src-main/shared/protocol/nodes.ts';

const surface = (
  commands: readonly string[],
  caps: readonly string[] = [],
  permissions: Readonly<Record<string, boolean>> = {},
): NodeSurface => ({ commands, caps, permissions });

describe('what a node may do', () => {
  test('is nothing before an approval', () => {
    expect(effectiveSurface(surface(['a'], ['c'], { p: true }), undefined)).toEqual(surface([]));
  });

  test('is what it offers and what was approved', () => {
    const offered = surface(['a', 'b'], ['c', 'd'], { p: true, q: true, r: false, s: false });
    const approved = surface(['b', 'x'], ['d', 'y'], { p: true, q: false, r: true });
    expect(effectiveSurface(offered, approved)).toEqual(
      surface(['b'], ['d'], { p: true, q: false, r: false, s: false }),
    );
  });

  test('does not fall for names that every object has', () => {
    const offered = surface([], [], { toString: true });
    expect(effectiveSurface(offered, surface([])).permissions).toEqual({});
    expect(offersMore(offered, surface([]))).toBe(true);
  });
});

describe('what needs another approval', () => {
  const approved = surface(['a', 'b'], ['c'], { p: true, q: false });

  test.each<[string, NodeSurface, boolean]>([
    ['the same', approved, false],
    ['less', surface(['a'], [], { p: false }), false],
    ['a permission that the system withholds', surface([], [], { z: false }), false],
    ['another command', surface(['a', 'z']), true],
    ['another capability', surface([], ['z']), true],
    ['a permission that was withheld before', surface([], [], { q: true }), true],
  ])('%s', (_what, offered, expected) => {
    expect(offersMore(offered, approved)).toBe(expected);
  });

  test('is everything, also nothing, before the first', () => {
    expect(offersMore(surface([]), undefined)).toBe(true);
  });
});

describe('scopes', () => {
  test.each([
    [[], ['operator.pairing']],
    [['echo'], ['operator.pairing', 'operator.write']],
    [
      ['echo', 'system.which'],
      ['operator.pairing', 'operator.admin'],
    ],
    [['system.running'], ['operator.pairing', 'operator.write']],
  ])('to approve %j: %j', (commands, scopes) => {
    expect(scopesToApprove(commands)).toEqual(scopes);
  });

  test.each([
    ['browser.proxy', 'operator.admin'],
    ['browser.proxy.upload.v1', 'operator.admin'],
    ['fs.listDir', 'operator.admin'],
    ['terminal.upload', 'operator.admin'],
    ['system.run', undefined],
  ])('to invoke %s: %s', (command, scope) => {
    expect(scopeToInvoke(command)).toBe(scope);
  });
});

describe('params on their way to a node', () => {
  test.each([
    [
      'system.run',
      { command: ['ls'], approved: true, approvalDecision: 'x', approvalId: 'y' },
      { command: ['ls'] },
    ],
    ['system.run.prepare', { approval: {} }, {}],
    ['echo.say', { approved: true }, { approved: true }],
    ['system.run', ['approved'], ['approved']],
    ['system.run', undefined, undefined],
  ])('%s %j', (command, params, expected) => {
    expect(forwardedParams(command, params)).toEqual(expected);
  });
});
