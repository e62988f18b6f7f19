// Runs a script as a person or npm would, and collects what it says.
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import { onTestFinished } from 'vitest';

export interface Finished {
  code: number | null;
  output: string;
}

export interface Running {
  child: ChildProcess;
  finished: Promise<Finished>;
  /** Resolves once the output contains the text; fails when the program ends without having said it. */
  says: (text: string) => Promise<void>;
}

export function start(
  command: string,
  args: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Running {
  const child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => {
    killGroup(child);
  });
  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const listener of listeners) listener();
    });
  }
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, output });
    });
  });
  const says = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!output.includes(text)) return;
        listeners.delete(look);
        resolve();
      };
      listeners.add(look);
      look();
      void finished.then(() => {
        reject(new Error(`ended without saying "${text}":\n${output}`));
      });
    });
  return { child, finished, says };
}

export function run(
  command: string,
  args: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Finished> {
  return start(command, args, options).finished;
}

/** A test that fails must not leave behind what the script under test has started. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // all of it has ended
  }
}

/** False for a process that has ended, even if nobody has collected its exit code yet. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    if (process.platform !== 'linux') return true;
    return !/^State:\tZ/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** The environment of this test run, without what a developer may have set for Clawtray or Electron. */
export function cleanEnvironment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(CLAWTRAY_|ELECTRON_|npm_config_electron|NPM_CONFIG_ELECTRON|electron_)/.test(name),
  );
  return { ...Object.fromEntries(inherited), ...extra };
}
