// The keys that this gateway understands, after their spelling was unified. Everything else in the files belongs to
// others and is left alone.

import * as z from 'zod/mini';

const port = z.int().check(z.gte(1), z.lte(65_535));
const text = z.string();

export const authSchema = z.looseObject({
  mode: z.optional(z.enum(['token', 'password', 'none'])),
  /** The gateway API page's spelling: `false` means mode `none`. */
  enabled: z.optional(z.boolean()),
  token: z.optional(text),
  password: z.optional(text),
});

export const gatewaySchema = z.looseObject({
  port: z.optional(port),
  auth: z.optional(authSchema),
  controlUi: z.optional(z.looseObject({ allowedOrigins: z.optional(z.array(text)) })),
});

export const providerSchema = z.looseObject({
  baseUrl: z.url({ protocol: /^https?$/ }),
  apiKey: z.optional(text),
  api: z.optional(text),
  headers: z.optional(z.record(z.string(), text)),
  models: z.optional(z.array(z.looseObject({ id: text.check(z.minLength(1)), name: z.optional(text) }))),
});

export const modelsSchema = z.looseObject({
  providers: z.optional(z.record(z.string(), providerSchema)),
  /** Ours: look for model servers on their well-known ports of this machine. On unless set to false. */
  detect: z.optional(z.boolean()),
});

const modelChoice = z.union([text, z.looseObject({ primary: z.optional(text) })]);

export const agentsSchema = z.looseObject({
  defaults: z.optional(
    z.looseObject({ model: z.optional(modelChoice), timeoutSeconds: z.optional(z.number().check(z.gte(0))) }),
  ),
});

/** Every section on its own, so that a mistake in one does not take the others with it. */
export const sectionSchemas = { gateway: gatewaySchema, models: modelsSchema, agents: agentsSchema } as const;

export type GatewaySection = z.infer<typeof gatewaySchema>;
export type ModelsSection = z.infer<typeof modelsSchema>;
export type AgentsSection = z.infer<typeof agentsSchema>;
export type ProviderConfig = z.infer<typeof providerSchema>;

export interface GatewayConfig {
  readonly gateway: GatewaySection;
  readonly models: ModelsSection;
  readonly agents: AgentsSection;
}

export const EMPTY_CONFIG: GatewayConfig = { gateway: {}, models: {}, agents: {} };
