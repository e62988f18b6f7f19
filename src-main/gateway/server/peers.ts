// The connections as services may use them.

import { CloseCode } from '../../shared/close-codes.ts';
import { grants } from '../../shared/protocol/scopes.ts';
import type { BusEvent } from '../event-bus.ts';
import type { Peers } from '../peers.ts';
import type { Connection } from './connection.ts';

export function createPeers(connections: () => ReadonlySet<Connection>): Peers {
  function retire(reason: string, applies: (connection: Connection) => boolean): void {
    for (const connection of connections()) {
      if (applies(connection)) connection.retire(CloseCode.authenticationTimeout, reason);
    }
  }

  return {
    connectedDevices: () => {
      const devices = new Set<string>();
      for (const { established, open } of connections()) {
        const device = established?.principal.device;
        if (open && device !== undefined) devices.add(device.id);
      }
      return devices;
    },

    canApprove: (except) => {
      for (const connection of connections()) {
        if (connection.id !== except && connection.listening && decides(connection)) return true;
      }
      return false;
    },

    retireDevice: (deviceId, role, reason) => {
      retire(reason, ({ established }) => {
        const principal = established?.principal;
        return principal?.device?.id === deviceId && (role === undefined || principal.role === role);
      });
    },

    retireSharedSecret: (reason) => {
      retire(reason, ({ established, peer }) =>
        established === undefined
          ? peer.upgradeAuthenticated
          : established.principal.secretVersion !== undefined,
      );
    },

    tell: (connectionId, event, payload) => {
      for (const connection of connections()) {
        if (connection.id !== connectionId) continue;
        const frame = connection.established?.dialect.direct?.({ event, payload, meta: {} } as BusEvent);
        if (frame === undefined || !connection.open) return false;
        connection.send(frame);
        return true;
      }
      return false;
    },
  };
}

/**
 * Programs that only send messages in JSON-RPC hold the scope as well; a client that signed in with `auth.handshake` follows
 * what the gateway tells, the others are not waited for.
 */
function decides({ established, liveness }: Connection): boolean {
  if (established === undefined) return false;
  const { principal, dialect } = established;
  if (principal.role !== 'operator' || !grants(principal.scopes, 'operator.approvals')) return false;
  switch (dialect.name) {
    case 'native':
    case 'hybrid':
      return true;
    case 'json-rpc':
      return liveness.byMessage;
    case 'typed':
      return false;
  }
}
