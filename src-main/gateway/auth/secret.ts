// The gateway's shared secret: where it comes from, and the comparison that tells nothing about it.

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { GatewaySection } from '../config/schema.ts';
import { writePrivateFile } from '../store/durable-file.ts';

export type AuthMode = 'token' | 'password' | 'none';

export interface GatewaySecret {
  readonly mode: AuthMode;
  /** Whether `candidate` is the secret; always false in mode `none`. Constant time. */
  matches(candidate: string | undefined): boolean;
  /** For whoever must hand it on (the command line on request, our own client); never logged. */
  reveal(): string | undefined;
}

export interface SecretSources {
  /** From the command line; wins over everything. */
  readonly token?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly config: GatewaySection;
  readonly tokenFile: string;
}

/** Values that mean that somebody forgot to fill in a secret. */
const NOT_A_SECRET = new Set(['', 'undefined', 'null', 'your-auth-token', 'changeme']);

export class WeakSecretError extends Error {
  constructor(where: string) {
    super(
      `The secret in ${where} is empty or a placeholder. Set a real one, or remove it to get one made for you.`,
    );
    this.name = 'WeakSecretError';
  }
}

/** @throws WeakSecretError; what the file system throws when the token cannot be created */
export function resolveSecret(sources: SecretSources): GatewaySecret {
  const { token, env, config } = sources;
  const mode = config.auth?.enabled === false ? 'none' : (config.auth?.mode ?? 'token');
  // A token that was given for this start is meant, whatever the files say.
  if (token !== undefined) return secretOf('token', strong(token, '--token'));
  const fromEnv = env['OPENCLAW_GATEWAY_TOKEN'];
  if (fromEnv !== undefined && mode !== 'password')
    return secretOf('token', strong(fromEnv, 'OPENCLAW_GATEWAY_TOKEN'));
  switch (mode) {
    case 'none':
      return { mode, matches: () => false, reveal: () => undefined };
    case 'password':
      return secretOf(
        mode,
        strong(config.auth?.password ?? env['OPENCLAW_GATEWAY_PASSWORD'] ?? '', 'gateway.auth.password'),
      );
    case 'token':
      return secretOf(
        mode,
        config.auth?.token === undefined
          ? ownToken(sources.tokenFile)
          : strong(config.auth.token, 'gateway.auth.token'),
      );
  }
}

function strong(secret: string, where: string): string {
  if (NOT_A_SECRET.has(secret.trim())) throw new WeakSecretError(where);
  return secret;
}

function secretOf(mode: AuthMode, secret: string): GatewaySecret {
  const expected = digest(secret);
  return {
    mode,
    matches: (candidate) => candidate !== undefined && timingSafeEqual(digest(candidate), expected),
    reveal: () => secret,
  };
}

/** Equal lengths for the comparison, whatever was sent. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** The token of this profile; made on the first start. */
function ownToken(file: string): string {
  try {
    const known = readFileSync(file, 'utf8').trim();
    if (known !== '') return known;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const token = `oc_local_${randomBytes(32).toString('base64url')}`;
  writePrivateFile(file, `${token}\n`);
  return token;
}
