// The command line as a client of the running gateway: finds it, makes sure that it is the right one, connects.

import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { GatewayConnection } from '../client/connection.ts';
import { readKnownSecret, readSharedSecret } from '../gateway/auth/known-secret.ts';
import { resolvePaths, type GatewayPaths } from '../gateway/config/paths.ts';
import { identifyPortOwner } from '../gateway/port-owner.ts';
import { readRuntimeFile } from '../gateway/runtime-file.ts';
import { systemClock } from '../gateway/system-clock.ts';
import { DEFAULT_PORT, VERSION } from '../shared/brand.ts';
import { silentLogger } from '../shared/logger.ts';

export interface GatewayTarget {
  readonly url: string;
  readonly secret: string | undefined;
}

/** What a person is told when there is no gateway to talk to. */
export class NoGatewayError extends Error {}

/**
 * The gateway to talk to: `OPENCLAW_GATEWAY_URL`, else this profile's own, checked before it gets the secret.
 * @throws NoGatewayError
 */
export async function findGateway(env: NodeJS.ProcessEnv): Promise<GatewayTarget> {
  const paths = resolvePaths(env);
  const secret = await readKnownSecret(paths, env);
  const url = env['OPENCLAW_GATEWAY_URL'];
  if (url !== undefined && url !== '') return { url, secret };
  const port = portOf(paths, env);
  const owner = await identifyPortOwner(port, secret);
  switch (owner.kind) {
    case 'clawtray':
      if (owner.ours || secret === undefined) return { url: `ws://127.0.0.1:${port}`, secret };
      throw new NoGatewayError(`The Clawtray gateway on port ${port} belongs to another profile.`);
    case 'openclaw':
      return { url: `ws://127.0.0.1:${port}`, secret: await readSharedSecret(paths, env) };
    case 'other':
      throw new NoGatewayError(`The program on port ${port} is not a gateway.`);
    case 'nobody':
      throw new NoGatewayError(`No gateway is running on port ${port}.`);
  }
}

function portOf(paths: GatewayPaths, env: NodeJS.ProcessEnv): number {
  return readRuntimeFile(paths.runtimeFile)?.port ?? (Number(env['OPENCLAW_GATEWAY_PORT']) || DEFAULT_PORT);
}

export function connectTo({ url, secret }: GatewayTarget): GatewayConnection {
  const connection = new GatewayConnection({
    access: () => Promise.resolve({ url, auth: secret === undefined ? {} : { token: secret } }),
    createSocket: (address) => new WebSocket(address),
    client: { id: 'cli', mode: 'cli', version: VERSION, platform: process.platform },
    scopes: ['operator.read', 'operator.write', 'operator.admin'],
    clock: systemClock,
    random: Math.random,
    newId: randomUUID,
    log: silentLogger,
  });
  connection.start();
  return connection;
}
