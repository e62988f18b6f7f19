// The refusals of the handshake: message, OpenClaw's detail code, and what the client should do next.

import { GatewayError } from '../../shared/errors.ts';
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
    details: { code, authReason: reason, recommendedNextStep: next ?? usual },
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

export function deviceProofRefused(failure: ProofFailure): GatewayError {
  return new GatewayError('unauthorized', failure.message, { details: { code: failure.code } });
}

export function deviceIdentityRequired(): GatewayError {
  return new GatewayError('not-paired', 'device identity required', {
    details: { code: 'DEVICE_IDENTITY_REQUIRED' },
  });
}

export function pairingRequired(facts: {
  readonly reason: 'not-paired' | 'scope-upgrade' | 'metadata-upgrade' | 'role-upgrade';
  readonly deviceId: string;
  readonly role: string;
  readonly scopes: readonly string[];
}): GatewayError {
  return new GatewayError('not-paired', `pairing required: ${PAIRING_REASONS[facts.reason]}`, {
    details: {
      code: 'PAIRING_REQUIRED',
      reason: facts.reason,
      deviceId: facts.deviceId,
      requestedRole: facts.role,
      requestedScopes: facts.scopes,
    },
  });
}

const PAIRING_REASONS = {
  'not-paired': 'device is not approved yet',
  'scope-upgrade': 'the device asks for more than it was approved for',
  'metadata-upgrade': 'the device’s platform changed since it was approved',
  'role-upgrade': 'the device asks for another role than it was approved for',
} as const;
