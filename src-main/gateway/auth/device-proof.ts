// Checks a device's Ed25519 proof over the challenge (OpenClaw protocol, signature strings v3 and v2). Pure.

import { createHash, createPublicKey, verify } from 'node:crypto';
import { MINUTE } from '../../shared/time.ts';
import type { ConnectParams } from '../../shared/protocol/connect.ts';

export type ProofFailure =
  | { readonly code: 'DEVICE_AUTH_DEVICE_ID_MISMATCH'; readonly message: 'device identity mismatch' }
  | { readonly code: 'DEVICE_AUTH_SIGNATURE_EXPIRED'; readonly message: 'device signature expired' }
  | { readonly code: 'DEVICE_AUTH_NONCE_REQUIRED'; readonly message: 'device nonce required' }
  | { readonly code: 'DEVICE_AUTH_NONCE_MISMATCH'; readonly message: 'device nonce mismatch' }
  | { readonly code: 'DEVICE_AUTH_SIGNATURE_INVALID'; readonly message: 'device signature invalid' }
  | { readonly code: 'DEVICE_AUTH_PUBLIC_KEY_INVALID'; readonly message: 'device public key invalid' };

/** How far a device's clock may be off. */
const MAX_SKEW = 2 * MINUTE;
/** DER prefix of a raw Ed25519 public key in SubjectPublicKeyInfo (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const RAW_KEY_BYTES = 32;

export function deviceIdOf(rawPublicKey: Buffer): string {
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
  if (raw === undefined)
    return { code: 'DEVICE_AUTH_PUBLIC_KEY_INVALID', message: 'device public key invalid' };
  if (deviceIdOf(raw) !== device.id) {
    return { code: 'DEVICE_AUTH_DEVICE_ID_MISMATCH', message: 'device identity mismatch' };
  }
  if (Math.abs(now - device.signedAt) > MAX_SKEW) {
    return { code: 'DEVICE_AUTH_SIGNATURE_EXPIRED', message: 'device signature expired' };
  }
  const signedNonce = device.nonce.trim();
  if (signedNonce === '') return { code: 'DEVICE_AUTH_NONCE_REQUIRED', message: 'device nonce required' };
  if (signedNonce !== nonce) return { code: 'DEVICE_AUTH_NONCE_MISMATCH', message: 'device nonce mismatch' };
  const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' });
  const signature = Buffer.from(device.signature, 'base64url');
  const holds = signedStrings(params, role, signedNonce).some((text) =>
    verify(null, Buffer.from(text), key, signature),
  );
  return holds ? undefined : { code: 'DEVICE_AUTH_SIGNATURE_INVALID', message: 'device signature invalid' };
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
