// The params of the three handshakes.

import * as z from 'zod/mini';
import { CLIENT_IDS, CLIENT_MODES, type ConnectParams } from '../../shared/protocol/connect.ts';

const filled = z.string().check(z.minLength(1));
const optional = z.exactOptional;

const client = z.strictObject({
  id: z.enum(CLIENT_IDS),
  displayName: optional(filled),
  version: filled,
  buildId: optional(z.string().check(z.minLength(1), z.maxLength(96))),
  platform: filled,
  deviceFamily: optional(filled),
  modelIdentifier: optional(filled),
  timeZone: optional(z.string().check(z.minLength(1), z.maxLength(64))),
  mode: z.enum(CLIENT_MODES),
  instanceId: optional(filled),
});

const auth = z.strictObject({
  token: optional(z.string()),
  bootstrapToken: optional(z.string()),
  deviceToken: optional(z.string()),
  password: optional(z.string()),
  approvalRuntimeToken: optional(z.string()),
  agentRuntimeIdentityToken: optional(z.string()),
});

const device = z.strictObject({
  id: filled,
  publicKey: filled,
  signature: filled,
  signedAt: z.int().check(z.gte(0)),
  nonce: filled,
});

const common = {
  caps: optional(z.array(filled)),
  commands: optional(z.array(filled)),
  computerUse: optional(z.unknown()),
  workerRuns: optional(z.unknown()),
  permissions: optional(z.record(z.string(), z.boolean())),
  pathEnv: optional(z.string()),
  modelCatalog: optional(z.unknown()),
  role: optional(filled),
  scopes: optional(z.array(filled)),
  device: optional(device),
  auth: optional(auth),
  locale: optional(z.string()),
  userAgent: optional(z.string()),
};

/** OpenClaw's `ConnectParams`. */
export const nativeConnectSchema = z.strictObject({
  minProtocol: z.int().check(z.gte(1)),
  maxProtocol: z.int().check(z.gte(1)),
  client,
  ...common,
});

/** The protocol page names fewer fields and leaves the rest open. */
export const hybridConnectSchema = z.looseObject({
  minProtocol: optional(z.int().check(z.gte(1))),
  maxProtocol: optional(z.int().check(z.gte(1))),
  client: optional(
    z.looseObject({
      id: optional(z.string()),
      displayName: optional(z.string()),
      version: optional(z.string()),
      platform: optional(z.string()),
      deviceFamily: optional(z.string()),
      mode: optional(z.string()),
      instanceId: optional(z.string()),
    }),
  ),
  role: optional(z.string()),
  scopes: optional(z.array(filled)),
  caps: optional(z.array(filled)),
  commands: optional(z.array(filled)),
  permissions: optional(z.record(z.string(), z.boolean())),
  pathEnv: optional(z.string()),
  device: optional(device),
  auth: optional(
    z.looseObject({
      token: optional(z.string()),
      password: optional(z.string()),
      deviceToken: optional(z.string()),
    }),
  ),
});

/** The course's `auth.handshake`. */
export const handshakeSchema = z.looseObject({
  client_id: optional(z.string().check(z.maxLength(256))),
  client_version: optional(z.string().check(z.maxLength(64))),
  token: optional(z.string()),
  scopes: optional(z.array(filled)),
});

/** The protocol page's roles in our terms. */
const HYBRID_ROLES: Readonly<Record<string, { role: string; mode?: 'webchat' }>> = {
  control: { role: 'operator' },
  operator: { role: 'operator' },
  webchat: { role: 'operator', mode: 'webchat' },
  node: { role: 'node' },
};

const HYBRID_SCOPES = ['operator.read', 'operator.write', 'operator.approvals'];

/** What a client says about itself; empty is the same as nothing (OpenClaw’s presence has no empty words). */
export function said(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text;
}

/** Completes a hybrid `connect`: without a client id and mode it counts as the command line. */
export function completeHybridConnect(params: ReturnType<typeof hybridConnectSchema.parse>): ConnectParams {
  const written = params.role ?? 'control';
  const known = HYBRID_ROLES[written];
  const id = CLIENT_IDS.find((candidate) => candidate === params.client?.id);
  const mode = CLIENT_MODES.find((candidate) => candidate === params.client?.mode);
  return {
    minProtocol: params.minProtocol ?? 3,
    maxProtocol: params.maxProtocol ?? 4,
    client: {
      id: id ?? (known?.mode === 'webchat' ? 'webchat' : 'cli'),
      mode: mode ?? known?.mode ?? 'cli',
      version: said(params.client?.version) ?? 'unknown',
      platform: said(params.client?.platform) ?? 'unknown',
      displayName: said(params.client?.displayName) ?? said(params.client?.id),
      deviceFamily: said(params.client?.deviceFamily),
      instanceId: said(params.client?.instanceId),
    },
    role: known?.role ?? written,
    scopes: params.scopes ?? HYBRID_SCOPES,
    caps: params.caps,
    commands: params.commands,
    permissions: params.permissions,
    pathEnv: params.pathEnv,
    device: params.device,
    auth: params.auth,
  };
}
