// The secret that a client of this profile shows to its gateway. Reads; never makes one.

import { readFileSync } from 'node:fs';
import { loadConfig } from '../config/load.ts';
import type { GatewayPaths } from '../config/paths.ts';

/**
 * The secret that the person configured or set in the environment: also meant for an OpenClaw gateway that reads the same
 * configuration.
 */
export async function readSharedSecret(
  paths: GatewayPaths,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const fromEnv = env['OPENCLAW_AUTH_TOKEN'] ?? env['OPENCLAW_GATEWAY_TOKEN'];
  if (fromEnv !== undefined && fromEnv !== '') return fromEnv;
  const { config } = await loadConfig(paths, env);
  const { auth } = config.gateway;
  if (auth?.mode === 'password') return auth.password ?? env['OPENCLAW_GATEWAY_PASSWORD'];
  return auth?.token;
}

/** The shared secret, else the token of this profile, which only its own gateway may see. */
export async function readKnownSecret(
  paths: GatewayPaths,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const shared = await readSharedSecret(paths, env);
  if (shared !== undefined) return shared;
  try {
    return readFileSync(paths.tokenFile, 'utf8').trim();
  } catch {
    return undefined;
  }
}
