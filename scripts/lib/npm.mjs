// Owns how npm is called from a script: the very npm that runs us, if one does, else the one in PATH.
import path from 'node:path';

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {{ command: string, args: string[], shell: boolean }}
 */
export function npmCommand(args, env = process.env) {
  const running = env.npm_execpath;
  // Other package managers set this variable, too; their command lines differ.
  if (running && path.basename(running) === 'npm-cli.js') {
    return { command: process.execPath, args: [running, ...args], shell: false };
  }
  // On Windows npm is a batch file, which only a shell can start.
  return { command: 'npm', args, shell: process.platform === 'win32' };
}
