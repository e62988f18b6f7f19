// The command line as a client of the running gateway: finds it, makes sure that it is the right one, connects.

import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { GatewayConnection } from '../client/connection.ts';
import { readKnownSecret, readSharedSecret } from '../gateway/auth/known-secret.ts';
import { resolvePaths, type GatewayPaths } from '../gateway/config/paths.ts';
import { identifyPortOwner } from '../gateway/port-owner.ts';
import { readRuntimeFile } from '../gateway/runtime-file.ts';
import { systemClock } from '../gateway/system-clock.ts';
import { readKnownCertificates } from '../gateway/tls/known-certificates.ts';
import { pinnedSocketOptions } from '../gateway/tls/pinned-connection.ts';
import { DEFAULT_PORT, VERSION } from '../shared/brand.ts';
import { errorText, silentLogger } from '../shared/logger.ts';
import { printProblem } from './output.ts';

export interface GatewayTarget {
  readonly url: string;
  readonly secret: string | undefined;
  /** SHA-256 fingerprints of the certificates that it may show, when it is this profile’s own and speaks TLS. */
  readonly certificates?: ReadonlySet<string>;
}

/** What a person is told when there is no gateway to talk to. */
class NoGatewayError extends Error {}

/**
 * The gateway to talk to: `OPENCLAW_GATEWAY_URL`, else this profile's own, checked before it gets the secret.
 * @throws NoGatewayError
 */
export async function findGateway(env: NodeJS.ProcessEnv): Promise<GatewayTarget> {
  const found = await lookForGateway(env);
  if ('target' in found) return found.target;
  throw new NoGatewayError(found.problem);
}

/** The gateway that works with this profile's files now, or the one that `OPENCLAW_GATEWAY_URL` names; nothing if none does. */
export async function findOwnGateway(env: NodeJS.ProcessEnv): Promise<GatewayTarget | undefined> {
  const found = await lookForGateway(env);
  return 'target' in found && found.kind !== 'openclaw' ? found.target : undefined;
}

type Found =
  | { readonly kind: 'named' | 'clawtray' | 'openclaw'; readonly target: GatewayTarget }
  | { readonly problem: string };

async function lookForGateway(env: NodeJS.ProcessEnv): Promise<Found> {
  const paths = resolvePaths(env);
  const secret = await readKnownSecret(paths, env);
  const url = env['OPENCLAW_GATEWAY_URL'];
  if (url !== undefined && url !== '') return { kind: 'named', target: { url, secret } };
  const port = portOf(paths, env);
  const certificates = await readKnownCertificates(paths, env);
  const owner = await identifyPortOwner(port, secret, certificates);
  switch (owner.kind) {
    case 'clawtray':
      return owner.ours || secret === undefined
        ? { kind: 'clawtray', target: { ...addressOf(owner, port, certificates), secret } }
        : { problem: `The Clawtray gateway on port ${port} belongs to another profile.` };
    case 'openclaw': {
      const shared = await readSharedSecret(paths, env);
      return { kind: 'openclaw', target: { ...addressOf(owner, port, certificates), secret: shared } };
    }
    case 'other':
      return { problem: `The program on port ${port} is not a gateway.` };
    case 'nobody':
      return { problem: `No gateway is running on port ${port}.` };
  }
}

function addressOf(
  owner: { readonly tls?: true },
  port: number,
  certificates: ReadonlySet<string>,
): Omit<GatewayTarget, 'secret'> {
  return owner.tls === undefined
    ? { url: `ws://127.0.0.1:${port}` }
    : { url: `wss://127.0.0.1:${port}`, certificates };
}

function portOf(paths: GatewayPaths, env: NodeJS.ProcessEnv): number {
  return readRuntimeFile(paths.runtimeFile)?.port ?? (Number(env['OPENCLAW_GATEWAY_PORT']) || DEFAULT_PORT);
}

/**
 * Runs one command against the running gateway; what goes wrong is told.
 * @returns the exit code
 */
export function withGateway(
  work: (connection: GatewayConnection, target: GatewayTarget) => Promise<void>,
): Promise<number> {
  return toldFailure(async () => {
    const target = await findGateway(process.env);
    await connected(target, (connection) => work(connection, target));
    return 0;
  });
}

/** Runs a command whose failure is told; @returns the exit code */
export async function toldFailure(command: () => Promise<number>): Promise<number> {
  try {
    return await command();
  } catch (error) {
    printProblem(errorText(error));
    return 1;
  }
}

/** Connects for as long as the work lasts. */
export async function connected<T>(
  target: GatewayTarget,
  work: (connection: GatewayConnection) => Promise<T>,
): Promise<T> {
  const connection = connectTo(target);
  try {
    return await work(connection);
  } finally {
    connection.stop();
  }
}

function connectTo({ url, secret, certificates }: GatewayTarget): GatewayConnection {
  const connection = new GatewayConnection({
    access: () => Promise.resolve({ url, auth: secret === undefined ? {} : { token: secret } }),
    createSocket: (address) =>
      new WebSocket(
        address,
        certificates === undefined ? {} : pinnedSocketOptions((shown) => certificates.has(shown)),
      ),
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
