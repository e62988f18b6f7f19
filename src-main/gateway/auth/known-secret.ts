// The secret that a client of this profile shows to its gateway. Reads; never makes one.

import { readFileSync } from 'node:fs';
import { environmentValue, unfilledName } from '../config/environment.ts';
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
  const fromEnv =
    environmentValue(env, 'OPENCLAW_AUTH_TOKEN') ?? environmentValue(env, 'OPENCLAW_GATEWAY_TOKEN');
  if (fromEnv !== undefined) return fromEnv;
  const { config } = await loadConfig(paths, env);
  const { auth } = config.gateway;
  const configured =
    auth?.mode === 'password'
      ? (auth.password ?? environmentValue(env, 'OPENCLAW_GATEWAY_PASSWORD'))
      : auth?.token;
  // A variable that is not set names no secret.
  return configured === undefined || unfilledName(configured) !== undefined ? undefined : configured;
}

/** The shared secret, else the token of this profile, which only its own gateway may see. */
export async function readKnownSecret(
  paths: GatewayPaths,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const shared = await readSharedSecret(paths, env);
  if (shared !== undefined) return shared;
  try {
    const own = readFileSync(paths.tokenFile, 'utf8').trim();
    return own === '' ? undefined : own;
  } catch {
    return undefined;
  }
}
