// Owns getting the system ready for Electron: installs missing Debian packages where it may (as root), and says
// exactly what to install where it may not. Does nothing on Windows and macOS.
import { hasDisplay } from './lib/display.mjs';
import { availableAmong, hasApt, installedAmong, installMissing } from './system/apt.mjs';
import { missingFrom, requirementsFor, selectNames } from './system/requirements.mjs';
import { obstacles } from './system/usability.mjs';

const FAILURES = {
  start: 'Electron cannot start',
  test: 'The desktop tests cannot run',
  package: 'The packages cannot be tried out',
};

/**
 * @typedef {object} SystemOptions
 * @property {'start' | 'test' | 'package'} for
 * @property {string} executable the Electron that is going to run
 * @property {NodeJS.ProcessEnv} [env]
 * @property {number | undefined} [userId]
 * @property {(line: string) => void} [log]
 */

/**
 * Throws only when Electron (for `test`: the desktop tests, for `package`: the packaged app) really could not run.
 * @param {SystemOptions} options
 */
export async function ensureSystemPackages(options) {
  if (process.platform !== 'linux') return;
  const { for: purpose, executable, env = process.env, log = console.log } = options;
  const { userId = process.getuid?.() } = options;
  const display = hasDisplay(env);
  const situation = { purpose, executable, display, env };
  // A started app needs no fonts or test tools: as long as the libraries load, the system is left alone.
  if (purpose === 'start' && (await obstacles(situation)).length === 0) return;

  let advice = 'Install them with the package manager of this system.';
  if (hasApt(env)) {
    const requirements = requirementsFor(purpose, display);
    const missing = missingFrom(requirements, await installedAmong(requirements.flat(), env));
    if (missing.length > 0) advice = await provide(missing, { env, userId, log });
  }
  const left = await obstacles(situation);
  if (left.length === 0) return;
  throw new Error(`${FAILURES[purpose]}; missing: ${left.join(', ')}.\n${advice}`);
}

/**
 * Installs, or says what to install. Returns the advice for the case that things do not work afterwards.
 * @param {import('./system/requirements.mjs').Requirement[]} missing
 * @param {{ env: NodeJS.ProcessEnv, userId: number | undefined, log: (line: string) => void }} context
 */
async function provide(missing, { env, userId, log }) {
  const { selected, unknown } = selectNames(missing, await availableAmong(missing.flat(), env));
  const names = [...selected, ...unknown.map((candidates) => candidates.at(-1))];
  const byHand = `sudo apt-get install --no-install-recommends ${names.join(' ')}`;
  if (env.CLAWTRAY_SKIP_SYSTEM_PACKAGES === '1') {
    return `CLAWTRAY_SKIP_SYSTEM_PACKAGES is set, so nothing was installed. By hand: ${byHand}`;
  }
  if (userId !== 0) {
    log(`Some system packages are missing; only root may install them:\n  ${byHand}`);
    return `Install them: ${byHand}`;
  }
  const problem = await installMissing(missing, env, log);
  if (problem === null) return 'The packages are installed, but that was not enough.';
  log(`Not everything could be installed: ${problem}`);
  return `Try by hand: ${byHand}`;
}
