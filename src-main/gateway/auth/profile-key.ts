// A random key of this profile, for deriving things that must be stable and secret. Never leaves the process.

import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { readPrivateFile, writePrivateFile } from '../store/durable-file.ts';

const BYTES = 32;

/**
 * Reads the key, making it on the first start.
 * @throws StoreUnavailableError
 */
export function loadProfileKey(profileDir: string): Buffer {
  const file = path.join(profileDir, 'profile.key');
  const known = Buffer.from(readPrivateFile(file)?.trim() ?? '', 'base64url');
  if (known.length === BYTES) return known;
  const key = randomBytes(BYTES);
  writePrivateFile(file, `${key.toString('base64url')}\n`);
  return key;
}
