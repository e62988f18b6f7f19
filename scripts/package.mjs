// Owns `npm run package`: makes the packages of this system, unpacks each, looks into it, starts what is in it, and says how
// big everything is and what could not be made here. `--install` installs the .deb for real (root, in CI).
import { lookup } from 'node:dns/promises';
import fs from 'node:fs';
import path from 'node:path';
import { root } from './lib/paths.mjs';
import { buildPackages } from './package/electron-builder.mjs';
import { checkPackages } from './package/check.mjs';
import { hasProgram } from './system/usability.mjs';

const install = process.argv.includes('--install');
const out = path.join(root, 'out');

/** electron-builder downloads fpm, the AppImage runtime, and everything for Windows and macOS from there. */
async function reachesDownloads() {
  try {
    await lookup('github.com');
    return true;
  } catch {
    return false;
  }
}

/** Each package is made by its distribution's own tool. */
function formats() {
  return [
    { format: 'deb', tool: 'dpkg-deb' },
    { format: 'rpm', tool: 'rpmbuild' },
    { format: 'pacman', tool: 'bsdtar' },
  ].flatMap(({ format, tool }) => {
    if (hasProgram(tool, process.env)) return [format];
    console.log(`Not made here: ${format}. It takes ${tool}.`);
    return [];
  });
}

try {
  fs.rmSync(out, { recursive: true, force: true });
  const downloads = await reachesDownloads();
  if (process.platform !== 'linux' || downloads) {
    await buildPackages([]);
  } else {
    console.log('Not made here: AppImage. Its runtime is downloaded from GitHub, which cannot be reached.');
    await buildPackages(['--linux', ...formats()], { ownTools: true });
  }
  process.exitCode = (await checkPackages(out, { install })) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
