// What the services need from outside: the profile, the clock, and the sockets as far as services may know them.

import type { Logger } from '../../shared/logger.ts';
import type { TrafficStatus } from '../../shared/protocol/system.ts';
import type { Clock } from '../../shared/time.ts';
import type { NetworkFacts } from '../auth/device-setup.ts';
import type { GatewayPaths } from '../config/paths.ts';
import type { GatewayConfig } from '../config/schema.ts';
import type { EventBus } from '../event-bus.ts';
import type { NodeHost } from '../node-links/node-host.ts';
import type { Peers } from '../peers.ts';
import type { Problems } from '../problems.ts';
import type { DayHours } from '../runtime/offline/words.ts';
import type { EndpointTimeouts } from '../runtime/providers/endpoint-model.ts';
import type { LocalServer } from '../runtime/providers/local-servers.ts';
import type { Store } from '../store/open-store.ts';

export interface ServiceDeps {
  readonly store: Store;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly log: Logger;
  readonly problems: Problems;
  readonly config: () => GatewayConfig;
  readonly env: NodeJS.ProcessEnv;
  readonly paths: GatewayPaths;
  /** Folder with the skills that come with the application. */
  readonly skillsFolder: string | undefined;
  readonly startedAt: number;
  readonly hostZone: string;
  /** How the person's computer counts the hours of a day. */
  readonly hostDayHours: DayHours;
  readonly maxConcurrentRuns: number;
  readonly findServers: (() => Promise<readonly LocalServer[]>) | undefined;
  readonly modelTimeouts: EndpointTimeouts | undefined;
  /** What it takes for this computer to be a node of others. */
  readonly nodeHost: NodeHost | undefined;
  /** Somebody who has no connection said that he is there. */
  readonly onPresence: () => void;
  /** The connections that are open, as far as services may use them. */
  readonly peers: Peers;
  /** Key of this profile, for what is derived from it. */
  readonly profileKey: Buffer;
  /** This gateway as the network sees it now. */
  readonly network: () => NetworkFacts;
  readonly connections: () => number;
  readonly messages: () => number;
  readonly traffic: () => Omit<TrafficStatus, 'messagesPerSecond'>;
}
