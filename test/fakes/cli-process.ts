// Runs the command line as a process of its own.

import { spawn } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { profileEnvironment, useBundle } from './bundle.ts';
import { waitUntil } from './temporary.ts';

export interface CliProcess {
  /** Everything on standard output so far. */
  readonly output: () => string;
  readonly problems: () => string;
  /** Resolves once the standard output matches. */
  sees(pattern: RegExp): Promise<string>;
  /** As `head` does when it has seen enough. */
  stopReading(): void;
  /** As Ctrl+C does; @returns the exit code */
  interrupt(): Promise<number | null>;
  /** As a power cut does. */
  kill(): Promise<number | null>;
  readonly exited: Promise<number | null>;
}

export interface Cli {
  (stateDir: string, ...args: readonly string[]): CliProcess;
  /** The same on another host: behind a command that runs commands there. */
  on(prefix: readonly string[]): (stateDir: string, ...args: readonly string[]) => CliProcess;
}

/** To be called at the top of a test file. */
export function useCli(): Cli {
  const bundle = useBundle('src-main/cli.ts');
  const on: Cli['on'] =
    (prefix) =>
    (stateDir, ...args) =>
      start([...prefix, process.execPath, bundle(), ...args], stateDir);
  return Object.assign(on([]), { on });
}

function start([program = '', ...args]: readonly string[], stateDir: string): CliProcess {
  const env = profileEnvironment(stateDir);
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let problems = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (problems += chunk.toString('utf8')));
  const exited = new Promise<number | null>((resolve) => child.on('close', resolve));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  return {
    output: () => output,
    problems: () => problems,
    exited,
    sees: (pattern) =>
      waitUntil(
        () => (pattern.test(output) ? output : undefined),
        `${String(pattern)} in the output`,
        10_000,
      ).catch((error: unknown) => {
        throw new Error(`${String(error)}\n${output}\n${problems}`);
      }),
    stopReading: () => {
      child.stdout.destroy();
    },
    kill: () => {
      child.kill('SIGKILL');
      return exited;
    },
    interrupt: () => {
      child.kill('SIGINT');
      return exited;
    },
  };
}
