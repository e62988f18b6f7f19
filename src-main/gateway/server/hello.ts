// The answers to the handshakes: `hello-ok` and the course's session.

import { ATTACHMENT_LIMITS } from '../attachments/attachment-input.ts';
import { VERSION } from '../../shared/brand.ts';
import type { HelloOk, PresenceEntry, StateVersion } from '../../shared/protocol/connect.ts';
import { grants } from '../../shared/protocol/scopes.ts';
import type { HealthResult } from '../../shared/protocol/system.ts';
import { DEFAULT_AGENT_ID, MAIN_SESSION_KEY } from '../../shared/session-key.ts';
import { SECOND } from '../../shared/time.ts';
import type { Principal } from '../auth/principal.ts';
import type { Connection } from './connection.ts';
import { EVENT_RULES } from './event-rules.ts';
import type { ServerLimits } from './limits.ts';

export interface HelloDeps {
  readonly limits: ServerLimits;
  readonly bootId: string;
  readonly methods: () => readonly string[];
  readonly presence: () => readonly PresenceEntry[];
  readonly health: () => HealthResult;
  readonly stateVersion: () => StateVersion;
  readonly uptimeMs: () => number;
  readonly authMode: 'none' | 'token' | 'password';
  readonly stateDir: string;
  readonly configPath: string;
  readonly modelConfigured: () => boolean;
}

export function buildHello(
  deps: HelloDeps,
  connection: Connection,
  principal: Principal,
  protocol: number,
): HelloOk {
  const { limits } = deps;
  const { device } = principal;
  const admin = grants(principal.scopes, 'operator.admin');
  return {
    type: 'hello-ok',
    protocol,
    server: { version: VERSION, connId: connection.id, bootId: deps.bootId },
    features: { methods: deps.methods(), events: Object.keys(EVENT_RULES) },
    snapshot: {
      presence: grants(principal.scopes, 'operator.read') ? deps.presence() : [],
      health: deps.health(),
      stateVersion: deps.stateVersion(),
      uptimeMs: deps.uptimeMs(),
      sessionDefaults: {
        defaultAgentId: DEFAULT_AGENT_ID,
        mainKey: 'main',
        mainSessionKey: MAIN_SESSION_KEY,
        modelConfigured: deps.modelConfigured(),
        scope: 'per-sender',
      },
      // Where things lie on this machine is nobody's business but the owner's.
      ...(admin ? { stateDir: deps.stateDir, configPath: deps.configPath, authMode: deps.authMode } : {}),
    },
    auth: {
      method: principal.method,
      role: principal.role,
      scopes: [...principal.scopes],
      ...(device === undefined ? {} : { deviceToken: device.token, issuedAtMs: device.issuedAt }),
    },
    policy: {
      maxPayload: limits.maxPayload,
      maxBufferedBytes: limits.maxBufferedBytes,
      tickIntervalMs: limits.tickInterval,
      attachments: ATTACHMENT_LIMITS,
    },
  };
}

/**
 * The result of `auth.handshake`.
 * @param channels their names
 * @param heartbeatInterval ms; the course counts in seconds
 */
export function buildSessionHandshake(
  connection: Connection,
  channels: readonly string[],
  heartbeatInterval: number,
): Record<string, unknown> {
  return {
    session_id: `sess-${connection.id}`,
    channels,
    heartbeat_interval: heartbeatInterval / SECOND,
    server_version: VERSION,
  };
}
