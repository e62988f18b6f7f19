// The gateway's shared secret: where it comes from, and the comparison that tells nothing about it.

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { environmentValue, unfilledName } from '../config/environment.ts';
import { REDACTED } from '../config/sensitive.ts';
import type { GatewaySection } from '../config/schema.ts';
import { readPrivateFile, writePrivateFile } from '../store/durable-file.ts';

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
  /** Whether other computers can reach the gateway; then it does not do without a secret. */
  readonly reachable: boolean;
}

/** Values that mean that somebody forgot to fill in a secret. */
const NOT_A_SECRET = new Set(['', 'undefined', 'null', 'your-auth-token', 'changeme', REDACTED]);

export class WeakSecretError extends Error {
  /** @param unset the variable that the secret names, which is not set */
  constructor(where: string, otherwise: string, unset?: string) {
    super(
      unset === undefined
        ? `The secret in ${where} is empty or a placeholder. Set a real one, or ${otherwise}.`
        : `The secret in ${where} is taken from the environment variable ${unset}, which is not set. Set the variable, write a secret there, or ${otherwise}.`,
    );
    this.name = 'WeakSecretError';
  }
}

/** Sign-in is off, but the network would reach the gateway. */
export class OpenToNetworkError extends Error {
  constructor() {
    super(
      'Sign-in is off (gateway.auth.mode is "none"), so other computers must not reach the gateway. Set gateway.auth.mode to "token", or gateway.bind to "loopback".',
    );
    this.name = 'OpenToNetworkError';
  }
}

/** @throws WeakSecretError, OpenToNetworkError; StoreUnavailableError when the profile's own token cannot be read or made */
export function resolveSecret(sources: SecretSources): GatewaySecret {
  const { token, env, config } = sources;
  const mode = config.auth?.enabled === false ? 'none' : (config.auth?.mode ?? 'token');
  // A token that was given for this start is meant, whatever the files say.
  if (token !== undefined) return secretOf('token', strong('token', token, '--token'));
  // Set to nothing, it is refused rather than passed over: somebody meant to set a token.
  const fromEnv = env['OPENCLAW_GATEWAY_TOKEN'];
  if (fromEnv !== undefined && mode !== 'password')
    return secretOf('token', strong('token', fromEnv, 'OPENCLAW_GATEWAY_TOKEN'));
  switch (mode) {
    case 'none':
      if (sources.reachable) throw new OpenToNetworkError();
      return { mode, matches: () => false, reveal: () => undefined };
    case 'password': {
      const password = config.auth?.password ?? environmentValue(env, 'OPENCLAW_GATEWAY_PASSWORD') ?? '';
      return secretOf(mode, strong(mode, password, 'gateway.auth.password'));
    }
    case 'token':
      return secretOf(
        mode,
        config.auth?.token === undefined
          ? ownToken(sources.tokenFile)
          : strong(mode, config.auth.token, 'gateway.auth.token'),
      );
  }
}

/**
 * Whether the gateway could start with this section, without making anything.
 * @throws WeakSecretError, OpenToNetworkError
 */
export function checkSecret(sources: Pick<SecretSources, 'env' | 'config' | 'reachable'>): void {
  const { auth } = sources.config;
  const usesOwnToken =
    auth?.enabled !== false && (auth?.mode ?? 'token') === 'token' && auth?.token === undefined;
  if (!usesOwnToken) resolveSecret({ ...sources, tokenFile: '' });
}

/** What the person can do instead of setting the secret. */
const OTHERWISE = {
  token: 'remove it to get one made for you',
  password: 'remove gateway.auth.mode to sign in with a token',
} as const;

function strong(mode: keyof typeof OTHERWISE, secret: string, where: string): string {
  const unset = unfilledName(secret);
  if (unset !== undefined || NOT_A_SECRET.has(secret.trim())) {
    throw new WeakSecretError(where, OTHERWISE[mode], unset);
  }
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
  const known = readPrivateFile(file)?.trim() ?? '';
  if (known !== '') return known;
  const token = `oc_local_${randomBytes(32).toString('base64url')}`;
  writePrivateFile(file, `${token}\n`);
  return token;
}
