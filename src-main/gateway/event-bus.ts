// How services tell the rest of the gateway what happened. Publishing is the last step: after the store has it.

import { errorText, type Logger } from '../shared/logger.ts';
import type { GatewayEventName, GatewayEvents } from '../shared/protocol/events.ts';
import type { Unsubscribe } from '../shared/emitter.ts';

/** What some dialects tell beside the native payload. */
export interface EventMeta {
  /** Position of a delta among the deltas of its run, from 0. */
  readonly chunkIndex?: number;
  /** From the acceptance of a run to its end. */
  readonly durationMs?: number;
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
}

export function createEventBus(log: Logger): EventBus {
  const listeners = new Set<(event: BusEvent) => void>();
  return {
    publish: (event, payload, meta = {}) => {
      const busEvent = { event, payload, meta } as BusEvent;
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
