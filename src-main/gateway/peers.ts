// What services may do with the connections that are open: ask, tell one of them something, end some of them. Who the
// connections are and how they are reached is the server's business.

import type { GatewayEventName, GatewayEvents } from '../shared/protocol/events.ts';
import type { Role } from './auth/principal.ts';

export interface Peers {
  /** Devices that have an open connection. */
  connectedDevices(): ReadonlySet<string>;
  /**
   * Whether somebody is connected who may decide about approvals and is told of them.
   * @param except a connection that does not count
   */
  canApprove(except: string | undefined): boolean;
  /**
   * Ends a device's connections, in one role or in all of them, after what they asked before is answered. What they send
   * from now on is not executed.
   */
  retireDevice(deviceId: string, role: Role | undefined, reason: string): void;
  /** Ends the connections that signed in with the shared secret, or needed none. */
  retireSharedSecret(reason: string): void;
  /**
   * Tells one connection something that is meant for it alone.
   * @returns whether it is open and its dialect knows such events
   */
  tell<Name extends GatewayEventName>(
    connectionId: string,
    event: Name,
    payload: GatewayEvents[Name],
  ): boolean;
}
