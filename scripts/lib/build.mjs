// Owns the question whether dist/ is older than what it is made from, and building it when it is.
import fs from 'node:fs';
import path from 'node:path';
import { runInForeground } from './child.mjs';
import { withLock } from './lock.mjs';

/** One file of each bundle; a build that was cut short lacks some. */
const outputs = [
  'main/main.mjs',
  'cli/cli.mjs',
  'preload/preload.cjs',
  'renderer/index.html',
  'sdk/node.mjs',
  'THIRD-PARTY-LICENSES.txt',
];
const inputs = [
  'src-main',
  'src-renderer',
  'assets',
  'scripts/build.mjs',
  'package.json',
  'package-lock.json',
];

/** @param {string} root */
export function buildIsCurrent(root) {
  const built = outputs.map((name) => modified(path.join(root, 'dist', name)));
  if (built.includes(0)) return false;
  return newest(inputs.map((name) => path.join(root, name))) < Math.min(...built);
}

/**
 * Two runs at once, say `npm start` and `npm run gateway`, build once.
 * @param {string} root
 * @param {(root: string) => Promise<number>} [build]
 */
export async function ensureBuild(root, build = runBuild) {
  if (buildIsCurrent(root)) return;
  await withLock(path.join(root, 'node_modules', '.cache', 'build.lock'), async () => {
    if (buildIsCurrent(root)) return;
    const code = await build(root);
    if (code !== 0) throw new Error(`The build failed (exit code ${code}); its own messages are above.`);
  });
}

/** @param {string} root */
const runBuild = (root) => runInForeground(process.execPath, ['scripts/build.mjs'], { cwd: root });

/**
 * Folders count, too: deleting or renaming a file changes only them.
 * @param {string[]} paths
 * @returns {number}
 */
function newest(paths) {
  let latest = 0;
  for (const item of paths) {
    const stats = fs.statSync(item, { throwIfNoEntry: false });
    if (stats === undefined) continue;
    latest = Math.max(latest, stats.mtimeMs);
    if (stats.isDirectory()) {
      latest = Math.max(latest, newest(fs.readdirSync(item).map((name) => path.join(item, name))));
    }
  }
  return latest;
}

/** @param {string} file */
const modified = (file) => fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
