// The configuration file of an agenticai client: YAML, with the reference's keys. Keys of other programs that share the
// file are passed over.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseDocument } from 'yaml';
import * as z from 'zod/mini';
import type { ClientConfig } from '../../client/client-config.ts';
import { isGatewayAddress } from '../../client/gateway-address.ts';
import { DEFAULT_PORT } from '../../shared/brand.ts';
import { isJsonObject } from '../../shared/json.ts';
import { errorText } from '../../shared/logger.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A file that cannot be used as configuration; the message says where and why. */
export class ConfigError extends Error {
  constructor(file: string, reason: string) {
    super(`${path.basename(file)}: ${reason}`);
    this.name = 'ConfigError';
  }
}

const seconds = z
  .number({ error: 'must be a number of seconds' })
  .check(z.gte(0, { error: 'must be 0 or more seconds' }));

const sectionSchema = z.object({
  url: z._default(
    z
      .string({ error: 'must be a text' })
      .check(z.refine(isGatewayAddress, { error: 'must look like ws://127.0.0.1:18789 or wss://host:port' })),
    `ws://127.0.0.1:${DEFAULT_PORT}`,
  ),
  token: z.optional(z.string({ error: 'must be a text' })),
  reconnectMaxAttempts: z._default(
    z.int({ error: 'must be a whole number' }).check(z.gte(0, { error: 'must be 0 or more' })),
    10,
  ),
  reconnectBaseDelay: z._default(seconds, 1),
  reconnectMaxDelay: z._default(seconds, 60),
});

/**
 * Reads the section `gateway` of a YAML file: `url`, `token`, `reconnect_max_attempts`, `reconnect_base_delay` and
 * `reconnect_max_delay`; what is missing has the reference's default. `${NAME}` in a text means that environment variable,
 * and the token may also come from `OPENCLAW_AUTH_TOKEN`.
 * @throws ConfigError when the file cannot be read, is no YAML, or has a value that cannot be right
 */
export function getConfig(file: string, env: Environment = process.env): ClientConfig {
  const whole = parse(file) ?? {};
  const section = isJsonObject(whole) ? (whole['gateway'] ?? {}) : undefined;
  if (!isJsonObject(section)) throw new ConfigError(file, 'gateway must be a group of keys');
  const named = Object.fromEntries(
    Object.entries(section).map(([key, value]) => [inCamelCase(key), filled(file, key, value, env)]),
  );
  const parsed = sectionSchema.safeParse(named);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ConfigError(file, `gateway.${inSnakeCase(String(issue?.path[0]))} ${issue?.message ?? ''}`);
  }
  const { token = env['OPENCLAW_AUTH_TOKEN'], ...rest } = parsed.data;
  return { gateway: { ...rest, token } };
}

function parse(file: string): unknown {
  const document = parseDocument(read(file), { prettyErrors: true });
  const [error] = document.errors;
  if (error !== undefined) {
    const [reason = 'is no YAML'] = error.message.split('\n');
    throw new ConfigError(file, reason.replace(/:$/, ''));
  }
  try {
    // Bounds what aliases may expand to.
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (cause) {
    throw new ConfigError(file, errorText(cause));
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(file, `cannot be read (${String((error as NodeJS.ErrnoException).code)})`);
  }
}

function filled(file: string, key: string, value: unknown, env: Environment): unknown {
  if (typeof value !== 'string') return value;
  return value.replace(/\$\{(\w+)\}/g, (_reference, name: string) => {
    const found = env[name];
    if (found === undefined)
      throw new ConfigError(file, `gateway.${key} needs the environment variable ${name}, which is not set`);
    return found;
  });
}

function inCamelCase(key: string): string {
  return key.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

function inSnakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
