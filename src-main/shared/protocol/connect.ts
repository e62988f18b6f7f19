// The native handshake: what a client sends in `connect` and what `hello-ok` answers.

import type { HealthResult } from './system.ts';

export const CLIENT_IDS = [
  'webchat-ui',
  'openclaw-control-ui',
  'openclaw-browser-copilot',
  'openclaw-tui',
  'webchat',
  'cli',
  'gateway-client',
  'openclaw-macos',
  'openclaw-linux',
  'openclaw-ios',
  'openclaw-watchos',
  'openclaw-android',
  'node-host',
  'openclaw-worker',
  'test',
  'fingerprint',
  'openclaw-probe',
] as const;

export const CLIENT_MODES = ['webchat', 'cli', 'ui', 'backend', 'node', 'worker', 'probe', 'test'] as const;

export type ClientId = (typeof CLIENT_IDS)[number];
export type ClientMode = (typeof CLIENT_MODES)[number];

export interface ClientInfo {
  readonly id: ClientId;
  readonly displayName?: string | undefined;
  readonly version: string;
  readonly platform: string;
  readonly deviceFamily?: string | undefined;
  readonly modelIdentifier?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly mode: ClientMode;
  readonly instanceId?: string | undefined;
}

export interface DeviceProof {
  /** Lower-case hex SHA-256 of the raw public key. */
  readonly id: string;
  /** Raw Ed25519 public key, base64url without padding. */
  readonly publicKey: string;
  readonly signature: string;
  readonly signedAt: number;
  readonly nonce: string;
}

export interface ConnectAuth {
  readonly token?: string | undefined;
  readonly password?: string | undefined;
  readonly deviceToken?: string | undefined;
  readonly bootstrapToken?: string | undefined;
}

export interface ConnectParams {
  readonly minProtocol: number;
  readonly maxProtocol: number;
  readonly client: ClientInfo;
  readonly caps?: readonly string[] | undefined;
  /** What a node lets others run. */
  readonly commands?: readonly string[] | undefined;
  readonly permissions?: Readonly<Record<string, boolean>> | undefined;
  readonly pathEnv?: string | undefined;
  readonly role?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
  readonly device?: DeviceProof | undefined;
  readonly auth?: ConnectAuth | undefined;
  readonly locale?: string | undefined;
  readonly userAgent?: string | undefined;
}

export type AuthMethod = 'none' | 'token' | 'password' | 'device-token' | 'bootstrap-token';

export interface PresenceEntry {
  readonly host?: string;
  readonly ip?: string;
  readonly clientId?: string;
  readonly version?: string;
  readonly platform?: string;
  readonly deviceFamily?: string;
  readonly modelIdentifier?: string;
  readonly lastInputSeconds?: number;
  readonly tags?: readonly string[];
  readonly mode?: string;
  readonly deviceId?: string;
  readonly instanceId?: string;
  readonly roles?: readonly string[];
  readonly scopes?: readonly string[];
  readonly reason?: string;
  readonly text?: string;
  readonly ts: number;
}

export interface StateVersion {
  readonly presence: number;
  readonly health: number;
}

export interface HelloOk {
  readonly type: 'hello-ok';
  readonly protocol: number;
  readonly server: { readonly version: string; readonly connId: string; readonly bootId?: string };
  readonly features: {
    readonly methods: readonly string[];
    readonly events: readonly string[];
    readonly capabilities?: readonly string[];
  };
  readonly snapshot: {
    readonly presence: readonly PresenceEntry[];
    readonly health: HealthResult;
    readonly stateVersion: StateVersion;
    readonly uptimeMs: number;
    readonly configPath?: string;
    readonly stateDir?: string;
    readonly authMode?: 'none' | 'token' | 'password';
    readonly sessionDefaults?: {
      readonly defaultAgentId: string;
      readonly mainKey: string;
      readonly mainSessionKey: string;
      readonly modelConfigured?: boolean;
      readonly scope?: string;
    };
  };
  readonly auth: {
    readonly method?: AuthMethod;
    readonly deviceToken?: string;
    readonly role: string;
    readonly scopes: readonly string[];
    readonly issuedAtMs?: number;
  };
  readonly policy: {
    readonly maxPayload: number;
    readonly maxBufferedBytes: number;
    readonly tickIntervalMs: number;
    /** What may be attached to one message, bytes: all of it, and each image. */
    readonly attachments?: { readonly maxBytes: number; readonly maxImageBytes: number };
  };
}
