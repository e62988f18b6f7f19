// Owns THIRD-PARTY-LICENSES.txt: what others wrote and the packages contain, with its licences. What was bundled is read from the
// source maps, what is installed beside it from the lock file.
import fs from 'node:fs';
import path from 'node:path';

export const LICENCES_FILE = 'THIRD-PARTY-LICENSES.txt';

/** @typedef {{ name: string, version: string, licence: string, source: string, texts: string[] }} ThirdParty */

/**
 * @param {string} root the checkout
 * @param {string} dist the built bundles, with their source maps
 * @returns {number} of packages that are named
 * @throws {Error} a package whose licence is not known
 */
export function writeLicences(root, dist) {
  const folders = new Set([...bundledFolders(dist), ...installedFolders(root)]);
  /** @type {Map<string, ThirdParty>} */
  const packages = new Map();
  for (const folder of folders) {
    const one = thirdParty(folder);
    packages.set(`${one.name}@${one.version}`, one);
  }
  const sorted = [...packages.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
  const head =
    'Clawtray contains these works of others, under their own licences. Electron and Chromium come with files of their own.\n';
  fs.writeFileSync(
    path.join(dist, LICENCES_FILE),
    [head, ...sorted.map(chapter)].join(`\n${'-'.repeat(80)}\n\n`),
  );
  return sorted.length;
}

/** @param {ThirdParty} one */
function chapter({ name, version, licence, source, texts }) {
  const text =
    texts.length > 0 ? texts.join('\n\n') : `The package has no text of its licence. ${source}`.trim();
  return `${name} ${version}\nLicence: ${licence}\n\n${text}\n`;
}

/** The folders of the packages of which something is in a bundle. @param {string} dist */
function bundledFolders(dist) {
  const maps = fs
    .readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.map'))
    .map((name) => path.join(dist, name));
  return maps.flatMap((map) => {
    /** @type {{ sources?: (string | null)[] }} */
    const { sources = [] } = JSON.parse(fs.readFileSync(map, 'utf8'));
    return sources.flatMap((source) => {
      // Modules that a bundler makes itself have names that are no files.
      const [, folder] = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)/.exec(source ?? '') ?? [];
      return folder === undefined ? [] : [path.resolve(path.dirname(map), folder)];
    });
  });
}

/** What the app is shipped with as it is, on this kind of computer. @param {string} root */
function installedFolders(root) {
  /** @type {{ packages: Record<string, { dev?: boolean }> }} */
  const { packages } = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(packages)
    .filter(([place, { dev }]) => place !== '' && dev !== true)
    .map(([place]) => path.join(root, place))
    .filter((folder) => fs.existsSync(folder));
}

/** @param {string} folder @returns {ThirdParty} */
function thirdParty(folder) {
  /** @type {{ name: string, version: string, license?: string | { type: string }, licenses?: { type: string }[], repository?: string | { url?: string } }} */
  const manifest = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const { name, version, license, licenses = [], repository } = manifest;
  const source = (typeof repository === 'object' ? repository.url : repository) ?? '';
  const named = typeof license === 'object' ? license.type : license;
  const licence = named ?? licenses.map(({ type }) => type).join(' OR ');
  const texts = fs
    .readdirSync(folder)
    .filter((file) => /^(licen[cs]e|copying|notice)(?!.*\.(js|ts|mjs|cjs)$)/i.test(file))
    .sort()
    .map((file) => fs.readFileSync(path.join(folder, file), 'utf8').trim());
  if (licence === '' && texts.length === 0)
    throw new Error(`The licence of ${name} ${version} is not known; it cannot be shipped.`);
  return { name, version, licence: licence === '' ? 'see below' : licence, source, texts };
}
