// Owns the Electron that a person names in CLAWTRAY_ELECTRON: an executable, or the folder it was unpacked to. If
// the variable is set and wrong, that is an error; silently running another Electron would hide the mistake.
import fs from 'node:fs';
import path from 'node:path';
import { collect } from '../lib/child.mjs';
import { executableName, folderOf, isExecutable, versionIn } from './layout.mjs';

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {NodeJS.Platform} platform
 * @returns {Promise<import('./resolve.mjs').ElectronRuntime | null>}
 */
export async function customRuntime(env, platform) {
  const named = env.CLAWTRAY_ELECTRON;
  if (!named) return null;
  const target = path.resolve(named);
  const stats = fs.statSync(target, { throwIfNoEntry: false });
  if (stats === undefined) throw wrong(named, 'there is nothing at that path');
  const executable = stats.isDirectory() ? path.join(target, executableName(platform)) : target;
  if (!isExecutable(executable)) {
    throw wrong(
      named,
      stats.isDirectory()
        ? `the folder holds no executable ${executableName(platform)}`
        : 'the file is not executable',
    );
  }
  const version = versionIn(folderOf(executable, platform)) ?? (await askVersion(named, executable, env));
  return { executable, version, source: 'custom' };
}

/**
 * Distributions without a `version` file, such as Linux packages, are asked. As plain Node Electron needs no display.
 * @param {string} named
 * @param {string} executable
 * @param {NodeJS.ProcessEnv} env
 */
async function askVersion(named, executable, env) {
  const { stdout, stderr } = await collect(executable, ['-p', 'process.versions.electron'], {
    env: { ...env, ELECTRON_RUN_AS_NODE: '1' },
    timeout: 10_000,
  });
  const version = stdout.trim();
  if (/^\d+\.\d+\.\d+/.test(version)) return version;
  const said = (stderr || stdout).trim().split('\n')[0] || 'nothing';
  throw wrong(named, `it does not answer as Electron does (it said: ${said})`);
}

/**
 * @param {string} named
 * @param {string} reason
 */
function wrong(named, reason) {
  return new Error(
    `CLAWTRAY_ELECTRON is set to ${named}, but ${reason}.\n` +
      'Set it to an Electron executable or to the folder it was unpacked to, or unset it.',
  );
}
