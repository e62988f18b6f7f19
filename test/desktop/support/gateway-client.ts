// The running app's gateway, seen from outside: a client like any other program of the person's.

import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { WebSocket } from 'ws';
import { GatewayConnection } from '../../../src-main/client/connection.ts';
import { systemClock } from '../../../src-main/gateway/system-clock.ts';
import { silentLogger } from '../../../src-main/shared/logger.ts';
import type { MethodName, MethodParams, MethodResult } from '../../../src-main/shared/protocol/methods.ts';
import { SCOPES } from '../../../src-main/shared/protocol/scopes.ts';
import type { Profile } from './app.ts';
import { waitUntil } from './wait.ts';

export interface GatewayClient {
  readonly connection: GatewayConnection;
  request<Name extends MethodName>(method: Name, params: MethodParams<Name>): Promise<MethodResult<Name>>;
  close(): void;
}

/** The profile's own secret, once it has been made. */
export async function readToken(profile: Profile): Promise<string> {
  const file = path.join(profile.stateDir, 'clawtray', 'token');
  const text = await waitUntil(() => readFile(file, 'utf8').catch(() => undefined), 15_000, 'the token');
  return text.trim();
}

export async function connectToGateway(profile: Profile): Promise<GatewayClient> {
  const token = await readToken(profile);
  const connection = new GatewayConnection({
    access: () => Promise.resolve({ url: `ws://127.0.0.1:${profile.port}`, auth: { token } }),
    createSocket: (url) => new WebSocket(url),
    client: { id: 'gateway-client', mode: 'backend', version: 'test', platform: process.platform },
    scopes: SCOPES,
    clock: systemClock,
    random: () => 0,
    newId: randomUUID,
    log: silentLogger,
    backoff: { baseMs: 100, maxMs: 500, jitter: 0 },
  });
  connection.start();
  await connection.request('health', {}, 15_000);
  return {
    connection,
    request: (method, params) => connection.request(method, params),
    close: () => {
      connection.stop();
    },
  };
}
