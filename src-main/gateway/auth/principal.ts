// Who is on the other end of a connection, and what they may do. Fixed by the handshake, never widened later.

import type { AuthMethod, ClientInfo } from '../../shared/protocol/connect.ts';

export type Role = 'operator' | 'node';

export interface Principal {
  readonly role: Role;
  readonly scopes: ReadonlySet<string>;
  readonly method: AuthMethod;
  readonly client: ClientInfo;
  readonly caps: ReadonlySet<string>;
  readonly device?: { readonly id: string; readonly token: string; readonly issuedAt: number } | undefined;
}
