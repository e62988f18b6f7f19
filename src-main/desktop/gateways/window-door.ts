// The window's way to the other gateway that it shows: one loopback door at a time, which adds the credentials.

import type { DeviceIdentity } from '../../gateway/auth/device-identity.ts';
import type { Logger } from '../../shared/logger.ts';
import { createAttachBridge, type AttachBridge } from '../gateway/attach-bridge.ts';
import type { GatewayRecord } from './gateway-registry.ts';
import type { RemoteGateway } from './remote-gateway.ts';

export interface WindowDoor {
  /** Opens it to this gateway; the one before is closed. */
  lead(gateway: RemoteGateway, record: () => GatewayRecord | undefined): Promise<void>;
  /** Which gateway it leads to, and where the window finds it. */
  now(): { readonly id: string; readonly url: string } | undefined;
  issueTicket(): string | undefined;
  close(): void;
}

export function createWindowDoor(deps: {
  readonly identity: () => DeviceIdentity;
  readonly displayName: string;
  readonly log: Logger;
}): WindowDoor {
  let open: { readonly id: string; readonly bridge: AttachBridge } | undefined;
  /** Tells the last wish from those that are still being fulfilled. */
  let wish = {};

  function close(): void {
    wish = {};
    open?.bridge.close();
    open = undefined;
  }

  return {
    lead: async (gateway, record) => {
      if (open?.id === gateway.id) return;
      close();
      const current = wish;
      const bridge = await createAttachBridge(
        {
          dial: () => gateway.dial(),
          auth: () => gateway.auth(),
          reach: () => record()?.scopes,
          identity: deps.identity(),
          displayName: deps.displayName,
          // Whether it can be reached is found out once, by its own connection.
          reachable: () => gateway.state().condition === 'connected',
        },
        deps.log,
      );
      if (current === wish) open = { id: gateway.id, bridge };
      else bridge.close();
    },
    now: () => (open === undefined ? undefined : { id: open.id, url: open.bridge.url }),
    issueTicket: () => open?.bridge.issueTicket(),
    close,
  };
}
