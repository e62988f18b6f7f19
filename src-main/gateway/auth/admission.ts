// Whether a device that proved who it is may come in: because it was approved for what it asks, because it is on this
// computer and holds the shared secret, or not before somebody approves it. The decision and what it changes are one
// write, so that nothing can be revoked in between.

import { GatewayError } from '../../shared/errors.ts';
import { grants, isKnownScope } from '../../shared/protocol/scopes.ts';
import type { PairingReason, PendingDevice } from '../../shared/protocol/devices.ts';
import type { EventBus } from '../event-bus.ts';
import type {
  ApprovedVia,
  DeviceGrant,
  DeviceRecord,
  DevicesRepository,
} from '../store/repositories/devices.ts';
import type { Writer } from '../store/writer.ts';
import { pairingRequired, refusal, type PairingRefusal } from './auth-errors.ts';
import { normalized } from './device-proof.ts';
import type { DeviceRequests, FiledDevice, PairingAsk } from './device-requests.ts';
import type { DeviceTokens } from './device-tokens.ts';
import type { SetupClaim, SetupCodes } from './setup-codes.ts';

/** What the connection showed beside the device's proof. */
export type Credential =
  | {
      readonly kind: 'shared-secret';
      /** Whether an approval may be given without a question. */
      readonly silent: (reason: PairingReason) => boolean;
    }
  /** A device token; the grant is what it was worth when it was checked. */
  | { readonly kind: 'device-token'; readonly grant: DeviceGrant }
  /** A setup code that somebody gave this device. */
  | { readonly kind: 'setup-code'; readonly claim: SetupClaim };

export interface Admitted {
  readonly token: string;
  readonly serial: string;
  readonly issuedAt: number;
  /** The most that this connection may hold. */
  readonly reach: readonly string[];
}

export interface Admission {
  /** @throws GatewayError `not-paired` with the request that waits now; `unauthorized` when the token was just revoked */
  admit(ask: PairingAsk, credential: Credential): Promise<Admitted>;
}

/** Silently paired devices that are remembered; more are forgotten, those that were not seen for longest first. */
const MAX_SILENT_DEVICES = 500;

type Decision =
  | {
      readonly kind: 'admitted';
      readonly admitted: Admitted;
      /** It was paired just now, without a question. */
      readonly paired: boolean;
      /** The request that waited and needs nobody's decision any more. */
      readonly settled: PendingDevice | undefined;
    }
  | {
      readonly kind: 'waits';
      readonly filed: FiledDevice;
      readonly refusal: Omit<PairingRefusal, 'requestId'>;
    };

export function createAdmission(deps: {
  readonly repository: DevicesRepository;
  readonly tokens: DeviceTokens;
  readonly requests: DeviceRequests;
  readonly setupCodes: SetupCodes;
  readonly store: Writer;
  readonly bus: EventBus;
  readonly now: () => number;
}): Admission {
  const { repository, tokens, requests, setupCodes, store, bus, now } = deps;

  function decide(ask: PairingAsk, credential: Credential): Decision {
    if (credential.kind === 'setup-code') return pairByCode(ask, credential.claim);
    const { deviceId } = ask.device;
    const known = repository.find(deviceId);
    const grant = tokens.live(deviceId, ask.role);
    if (credential.kind === 'device-token' && grant?.serial !== credential.grant.serial) {
      throw refusal('AUTH_DEVICE_TOKEN_MISMATCH');
    }
    const reach = credential.kind === 'device-token' ? grant?.scopes : grant?.approvedScopes;
    const approval = requiredApproval(known, repository.grants(deviceId), grant, reach, ask);
    if (approval === undefined && grant !== undefined) {
      repository.seen(deviceId, ask.device.remoteIp, now());
      const covered = tokens.cover(deviceId, grant, ask.scopes);
      const admitted = admittedAs(deviceId, covered, credential);
      return { kind: 'admitted', admitted, paired: false, settled: undefined };
    }
    const reason = approval ?? 'not-paired';
    if (credential.kind === 'shared-secret' && credential.silent(reason)) {
      const admitted = pairSilently(ask, known, credential);
      return { kind: 'admitted', admitted, paired: true, settled: requests.takeBySubject(deviceId) };
    }
    return {
      kind: 'waits',
      filed: requests.file(ask, known !== undefined),
      refusal: {
        reason,
        deviceId,
        role: ask.role,
        scopes: ask.scopes,
        approved: known === undefined ? undefined : approvedFor(repository.grants(deviceId)),
      },
    };
  }

  function pairSilently(ask: PairingAsk, known: DeviceRecord | undefined, credential: Credential): Admitted {
    const grant = pair(ask, known?.approvedVia ?? 'silent');
    repository.pruneSilent(MAX_SILENT_DEVICES);
    return admittedAs(ask.device.deviceId, grant, credential);
  }

  function pair(ask: PairingAsk, via: ApprovedVia): DeviceGrant {
    const at = now();
    repository.save(ask.device, { via, at });
    repository.seen(ask.device.deviceId, ask.device.remoteIp, at);
    return tokens.approve(ask.device, ask.role, ask.scopes);
  }

  /** Whoever made the code approved what it stands for; what is asked beyond that is not granted, and not refused either. */
  function pairByCode(ask: PairingAsk, claim: SetupClaim): Decision {
    const { deviceId, displayName } = ask.device;
    if (!setupCodes.claim(claim, { id: deviceId, name: displayName }, ask.role)) {
      throw refusal('AUTH_BOOTSTRAP_TOKEN_INVALID');
    }
    const held = new Set<string>(claim.scopes);
    const scopes = ask.scopes.filter((scope) => grants(held, scope));
    const grant = pair({ ...ask, scopes }, 'setup-code');
    const token = { token: tokens.reveal(deviceId, grant), serial: grant.serial, issuedAt: grant.issuedAt };
    return {
      kind: 'admitted',
      admitted: { ...token, reach: scopes },
      paired: true,
      settled: requests.takeBySubject(deviceId),
    };
  }

  function admittedAs(deviceId: string, grant: DeviceGrant, credential: Credential): Admitted {
    return {
      token: tokens.reveal(deviceId, grant),
      serial: grant.serial,
      issuedAt: grant.issuedAt,
      reach: credential.kind === 'device-token' ? grant.scopes : grant.approvedScopes,
    };
  }

  return {
    admit: async (ask, credential) => {
      const decision = await store
        .write(() => decide(ask, credential))
        .catch((error: unknown) => {
          // What was not written was not used.
          if (credential.kind === 'setup-code' && !(error instanceof GatewayError))
            setupCodes.release(credential.claim, ask.role);
          throw error;
        });
      if (decision.kind === 'waits') {
        requests.announce(decision.filed);
        throw pairingRequired({ ...decision.refusal, requestId: decision.filed.request?.requestId });
      }
      if (decision.settled !== undefined) requests.resolved(decision.settled, 'approved');
      if (decision.paired) bus.publish('device.pair.changed', {});
      if (credential.kind === 'setup-code') {
        const completion = setupCodes.completion(credential.claim.setupId);
        if (completion !== undefined) bus.publish('device.pair.setup.completed', completion);
      }
      return decision.admitted;
    },
  };
}

/** Why somebody has to approve first; `undefined` when everything that is asked for was approved. */
function requiredApproval(
  known: DeviceRecord | undefined,
  all: readonly DeviceGrant[],
  grant: DeviceGrant | undefined,
  reach: readonly string[] | undefined,
  ask: PairingAsk,
): PairingReason | undefined {
  if (known === undefined) return 'not-paired';
  if (grant === undefined) return all.some(isLive) ? 'role-upgrade' : 'not-paired';
  const pinned = [grant.platform, grant.deviceFamily].map(normalized);
  const now = [ask.device.platform, ask.device.deviceFamily].map(normalized);
  if (pinned.join('|') !== now.join('|')) return 'metadata-upgrade';
  const held = new Set(reach);
  return ask.scopes.every((scope) => grants(held, scope)) ? undefined : 'scope-upgrade';
}

function approvedFor(all: readonly DeviceGrant[]): { roles: string[]; scopes: string[] } {
  const live = all.filter(isLive);
  return {
    roles: live.map(({ role }) => role),
    scopes: [...new Set(live.flatMap(({ approvedScopes }) => approvedScopes))],
  };
}

function isLive(grant: DeviceGrant): boolean {
  return grant.revokedAt === undefined;
}

/** Of the scopes that are asked for those that exist: the others grant nothing and need nobody's approval. */
export function existingScopes(requested: readonly string[]): readonly string[] {
  return [...new Set(requested.filter(isKnownScope))];
}
