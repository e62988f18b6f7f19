// Owns how the built app and the built gateway are started: which program, which arguments, which environment.
import path from 'node:path';
import { runInForeground } from './child.mjs';
import { root } from './paths.mjs';

/**
 * What Electron gets on its command line.
 * @param {object} situation
 * @param {NodeJS.ProcessEnv} situation.env
 * @param {NodeJS.Platform} situation.platform
 * @param {number | undefined} situation.userId
 * @param {string[]} args the person's own
 */
export function electronArguments({ env, platform, userId }, args) {
  const switches = [];
  // Chromium's sandbox refuses to run as root; for everybody else it stays on.
  if (userId === 0) switches.push('--no-sandbox');
  // Electron before 38 tries X11 only, unless it is told to look.
  if (platform === 'linux' && !env.DISPLAY && env.WAYLAND_DISPLAY)
    switches.push('--ozone-platform-hint=auto');
  return [...switches, '.', ...args];
}

/**
 * @param {string} executable
 * @param {string[]} args
 */
export function runApp(executable, args) {
  const situation = { env: process.env, platform: process.platform, userId: process.getuid?.() };
  // Editors that are Electron apps set ELECTRON_RUN_AS_NODE in their terminals; with it no window would open.
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: undefined };
  return runInForeground(executable, electronArguments(situation, args), { cwd: root, env });
}

/**
 * The gateway alone. It prints where to reach it.
 * @param {string[]} args
 */
export function runGateway(args) {
  const cli = path.join(root, 'dist', 'cli', 'cli.mjs');
  return runInForeground(process.execPath, [cli, 'gateway', ...args]);
}
