// What a gateway is started with, and where it can then be found.

import type { Announcement } from '../shared/discovery.ts';
import type { Logger } from '../shared/logger.ts';
import type { TraceEntry } from '../shared/protocol/trace.ts';
import type { Clock } from '../shared/time.ts';
import type { BindMode, Interfaces } from './network/binding.ts';
import type { NodeHost } from './node-links/node-host.ts';
import type { EndpointTimeouts } from './runtime/providers/endpoint-model.ts';
import type { LocalServer } from './runtime/providers/local-servers.ts';
import type { ServerLimits } from './server/limits.ts';

export interface GatewayOptions {
  /** Port to listen on; 0 for any. Otherwise `OPENCLAW_GATEWAY_PORT`, the configuration, 18789. */
  readonly port?: number | undefined;
  /** Shared secret of this start; otherwise environment, configuration, the profile's own. */
  readonly token?: string | undefined;
  /** Who can reach it; otherwise `gateway.bind`, this computer only. */
  readonly bind?: BindMode | undefined;
}

export interface GatewayDeps {
  readonly env: NodeJS.ProcessEnv;
  readonly log: Logger;
  readonly clock?: Clock;
  readonly limits?: Partial<ServerLimits>;
  /** Replaces the search for model servers on this machine. */
  readonly findServers?: () => Promise<readonly LocalServer[]>;
  readonly modelTimeouts?: EndpointTimeouts;
  /** Told of every message that passes, for `--debug`. */
  readonly onTrace?: (entry: TraceEntry) => void;
  /** Folder with the built pages of the control UI. */
  readonly pagesFolder?: string;
  /** Folder with the skills that come with the application. */
  readonly skillsFolder?: string;
  /** Told what the local network may know of this gateway, whenever that changes; `undefined`: nothing (any more). */
  readonly onAnnounce?: (announcement: Announcement | undefined) => void;
  /** What it takes for this computer to be a node of other gateways; without, it is none. */
  readonly nodeHost?: NodeHost;
  /** Replaces this computer's network interfaces. */
  readonly interfaces?: () => Interfaces;
}

export interface GatewayAddress {
  readonly host: string;
  readonly port: number;
  /** `ws://host:port`, with TLS `wss://host:port`; without any secret. */
  readonly url: string;
}
