// The other gateways that this computer offers itself to as a node: node.links.*. Ours; OpenClaw keeps this out of its
// protocol.

import type { NodeConnectionState } from '../node-dial.ts';

/**
 * `notify`: show notifications. `run`: run commands, each by this computer's own rules and person. `manage`: also read and
 * change those rules. `screen`: pictures of the screen, after the person agreed.
 */
export const NODE_OFFERS = ['notify', 'run', 'manage', 'screen'] as const;
export type NodeOffer = (typeof NODE_OFFERS)[number];

export type NodeLinkState = { readonly status: 'off' } | NodeConnectionState;

export interface NodeLink {
  readonly id: string;
  /** What people here call the other gateway; no two have the same. */
  readonly name: string;
  readonly url: string;
  /** SHA-256 of the one certificate that it may show. */
  readonly fingerprint?: string;
  readonly enabled: boolean;
  /** Nothing until somebody here switches it on. */
  readonly offers: readonly NodeOffer[];
  /** What the other gateway is told that it may invoke. */
  readonly commands: readonly string[];
  readonly state: NodeLinkState;
}

export interface NodeLinksListResult {
  readonly links: readonly NodeLink[];
  /** What this computer could offer. */
  readonly available: readonly NodeOffer[];
}

export interface NodeLinksAddParams {
  /** Left out when a setup code says it. */
  readonly url?: string | undefined;
  readonly fingerprint?: string | undefined;
  /** One of these: a setup code of the other gateway, its token, or its password. Without, somebody there approves. */
  readonly code?: string | undefined;
  readonly token?: string | undefined;
  readonly password?: string | undefined;
  /** Its host if left out. */
  readonly name?: string | undefined;
  readonly offers?: readonly NodeOffer[] | undefined;
}

export interface NodeLinksSetParams {
  readonly id: string;
  readonly enabled?: boolean | undefined;
  readonly offers?: readonly NodeOffer[] | undefined;
  /** A new setup code, for the same gateway. */
  readonly code?: string | undefined;
}

export interface NodeLinkResult {
  readonly link: NodeLink;
}

/** Event `node.links.changed`. */
export interface NodeLinksChangedEvent {
  readonly links: readonly NodeLink[];
}
