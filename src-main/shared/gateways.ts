// The gateways that a person uses beside the one of this app, as main tells the window: names, addresses, how each one
// stands. Nothing in here is a secret.

import type { FoundGateways } from './discovery.ts';
import type { NodeOffer } from './protocol/node-links.ts';

/** The id of the gateway of this app. */
export const OWN_GATEWAY = 'own';

/** How a person is let in by a gateway. `device`: paired with a setup code, without the gateway's secret. */
export const SIGN_IN_KINDS = ['token', 'password', 'device', 'none'] as const;
export type SignInKind = (typeof SIGN_IN_KINDS)[number];

/** How one gateway stands now. */
export type GatewayCondition =
  | 'off-duty'
  | 'connecting'
  | 'connected'
  /** Not reached or lost; the next attempt comes by itself. */
  | 'unreachable'
  /** Somebody has to approve this device there. */
  | 'pairing'
  /** Nobody approved this device: the request was rejected or ran out. */
  | 'not-approved'
  /** The secret is wrong or missing. */
  | 'sign-in'
  /** It shows another certificate than the one that was accepted. */
  | 'certificate-changed'
  /** Turned away for another reason. */
  | 'refused';

/** Where the secrets of other gateways are: with the system, readable by other programs of the person, or nowhere. */
export type SecretKeeping = 'system' | 'weak' | 'none';

export interface GatewayEntry {
  /** `own`, or an id of this app's making. */
  readonly id: string;
  readonly name: string;
  /** Host and port, as they may be shown. */
  readonly address: string;
  /** Whether it is reached over TLS. */
  readonly secure: boolean;
  /** SHA-256 fingerprint of the certificate that the person accepted, `AB:CD:…`. */
  readonly fingerprint?: string;
  readonly onDuty: boolean;
  readonly condition: GatewayCondition;
  /** What is wrong, in the gateway's or the system's words. */
  readonly problem?: string;
  /** In `pairing`: the request that has to be approved there. */
  readonly requestId?: string;
  /** In `certificate-changed`: what the gateway shows now. */
  readonly shownFingerprint?: string;
  /** In `unreachable`: when it is tried again, ms since the epoch. */
  readonly retryAtMs?: number;
  readonly version?: string;
  /** ms since the epoch; absent when it was never reached. */
  readonly lastConnectedMs?: number;
  readonly signIn: SignInKind;
  /** What has to be entered again after a restart is kept for `this-run` only. */
  readonly secret: 'kept' | 'kept-weakly' | 'this-run' | 'missing' | 'none';
  /** Commands and devices that wait for the person's decision there. */
  readonly waiting: number;
  /** Unread notifications there. */
  readonly unread: number;
}

export interface GatewaysView {
  /** Our own first, then as they were added. */
  readonly gateways: readonly GatewayEntry[];
  /** The gateway that the window shows. */
  readonly selected: string;
  /** What announces itself in the network; `off` while nobody looks. */
  readonly found: FoundGateways;
  readonly secrets: SecretKeeping;
  /** What is wrong with the list itself. */
  readonly problem?: string;
}

/** What is at an address, found out without sending anything but a greeting. */
export type InspectResult =
  | {
      readonly state: 'found';
      /** Stands for what was found, until it is added or some minutes have passed. */
      readonly inspection: string;
      readonly name: string;
      readonly address: string;
      readonly secure: boolean;
      /** It is on this computer, so nobody listens on the way. */
      readonly loopback: boolean;
      /** With TLS: what the person is to compare. */
      readonly fingerprint?: string;
      /** Who the certificate says vouches for it; absent when it vouches for itself. */
      readonly issuer?: string;
      /** ms since the epoch. */
      readonly validUntilMs?: number;
      /** The network announces another fingerprint than the one that is shown. */
      readonly announcedOther: boolean;
      /** The fingerprint is the one that the setup code named. */
      readonly vouched: boolean;
      /** What came with the address, so that it need not be typed. */
      readonly brought?: 'token' | 'setup-code';
    }
  | { readonly state: 'failed'; readonly message: string };

export type GatewayCredential =
  | { readonly kind: 'token'; readonly secret: string }
  | { readonly kind: 'password'; readonly secret: string }
  | { readonly kind: 'setup-code'; readonly secret: string }
  /** What came with the address. */
  | { readonly kind: 'brought' }
  | { readonly kind: 'none' };

export interface AddGateway {
  readonly inspection: string;
  readonly name: string;
  readonly credential: GatewayCredential;
  /** The person knows that nothing is encrypted on the way there. */
  readonly plainAccepted: boolean;
  /** The person knows that other programs of theirs could read the secret. */
  readonly weakAccepted: boolean;
}

export interface SignInToGateway {
  readonly id: string;
  readonly credential: GatewayCredential;
  readonly weakAccepted: boolean;
}

/** This computer as a node of a gateway that the person uses. */
export interface OfferToGateway {
  readonly id: string;
  readonly offers: readonly NodeOffer[];
}

/** How something that the person asked for ended. */
export type GatewayOutcome =
  { readonly state: 'done'; readonly id: string } | { readonly state: 'failed'; readonly message: string };
