// A whole gateway on a port of its own, with its own state folder, for one test.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { createGateway, type Gateway, type GatewayDeps } from '../../src-main/gateway/gateway.ts';
import { RecordingLog } from './recording-log.ts';
import { temporaryFolder } from './temporary.ts';

export interface TestGatewayOptions extends Partial<Omit<GatewayDeps, 'log'>> {
  /** An existing state folder, to start again on it. */
  readonly stateDir?: string;
  readonly port?: number;
  readonly token?: string;
  /** Written to `openclaw.json` before the start. */
  readonly config?: unknown;
}

export interface TestGateway {
  readonly gateway: Gateway;
  readonly stateDir: string;
  readonly url: string;
  readonly port: number;
  /** The shared secret; empty in mode `none`. */
  readonly token: string;
  readonly log: RecordingLog;
  readonly stop: () => Promise<void>;
}

/** Starts a gateway; when the test ends it is stopped, and errors in its log that the test did not expect fail the test. */
export async function startGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const { stateDir = temporaryFolder(), port = 0, token, config, env, ...deps } = options;
  if (config !== undefined) writeConfig(stateDir, config);
  const log = new RecordingLog();
  const gateway = createGateway(
    { port, token },
    {
      findServers: () => Promise.resolve([]),
      ...deps,
      env: { OPENCLAW_STATE_DIR: stateDir, ...env },
      log,
    },
  );
  const address = await gateway.start();
  onTestFinished(async () => {
    await gateway.stop();
    expect(log.unexpected(), 'errors in the gateway’s log').toEqual([]);
  });
  return {
    gateway,
    stateDir,
    url: address.url,
    port: address.port,
    token: gateway.revealSecret() ?? '',
    log,
    stop: () => gateway.stop(),
  };
}

export function writeConfig(stateDir: string, config: unknown): void {
  mkdirSync(stateDir, { recursive: true });
  const text = typeof config === 'string' ? config : JSON.stringify(config);
  writeFileSync(path.join(stateDir, 'openclaw.json'), text);
}
