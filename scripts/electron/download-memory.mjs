// Owns the memory of a failed download, so that a machine that cannot reach the download site does not wait for it
// again at every start.
import fs from 'node:fs';
import path from 'node:path';

const hours = 6;

/** @typedef {{ version: string, at: number, reason: string }} FailedDownload */

/** @param {string} cache */
const memoryFile = (cache) => path.join(cache, 'official-download-failed.json');

/**
 * A failure of this version within the last hours, or null. A mirror that the person has named is always tried:
 * naming it is what one does after a failure.
 * @param {string} cache
 * @param {string} version
 * @param {NodeJS.ProcessEnv} env
 * @param {number} [now]
 * @returns {FailedDownload | null}
 */
export function recentFailure(cache, version, env, now = Date.now()) {
  if (mirrorOf(env)) return null;
  try {
    /** @type {FailedDownload} */
    const failure = JSON.parse(fs.readFileSync(memoryFile(cache), 'utf8'));
    const age = now - failure.at;
    return failure.version === version && age >= 0 && age < hours * 3_600_000 ? failure : null;
  } catch {
    return null;
  }
}

/**
 * @param {string} cache
 * @param {string} version
 * @param {string} reason
 * @param {number} [now]
 */
export function rememberFailure(cache, version, reason, now = Date.now()) {
  fs.mkdirSync(cache, { recursive: true });
  const temporary = `${memoryFile(cache)}.${process.pid}`;
  fs.writeFileSync(temporary, `${JSON.stringify({ version, at: now, reason })}\n`);
  fs.renameSync(temporary, memoryFile(cache));
}

/** @param {string} cache */
export function forgetFailure(cache) {
  fs.rmSync(memoryFile(cache), { force: true });
}

/**
 * The download mirror that is set, under any of the names that Electron's own installer reads.
 * @param {NodeJS.ProcessEnv} env
 */
export function mirrorOf(env) {
  return (
    env.npm_config_electron_mirror ||
    env.NPM_CONFIG_ELECTRON_MIRROR ||
    env.npm_package_config_electron_mirror ||
    env.ELECTRON_MIRROR ||
    null
  );
}
