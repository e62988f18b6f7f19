// Owns getting a fresh machine ready: npm runs it before start, test, build, package and gateway. Installs what is missing,
// says what it does, asks for nothing, and is done in milliseconds when nothing is missing.
//
// Only Node's own modules may be imported before the packages are installed, and only plain old syntax is used here:
// a Node that is too old must get as far as being told so.
import { readFileSync } from 'node:fs';
import { nodeVersionProblem } from './lib/node-version.mjs';

const purposes = ['start', 'gateway', 'test', 'build', 'package'];

main().catch((error) => {
  console.error('\n' + (error instanceof Error ? error.message : String(error)));
  process.exitCode = 1;
});

async function main() {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const problem = nodeVersionProblem(process.version, manifest.engines.node);
  if (problem !== null) throw new Error(problem);
  const purpose = purposeFrom(process.argv.slice(2));
  const { root } = await import('./lib/paths.mjs');
  const { ensureModules } = await import('./lib/node-modules.mjs');
  await ensureModules(root, console.log);
  if (purpose === 'start' || purpose === 'test' || purpose === 'package') await prepareElectron(purpose);
}

/** @param {string[]} args */
function purposeFrom(args) {
  const purpose = args[0] === '--for' ? args[1] : undefined;
  if (purpose !== undefined && purposes.includes(purpose)) return purpose;
  throw new Error('Usage: node scripts/bootstrap.mjs --for ' + purposes.join('|'));
}

/**
 * Without a display `npm start` runs the gateway alone, which needs neither Electron nor its libraries.
 * @param {'start' | 'test' | 'package'} purpose
 */
async function prepareElectron(purpose) {
  const { hasDisplay } = await import('./lib/display.mjs');
  if (purpose === 'start' && !hasDisplay()) return;
  const { resolveElectron } = await import('./electron/resolve.mjs');
  const { ensureSystemPackages } = await import('./system-packages.mjs');
  const { executable, version } = await resolveElectron({ log: console.log }).catch((error) => {
    if (purpose !== 'start') throw error;
    throw new Error(error.message + '\nThe gateway runs without Electron: npm run gateway');
  });
  console.log('Electron ' + version + ': ' + executable);
  await ensureSystemPackages({ for: purpose, executable });
}
