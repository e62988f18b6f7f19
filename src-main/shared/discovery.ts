// What is known of gateways in the local network: for the window, the command line, and whoever finds them. All of it was
// said by strangers and is a hint: nothing is sent to an address before a person chose it.

/** A gateway that somebody announces in the local network. */
export interface FoundGateway {
  /** Its announcement's name in lower case; unique in the list. */
  readonly id: string;
  /** How to show it: no control or invisible characters, at most 64 characters. */
  readonly name: string;
  /** Where it answers, the most likely address first; without the interface of a link-local one it is left out. */
  readonly addresses: readonly string[];
  readonly port: number;
  /** Whether it says that it speaks TLS. */
  readonly tls: boolean;
  /** SHA-256 of its certificate, 64 hex digits, as it says. Never replaces a fingerprint that a person accepted. */
  readonly fingerprint?: string;
  /** Whether it says that other computers may connect; otherwise it only listens on its own computer. */
  readonly direct: boolean;
  /** Its version, when it tells. */
  readonly version?: string;
  /** When it was last heard of, ms since the epoch. */
  readonly lastSeenMs: number;
}

/** What keeps a gateway from being found, or from finding others. */
export interface DiscoveryProblem {
  readonly code: 'names-taken' | 'not-allowed' | 'port-taken' | 'no-multicast' | 'failed';
  /** The names that are taken, or what the system said. */
  readonly detail: string;
}

export interface FoundGateways {
  /** `stopped`: given up for now after repeated failure; `problem` says why. */
  readonly status: 'off' | 'searching' | 'stopped';
  /** What does not work. */
  readonly problem?: DiscoveryProblem;
  readonly gateways: readonly FoundGateway[];
  /** How many more announce themselves than are listed. */
  readonly hidden: number;
}

/** What a gateway tells the local network about itself. */
export interface Announcement {
  /** `minimal`: what a client needs. `full`: also version. */
  readonly mode: 'minimal' | 'full';
  readonly port: number;
  /** SHA-256 fingerprint of its certificate (`AB:CD:…`); absent without TLS. */
  readonly certificate?: string;
}
