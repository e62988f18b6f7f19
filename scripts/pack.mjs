// Packs the app into a folder that starts (out/linux-unpacked and the like), with whichever Electron this machine has.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolveElectron } from './electron/resolve.mjs';
import { ensureBuild } from './lib/build.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { executable, version } = await resolveElectron();

/** @param {string} command @param {readonly string[]} args */
function run(command, args) {
  const { status } = spawnSync(process.execPath, [command, ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

await ensureBuild(root);
run(path.join(root, 'node_modules', 'electron-builder', 'cli.js'), [
  '--dir',
  '--publish=never',
  `-c.electronVersion=${version}`,
  `-c.electronDist=${path.dirname(executable)}`,
  ...process.argv.slice(2),
]);
