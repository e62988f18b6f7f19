// The keys that this gateway understands, after their spelling was unified. Everything else in the files belongs to
// others and is left alone.

import * as z from 'zod/mini';
import { QUEUE_MODES } from '../../shared/protocol/chat.ts';

const port = z.int().check(z.gte(1), z.lte(65_535));
const text = z.string();

const authSchema = z.looseObject({
  mode: z.optional(z.enum(['token', 'password', 'none'])),
  /** The gateway API page's spelling: `false` means mode `none`. */
  enabled: z.optional(z.boolean()),
  token: z.optional(text),
  password: z.optional(text),
});

/** The OpenAI-compatible routes; on unless switched off. */
const endpointSchema = z.looseObject({ enabled: z.optional(z.boolean()) });
const endpointsSchema = z.looseObject({
  chatCompletions: z.optional(endpointSchema),
  responses: z.optional(endpointSchema),
});

export const gatewaySchema = z.looseObject({
  port: z.optional(port),
  auth: z.optional(authSchema),
  /** Checked where it is used (tls/tls-settings.ts): what is wrong with it must not leave the section out and TLS off. */
  tls: z.optional(z.unknown()),
  /** Checked in network/binding.ts: what is wrong with them must not leave the section out, and sign-in with it. */
  bind: z.optional(z.unknown()),
  customBindHost: z.optional(z.unknown()),
  /** Checked where they are used (server/lifecycle-settings.ts), each for itself. */
  rateLimit: z.optional(z.unknown()),
  heartbeatInterval: z.optional(z.unknown()),
  heartbeatTimeout: z.optional(z.unknown()),
  heartbeatMaxMissed: z.optional(z.unknown()),
  proactiveNotifications: z.optional(z.unknown()),
  controlUi: z.optional(
    z.looseObject({ enabled: z.optional(z.boolean()), allowedOrigins: z.optional(z.array(text)) }),
  ),
  nodes: z.optional(
    z.looseObject({
      pairing: z.optional(z.looseObject({ autoApproveLocal: z.optional(z.boolean()) })),
      /** Commands of nodes that may never be invoked, and dangerous ones that may. */
      commands: z.optional(
        z.looseObject({ allow: z.optional(z.array(text)), deny: z.optional(z.array(text)) }),
      ),
    }),
  ),
  http: z.optional(z.looseObject({ endpoints: z.optional(endpointsSchema) })),
  tools: z.optional(z.looseObject({ deny: z.optional(z.array(text)), allow: z.optional(z.array(text)) })),
});

const dollars = z.number().check(z.gte(0));

/**
 * What the configuration may say about a model. OpenClaw, which shares the file, knows more forms of some of it: those are
 * passed over, so that the model itself stays.
 */
const modelSchema = z.looseObject({
  id: text.check(z.minLength(1)),
  name: z.optional(text),
  /** US dollars for a million tokens. */
  cost: z.catch(
    z.optional(
      z.looseObject({
        input: dollars,
        output: dollars,
        cacheRead: z.optional(dollars),
        cacheWrite: z.optional(dollars),
      }),
    ),
    undefined,
  ),
  contextWindow: z.catch(z.optional(z.int().check(z.gte(1))), undefined),
  reasoning: z.catch(z.optional(z.boolean()), undefined),
  input: z.catch(z.optional(z.array(z.enum(['text', 'image', 'audio', 'video', 'document']))), undefined),
});

export const providerSchema = z.looseObject({
  baseUrl: z.url({ protocol: /^https?$/ }),
  apiKey: z.optional(text),
  api: z.optional(text),
  headers: z.optional(z.record(z.string(), text)),
  models: z.optional(z.array(modelSchema)),
});

export const modelsSchema = z.looseObject({
  providers: z.optional(z.record(z.string(), providerSchema)),
  /** Ours: look for model servers on their well-known ports of this machine. On unless set to false. */
  detect: z.optional(z.boolean()),
});

/** `provider/model`, or that with the models that answer in this order when it cannot. */
export const modelChoice = z.union([
  text,
  z.looseObject({ primary: z.optional(text), fallbacks: z.optional(z.array(text)) }),
]);

export const agentsSchema = z.looseObject({
  defaults: z.optional(
    z.looseObject({
      model: z.optional(modelChoice),
      /** Longest that a run may take; 0 for as long as it takes. */
      timeoutSeconds: z.optional(z.number().check(z.gte(0))),
      /** Ours: how often the model may be asked in one run. */
      maxSteps: z.optional(z.int().check(z.gte(1), z.lte(1_000))),
      /** Ours: tokens that one run may use, in and out. */
      maxRunTokens: z.optional(z.int().check(z.gte(1_000))),
      /** The main agent's folder; the other agents' lie in it. */
      workspace: z.optional(text),
      /** Names of the skills that agents may use which say nothing themselves. */
      skills: z.optional(z.array(text)),
    }),
  ),
  /** Checked entry by entry where they are used (agents/configured-agents.ts). */
  list: z.optional(z.unknown()),
});

const cronSchema = z.looseObject({
  enabled: z.optional(z.boolean()),
  /** Recurring jobs pass over what they missed, unless a job says otherwise. */
  skipMissedJobs: z.optional(z.boolean()),
  /** Sent to webhooks as `Authorization: Bearer`. */
  webhookToken: z.optional(text),
  webhookSsrfPolicy: z.optional(
    z.looseObject({
      allowedHostnames: z.optional(z.array(text)),
      dangerouslyAllowPrivateNetwork: z.optional(z.boolean()),
    }),
  ),
});

export const messagesSchema = z.looseObject({
  /** What happens to a message while another one of its session is answered. */
  queue: z.optional(
    z.looseObject({
      mode: z.optional(z.enum(QUEUE_MODES)),
      cap: z.optional(z.int().check(z.gte(1), z.lte(100))),
      drop: z.optional(z.enum(['new', 'old', 'summarize'])),
    }),
  ),
});

/** Every section on its own, so that a mistake in one does not take the others with it. */
export const sectionSchemas = {
  gateway: gatewaySchema,
  models: modelsSchema,
  agents: agentsSchema,
  cron: cronSchema,
  messages: messagesSchema,
} as const;

/** Sections that are checked where they are used, entry by entry; here they are only passed on. */
export const openSections = ['tools', 'skills', 'mcp', 'discovery'] as const;

export type GatewaySection = z.infer<typeof gatewaySchema>;
export type ModelsSection = z.infer<typeof modelsSchema>;
export type AgentsSection = z.infer<typeof agentsSchema>;
type CronSection = z.infer<typeof cronSchema>;
export type ProviderConfig = z.infer<typeof providerSchema>;

export interface GatewayConfig {
  readonly gateway: GatewaySection;
  readonly models: ModelsSection;
  readonly agents: AgentsSection;
  readonly cron: CronSection;
  readonly messages: z.infer<typeof messagesSchema>;
  /** Which tools agents may use. Checked there (tools/tool-policy.ts): a mistake must not leave the policy out. */
  readonly tools?: unknown;
  /** Checked entry by entry where they are used (skills/). */
  readonly skills?: unknown;
  /** Servers with tools for agents; checked server by server in mcp/mcp-settings.ts. */
  readonly mcp?: unknown;
  /** Whether the local network is told about the gateway; checked in network/announcement.ts. */
  readonly discovery?: unknown;
}

export const EMPTY_CONFIG: GatewayConfig = { gateway: {}, models: {}, agents: {}, messages: {}, cron: {} };
