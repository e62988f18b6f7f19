// Which certificates a client of this profile trusts its gateway with: the one that the running gateway says it serves, and
// the configured one, which an OpenClaw gateway with the same configuration serves.

import { readFileSync } from 'node:fs';
import { loadConfig } from '../config/load.ts';
import type { GatewayPaths } from '../config/paths.ts';
import { readRuntimeFile } from '../runtime-file.ts';
import { fingerprintOf } from './certificate-pair.ts';
import { readTlsSettings } from './tls-settings.ts';

/** @returns SHA-256 fingerprints; none when no TLS is known of */
export async function readKnownCertificates(
  paths: GatewayPaths,
  env: NodeJS.ProcessEnv,
): Promise<ReadonlySet<string>> {
  const served = readRuntimeFile(paths.runtimeFile)?.tls?.fingerprint;
  const { config } = await loadConfig(paths, env);
  const configured = configuredFingerprint(config.gateway.tls, paths);
  return new Set([served, configured].filter((fingerprint) => fingerprint !== undefined));
}

function configuredFingerprint(tls: unknown, paths: GatewayPaths): string | undefined {
  try {
    const settings = readTlsSettings(tls, paths);
    return settings === undefined ? undefined : fingerprintOf(readFileSync(settings.certPath, 'utf8'));
  } catch {
    // The gateway itself says what is wrong with it.
    return undefined;
  }
}
