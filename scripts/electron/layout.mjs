// Owns what an unpacked Electron looks like on disk: where the executable is, and which version it says it is.
import fs from 'node:fs';
import path from 'node:path';

/**
 * The executable's place inside a distribution folder, the same as the official package writes to its path.txt.
 * @param {NodeJS.Platform} platform
 */
export function executableName(platform) {
  if (platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return platform === 'win32' ? 'electron.exe' : 'electron';
}

/** @param {string} file */
export function isExecutable(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * The content of a distribution folder's `version` file, without the leading v some releases have.
 * @param {string} folder
 */
export function versionIn(folder) {
  try {
    return fs.readFileSync(path.join(folder, 'version'), 'utf8').trim().replace(/^v/, '');
  } catch {
    return null;
  }
}

/**
 * The distribution folder that an executable belongs to.
 * @param {string} executable
 * @param {NodeJS.Platform} platform
 */
export function folderOf(executable, platform) {
  const depth = executableName(platform).split('/').length;
  return path.resolve(executable, ...Array.from({ length: depth }, () => '..'));
}
