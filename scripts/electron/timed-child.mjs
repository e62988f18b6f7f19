// Owns running a program that downloads something: it may take long, but not stand still. Bytes that arrive in the
// watched folders and anything it prints count as progress.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/**
 * @typedef {object} TimedChild
 * @property {string} command
 * @property {string[]} args
 * @property {NodeJS.ProcessEnv} env
 * @property {string[]} watch folders that grow while it works
 * @property {number} stallMs end it after so long without progress
 * @property {number} totalMs end it after so long in any case
 * @property {(bytes: number) => void} [onProgress] told now and then how much has arrived
 */

/**
 * Resolves to null when the program succeeds, otherwise to the reason why it did not.
 * @param {TimedChild} options
 * @returns {Promise<string | null>}
 */
export function runWithStallLimit({ command, args, env, watch, stallMs, totalMs, onProgress }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let size = sizeOf(watch);
    let lastProgress = performance.now();
    const started = lastProgress;

    const settle = (/** @type {string | null} */ reason) => {
      clearInterval(watchdog);
      resolve(reason);
    };
    const giveUp = (/** @type {string} */ reason) => {
      settle(reason);
      child.kill('SIGKILL');
    };
    const watchdog = setInterval(
      () => {
        const now = performance.now();
        const current = sizeOf(watch);
        if (current !== size) {
          size = current;
          lastProgress = now;
          onProgress?.(size);
        }
        if (now - lastProgress > stallMs) giveUp(`no progress for ${seconds(stallMs)}`);
        else if (now - started > totalMs) giveUp(`not finished after ${seconds(totalMs)}`);
      },
      Math.min(500, stallMs / 2),
    );

    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
        lastProgress = performance.now();
      });
    }
    child.on('error', (error) => settle(error.message));
    child.on('close', (code) => settle(code === 0 ? null : firstLine(output) || `exit code ${code}`));
  });
}

/**
 * Files come and go while this walks; what is gone counts nothing.
 * @param {string[]} folders
 * @returns {number}
 */
function sizeOf(folders) {
  let bytes = 0;
  for (const folder of folders) {
    try {
      for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
        const full = path.join(folder, entry.name);
        bytes += entry.isDirectory()
          ? sizeOf([full])
          : (fs.lstatSync(full, { throwIfNoEntry: false })?.size ?? 0);
      }
    } catch {
      // not there yet, or no longer
    }
  }
  return bytes;
}

/** @param {string} text */
const firstLine = (text) => text.trim().split('\n')[0]?.trim() ?? '';

/** @param {number} ms */
const seconds = (ms) => `${Math.round(ms / 100) / 10} s`;
