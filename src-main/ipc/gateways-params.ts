// What the window may send about other gateways. Checked because the window shows text that models and strangers wrote.

import * as z from 'zod/mini';
import type { DesktopRequestName } from '../shared/ipc.ts';
import { NODE_OFFERS } from '../shared/protocol/node-links.ts';

const id = z.string().check(z.maxLength(512));
const text = z.string().check(z.maxLength(8_192));

const credential = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['token', 'password', 'setup-code']), secret: text }),
  z.strictObject({ kind: z.literal('brought') }),
  z.strictObject({ kind: z.literal('none') }),
]);

type GatewayRequestName = Extract<DesktopRequestName, `gateways:${string}`>;

const SCHEMAS = {
  'gateways:list': z.undefined(),
  'gateways:search': z.boolean(),
  'gateways:inspect': z.strictObject({ kind: z.enum(['address', 'found']), text }),
  'gateways:add': z.strictObject({
    inspection: id,
    name: text,
    credential,
    plainAccepted: z.boolean(),
    weakAccepted: z.boolean(),
  }),
  'gateways:sign-in': z.strictObject({ id, credential, weakAccepted: z.boolean() }),
  'gateways:trust': z.strictObject({ id, fingerprint: id }),
  'gateways:rename': z.strictObject({ id, name: text }),
  'gateways:duty': z.strictObject({ id, onDuty: z.boolean() }),
  'gateways:forget': id,
  'gateways:retry': id,
  'gateways:select': id,
  'gateways:offer': z.strictObject({
    id,
    offers: z.array(z.enum(NODE_OFFERS)).check(z.maxLength(NODE_OFFERS.length)),
  }),
  'gateways:draft': z.strictObject({
    gateway: id,
    draft: z.strictObject({
      message: z.string().check(z.maxLength(20_000)),
      sessionKey: z.exactOptional(id),
    }),
  }),
} satisfies Record<GatewayRequestName, z.ZodMiniType>;

export const GATEWAYS_PARAMS = Object.fromEntries(
  Object.entries(SCHEMAS).map(([name, schema]) => [
    name,
    (params: unknown) => schema.safeParse(params).success,
  ]),
) as unknown as Readonly<Record<GatewayRequestName, (params: unknown) => boolean>>;
