// What the window asks about the agents' heartbeats.

import type {
  HeartbeatChange,
  HeartbeatHistoryResult,
  HeartbeatOutcome,
  HeartbeatStatusResult,
} from '../../../src-main/shared/protocol/heartbeat.ts';
import { MINUTE } from '../../../src-main/shared/time.ts';
import type { GatewayRequest } from '../../app/gateway-request.ts';

export interface HeartbeatActions {
  readonly status: () => Promise<HeartbeatStatusResult>;
  readonly history: (agentId: string, limit: number) => Promise<HeartbeatHistoryResult>;
  /** Of all agents. */
  readonly setEnabled: (enabled: boolean) => Promise<void>;
  readonly configure: (agentId: string, change: HeartbeatChange) => Promise<void>;
  /** Back to what the configuration says. */
  readonly reset: (agentId: string) => Promise<void>;
  /** Waits for as long as the agent looks. */
  readonly lookNow: (agentId: string) => Promise<HeartbeatOutcome>;
  readonly dryRun: (agentId: string) => Promise<HeartbeatOutcome>;
}

const TIMEOUT = 10_000;
/** A model takes its time; the gateway ends a heartbeat after ten minutes by default. */
const LOOK_TIMEOUT = 15 * MINUTE;

export function createHeartbeatActions(request: GatewayRequest): HeartbeatActions {
  return {
    status: () => request('heartbeat.status', {}, TIMEOUT),
    history: (agentId, limit) => request('heartbeat.history', { agentId, limit }, TIMEOUT),
    setEnabled: async (enabled) => {
      await request('set-heartbeats', { enabled }, TIMEOUT);
    },
    configure: async (agentId, change) => {
      await request('heartbeat.configure', { agentId, ...change }, TIMEOUT);
    },
    reset: async (agentId) => {
      await request('heartbeat.configure', { agentId, reset: true }, TIMEOUT);
    },
    lookNow: (agentId) => request('heartbeat.trigger', { agentId }, LOOK_TIMEOUT),
    dryRun: (agentId) => request('heartbeat.trigger', { agentId, dryRun: true }, TIMEOUT),
  };
}
