// What a client needs of the place that it runs in. The bindings for Node and for browsers are in `sdk`.

import type { Logger } from '../shared/logger.ts';
import type { Clock } from '../shared/time.ts';
import type { SocketFactory } from './socket.ts';

export interface ClientHost {
  readonly createSocket: SocketFactory;
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** A string that nothing else has. */
  readonly newId: () => string;
  /** Where connection errors go: they are logged and retried, not thrown. */
  readonly log: Logger;
  /** As Node's `process.platform` writes it, or `browser`. */
  readonly platform: string;
}
