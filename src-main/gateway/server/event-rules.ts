// Who may see an event. The table is complete: an event that is not in it cannot be published.

import type { GatewayEventName } from '../../shared/protocol/events.ts';
import { grants, type Scope } from '../../shared/protocol/scopes.ts';
import { channelOf } from '../dialects/json-rpc.ts';
import type { BusEvent } from '../event-bus.ts';
import type { Connection, Established } from './connection.ts';

interface EventRule {
  /** What the connection must hold; `undefined`: everybody. */
  readonly scope: Scope | undefined;
  /** May be left out for a peer that reads slowly: a later one tells the same or more. */
  readonly droppable: boolean;
}

export const EVENT_RULES: Readonly<Record<GatewayEventName, EventRule>> = {
  'connect.challenge': { scope: undefined, droppable: false },
  tick: { scope: undefined, droppable: true },
  shutdown: { scope: undefined, droppable: false },
  health: { scope: undefined, droppable: true },
  presence: { scope: 'operator.read', droppable: true },
  chat: { scope: 'operator.read', droppable: false },
  'session.message': { scope: 'operator.read', droppable: false },
  'sessions.changed': { scope: 'operator.read', droppable: true },
  cron: { scope: 'operator.read', droppable: false },
  notification: { scope: 'operator.read', droppable: false },
  'notifications.changed': { scope: 'operator.read', droppable: true },
};

export function mayReceive(connection: Connection, established: Established, event: BusEvent): boolean {
  const { scope } = EVENT_RULES[event.event];
  if (scope !== undefined && !grants(established.principal.scopes, scope)) return false;
  const { subscriptions } = connection;
  switch (event.event) {
    case 'sessions.changed':
      return subscriptions.sessions;
    case 'session.message':
      return subscriptions.messages.has(event.payload.sessionKey);
    case 'chat':
      // The course's stream names only a channel, so it goes to those who talk in that channel.
      return (
        established.dialect.name !== 'json-rpc' ||
        subscriptions.channels.has(channelOf(event.payload.sessionKey))
      );
    case 'connect.challenge':
    case 'tick':
    case 'shutdown':
    case 'health':
    case 'presence':
    case 'cron':
    case 'notification':
    case 'notifications.changed':
      return true;
  }
}

/** Deltas may be dropped (the next one carries the whole text); the end of a run may not. */
export function isDroppable(event: BusEvent): boolean {
  if (event.event === 'chat') return event.payload.state === 'delta' || event.payload.state === 'status';
  return EVENT_RULES[event.event].droppable;
}
