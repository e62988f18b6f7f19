import { expect, test } from 'vitest';
import { surfaceOf } from '../../../../src-main/gateway/node-links/offers.ts';
import { NODE_OFFERS } from '../../../../src-main/shared/protocol/node-links.ts';

test('with everything switched on declares what this computer can do, and no recording of the screen', () => {
  expect(surfaceOf(NODE_OFFERS)).toEqual({
    caps: ['system', 'screen'],
    commands: [
      'system.notify',
      'system.run',
      'system.run.prepare',
      'system.which',
      'system.execApprovals.get',
      'system.execApprovals.set',
      'screen.snapshot',
    ],
    permissions: {},
  });
  expect(surfaceOf([])).toEqual({ caps: [], commands: [], permissions: {} });
});
