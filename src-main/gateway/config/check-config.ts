// What is wrong with a configuration that somebody is about to write. Stricter than reading: what is only reported while it
// is read is refused here. Loaded when something is written.

import * as z from 'zod/mini';
import type { JsonObject } from '../../shared/json.ts';
import { agentListSchema } from '../agents/configured-agents.ts';
import { checkSecret, OpenToNetworkError, WeakSecretError } from '../auth/secret.ts';
import { mcpSchema } from '../mcp/mcp-settings.ts';
import { BIND_MODES, resolveBinding, type Interfaces } from '../network/binding.ts';
import { lifecycleShape } from '../server/lifecycle-settings.ts';
import { readCertificatePair } from '../tls/certificate-pair.ts';
import { readTlsSettings, TlsConfigError, tlsSchema } from '../tls/tls-settings.ts';
import { skillsSchema } from '../skills/skill-settings.ts';
import { toolsSchema } from '../tools/tool-policy.ts';
import { describeIssue } from '../validation.ts';
import { pathText, valueAt } from './change.ts';
import type { GatewayPaths } from './paths.ts';
import { agentsSchema, gatewaySchema, openSections, sectionSchemas, type GatewaySection } from './schema.ts';

export interface ConfigIssue {
  /** Dotted; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** Every key that this gateway understands, with what it takes. */
export function writableSchema() {
  const shape = {
    ...sectionSchemas,
    agents: z.extend(agentsSchema, { list: z.optional(agentListSchema) }),
    tools: toolsSchema,
    skills: skillsSchema,
    mcp: mcpSchema,
    gateway: z.extend(gatewaySchema, {
      ...lifecycleShape(),
      tls: z.optional(tlsSchema),
      bind: z.optional(z.enum(BIND_MODES)),
      customBindHost: z.optional(z.string()),
    }),
  };
  const open = Object.fromEntries(openSections.map((name) => [name, z.unknown()]));
  return z.partial(z.looseObject({ ...open, ...shape }));
}

export interface CheckDeps {
  readonly paths: GatewayPaths;
  readonly env: NodeJS.ProcessEnv;
  readonly interfaces: () => Interfaces;
}

/** @param filled the whole configuration, spelling unified, references filled */
export function checkConfig(filled: JsonObject, deps: CheckDeps): readonly ConfigIssue[] {
  const parsed = writableSchema().safeParse(filled);
  if (!parsed.success) {
    return parsed.error.issues.map((issue) => ({
      path: pathText(issue.path.map((part) => (typeof part === 'number' ? part : String(part)))),
      message: describeIssue(issue),
    }));
  }
  const { gateway = {} } = parsed.data;
  return [...tlsIssues(gateway, deps), ...secretIssues(gateway, deps)];
}

/** A gateway whose TLS is not as it should be does not start. */
function tlsIssues({ tls }: GatewaySection, { paths }: CheckDeps): readonly ConfigIssue[] {
  try {
    const settings = readTlsSettings(tls, paths);
    if (settings !== undefined) readCertificatePair(settings);
    return [];
  } catch (error) {
    if (error instanceof TlsConfigError) return [{ path: 'gateway.tls', message: error.message }];
    throw error;
  }
}

function secretIssues(gateway: GatewaySection, { env, interfaces }: CheckDeps): readonly ConfigIssue[] {
  const { bind, customBindHost } = gateway;
  try {
    const { reachable } = resolveBinding({ bind, customBindHost }, interfaces());
    checkSecret({ env, config: gateway, reachable });
    return [];
  } catch (error) {
    if (error instanceof WeakSecretError || error instanceof OpenToNetworkError)
      return [{ path: 'gateway.auth', message: error.message }];
    throw error;
  }
}

/** Variables that win over what the files say. */
const OVERRIDING = [
  { variable: 'OPENCLAW_GATEWAY_PORT', path: ['gateway', 'port'] },
  { variable: 'OPENCLAW_GATEWAY_TOKEN', path: ['gateway', 'auth', 'token'] },
] as const;

/** Settings that have no effect for now, in the person's terms. */
export function overriddenSettings(filled: JsonObject, env: NodeJS.ProcessEnv): readonly ConfigIssue[] {
  return OVERRIDING.filter(
    ({ variable, path }) => env[variable] !== undefined && valueAt(filled, path) !== undefined,
  ).map(({ variable, path }) => ({
    path: pathText(path),
    message: `the environment variable ${variable} wins over it`,
  }));
}
