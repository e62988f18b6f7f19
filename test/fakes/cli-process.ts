// Runs the command line as a process of its own. It is bundled once per test file, from the sources as they are.

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { build } from 'vite';
import { VERSION } from '../../src-main/shared/brand.ts';
import { waitUntil } from './temporary.ts';

const root = path.resolve(import.meta.dirname, '../..');

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

/**
 * Bundles a program once for a test file. To be called at its top.
 * @param entry path in the project
 * @returns the bundle's path, once the tests run
 */
export function useBundle(entry: string): () => string {
  let folder = '';
  beforeAll(async () => {
    const cache = path.join(root, 'node_modules/.cache');
    mkdirSync(cache, { recursive: true });
    // Inside the project, so that what is not bundled is found.
    folder = mkdtempSync(path.join(cache, 'cli-'));
    await build({
      root,
      configFile: false,
      logLevel: 'error',
      define: { __CLAWTRAY_VERSION__: JSON.stringify(VERSION) },
      ssr: { target: 'node' },
      build: {
        ssr: path.join(root, entry),
        target: 'node20',
        outDir: folder,
        emptyOutDir: true,
        minify: false,
        rolldownOptions: { output: { entryFileNames: 'program.js' } },
      },
    });
  }, 60_000);
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return () => path.join(folder, 'program.js');
}

function start([program = '', ...args]: readonly string[], stateDir: string): CliProcess {
  const env = { ...process.env, OPENCLAW_STATE_DIR: stateDir };
  for (const name of Object.keys(env)) {
    if (name.startsWith('OPENCLAW_') && name !== 'OPENCLAW_STATE_DIR') Reflect.deleteProperty(env, name);
  }
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
