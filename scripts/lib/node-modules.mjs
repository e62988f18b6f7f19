// Owns the question whether node_modules fits package-lock.json, and installing it when it does not. A stamp in
// node_modules remembers which lock file it was installed from, so the question costs milliseconds.
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runInForeground } from './child.mjs';
import { withLock } from './lock.mjs';
import { npmCommand } from './npm.mjs';

/**
 * The platform is part of it: a checkout on a shared disk must not run another system's native modules.
 * @param {string} root
 */
function lockFingerprint(root) {
  const hash = createHash('sha256').update(readFileSync(path.join(root, 'package-lock.json')));
  return hash.update(`\n${process.platform} ${process.arch}\n`).digest('hex');
}

/** @param {string} root */
export function modulesAreCurrent(root) {
  try {
    return readFileSync(stampFile(root), 'utf8').trim() === lockFingerprint(root);
  } catch {
    return false;
  }
}

/**
 * Makes node_modules fit the lock file. Several runs at once wait for one of them to do it.
 * @param {string} root
 * @param {(line: string) => void} log
 * @param {(root: string) => Promise<void>} [install]
 */
export async function ensureModules(root, log, install = npmCi) {
  if (modulesAreCurrent(root)) return;
  const onWait = (/** @type {number} */ pid) =>
    log(`Waiting for process ${pid}, which installs packages here.`);
  const lock = path.join(root, '.clawtray-install.lock'); // not in node_modules, which `npm ci` empties
  await withLock(
    lock,
    async () => {
      if (modulesAreCurrent(root)) return;
      if (!installedByHand(root)) {
        log('Installing packages with npm ci (about half a minute the first time).');
        await install(root);
      }
      writeStamp(root);
    },
    { onWait },
  );
}

/** @param {string} root */
async function npmCi(root) {
  // The build and the tests need the development packages whatever NODE_ENV or the person's npm settings say.
  // Warnings about other packages' preferred Node versions would bury what matters.
  const flags = ['--include=dev', '--no-fund', '--no-audit', '--loglevel=error'];
  const { command, args, shell } = npmCommand(['ci', ...flags]);
  const code = await runInForeground(command, args, { cwd: root, shell });
  if (code !== 0) {
    throw new Error(
      `npm ci failed (exit code ${code}); its own messages are above. Check the network and the npm registry ` +
        '(`npm ping`), then run the command again.',
    );
  }
}

/**
 * True when somebody's own `npm install` already made node_modules what the lock file says. npm writes down what
 * it installed when it has finished, so an interrupted installation does not count.
 * @param {string} root
 */
export function installedByHand(root) {
  const installed = packagesOf(path.join(root, 'node_modules', '.package-lock.json'));
  const wanted = packagesOf(path.join(root, 'package-lock.json'));
  if (installed === null || wanted === null) return false;
  return Object.entries(wanted).every(([name, entry]) => {
    if (name === '') return true; // the project itself
    const have = installed[name];
    // Optional packages for other platforms are in the lock file, but never installed here. One for this platform
    // that is missing means that the folder came from another machine.
    if (have === undefined) return entry.optional === true && !isForThisPlatform(entry);
    return have.version === entry.version && have.integrity === entry.integrity;
  });
}

/**
 * @typedef {object} LockEntry
 * @property {string} [version]
 * @property {string} [integrity]
 * @property {boolean} [optional]
 * @property {string[]} [os]
 * @property {string[]} [cpu]
 * @property {string[]} [libc]
 */

/** @param {LockEntry} entry */
function isForThisPlatform({ os, cpu, libc }) {
  if (!os && !cpu) return false; // optional for another reason
  const allows = (/** @type {string[]} */ list, /** @type {string} */ value) =>
    list.includes(value) || (list.every((item) => item.startsWith('!')) && !list.includes(`!${value}`));
  return (
    allows(os ?? [], process.platform) && allows(cpu ?? [], process.arch) && (!libc || allows(libc, 'glibc'))
  );
}

/**
 * @param {string} file
 * @returns {Record<string, LockEntry> | null}
 */
function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages ?? null;
  } catch {
    return null;
  }
}

/** @param {string} root */
function writeStamp(root) {
  const temporary = `${stampFile(root)}.${process.pid}`;
  writeFileSync(temporary, `${lockFingerprint(root)}\n`);
  renameSync(temporary, stampFile(root));
}

/** @param {string} root */
const stampFile = (root) => path.join(root, 'node_modules', '.clawtray-lock-hash');
