// How services tell the rest of the gateway what happened. Publishing is the last step: after the store has it.

import { errorText, type Logger } from '../shared/logger.ts';
import type { StateVersion } from '../shared/protocol/connect.ts';
import type { GatewayEventName, GatewayEvents } from '../shared/protocol/events.ts';
import type { HeartbeatOutcome } from '../shared/protocol/heartbeat.ts';
import type { Unsubscribe } from '../shared/emitter.ts';
import type { RequestId } from './dialects/dialect.ts';

/** What some dialects tell beside the native payload. */
export interface EventMeta {
  /** Position of a delta among the deltas of its run, from 0. */
  readonly chunkIndex?: number;
  /** From the acceptance of a run to its end. */
  readonly durationMs?: number;
  /** The request that began the run, as its client calls it. */
  readonly requestId?: RequestId;
  /** With the events of a tool: which of the run's tools it is, from 0, and how long it worked once it is done. */
  readonly tool?: { readonly index: number; readonly durationMs?: number };
  /** With `heartbeat`: how it ended, and the connections that are told in an answer. */
  readonly heartbeat?: { readonly outcome: HeartbeatOutcome; readonly origins: ReadonlySet<string> };
  /** With `presence` and `health`: how often each was published. */
  readonly stateVersion?: StateVersion;
}

export type BusEvent = {
  [Name in GatewayEventName]: {
    readonly event: Name;
    readonly payload: GatewayEvents[Name];
    readonly meta: EventMeta;
  };
}[GatewayEventName];

export interface EventBus {
  publish<Name extends GatewayEventName>(event: Name, payload: GatewayEvents[Name], meta?: EventMeta): void;
  subscribe(listener: (event: BusEvent) => void): Unsubscribe;
  stateVersion(): StateVersion;
}

export function createEventBus(log: Logger): EventBus {
  const listeners = new Set<(event: BusEvent) => void>();
  let version: StateVersion = { presence: 0, health: 0 };

  function versioned(event: GatewayEventName, meta: EventMeta): EventMeta {
    if (event !== 'presence' && event !== 'health') return meta;
    version = { ...version, [event]: version[event] + 1 };
    return { ...meta, stateVersion: version };
  }

  return {
    stateVersion: () => version,
    publish: (event, payload, meta = {}) => {
      const busEvent = { event, payload, meta: versioned(event, meta) } as BusEvent;
      for (const listener of [...listeners]) {
        try {
          listener(busEvent);
        } catch (error) {
          log.error('an event listener failed', { event, error: errorText(error) });
        }
      }
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
