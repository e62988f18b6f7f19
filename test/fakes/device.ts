// A device with an Ed25519 key, which signs challenges as OpenClaw's clients do.

import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from 'node:crypto';
import type { ConnectParams, DeviceProof } from '../../src-main/shared/protocol/connect.ts';

export interface TestDevice {
  readonly id: string;
  readonly publicKey: string;
  readonly publicKeyPem: string;
  readonly privateKeyPem: string;
  readonly privateKey: KeyObject;
}

/** RFC 8410: what stands before the 32 bytes of an Ed25519 key. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** @param seed 32 bytes, for a device that is always the same */
export function createDevice(seed?: Buffer): TestDevice {
  const privateKey =
    seed === undefined
      ? generateKeyPairSync('ed25519').privateKey
      : createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey);
  const { x = '' } = publicKey.export({ format: 'jwk' });
  return {
    id: createHash('sha256').update(Buffer.from(x, 'base64url')).digest('hex'),
    publicKey: x,
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    privateKey,
  };
}

export interface SignOptions {
  readonly version?: 'v1' | 'v2' | 'v3';
  readonly signedAt?: number;
}

export function proofOf(
  device: TestDevice,
  params: Omit<ConnectParams, 'device'>,
  nonce: string,
  options: SignOptions = {},
): DeviceProof {
  const { version = 'v3', signedAt = Date.now() } = options;
  const { client, role = 'operator', scopes = [], auth } = params;
  const token = auth?.token ?? auth?.deviceToken ?? auth?.bootstrapToken ?? '';
  const fields = [device.id, client.id, client.mode, role, scopes.join(','), signedAt, token];
  const lower = (text: string | undefined): string => (text ?? '').trim().toLowerCase();
  const text = {
    v1: ['v1', ...fields],
    v2: ['v2', ...fields, nonce],
    v3: ['v3', ...fields, nonce, lower(client.platform), lower(client.deviceFamily)],
  }[version].join('|');
  const signature = sign(null, Buffer.from(text), device.privateKey).toString('base64url');
  return { id: device.id, publicKey: device.publicKey, signature, signedAt, nonce };
}
