// What each thing that this computer can offer means in the protocol's words. Pure.

import type { NodeOffer } from '../../shared/protocol/node-links.ts';
import type { NodeSurface } from '../../shared/protocol/nodes.ts';

interface Offered {
  readonly cap: string;
  /** OpenClaw's names. */
  readonly commands: readonly string[];
}

const OFFERED: Readonly<Record<NodeOffer, Offered>> = {
  notify: { cap: 'system', commands: ['system.notify'] },
  run: { cap: 'system', commands: ['system.run', 'system.run.prepare', 'system.which'] },
  manage: { cap: 'system', commands: ['system.execApprovals.get', 'system.execApprovals.set'] },
  screen: { cap: 'screen', commands: ['screen.snapshot'] },
};

export function surfaceOf(offers: readonly NodeOffer[]): NodeSurface {
  const offered = offers.map((offer) => OFFERED[offer]);
  return {
    caps: [...new Set(offered.map(({ cap }) => cap))],
    commands: offered.flatMap(({ commands }) => commands),
    permissions: {},
  };
}
