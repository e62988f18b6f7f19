// Starts gateways as processes of their own. The child is bundled once per test file, from the sources as they are.

import { spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { build } from 'vite';
import { VERSION } from '../../src-main/shared/brand.ts';

const entry = fileURLToPath(new URL('./child-gateway.ts', import.meta.url));
const root = path.resolve(import.meta.dirname, '../..');

export interface GatewayProcess {
  readonly child: ChildProcess;
  readonly url: string;
  readonly token: string;
  /** Ends it as a power cut would, and waits until it is gone. */
  kill(): Promise<void>;
}

/** The child did not start a gateway. */
class ChildFailed extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

export interface GatewayProcesses {
  /** @throws an error with the name and the message of the one that the start failed with */
  (stateDir: string, port?: number): Promise<GatewayProcess>;
  /** Starts one and ends it as a power cut would, after so many milliseconds, however far it has come. */
  killed(stateDir: string, afterMs: number): Promise<void>;
}

/** To be called at the top of a test file. */
export function useGatewayProcesses(): GatewayProcesses {
  let folder = '';
  beforeAll(async () => {
    const cache = path.join(root, 'node_modules/.cache');
    mkdirSync(cache, { recursive: true });
    // Inside the project, so that what is not bundled is found.
    folder = mkdtempSync(path.join(cache, 'child-gateway-'));
    await build({
      root,
      configFile: false,
      logLevel: 'error',
      define: { __CLAWTRAY_VERSION__: JSON.stringify(VERSION) },
      ssr: { target: 'node' },
      build: { ssr: entry, target: 'node20', outDir: folder, emptyOutDir: true, minify: false },
    });
  }, 60_000);
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const file = (): string => path.join(folder, 'child-gateway.js');
  return Object.assign(
    (stateDir: string, port = 0): Promise<GatewayProcess> => startChild(file(), stateDir, port),
    {
      killed: async (stateDir: string, afterMs: number): Promise<void> => {
        const { kill } = spawnChild(file(), stateDir, 0);
        await sleep(afterMs);
        await kill();
      },
    },
  );
}

interface Child {
  readonly child: ChildProcessByStdio<null, Readable, null>;
  readonly gone: Promise<void>;
  readonly kill: () => Promise<void>;
}

function spawnChild(file: string, stateDir: string, port: number): Child {
  const env = { ...process.env, OPENCLAW_STATE_DIR: stateDir };
  for (const name of Object.keys(env)) {
    if (name.startsWith('OPENCLAW_') && name !== 'OPENCLAW_STATE_DIR') Reflect.deleteProperty(env, name);
  }
  const child = spawn(process.execPath, [file, String(port)], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = new Promise<void>((resolve) => {
    child.on('close', () => {
      resolve();
    });
  });
  const kill = (): Promise<void> => {
    child.kill('SIGKILL');
    return gone;
  };
  onTestFinished(kill);
  return { child, gone, kill };
}

async function startChild(file: string, stateDir: string, port: number): Promise<GatewayProcess> {
  const { child, gone, kill } = spawnChild(file, stateDir, port);
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    void gone.then(() => {
      reject(new Error('the child ended without a word'));
    });
  });
  const said = JSON.parse(line) as { url: string; token: string; error?: string; message?: string };
  if (said.error !== undefined) throw new ChildFailed(said.error, said.message ?? '');
  return { child, url: said.url, token: said.token, kill };
}
