// This profile's own Ed25519 identity, for other gateways that want a paired device. Made once, kept private.

import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ConnectParams, DeviceProof } from '../../shared/protocol/connect.ts';
import type { ConnectChallenge } from '../../shared/protocol/frames.ts';
import { writePrivateFile } from '../store/durable-file.ts';
import { normalized } from './device-proof.ts';

export interface DeviceIdentity {
  /** Signs a challenge for exactly these connect params (OpenClaw protocol, signature string v3). */
  prove(challenge: ConnectChallenge, params: ConnectParams): DeviceProof;
}

export function loadDeviceIdentity(profileDir: string): DeviceIdentity {
  const key = loadKey(path.join(profileDir, 'device.pem'));
  const raw = Buffer.from(String(createPublicKey(key).export({ format: 'jwk' }).x), 'base64url');
  const id = createHash('sha256').update(raw).digest('hex');

  return {
    prove: (challenge, params) => {
      const { client, auth } = params;
      const payload = [
        'v3',
        id,
        client.id,
        client.mode,
        params.role ?? 'operator',
        (params.scopes ?? []).join(','),
        challenge.ts,
        auth?.token ?? auth?.deviceToken ?? auth?.bootstrapToken ?? '',
        challenge.nonce,
        normalized(client.platform),
        normalized(client.deviceFamily),
      ].join('|');
      return {
        id,
        publicKey: raw.toString('base64url'),
        signature: sign(null, Buffer.from(payload), key).toString('base64url'),
        signedAt: challenge.ts,
        nonce: challenge.nonce,
      };
    },
  };
}

function loadKey(file: string): KeyObject {
  try {
    return createPrivateKey(readFileSync(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const { privateKey } = generateKeyPairSync('ed25519');
  writePrivateFile(file, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  return privateKey;
}
