// Owns what counts in the end, whatever the distribution calls its packages: do Electron's libraries load, and are
// the programs for a private display and a private bus there?
import fs from 'node:fs';
import path from 'node:path';
import { collect } from '../lib/child.mjs';

/**
 * The libraries that `ldd` could not find, such as libgtk-3.so.0.
 * @param {string} listing
 */
export function notFoundIn(listing) {
  const names = [...listing.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1] ?? '');
  return [...new Set(names)];
}

/**
 * @param {string} name
 * @param {NodeJS.ProcessEnv} env
 */
export function hasProgram(name, env) {
  return (env.PATH ?? '').split(path.delimiter).some((folder) => {
    try {
      fs.accessSync(path.join(folder, name), fs.constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * What would stop the desktop tests, or the app, in words; empty when nothing would.
 * @param {object} situation
 * @param {'start' | 'test' | 'package'} situation.purpose
 * @param {string} situation.executable
 * @param {boolean} situation.display
 * @param {NodeJS.ProcessEnv} situation.env
 */
export async function obstacles({ purpose, executable, display, env }) {
  const { stdout } = await collect('ldd', [executable], { env: { ...env, LC_ALL: 'C' } });
  const found = notFoundIn(stdout).map((name) => `the library ${name}`);
  if (purpose === 'start') return found;
  const programs = display ? ['dbus-run-session'] : ['dbus-run-session', 'xvfb-run', 'Xvfb', 'xauth'];
  const absent = programs.filter((name) => !hasProgram(name, env));
  return [...found, ...absent.map((name) => `the program ${name}`)];
}
