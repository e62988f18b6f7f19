// What `gateway.tls` says. Read strictly: a mistake in it must not end in a gateway without encryption.

import { homedir } from 'node:os';
import path from 'node:path';
import * as z from 'zod/mini';
import type { GatewayPaths } from '../config/paths.ts';
import { describeIssues } from '../validation.ts';

export interface TlsSettings {
  readonly certPath: string;
  readonly keyPath: string;
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
}

/** TLS is wanted but cannot be had as configured; the message says what to do. */
export class TlsConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TlsConfigError';
  }
}

const filePath = z.string().check(z.minLength(1));

export const tlsSchema = z.looseObject({
  enabled: z.optional(z.boolean()),
  certPath: z.optional(filePath),
  keyPath: z.optional(filePath),
  /** Without quotes TOML and YAML read a number. */
  minVersion: z.optional(z.literal(['1.2', '1.3', 1.2, 1.3])),
});

/** Where `clawtray gateway tls` puts a pair, and where it is looked for when no paths are configured. */
export function ownTlsFiles(profileDir: string): { readonly certPath: string; readonly keyPath: string } {
  const folder = path.join(profileDir, 'tls');
  return { certPath: path.join(folder, 'cert.pem'), keyPath: path.join(folder, 'key.pem') };
}

/**
 * @param configured the value of `gateway.tls`, after its spelling was unified
 * @returns `undefined` when TLS is off
 * @throws TlsConfigError
 */
export function readTlsSettings(configured: unknown, paths: GatewayPaths): TlsSettings | undefined {
  const parsed = tlsSchema.safeParse(configured ?? {});
  if (!parsed.success) {
    throw new TlsConfigError(
      `gateway.tls in the configuration is not valid: ${describeIssues(parsed.error.issues, '/gateway/tls')}.`,
    );
  }
  const { enabled, certPath, keyPath, minVersion } = parsed.data;
  if (enabled !== true) return undefined;
  const own = ownTlsFiles(paths.profileDir);
  return {
    certPath: located(certPath ?? own.certPath, paths.stateDir),
    keyPath: located(keyPath ?? own.keyPath, paths.stateDir),
    minVersion: String(minVersion ?? '1.2') === '1.3' ? 'TLSv1.3' : 'TLSv1.2',
  };
}

function located(file: string, stateDir: string): string {
  return file.startsWith('~/') ? path.join(homedir(), file.slice(2)) : path.resolve(stateDir, file);
}
