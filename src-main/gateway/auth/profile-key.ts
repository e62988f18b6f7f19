// A random key of this profile, for deriving things that must be stable and secret. Never leaves the process.

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { writePrivateFile } from '../store/durable-file.ts';

const BYTES = 32;

/** Reads the key, making it on the first start. */
export function loadProfileKey(profileDir: string): Buffer {
  const file = path.join(profileDir, 'profile.key');
  try {
    const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64url');
    if (key.length === BYTES) return key;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const key = randomBytes(BYTES);
  writePrivateFile(file, `${key.toString('base64url')}\n`);
  return key;
}
