// How a gateway offers its computer to another one as a node: the port between the room that decides what is offered and
// the client that holds the connection.

import type { ConnectAuth, ConnectParams, DeviceProof } from './protocol/connect.ts';
import type { ConnectChallenge } from './protocol/frames.ts';
import type { NodeSurface } from './protocol/nodes.ts';
import type { Logger } from './logger.ts';
import type { Clock } from './time.ts';

/** A command that the other gateway wants to be run here. */
export interface NodeCall {
  readonly command: string;
  /** Read from JSON; whatever the other side sent. */
  readonly params: unknown;
  /** Called when nobody waits for the answer any more; at once if that is so already. */
  readonly onEnd: (listener: (why: NodeCallError) => void) => void;
}

/** Why a command was not run, or how it failed; the other side reads it. */
export class NodeCallError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'NodeCallError';
    this.code = code;
  }
}

export type NodeConnectionState =
  | { readonly status: 'connecting' }
  | { readonly status: 'connected' }
  /** Not reached or lost; the next attempt comes by itself. */
  | { readonly status: 'waiting'; readonly retryAtMs: number; readonly reason: string }
  /** Somebody over there has to let this computer in; asked again by itself. */
  | { readonly status: 'pairing'; readonly requestId?: string }
  /** Turned away: something has to change first. */
  | { readonly status: 'refused'; readonly reason: string };

export interface NodeDialOptions {
  /** `ws://…` or `wss://…`, without a secret. */
  readonly url: string;
  /** The one certificate (SHA-256, `AB:CD:…`) that the gateway may show; any that the system trusts if left out. */
  readonly certificate: string | undefined;
  /** Asked for anew with every attempt. */
  readonly auth: () => ConnectAuth;
  readonly prove: (challenge: ConnectChallenge, params: ConnectParams) => DeviceProof;
  /** What this computer calls itself. */
  readonly displayName: string;
  readonly offer: NodeSurface;
  /** The gateway gave a token of this computer's own, for the next connection. */
  readonly onToken: (token: string) => void;
  readonly onState: (state: NodeConnectionState) => void;
  /** @returns what is answered, as JSON. @throws NodeCallError */
  readonly onCall: (call: NodeCall) => Promise<unknown>;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface NodeConnection {
  /** Tries again now, also after a refusal. */
  retryNow(): void;
  /** Ends it, and everything that runs for the other side. */
  close(): void;
}

/** Connects, and stays connected until `close`. */
export type NodeDialer = (options: NodeDialOptions) => NodeConnection;
