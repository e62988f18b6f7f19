// The connections as services may use them.

import { CloseCode } from '../../shared/close-codes.ts';
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
