// The refusals of the handshake: message, OpenClaw's detail code, and what the client should do next.

import { GatewayError } from '../../shared/errors.ts';
import type { PairingReason } from '../../shared/protocol/devices.ts';
import type { ProofFailure } from './device-proof.ts';

interface Refusal {
  readonly reason: string;
  readonly message: string;
  readonly next:
    | 'update_auth_configuration'
    | 'update_auth_credentials'
    | 'retry_with_device_token'
    | 'review_auth_configuration';
}

const REFUSALS = {
  AUTH_TOKEN_MISSING: {
    reason: 'token_missing',
    message: 'unauthorized: gateway token missing (send this gateway’s token, or pair the device)',
    next: 'update_auth_configuration',
  },
  AUTH_TOKEN_MISMATCH: {
    reason: 'token_mismatch',
    message: 'unauthorized: gateway token mismatch (`clawtray url` prints an address with the right one)',
    next: 'update_auth_credentials',
  },
  AUTH_PASSWORD_MISSING: {
    reason: 'password_missing',
    message: 'unauthorized: gateway password missing (send this gateway’s password)',
    next: 'update_auth_configuration',
  },
  AUTH_PASSWORD_MISMATCH: {
    reason: 'password_mismatch',
    message: 'unauthorized: gateway password mismatch (check gateway.auth.password)',
    next: 'update_auth_credentials',
  },
  AUTH_BOOTSTRAP_TOKEN_INVALID: {
    reason: 'bootstrap_token_invalid',
    message: 'unauthorized: bootstrap token invalid (it is used up or too old; ask for a new one)',
    next: 'review_auth_configuration',
  },
  AUTH_DEVICE_TOKEN_MISMATCH: {
    reason: 'device_token_mismatch',
    message: 'unauthorized: device token mismatch (pair the device again to get a new one)',
    next: 'update_auth_credentials',
  },
} as const satisfies Record<string, Refusal>;

export type RefusalCode = keyof typeof REFUSALS;

export function refusal(code: RefusalCode, next?: Refusal['next']): GatewayError {
  const { reason, message, next: usual } = REFUSALS[code];
  return new GatewayError('unauthorized', message, {
    details: {
      code,
      authReason: reason,
      recommendedNextStep: next ?? usual,
      ...(next === 'retry_with_device_token' ? { canRetryWithDeviceToken: true } : {}),
    },
  });
}

export function lockedOut(retryAfterMs: number): GatewayError {
  return new GatewayError(
    'unauthorized',
    'unauthorized: too many failed authentication attempts (retry later)',
    {
      details: {
        code: 'AUTH_RATE_LIMITED',
        authReason: 'rate_limited',
        recommendedNextStep: 'wait_then_retry',
      },
      retryable: true,
      retryAfterMs,
    },
  );
}

export function deviceProofRefused({ code, reason, message }: ProofFailure): GatewayError {
  return new GatewayError('unauthorized', message, { details: { code, reason, authReason: reason } });
}

export function deviceIdentityRequired(): GatewayError {
  return new GatewayError('not-paired', 'device identity required', {
    details: { code: 'DEVICE_IDENTITY_REQUIRED' },
  });
}

/** The control UI always has a device: without one it would silently have no scopes. */
export function controlUiIdentityRequired(): GatewayError {
  return new GatewayError(
    'invalid-request',
    'control ui requires device identity (use HTTPS or localhost secure context)',
    { details: { code: 'CONTROL_UI_DEVICE_IDENTITY_REQUIRED' } },
  );
}

export function missingScope(scope: string): GatewayError {
  return new GatewayError('forbidden', `missing scope: ${scope}`, {
    details: { code: 'MISSING_SCOPE', missingScope: scope, requiredScopes: [scope] },
  });
}

export interface PairingRefusal {
  readonly reason: PairingReason;
  readonly deviceId: string;
  readonly role: string;
  readonly scopes: readonly string[];
  /** What somebody can approve; `undefined` when too many requests wait already. */
  readonly requestId: string | undefined;
  /** What the device was approved for, if it was. */
  readonly approved: { readonly roles: readonly string[]; readonly scopes: readonly string[] } | undefined;
}

export function pairingRequired(facts: PairingRefusal): GatewayError {
  const { requirement, remedy } = PAIRING_REASONS[facts.reason];
  return new GatewayError('not-paired', `pairing required: ${requirement}`, {
    details: {
      code: 'PAIRING_REQUIRED',
      reason: facts.reason,
      ...(facts.requestId === undefined ? {} : { requestId: facts.requestId }),
      remediationHint: facts.requestId === undefined ? TOO_MANY_WAIT : remedy,
      deviceId: facts.deviceId,
      requestedRole: facts.role,
      requestedScopes: facts.scopes,
      ...(facts.approved === undefined
        ? {}
        : { approvedRoles: facts.approved.roles, approvedScopes: facts.approved.scopes }),
    },
  });
}

/** The requirements are short: with the id of the request they must fit into a close reason. */
const PAIRING_REASONS: Readonly<
  Record<PairingReason, { readonly requirement: string; readonly remedy: string }>
> = {
  'not-paired': {
    requirement: 'device is not approved yet',
    remedy: 'Approve this device from the pending pairing requests.',
  },
  'role-upgrade': {
    requirement: 'device asks for a role it was not approved for',
    remedy: 'Check which role it asks for, then approve the pending request.',
  },
  'scope-upgrade': {
    requirement: 'device asks for more than it was approved for',
    remedy: 'Check which scopes it asks for, then approve the pending request.',
  },
  'metadata-upgrade': {
    requirement: 'device has changed since it was approved',
    remedy: 'Check what changed about the device, then approve the pending request.',
  },
};

const TOO_MANY_WAIT =
  'Too many devices wait for an approval. Approve or reject some of them, then let this one try again.';

/** What the connection is closed with: clients that see only that find the request in it. */
export function closeReasonOf(error: GatewayError): string {
  const requestId = error.details?.['requestId'];
  const pairing = error.details?.['code'] === 'PAIRING_REQUIRED' && typeof requestId === 'string';
  return pairing ? `${error.message} (requestId: ${requestId})` : error.message;
}
