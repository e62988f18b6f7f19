// Decides who a connection is. Two doors: the native and hybrid `connect`, which knows devices, and the plain token of
// the json-rpc and typed dialects. Whatever was presented, a refusal says what was wrong and what to do.

import { APP_ORIGIN, PROTOCOL_MAX, PROTOCOL_MIN } from '../../shared/brand.ts';
import { GatewayError } from '../../shared/errors.ts';
import type { AuthMethod, ClientInfo, ConnectParams } from '../../shared/protocol/connect.ts';
import { grants } from '../../shared/protocol/scopes.ts';
import type { Clock } from '../../shared/time.ts';
import type { DeviceGrant } from '../store/repositories/devices.ts';
import {
  controlUiIdentityRequired,
  deviceIdentityRequired,
  lockedOut,
  refusal,
  type RefusalCode,
} from './auth-errors.ts';
import type { DeviceParams, DeviceSignIn, OwnCredential } from './device-sign-in.ts';
import type { DeviceTokens } from './device-tokens.ts';
import type { FailedAttempts } from './failed-attempts.ts';
import type { LiveSecret } from './live-secret.ts';
import type { Principal, Role } from './principal.ts';
import type { SetupCodes } from './setup-codes.ts';
import type { TicketGrant, Tickets } from './tickets.ts';

/** What the upgrade request told about a connection. */
export interface ConnectionFacts {
  readonly address: string;
  readonly loopback: boolean;
  readonly origin: string | undefined;
  /** The challenge that was sent to this connection. */
  readonly nonce: string;
  /** The shared secret came with the upgrade (URL or Bearer) and was right, or none is needed. */
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
  /** Whether an upgrade request needs no further credentials; a wrong secret counts as a failed attempt. */
  checkUpgrade(
    candidate: string | undefined,
    facts: Omit<ConnectionFacts, 'nonce' | 'upgradeAuthenticated'>,
  ): Promise<boolean>;
  /** Whether what somebody signed in with still holds: it may have been revoked while it was being checked. */
  isCurrent(principal: Principal): boolean;
}

export interface AuthenticatorDeps {
  readonly secret: LiveSecret;
  readonly deviceTokens: Pick<DeviceTokens, 'verify' | 'live'>;
  readonly deviceSignIn: DeviceSignIn;
  readonly tickets: Tickets;
  readonly setupCodes: Pick<SetupCodes, 'find'>;
  readonly attempts: FailedAttempts;
  readonly clock: Clock;
}

export function createAuthenticator(deps: AuthenticatorDeps): Authenticator {
  const { secret, deviceTokens, deviceSignIn, tickets, attempts, clock } = deps;

  const pause = (ms: number): Promise<void> => new Promise((resolve) => clock.schedule(ms, resolve));

  function refuseIfLockedOut(facts: {
    address: string;
    loopback: boolean;
    origin: string | undefined;
  }): void {
    const verdict = attempts.check(facts);
    if (!verdict.allowed) throw lockedOut(verdict.retryAfterMs);
  }

  function secretMissing(): GatewayError {
    return refusal(secret.mode === 'password' ? 'AUTH_PASSWORD_MISSING' : 'AUTH_TOKEN_MISSING');
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
    if (params.client.mode === 'worker' || params.client.id === 'openclaw-worker')
      throw new GatewayError('invalid-request', 'invalid-handshake');
    const shared = await sharedSecret(params, facts);
    const principal =
      params.device === undefined
        ? await withoutDevice(params, facts, shared, role)
        : await withDevice({ ...params, device: params.device }, facts, shared, role);
    return { principal, protocol };
  }

  function withDevice(
    params: DeviceParams,
    facts: ConnectionFacts,
    method: AuthMethod | undefined,
    role: Role,
  ): Promise<Principal> {
    const shared = method === undefined ? undefined : { method, version: secret.version };
    return deviceSignIn.signIn(params, facts, role, shared, () => ownCredential(params, facts, role));
  }

  async function withoutDevice(
    params: ConnectParams,
    facts: ConnectionFacts,
    shared: AuthMethod | undefined,
    role: Role,
  ): Promise<Principal> {
    if (role === 'node') throw deviceIdentityRequired();
    const base = { role, client: params.client, caps: new Set(params.caps) };
    const ticket = params.auth?.bootstrapToken;
    // Beside the shared secret, or where none is needed, a ticket may be old; it still says who somebody is.
    const redeemed = ticket === undefined || shared === undefined ? undefined : tickets.redeem(ticket);
    if (redeemed !== undefined) return fromTicket(redeemed);
    if (shared !== undefined) {
      if (params.client.id === 'openclaw-control-ui') throw controlUiIdentityRequired();
      const trusted = facts.loopback && facts.origin === undefined && keepsItsScopes(params.client);
      return {
        ...base,
        method: shared,
        scopes: new Set(trusted ? params.scopes : []),
        secretVersion: secret.version,
      };
    }
    if (ticket === undefined) throw deviceIdentityRequired();
    return fromTicket(await redeem(ticket, facts));

    function fromTicket({ scopes }: TicketGrant): Principal {
      return { ...base, method: 'bootstrap-token', scopes: new Set(within(params.scopes, scopes)) };
    }
  }

  async function redeem(ticket: string, facts: ConnectionFacts): Promise<TicketGrant> {
    refuseIfLockedOut(facts);
    return tickets.redeem(ticket) ?? (await wrong('AUTH_BOOTSTRAP_TOKEN_INVALID', facts));
  }

  async function ownCredential(
    params: DeviceParams,
    facts: ConnectionFacts,
    role: Role,
  ): Promise<OwnCredential> {
    const { deviceToken, token, bootstrapToken } = params.auth ?? {};
    if (bootstrapToken === undefined || deviceToken !== undefined || token !== undefined)
      return { kind: 'device-token', grant: await deviceGrant(params, facts, role) };
    refuseIfLockedOut(facts);
    const claim = deps.setupCodes.find(bootstrapToken, params.device.id, role);
    if (claim === undefined) return wrong('AUTH_BOOTSTRAP_TOKEN_INVALID', facts);
    return { kind: 'setup-code', claim };
  }

  /** What the device's own token is worth. A wrong secret beside it is a guess like any other. */
  async function deviceGrant(params: DeviceParams, facts: ConnectionFacts, role: Role): Promise<DeviceGrant> {
    const { deviceToken, token, password } = params.auth ?? {};
    const presented = deviceToken ?? token;
    if (presented === undefined) throw secretMissing();
    refuseIfLockedOut(facts);
    const verify = (candidate: string): DeviceGrant | undefined =>
      deviceTokens.verify(params.device.id, role, candidate);
    const grant = verify(presented);
    if (grant === undefined) {
      const code = deviceToken === undefined ? 'AUTH_TOKEN_MISMATCH' : 'AUTH_DEVICE_TOKEN_MISMATCH';
      return wrong(code, facts, true);
    }
    const guessed = [token, password].some((secret) => secret !== undefined && verify(secret) === undefined);
    if (guessed) await pause(attempts.record(facts));
    return grant;
  }

  return {
    connect,

    token: async (token, facts, client, requested = []) => {
      const open = secret.mode === 'none' && facts.loopback;
      if (!open && !facts.upgradeAuthenticated) {
        if (token === undefined) throw secretMissing();
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
        secretVersion: secret.version,
      };
    },

    isCurrent: ({ device, role, secretVersion }) =>
      (secretVersion === undefined || secretVersion === secret.version) &&
      (device === undefined || deviceTokens.live(device.id, role)?.serial === device.serial),

    checkUpgrade: async (candidate, facts) => {
      // Nobody needs a secret then, so a wrong one is no guess.
      if (secret.mode === 'none') return facts.loopback;
      if (candidate === undefined) return false;
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
  const reach = new Set(allowed);
  return requested?.filter((scope) => grants(reach, scope)) ?? allowed;
}

/** json-rpc and typed know no devices: on this machine the token's holder is the owner. */
function ownerScopes(facts: ConnectionFacts, requested: readonly string[]): ReadonlySet<string> {
  const scopes = new Set(['operator.read', 'operator.write']);
  if (!facts.loopback || (facts.origin !== undefined && facts.origin !== APP_ORIGIN)) return scopes;
  scopes.add('operator.approvals');
  if (requested.includes('operator.admin') || requested.includes('admin')) scopes.add('operator.admin');
  return scopes;
}
