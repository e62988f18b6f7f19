// Starts gateways as processes of their own.

import { spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { profileEnvironment, useBundle } from './bundle.ts';

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
  const file = useBundle('test/fakes/child-gateway.ts');
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
  const env = profileEnvironment(stateDir);
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
