// One writer of the configuration at a time, also among processes: the gateway and commands that run without it. Editors
// know nothing of it; the writer compares right before it replaces a file.

import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { GatewayError } from '../../shared/errors.ts';
import { SECOND } from '../../shared/time.ts';
import { asStoreError } from '../store/store-errors.ts';
import type { GatewayPaths } from './paths.ts';

const RETRY = 25;
const PATIENCE = 5 * SECOND;
/** A lock without a name belongs to a process that was killed while it wrote it. */
const NAMELESS = 2 * SECOND;

/** Held by this process; another lock with its id is left from an earlier process that had the same. */
const held = new Set<string>();

export function lockOf(paths: GatewayPaths): string {
  return path.join(paths.profileDir, 'config.lock');
}

/**
 * @param file the lock; it exists while somebody writes
 * @param wait resolves after so many ms
 * @throws GatewayError `unavailable` when another writer holds it for too long; StoreUnavailableError
 */
export async function withConfigLock<T>(
  file: string,
  wait: (ms: number) => Promise<void>,
  work: () => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + PATIENCE;
  while (!tryLock(file)) {
    if (performance.now() > deadline) {
      throw new GatewayError(
        'unavailable',
        `another process is changing the configuration; if none is, remove ${file} and try again`,
        { retryable: true },
      );
    }
    await wait(RETRY);
  }
  try {
    return await work();
  } finally {
    held.delete(file);
    rmSync(file, { force: true });
  }
}

function tryLock(file: string): boolean {
  const folder = path.dirname(file);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const descriptor = openSync(file, 'wx', 0o600);
    writeSync(descriptor, `${process.pid}\n`);
    closeSync(descriptor);
    held.add(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw asStoreError(error, folder);
    // Who held it was killed. Of several that notice, one gets it next.
    if (isAbandoned(file)) rmSync(file, { force: true });
    return false;
  }
}

function isAbandoned(file: string): boolean {
  try {
    const holder = Number(readFileSync(file, 'utf8'));
    if (!Number.isInteger(holder) || holder <= 0) return Date.now() - statSync(file).mtimeMs > NAMELESS;
    if (holder === process.pid) return !held.has(file);
    process.kill(holder, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
