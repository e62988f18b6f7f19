// Owns the official `electron` package: whether its binary is there, and fetching it with the package's own
// installer. That installer checks the download against the checksums that came with the package.
import fs from 'node:fs';
import path from 'node:path';
import { withLock } from '../lib/lock.mjs';
import { forgetFailure, mirrorOf, recentFailure, rememberFailure } from './download-memory.mjs';
import { isExecutable, versionIn } from './layout.mjs';
import { withTemporaryFolder } from './temporary-folder.mjs';
import { runWithStallLimit } from './timed-child.mjs';

/** @param {string} packageFolder */
function packageVersion(packageFolder) {
  try {
    /** @type {unknown} */
    const version = JSON.parse(fs.readFileSync(path.join(packageFolder, 'package.json'), 'utf8')).version;
    return typeof version === 'string' ? version : null;
  } catch {
    return null;
  }
}

/**
 * The package's binary, if it is complete: the installer writes path.txt last.
 * @param {string} packageFolder
 * @returns {import('./resolve.mjs').ElectronRuntime | null}
 */
export function installedOfficial(packageFolder) {
  const version = packageVersion(packageFolder);
  const dist = path.join(packageFolder, 'dist');
  if (version === null || versionIn(dist) !== version) return null;
  try {
    const executable = path.join(dist, fs.readFileSync(path.join(packageFolder, 'path.txt'), 'utf8').trim());
    return isExecutable(executable) ? { executable, version, source: 'official' } : null;
  } catch {
    return null;
  }
}

/**
 * @typedef {object} DownloadOptions
 * @property {string} packageFolder
 * @property {string} cache
 * @property {NodeJS.ProcessEnv} env
 * @property {(line: string) => void} log
 */

/**
 * Tries the official download once. A failure is said, remembered and returned as its reason, not thrown: there
 * may be another way.
 * @param {DownloadOptions} options
 * @returns {Promise<{ runtime: import('./resolve.mjs').ElectronRuntime } | { reason: string }>}
 */
export function downloadOfficial({ packageFolder, cache, env, log }) {
  const version = packageVersion(packageFolder);
  if (version === null) return Promise.resolve({ reason: 'the electron package is not installed' });
  const failed = recentFailure(cache, version, env);
  if (failed) return Promise.resolve({ reason: failed.reason });

  return withLock(path.join(cache, 'official.lock'), async () => {
    const done = installedOfficial(packageFolder);
    if (done) return { runtime: done };
    const failedMeanwhile = recentFailure(cache, version, env);
    if (failedMeanwhile) return { reason: failedMeanwhile.reason };

    log(`Downloading Electron ${version} from ${mirrorOf(env) ?? 'github.com'}.`);
    const reason = await runInstaller({ packageFolder, cache, env, log });
    const runtime = installedOfficial(packageFolder);
    if (runtime) {
      forgetFailure(cache);
      return { runtime };
    }
    const why = reason ?? 'the installer left no executable';
    rememberFailure(cache, version, why);
    log(`That failed: ${why}.`);
    return { reason: why };
  });
}

/**
 * @param {DownloadOptions} options
 * @returns {Promise<string | null>}
 */
function runInstaller({ packageFolder, cache, env, log }) {
  const stallMs = secondsFrom(env.CLAWTRAY_DOWNLOAD_STALL_SECONDS, 20) * 1000;
  const totalMs = secondsFrom(env.CLAWTRAY_DOWNLOAD_TOTAL_SECONDS, 900) * 1000;
  return withTemporaryFolder(cache, 'official', (temporary) => {
    let said = performance.now();
    return runWithStallLimit({
      command: process.execPath,
      args: [path.join(packageFolder, 'install.js')],
      // The download goes to our own temporary folder, where it can be watched and is cleaned up if it is cut off.
      env: {
        ...env,
        ELECTRON_OVERRIDE_DIST_PATH: undefined,
        TMPDIR: temporary,
        TEMP: temporary,
        TMP: temporary,
      },
      watch: [temporary, path.join(packageFolder, 'dist')],
      stallMs,
      totalMs,
      onProgress: (bytes) => {
        if (performance.now() - said < 5_000) return;
        said = performance.now();
        log(`  ${Math.round(bytes / 1e6)} MB so far`);
      },
    });
  });
}

/**
 * @param {string | undefined} text
 * @param {number} otherwise
 */
function secondsFrom(text, otherwise) {
  const value = Number(text);
  return Number.isFinite(value) && value > 0 ? value : otherwise;
}
