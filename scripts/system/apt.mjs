// Owns talking to Debian's package manager: what is installed, what could be, and installing it without a question.
import { collect } from '../lib/child.mjs';
import { selectNames } from './requirements.mjs';
import { hasProgram } from './usability.mjs';

/** Somebody else's apt run (a fresh machine updates itself) is waited for, an unreachable source is not. */
const patience = [
  '-o',
  'DPkg::Lock::Timeout=300',
  '-o',
  'Acquire::Retries=2',
  '-o',
  'Acquire::http::Timeout=30',
];

/**
 * Runs a program of the package manager so that it asks nothing and speaks English, which is what is parsed here.
 * @param {NodeJS.ProcessEnv} env
 * @param {string} program
 * @param {string[]} args
 */
function ask(env, program, args) {
  return collect(program, args, { env: { ...env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' } });
}

/** @param {NodeJS.ProcessEnv} env */
export const hasApt = (env) => hasProgram('apt-get', env) && hasProgram('dpkg-query', env);

/**
 * @param {string[]} names
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Set<string>>}
 */
export async function installedAmong(names, env) {
  const format = '${Package} ${db:Status-Status}\n';
  const { stdout } = await ask(env, 'dpkg-query', ['-W', '-f', format, ...names]);
  return installedIn(stdout);
}

/**
 * A package for two architectures has two lines; one that was removed but not purged is still listed.
 * @param {string} listing
 */
export function installedIn(listing) {
  const rows = listing.split('\n').map((line) => line.split(' '));
  return new Set(rows.filter(([, status]) => status === 'installed').map(([name]) => name ?? ''));
}

/**
 * @param {string[]} names
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Set<string>>}
 */
export async function availableAmong(names, env) {
  const { stdout } = await ask(env, 'apt-cache', ['policy', ...names]);
  return availableIn(stdout);
}

/**
 * A name that is only provided by another package is listed, too, but with no candidate.
 * @param {string} policy the output of `apt-cache policy`
 */
export function availableIn(policy) {
  /** @type {Set<string>} */
  const names = new Set();
  let current = '';
  for (const line of policy.split('\n')) {
    const heading = /^(\S+):$/.exec(line);
    if (heading) current = heading[1] ?? '';
    const candidate = /^ {2}Candidate: (.+)$/.exec(line)?.[1];
    if (candidate && candidate !== '(none)') names.add(current);
  }
  return names;
}

/**
 * Installs what is missing. The package lists are updated only when they do not know a name, or are too old to
 * install from.
 * @param {import('./requirements.mjs').Requirement[]} missing
 * @param {NodeJS.ProcessEnv} env
 * @param {(line: string) => void} log
 * @returns {Promise<string | null>} why it did not work, or null
 */
export async function installMissing(missing, env, log) {
  const choose = async () => selectNames(missing, await availableAmong(missing.flat(), env));
  const update = () => {
    log('Updating the package lists (apt-get update).');
    return ask(env, 'apt-get', ['update', '-qq', ...patience]);
  };
  let choice = await choose();
  const mustUpdate = choice.unknown.length > 0;
  if (mustUpdate) {
    await update();
    choice = await choose();
  }
  let problem = await install(choice.selected, env, log);
  if (problem !== null && !mustUpdate) {
    await update();
    choice = await choose();
    problem = await install(choice.selected, env, log);
  }
  if (problem !== null) return problem;
  const unknown = choice.unknown.map((names) => names.join(' or '));
  return unknown.length > 0 ? `the package sources do not have ${unknown.join(', ')}` : null;
}

/**
 * @param {string[]} names
 * @param {NodeJS.ProcessEnv} env
 * @param {(line: string) => void} log
 */
async function install(names, env, log) {
  if (names.length === 0) return null;
  log(`Installing system packages: ${names.join(' ')}`);
  const options = ['-y', '-qq', '--no-install-recommends', '-o', 'Dpkg::Use-Pty=0', ...patience];
  const { code, stdout, stderr } = await ask(env, 'apt-get', ['install', ...options, ...names]);
  if (code === 0) return null;
  return `apt-get said:\n${(stderr || stdout).trim().split('\n').slice(-15).join('\n')}`;
}
