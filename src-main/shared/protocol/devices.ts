// Paired devices, their tokens, and requests to be paired: device.*, as OpenClaw's clients know them.

/** Why a device may not come in yet. */
export type PairingReason = 'not-paired' | 'role-upgrade' | 'scope-upgrade' | 'metadata-upgrade';

/** Somebody's decision, or what happened instead of one. */
export type PairingDecision = 'approved' | 'rejected' | 'expired' | 'superseded';

/** A device that waits for somebody's approval; also the payload of `device.pair.requested`. Never changes: a device
 * that asks for something else makes a new request. */
export interface PendingDevice {
  readonly requestId: string;
  readonly deviceId: string;
  readonly publicKey: string;
  readonly displayName?: string;
  readonly platform?: string;
  readonly deviceFamily?: string;
  readonly clientId?: string;
  readonly clientMode?: string;
  /** The web page that asks, if it is one. */
  readonly browserOrigin?: string;
  readonly role?: string;
  readonly roles?: readonly string[];
  readonly scopes?: readonly string[];
  readonly remoteIp?: string;
  /** The device was approved before, for less or as something else. */
  readonly isRepair?: boolean;
  readonly ts: number;
}

export interface DeviceTokenSummary {
  readonly role: string;
  readonly scopes: readonly string[];
  readonly createdAtMs: number;
  readonly rotatedAtMs?: number;
  readonly revokedAtMs?: number;
}

export interface PairedDevice {
  readonly deviceId: string;
  readonly publicKey: string;
  /** What the person calls it, otherwise what it calls itself. */
  readonly displayName?: string;
  readonly operatorLabel?: string;
  readonly platform: string;
  readonly deviceFamily?: string;
  readonly clientId?: string;
  readonly clientMode?: string;
  readonly remoteIp?: string;
  /** The first of `roles`. */
  readonly role?: string;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly approvedVia: string;
  readonly createdAtMs: number;
  readonly approvedAtMs: number;
  readonly lastSeenAtMs: number;
  readonly lastSeenReason: string;
  readonly connected: boolean;
  readonly tokens: readonly DeviceTokenSummary[];
}

export interface DevicePairListResult {
  readonly pending: readonly PendingDevice[];
  readonly paired: readonly PairedDevice[];
}

/** Event `device.pair.resolved`. */
export interface DevicePairResolvedEvent {
  readonly requestId: string;
  readonly deviceId: string;
  readonly decision: PairingDecision;
  readonly ts: number;
}

export interface DeviceTokenRotateResult {
  readonly deviceId: string;
  readonly role: string;
  /** Only for the device itself; everybody else must not see it. */
  readonly token?: string;
  readonly scopes: readonly string[];
  readonly rotatedAtMs: number;
  readonly tokenDelivery: 'in-band' | 'withheld-cross-device';
}

/** How a device's own request for more scopes ended. */
export type ScopeUpgradeResult =
  | {
      readonly status: 'approved';
      readonly requestId: string;
      readonly deviceToken: string;
      readonly scopes: readonly string[];
    }
  | { readonly status: 'rejected' | 'expired'; readonly requestId: string };

/** What a device that comes with a setup code may be: everything but administration, less, or a node alone. */
export type SetupAccess = 'full' | 'limited' | 'node';

/** Event `device.pair.setup.completed`, and in `device.pair.setupStatus`: a device used a setup code. */
export interface SetupCompletion {
  readonly setupId: string;
  readonly deviceId: string;
  readonly deviceName?: string;
  readonly access: SetupAccess;
  readonly ts: number;
}

export interface DevicePairSetupCodeParams {
  /** Address to write into the code instead of this gateway's own: of a proxy or a tunnel. */
  readonly publicUrl?: string;
  readonly preferRemoteUrl?: boolean;
  readonly includeQr?: boolean;
  /** `full` if left out. */
  readonly bootstrapProfile?: 'limited' | 'node';
}

export interface DevicePairSetupCodeResult {
  readonly setupId: string;
  /** A secret for one device, for minutes. */
  readonly setupCode: string;
  readonly qrDataUrl?: string;
  readonly gatewayUrl: string;
  readonly gatewayUrls?: readonly string[];
  readonly auth: 'token' | 'password';
  readonly urlSource: string;
  readonly access: SetupAccess;
  readonly expiresAtMs: number;
}

/** `details.reason` of the error when no other computer can reach the gateway, so that a code would be of no use. */
export const UNREACHABLE = 'gateway-unreachable';

export interface DevicePairSetupStatusResult {
  readonly completion?: SetupCompletion;
}

/** Clawtray's own: the code is worth nothing from now on. */
export interface DevicePairSetupWithdrawResult {
  /** False when it had been used, was over, or is not known. */
  readonly withdrawn: boolean;
}
