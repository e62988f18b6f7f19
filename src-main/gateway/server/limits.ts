// Every bound of the server in one place.

import { SECOND } from '../../shared/time.ts';

export interface ServerLimits {
  /** Longest frame before a connection is authenticated, bytes. */
  readonly maxHandshakeFrame: number;
  /** All bytes that a connection may send before it is authenticated. */
  readonly maxHandshakeBytes: number;
  /** Longest frame after that, bytes. */
  readonly maxPayload: number;
  /** More unsent bytes than this and the connection is too slow. */
  readonly maxBufferedBytes: number;
  readonly firstFrameTimeout: number;
  readonly handshakeTimeout: number;
  readonly tickInterval: number;
  /** Connections of one address that are not authenticated yet. */
  readonly maxPendingPerAddress: number;
  readonly maxConnections: number;
  /** Frames that wait while a handshake is checked. */
  readonly maxFramesDuringHandshake: number;
  /** Requests of one connection that are not answered yet. */
  readonly maxInFlight: number;
  /** How long peers get to close their side. */
  readonly closeGrace: number;
}

export const DEFAULT_LIMITS: ServerLimits = {
  maxHandshakeFrame: 65_536,
  maxHandshakeBytes: 262_144,
  maxPayload: 26_214_400,
  maxBufferedBytes: 52_428_800,
  firstFrameTimeout: 5 * SECOND,
  handshakeTimeout: 15 * SECOND,
  tickInterval: 30 * SECOND,
  maxPendingPerAddress: 32,
  maxConnections: 20_000,
  maxFramesDuringHandshake: 15,
  maxInFlight: 512,
  closeGrace: SECOND,
};
