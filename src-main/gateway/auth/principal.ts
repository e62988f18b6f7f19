// Who is on the other end of a connection, and what they may do. Fixed by the handshake, never widened later.

import type { AuthMethod, ClientInfo } from '../../shared/protocol/connect.ts';
import type { NodeAbout, NodeSurface } from '../../shared/protocol/nodes.ts';

export type Role = 'operator' | 'node';

export interface PrincipalDevice {
  readonly id: string;
  readonly token: string;
  readonly issuedAt: number;
  /** Of the token when this connection was let in. */
  readonly serial: string;
}

/** What a node said about itself and what it offers; cleaned and bounded. */
export interface NodeDeclaration {
  readonly surface: NodeSurface;
  readonly about: NodeAbout;
  readonly pathEnv: string | undefined;
}

export interface Principal {
  readonly role: Role;
  readonly scopes: ReadonlySet<string>;
  readonly method: AuthMethod;
  readonly client: ClientInfo;
  readonly caps: ReadonlySet<string>;
  readonly device?: PrincipalDevice | undefined;
  /** Only in the role node. */
  readonly node?: NodeDeclaration | undefined;
  /** Which shared secret it was, for those who signed in with one or needed none. */
  readonly secretVersion?: number | undefined;
}
