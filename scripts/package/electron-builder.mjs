// Owns how electron-builder is called: with the Electron that this machine has, and tools of this machine where it would
// download its own and cannot.
import path from 'node:path';
import { resolveElectron } from '../electron/resolve.mjs';
import { ensureBuild } from '../lib/build.mjs';
import { runInForeground } from '../lib/child.mjs';
import { root } from '../lib/paths.mjs';

/**
 * @param {readonly string[]} args for electron-builder, whose configuration is electron-builder.yml
 * @param {object} [options]
 * @param {boolean} [options.ownTools] make the packages with this machine's tools instead of downloaded ones
 * @param {NodeJS.ProcessEnv} [options.env]
 * @throws {Error} when electron-builder fails; it has said why
 */
export async function buildPackages(args, { ownTools = false, env = process.env } = {}) {
  await ensureBuild(root);
  const code = await runInForeground(
    process.execPath,
    [
      path.join(root, 'node_modules', 'electron-builder', 'cli.js'),
      '--publish=never',
      ...(await electronOf(args)),
      ...updateSource(env),
      ...args,
    ],
    { cwd: root, env: ownTools ? { ...env, ...TOOLS } : env },
  );
  if (code !== 0) throw new Error(`electron-builder ended with ${code}; its own messages are above.`);
}

/** What stands in for downloads of electron-builder's. */
const TOOLS = {
  CUSTOM_FPM_PATH: path.join(root, 'scripts', 'package', 'fpm.mjs'),
};

/**
 * For this machine's kind of computer the Electron that is here anyway. For others electron-builder gets the official one.
 * @param {readonly string[]} args
 */
async function electronOf(args) {
  const { executable, version, source } = await resolveElectron();
  const foreign = args.some(
    (arg) => /^--(arm64|x64|ia32|universal)$/.test(arg) && arg !== `--${process.arch}`,
  );
  if (source === 'official' || foreign) return [];
  return [`-c.electronVersion=${version}`, `-c.electronDist=${path.dirname(executable)}`];
}

/**
 * A package looks for updates only where it was told to when it was made.
 * @param {NodeJS.ProcessEnv} env
 */
function updateSource(env) {
  const url = env.CLAWTRAY_UPDATE_URL;
  if (!url) return [];
  if (!/^https?:\/\//.test(url)) throw new Error('CLAWTRAY_UPDATE_URL must be an http or https address.');
  return ['-c.publish.provider=generic', `-c.publish.url=${url}`];
}
