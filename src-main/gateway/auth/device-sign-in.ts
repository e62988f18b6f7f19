// Signing in with a device: its proof first, then what it shows beside it (the shared secret or its own token), then
// whether it was approved for what it asks. Makes the principal of a device, and of a node.

import { APP_ORIGIN } from '../../shared/brand.ts';
import type { AuthMethod, ClientInfo, ConnectParams, DeviceProof } from '../../shared/protocol/connect.ts';
import type { NodeAbout, NodeSurface } from '../../shared/protocol/nodes.ts';
import { grants, isKnownScope } from '../../shared/protocol/scopes.ts';
import { existingScopes, type Admission, type Credential } from './admission.ts';
import { deviceProofRefused } from './auth-errors.ts';
import { canonicalPublicKey, checkDeviceProof } from './device-proof.ts';
import type { PairingAsk } from './device-requests.ts';
import { plainText } from '../../shared/plain-text.ts';
import type { NodeDeclaration, Principal, Role } from './principal.ts';

export type DeviceParams = ConnectParams & { readonly device: DeviceProof };

/** What the connection is, and what else it showed. */
export interface DeviceFacts {
  readonly address: string;
  readonly loopback: boolean;
  readonly origin: string | undefined;
  readonly nonce: string;
}

export interface DeviceSignIn {
  /**
   * @param shared how the shared secret was shown on this connection, if it was
   * @param own checks what the device shows otherwise: its token, or a setup code
   * @throws GatewayError `unauthorized`, `not-paired`
   */
  signIn(
    params: DeviceParams,
    facts: DeviceFacts,
    role: Role,
    shared: { readonly method: AuthMethod; readonly version: number } | undefined,
    own: () => Promise<OwnCredential>,
  ): Promise<Principal>;
}

/** What a device shows of its own. */
export type OwnCredential = Extract<Credential, { kind: 'device-token' | 'setup-code' }>;

export interface DeviceSignInDeps {
  readonly admission: Admission;
  readonly now: () => number;
  /** Whether holders of the shared secret on this computer are paired without a question. */
  readonly autoApproveLocal: () => boolean;
  /** Whether an origin is this gateway's own web interface. */
  readonly ownsOrigin: (origin: string) => boolean;
}

/** Web pages that this gateway itself serves may be paired without a question too. */
const OWN_PAGES: ReadonlySet<string> = new Set(['openclaw-control-ui', 'webchat-ui', 'webchat']);

export function createDeviceSignIn(deps: DeviceSignInDeps): DeviceSignIn {
  const { admission, now, autoApproveLocal, ownsOrigin } = deps;

  function isLocal(facts: DeviceFacts, client: ClientInfo): 'program' | 'page' | undefined {
    if (!facts.loopback) return undefined;
    if (facts.origin === undefined || facts.origin === APP_ORIGIN) return 'program';
    return ownsOrigin(facts.origin) && OWN_PAGES.has(client.id) ? 'page' : undefined;
  }

  function sharedCredential(facts: DeviceFacts, client: ClientInfo, role: Role): Credential {
    const local = isLocal(facts, client);
    return {
      kind: 'shared-secret',
      // Never a node: what runs commands is always somebody's decision. And a page has no platform of its own.
      silent: (reason) =>
        role === 'operator' &&
        autoApproveLocal() &&
        (local === 'program' || (local === 'page' && reason !== 'metadata-upgrade')),
    };
  }

  return {
    signIn: async (params, facts, role, shared, own) => {
      const failure = checkDeviceProof(params, role, facts.nonce, now());
      if (failure !== undefined) throw deviceProofRefused(failure);
      const { client } = params;
      const credential = shared === undefined ? await own() : sharedCredential(facts, client, role);
      const admitted = await admission.admit(askOf(params, facts, role), credential);
      const { token, serial, issuedAt, reach } = admitted;
      return {
        role,
        method: shared?.method ?? (credential.kind === 'setup-code' ? 'bootstrap-token' : 'device-token'),
        client,
        caps: new Set(params.caps),
        scopes: new Set(role === 'node' ? [] : within(params.scopes, reach)),
        device: { id: params.device.id, token, serial, issuedAt },
        ...(shared === undefined ? {} : { secretVersion: shared.version }),
        ...(role === 'node' ? { node: declarationOf(params, facts) } : {}),
      };
    },
  };
}

function askOf({ device, client, scopes }: DeviceParams, facts: DeviceFacts, role: Role): PairingAsk {
  return {
    device: {
      deviceId: device.id,
      publicKey: canonicalPublicKey(device.publicKey),
      displayName: plainText(client.displayName),
      platform: plainText(client.platform) ?? 'unknown',
      deviceFamily: plainText(client.deviceFamily),
      clientId: client.id,
      clientMode: client.mode,
      remoteIp: facts.address,
    },
    role,
    scopes: role === 'node' ? [] : existingScopes(scopes ?? []),
    origin: facts.origin,
  };
}

/** Scopes that do not exist are echoed, as without a device: they grant nothing. */
function within(requested: readonly string[] | undefined, reach: readonly string[]): readonly string[] {
  const held = new Set(reach);
  return requested?.filter((scope) => !isKnownScope(scope) || grants(held, scope)) ?? reach;
}

/** More than any node offers; what is beyond cannot be approved and not be invoked. */
const MAX_CAPS = 64;
const MAX_COMMANDS = 512;
const MAX_PERMISSIONS = 64;
const MAX_PATH = 8_192;
/** Names that look like what they are: printable, without spaces. */
const NAME = /^[\x21-\x7e]{1,128}$/;

function declarationOf(params: DeviceParams, facts: DeviceFacts): NodeDeclaration {
  const { client, caps, commands, permissions, pathEnv } = params;
  const surface: NodeSurface = {
    caps: names(caps, MAX_CAPS),
    commands: names(commands, MAX_COMMANDS),
    permissions: Object.fromEntries(
      Object.entries(permissions ?? {})
        .filter(([name]) => NAME.test(name))
        .slice(0, MAX_PERMISSIONS),
    ),
  };
  const words = {
    displayName: plainText(client.displayName),
    platform: plainText(client.platform),
    version: plainText(client.version),
    deviceFamily: plainText(client.deviceFamily),
    modelIdentifier: plainText(client.modelIdentifier),
  };
  const about: NodeAbout = {
    ...Object.fromEntries(Object.entries(words).filter(([, word]) => word !== undefined)),
    clientId: client.id,
    clientMode: client.mode,
    remoteIp: facts.address,
  };
  return { surface, about, pathEnv: pathEnv?.slice(0, MAX_PATH) };
}

function names(list: readonly string[] | undefined, max: number): readonly string[] {
  return [...new Set(list?.filter((name) => NAME.test(name)))].slice(0, max).sort();
}
