// Owns mutual exclusion between runs: one folder per lock, holding a file that says whose it is. A lock whose
// owner has died, or has stopped giving signs of life, is taken over; nobody has to delete it by hand.
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const heartbeatMs = 2_000;
const pollMs = 100;

/** @typedef {{ pid: number, host: string, token: string }} Owner */

/**
 * @typedef {object} LockOptions
 * @property {(holder: number) => void} [onWait] told once, with the holder's process id, if there is a wait
 * @property {number} [silenceMs] how long to watch a lock without a heartbeat before taking it over
 */

/**
 * Runs `work` while holding the lock; waits for whoever holds it now.
 * @template T
 * @param {string} folder the lock itself; must not exist when the lock is free
 * @param {() => Promise<T>} work
 * @param {LockOptions} [options]
 * @returns {Promise<T>}
 */
export async function withLock(folder, work, options = {}) {
  const token = await acquire(folder, options);
  const heartbeat = setInterval(() => touch(ownerFile(folder)), heartbeatMs);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    release(folder, token);
  }
}

/**
 * @param {string} folder
 * @param {LockOptions} options
 */
async function acquire(folder, { onWait, silenceMs = 30_000 }) {
  const token = randomUUID();
  fs.mkdirSync(path.dirname(folder), { recursive: true });
  const seen = { token: '', beat: 0, since: 0 };
  let told = false;
  while (!tryTake(folder, token)) {
    const owner = readOwner(folder);
    if (owner === null) continue; // released in this very moment
    const beat = lastBeat(folder);
    // Compared with what this process saw before, not with the clock: a machine that slept, or a file server
    // whose clock is off, must not make a living lock look dead.
    if (seen.token !== owner.token || seen.beat !== beat) {
      Object.assign(seen, { token: owner.token, beat, since: performance.now() });
    }
    if (hasDied(owner) || performance.now() - seen.since > silenceMs) {
      breakLock(folder, owner.token);
      await sleep(10); // another process may be breaking it
      continue;
    }
    if (!told) onWait?.(owner.pid);
    told = true;
    await sleep(pollMs);
  }
  return token;
}

/**
 * Renaming a prepared folder makes "exists" and "says whose it is" one step.
 * @param {string} folder
 * @param {string} token
 */
function tryTake(folder, token) {
  const prepared = `${folder}.${token}`;
  fs.mkdirSync(prepared);
  try {
    fs.writeFileSync(ownerFile(prepared), JSON.stringify({ pid: process.pid, host: os.hostname(), token }));
    fs.renameSync(prepared, folder);
    return true;
  } catch (error) {
    fs.rmSync(prepared, { recursive: true, force: true });
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // Windows says EPERM for "the target exists"; elsewhere that is a real lack of permission.
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || (code === 'EPERM' && fs.existsSync(folder)))
      return false;
    throw error;
  }
}

/**
 * Removes a dead owner's lock. Only one process may do so at a time, or two of them could remove the dead lock
 * and then the first one's fresh lock.
 * @param {string} folder
 * @param {string} deadToken
 */
function breakLock(folder, deadToken) {
  const guard = `${folder}.breaking`;
  try {
    fs.mkdirSync(guard);
  } catch {
    if (ageOf(guard) > 10_000) fs.rmSync(guard, { recursive: true, force: true }); // left by a killed breaker
    return;
  }
  try {
    if (readOwner(folder)?.token === deadToken) release(folder, deadToken);
  } finally {
    fs.rmdirSync(guard);
  }
}

/**
 * Renamed before it is deleted: a half-deleted lock folder would be empty for a moment, and taken.
 * @param {string} folder
 * @param {string} token
 */
function release(folder, token) {
  if (readOwner(folder)?.token !== token) return;
  const leaving = `${folder}.${token}`;
  fs.renameSync(folder, leaving);
  fs.rmSync(leaving, { recursive: true, force: true });
}

/** @param {Owner} owner */
function hasDied(owner) {
  if (owner.host !== os.hostname()) return false;
  try {
    process.kill(owner.pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

/**
 * Null when there is no lock; an owner nobody can be when there is one that does not say whose it is.
 * @param {string} folder
 * @returns {Owner | null}
 */
function readOwner(folder) {
  try {
    return JSON.parse(fs.readFileSync(ownerFile(folder), 'utf8'));
  } catch {
    return fs.existsSync(folder) ? { pid: 0, host: '', token: 'unknown' } : null;
  }
}

/** @param {string} folder */
const ownerFile = (folder) => path.join(folder, 'owner.json');

/** @param {string} folder */
const lastBeat = (folder) => fs.statSync(ownerFile(folder), { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** @param {string} folder */
const ageOf = (folder) =>
  Date.now() - (fs.statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());

/** @param {string} file */
function touch(file) {
  try {
    fs.utimesSync(file, new Date(), new Date());
  } catch {
    // The lock was taken over while this machine stood still; release() will see that it is not ours.
  }
}
