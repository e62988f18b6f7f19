// Owns the running steps: starts each in a process group of its own, so that ending a step ends everything it has
// started (test workers, Xvfb, Electron), and ends all of them on a signal or when the time is up.
import { spawn } from 'node:child_process';
import { seconds } from './report.mjs';

const ownGroup = process.platform !== 'win32';

export class Runner {
  /** @type {Map<import('node:child_process').ChildProcess, string>} */
  #running = new Map();
  #stopped = false;

  get isStopped() {
    return this.#stopped;
  }

  /** Names of the steps that are running now. */
  get running() {
    return [...this.#running.values()];
  }

  /**
   * @param {import('./steps.mjs').Step} step
   * @param {'live' | 'at-end'} output at-end keeps the output of steps that run side by side apart
   * @returns {Promise<import('./report.mjs').Ended>}
   */
  run(step, output) {
    const { name, command, args, report } = step;
    const started = performance.now();
    return new Promise((resolve) => {
      /** @type {Buffer[]} */
      const kept = [];
      /** @param {number | null} code */
      const end = (code) => {
        if (!this.#running.delete(child)) return; // a program that cannot be started says so in two events
        const ms = performance.now() - started;
        if (output === 'at-end') heading(name);
        process.stdout.write(Buffer.concat(kept));
        process.stdout.write(`${name}: ${code === 0 ? 'passed' : 'FAILED'} in ${seconds(ms)}\n`);
        resolve({ name, code: this.#stopped ? null : code, ms, ...(report === undefined ? {} : { report }) });
      };
      if (output === 'live') heading(name);
      const child = spawn(command, args, {
        env: { ...process.env, ...step.env },
        detached: ownGroup,
        stdio: output === 'live' ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
      });
      this.#running.set(child, name);
      child.stdout?.on('data', (data) => kept.push(data));
      child.stderr?.on('data', (data) => kept.push(data));
      child.on('error', (error) => {
        kept.push(Buffer.from(`${command}: ${error.message}\n`));
        end(null);
      });
      // What the step left running holds its pipes open and would keep `close` from coming.
      child.on('exit', () => this.#endGroup(child, 'SIGKILL'));
      child.on('close', end);
    });
  }

  /**
   * Ends all steps: asks first, insists after a few seconds.
   * @returns {Promise<void>}
   */
  async stop() {
    this.#stopped = true;
    const children = [...this.#running.keys()];
    for (const child of children) this.#endGroup(child, 'SIGTERM');
    const deadline = performance.now() + 3_000;
    while (this.#running.size > 0 && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    for (const child of children) this.#endGroup(child, 'SIGKILL');
  }

  /**
   * @param {import('node:child_process').ChildProcess} child
   * @param {NodeJS.Signals} signal
   */
  #endGroup(child, signal) {
    if (child.pid === undefined) return;
    try {
      if (ownGroup) process.kill(-child.pid, signal);
      else child.kill(signal);
    } catch {
      // the group has already gone
    }
  }
}

/** @param {string} name */
function heading(name) {
  process.stdout.write(`\n── ${name} ──\n`);
}
