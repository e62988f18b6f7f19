// Checks a device's Ed25519 proof over the challenge (OpenClaw protocol, signature strings v3 and v2). Pure.

import { createHash, createPublicKey, verify } from 'node:crypto';
import { MINUTE } from '../../shared/time.ts';
import type { ConnectParams } from '../../shared/protocol/connect.ts';

export interface ProofFailure {
  /** OpenClaw's detail code, and its word for the same. */
  readonly code: string;
  readonly reason: string;
  readonly message: string;
}

const FAILURES = {
  deviceId: {
    code: 'DEVICE_AUTH_DEVICE_ID_MISMATCH',
    reason: 'device-id-mismatch',
    message: 'device identity mismatch',
  },
  expired: {
    code: 'DEVICE_AUTH_SIGNATURE_EXPIRED',
    reason: 'device-signature-stale',
    message: 'device signature expired',
  },
  nonceMissing: {
    code: 'DEVICE_AUTH_NONCE_REQUIRED',
    reason: 'device-nonce-missing',
    message: 'device nonce required',
  },
  nonce: {
    code: 'DEVICE_AUTH_NONCE_MISMATCH',
    reason: 'device-nonce-mismatch',
    message: 'device nonce mismatch',
  },
  signature: {
    code: 'DEVICE_AUTH_SIGNATURE_INVALID',
    reason: 'device-signature',
    message: 'device signature invalid',
  },
  publicKey: {
    code: 'DEVICE_AUTH_PUBLIC_KEY_INVALID',
    reason: 'device-public-key',
    message: 'device public key invalid',
  },
} as const satisfies Record<string, ProofFailure>;

/** How far a device's clock may be off. */
const MAX_SKEW = 2 * MINUTE;
/** DER prefix of a raw Ed25519 public key in SubjectPublicKeyInfo (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const RAW_KEY_BYTES = 32;

function deviceIdOf(rawPublicKey: Buffer): string {
  return createHash('sha256').update(rawPublicKey).digest('hex');
}

/** @returns what is wrong with the proof, or `undefined` when it holds */
export function checkDeviceProof(
  params: ConnectParams & { readonly device: NonNullable<ConnectParams['device']> },
  role: string,
  nonce: string,
  now: number,
): ProofFailure | undefined {
  const { device } = params;
  const raw = rawPublicKey(device.publicKey);
  if (raw === undefined) return FAILURES.publicKey;
  if (deviceIdOf(raw) !== device.id) return FAILURES.deviceId;
  if (Math.abs(now - device.signedAt) > MAX_SKEW) return FAILURES.expired;
  const signedNonce = device.nonce.trim();
  if (signedNonce === '') return FAILURES.nonceMissing;
  if (signedNonce !== nonce) return FAILURES.nonce;
  const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' });
  const signature = Buffer.from(device.signature, 'base64url');
  const holds = signedStrings(params, role, signedNonce).some((text) =>
    verify(null, Buffer.from(text), key, signature),
  );
  return holds ? undefined : FAILURES.signature;
}

/** What the device may have signed, the newest form first. */
function signedStrings(
  params: ConnectParams & { readonly device: NonNullable<ConnectParams['device']> },
  role: string,
  nonce: string,
): readonly string[] {
  const { client, device, auth } = params;
  const token = auth?.token ?? auth?.deviceToken ?? auth?.bootstrapToken ?? '';
  const scopes = (params.scopes ?? []).join(',');
  const fields = [device.id, client.id, client.mode, role, scopes, device.signedAt, token, nonce].join('|');
  return [`v3|${fields}|${normalized(client.platform)}|${normalized(client.deviceFamily)}`, `v2|${fields}`];
}

/** Platform and device family as they are signed and pinned. */
export function normalized(text: string | undefined): string {
  return (text ?? '').trim().replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** A public key as it is stored and shown: raw and base64url, however it was sent. */
export function canonicalPublicKey(encoded: string): string {
  return rawPublicKey(encoded)?.toString('base64url') ?? encoded;
}

function rawPublicKey(encoded: string): Buffer | undefined {
  const raw = encoded.includes('BEGIN PUBLIC KEY') ? fromPem(encoded) : Buffer.from(encoded, 'base64url');
  return raw?.length === RAW_KEY_BYTES ? raw : undefined;
}

function fromPem(pem: string): Buffer | undefined {
  try {
    const { x } = createPublicKey(pem).export({ format: 'jwk' });
    return x === undefined ? undefined : Buffer.from(x, 'base64url');
  } catch {
    return undefined;
  }
}
