// Decides who a connection is. Two doors: the native and hybrid `connect`, which knows devices, and the plain token of
// the json-rpc and typed dialects. Whatever was presented, a refusal says what was wrong and what to do.

import { APP_ORIGIN, PROTOCOL_MAX, PROTOCOL_MIN } from '../../shared/brand.ts';
import { GatewayError } from '../../shared/errors.ts';
import type { AuthMethod, ClientInfo, ConnectParams } from '../../shared/protocol/connect.ts';
import type { Clock } from '../../shared/time.ts';
import {
  deviceIdentityRequired,
  deviceProofRefused,
  lockedOut,
  pairingRequired,
  refusal,
  type RefusalCode,
} from './auth-errors.ts';
import { checkDeviceProof, normalized } from './device-proof.ts';
import type { Devices } from './devices.ts';
import type { FailedAttempts } from './failed-attempts.ts';
import type { Principal } from './principal.ts';
import type { GatewaySecret } from './secret.ts';
import type { TicketGrant, Tickets } from './tickets.ts';

/** What the upgrade request told about a connection. */
export interface ConnectionFacts {
  readonly address: string;
  readonly loopback: boolean;
  readonly origin: string | undefined;
  /** The challenge that was sent to this connection. */
  readonly nonce: string;
  /** The shared secret came with the upgrade (URL or Bearer) and was right. */
  readonly upgradeAuthenticated: boolean;
}

export interface ConnectOutcome {
  readonly principal: Principal;
  readonly protocol: number;
}

export interface Authenticator {
  /** @throws GatewayError `unauthorized`, `not-paired` or `invalid-request` */
  connect(params: ConnectParams, facts: ConnectionFacts): Promise<ConnectOutcome>;
  /**
   * The json-rpc and typed dialects: the shared secret is the owner.
   * @param requested scopes asked for; `operator.admin` is given only when it is among them, and only on loopback
   * @throws GatewayError `unauthorized`
   */
  token(
    token: string | undefined,
    facts: ConnectionFacts,
    client: ClientInfo,
    requested?: readonly string[],
  ): Promise<Principal>;
  /** Whether a secret that came with an upgrade request is right; wrong ones count as failed attempts. */
  checkSecret(
    candidate: string,
    facts: Omit<ConnectionFacts, 'nonce' | 'upgradeAuthenticated'>,
  ): Promise<boolean>;
}

export interface AuthenticatorDeps {
  readonly secret: GatewaySecret;
  readonly devices: Devices;
  readonly tickets: Tickets;
  readonly attempts: FailedAttempts;
  readonly clock: Clock;
}

export function createAuthenticator(deps: AuthenticatorDeps): Authenticator {
  const { secret, devices, tickets, attempts, clock } = deps;

  const pause = (ms: number): Promise<void> => new Promise((resolve) => clock.schedule(ms, resolve));

  function refuseIfLockedOut(facts: {
    address: string;
    loopback: boolean;
    origin: string | undefined;
  }): void {
    const verdict = attempts.check(facts);
    if (!verdict.allowed) throw lockedOut(verdict.retryAfterMs);
  }

  /** Holds the answer back a little longer with every wrong guess. */
  async function wrong(code: RefusalCode, facts: ConnectionFacts, withDevice = false): Promise<never> {
    await pause(attempts.record(facts));
    throw refusal(code, withDevice && code === 'AUTH_TOKEN_MISMATCH' ? 'retry_with_device_token' : undefined);
  }

  async function sharedSecret(
    params: ConnectParams,
    facts: ConnectionFacts,
  ): Promise<Extract<AuthMethod, 'none' | 'token' | 'password'> | undefined> {
    if (secret.mode === 'none') return facts.loopback ? 'none' : undefined;
    if (facts.upgradeAuthenticated) return secret.mode;
    const { token, password } = params.auth ?? {};
    if (token === undefined && password === undefined) return undefined;
    refuseIfLockedOut(facts);
    if (secret.matches(token) || secret.matches(password)) {
      attempts.forgive(facts);
      return secret.mode;
    }
    // With a device the token may be that device's own; its proof is checked first.
    if (params.device !== undefined && token !== undefined) return undefined;
    return wrong(secret.mode === 'password' ? 'AUTH_PASSWORD_MISMATCH' : 'AUTH_TOKEN_MISMATCH', facts);
  }

  async function connect(params: ConnectParams, facts: ConnectionFacts): Promise<ConnectOutcome> {
    const protocol = chooseProtocol(params);
    const role = params.role ?? 'operator';
    if (role !== 'operator' && role !== 'node') throw new GatewayError('invalid-request', 'invalid role');
    const shared = await sharedSecret(params, facts);
    const principal =
      params.device === undefined
        ? await withoutDevice(params, facts, shared, role)
        : await withDevice({ ...params, device: params.device }, facts, shared, role);
    return { principal, protocol };
  }

  async function withoutDevice(
    params: ConnectParams,
    facts: ConnectionFacts,
    shared: AuthMethod | undefined,
    role: 'operator' | 'node',
  ): Promise<Principal> {
    if (role === 'node') throw deviceIdentityRequired();
    const base = { role, client: params.client, caps: new Set(params.caps) };
    if (shared !== undefined) {
      const trusted = facts.loopback && facts.origin === undefined && keepsItsScopes(params.client);
      return { ...base, method: shared, scopes: new Set(trusted ? params.scopes : []) };
    }
    const ticket = params.auth?.bootstrapToken;
    if (ticket === undefined) throw deviceIdentityRequired();
    const grant = await redeem(ticket, facts);
    return { ...base, method: 'bootstrap-token', scopes: new Set(within(params.scopes, grant.scopes)) };
  }

  async function redeem(ticket: string, facts: ConnectionFacts): Promise<TicketGrant> {
    refuseIfLockedOut(facts);
    return tickets.redeem(ticket) ?? (await wrong('AUTH_BOOTSTRAP_TOKEN_INVALID', facts));
  }

  async function withDevice(
    params: ConnectParams & { readonly device: NonNullable<ConnectParams['device']> },
    facts: ConnectionFacts,
    shared: AuthMethod | undefined,
    role: 'operator' | 'node',
  ): Promise<Principal> {
    const failure = checkDeviceProof(params, role, facts.nonce, clock.now());
    if (failure !== undefined) throw deviceProofRefused(failure);
    const { device, client } = params;
    const requested = params.scopes ?? [];
    const known = devices.find(device.id);
    const record = {
      deviceId: device.id,
      publicKey: device.publicKey,
      displayName: client.displayName,
      platform: normalized(client.platform),
      deviceFamily: normalized(client.deviceFamily),
    };
    const denied = (reason: Parameters<typeof pairingRequired>[0]['reason']): GatewayError =>
      pairingRequired({ reason, deviceId: device.id, role, scopes: requested });

    let method: AuthMethod;
    let approved: readonly string[];
    if (shared !== undefined) {
      // A secret holder on this very machine, not a web page: pairing without a question.
      const silent =
        role === 'operator' && facts.loopback && (facts.origin === undefined || facts.origin === APP_ORIGIN);
      if (!silent) throw denied(known === undefined ? 'not-paired' : 'scope-upgrade');
      method = shared;
      approved = requested;
    } else {
      method = 'device-token';
      approved = await deviceTokenScopes(params, facts, role);
      if (known?.platform !== record.platform || known.deviceFamily !== record.deviceFamily) {
        throw denied('metadata-upgrade');
      }
      if (requested.some((scope) => !approved.includes(scope))) throw denied('scope-upgrade');
    }
    const issued = await devices.pair(record, role, approved, 'silent');
    return {
      role,
      method,
      client,
      caps: new Set(params.caps),
      scopes: new Set(within(params.scopes, issued.scopes)),
      device: { id: device.id, token: issued.token, issuedAt: issued.issuedAt },
    };
  }

  async function deviceTokenScopes(
    params: ConnectParams & { readonly device: NonNullable<ConnectParams['device']> },
    facts: ConnectionFacts,
    role: string,
  ): Promise<readonly string[]> {
    const { deviceToken, token } = params.auth ?? {};
    const presented = deviceToken ?? token;
    if (presented === undefined) throw refusal('AUTH_TOKEN_MISSING');
    refuseIfLockedOut(facts);
    const scopes = devices.verifyToken(params.device.id, role, presented);
    if (scopes !== undefined) return scopes;
    return wrong(
      deviceToken === undefined ? 'AUTH_TOKEN_MISMATCH' : 'AUTH_DEVICE_TOKEN_MISMATCH',
      facts,
      true,
    );
  }

  return {
    connect,

    token: async (token, facts, client, requested = []) => {
      const open = secret.mode === 'none' && facts.loopback;
      if (!open && !facts.upgradeAuthenticated) {
        if (token === undefined) {
          throw refusal(secret.mode === 'password' ? 'AUTH_PASSWORD_MISSING' : 'AUTH_TOKEN_MISSING');
        }
        refuseIfLockedOut(facts);
        if (!secret.matches(token)) {
          await wrong(secret.mode === 'password' ? 'AUTH_PASSWORD_MISMATCH' : 'AUTH_TOKEN_MISMATCH', facts);
        }
        attempts.forgive(facts);
      }
      return {
        role: 'operator',
        method: secret.mode,
        client,
        caps: new Set(),
        scopes: ownerScopes(facts, requested),
      };
    },

    checkSecret: async (candidate, facts) => {
      refuseIfLockedOut(facts);
      if (secret.matches(candidate)) {
        attempts.forgive(facts);
        return true;
      }
      await pause(attempts.record(facts));
      return false;
    },
  };
}

/** The highest protocol that both sides speak. */
function chooseProtocol(params: ConnectParams): number {
  const highest = Math.min(params.maxProtocol, PROTOCOL_MAX);
  if (highest >= Math.max(params.minProtocol, PROTOCOL_MIN)) return highest;
  throw new GatewayError('invalid-request', 'protocol mismatch', {
    details: {
      code: 'PROTOCOL_MISMATCH',
      clientMinProtocol: params.minProtocol,
      clientMaxProtocol: params.maxProtocol,
      expectedProtocol: PROTOCOL_MAX,
      minimumProbeProtocol: PROTOCOL_MIN,
    },
  });
}

/** Without a device only a local back end and the local command line keep the scopes that they ask for. */
function keepsItsScopes(client: ClientInfo): boolean {
  return (
    (client.id === 'gateway-client' && client.mode === 'backend') ||
    (client.id === 'cli' && client.mode === 'cli')
  );
}

function within(requested: readonly string[] | undefined, allowed: readonly string[]): readonly string[] {
  return requested === undefined ? allowed : requested.filter((scope) => allowed.includes(scope));
}

/** json-rpc and typed know no devices: on this machine the token's holder is the owner. */
function ownerScopes(facts: ConnectionFacts, requested: readonly string[]): ReadonlySet<string> {
  const scopes = new Set(['operator.read', 'operator.write']);
  if (!facts.loopback || (facts.origin !== undefined && facts.origin !== APP_ORIGIN)) return scopes;
  scopes.add('operator.approvals');
  if (requested.includes('operator.admin') || requested.includes('admin')) scopes.add('operator.admin');
  return scopes;
}
