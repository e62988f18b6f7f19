// Who may see an event. The table is complete: an event that is not in it cannot be published.

import type { GatewayEventName } from '../../shared/protocol/events.ts';
import { grants, type Scope } from '../../shared/protocol/scopes.ts';
import { channelOf } from '../../shared/session-key.ts';
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
  agent: { scope: 'operator.read', droppable: false },
  chat: { scope: 'operator.read', droppable: false },
  'session.message': { scope: 'operator.read', droppable: false },
  'sessions.changed': { scope: 'operator.read', droppable: true },
  cron: { scope: 'operator.read', droppable: false },
  'config.changed': { scope: 'operator.read', droppable: true },
  heartbeat: { scope: undefined, droppable: true },
  'device.pair.requested': { scope: 'operator.pairing', droppable: false },
  'device.pair.resolved': { scope: 'operator.pairing', droppable: false },
  'device.pair.changed': { scope: 'operator.pairing', droppable: true },
  'device.pair.setup.completed': { scope: 'operator.pairing', droppable: false },
  'node.pair.requested': { scope: 'operator.pairing', droppable: false },
  'node.pair.resolved': { scope: 'operator.pairing', droppable: false },
  'node.presence': { scope: 'operator.read', droppable: true },
  'node.hostStats': { scope: 'operator.read', droppable: true },
  'node.links.changed': { scope: 'operator.admin', droppable: true },
  'node.invoke.request': { scope: undefined, droppable: false },
  'node.invoke.cancel': { scope: undefined, droppable: false },
  'exec.approval.requested': { scope: 'operator.approvals', droppable: false },
  'exec.approval.resolved': { scope: 'operator.approvals', droppable: false },
  'plugin.approval.requested': { scope: 'operator.approvals', droppable: false },
  'plugin.approval.resolved': { scope: 'operator.approvals', droppable: false },
  'skills.changed': { scope: 'operator.read', droppable: true },
  'talk.mode': { scope: 'operator.talk', droppable: false },
  'update.available': { scope: undefined, droppable: false },
  'voicewake.changed': { scope: 'operator.read', droppable: false },
  notification: { scope: 'operator.read', droppable: false },
  'notifications.changed': { scope: 'operator.read', droppable: true },
  'notifications.summary': { scope: 'operator.read', droppable: false },
  trace: { scope: 'operator.admin', droppable: true },
};

/** What nodes get beside what is meant for them alone. */
const NODE_EVENTS: ReadonlySet<GatewayEventName> = new Set([
  'tick',
  'shutdown',
  'health',
  'voicewake.changed',
]);

export function mayReceive(connection: Connection, established: Established, event: BusEvent): boolean {
  if (established.principal.role === 'node' && !NODE_EVENTS.has(event.event)) return false;
  const { scope } = EVENT_RULES[event.event];
  if (scope !== undefined && !grants(established.principal.scopes, scope)) return false;
  const { subscriptions } = connection;
  switch (event.event) {
    // Told to one node, never to all.
    case 'node.invoke.request':
    case 'node.invoke.cancel':
      return false;
    case 'sessions.changed':
      return subscriptions.sessions;
    case 'session.message':
      return subscriptions.messages.has(event.payload.sessionKey);
    case 'agent':
      // The course's notifications name only a channel, so they go to those who talk in that channel.
      if (established.dialect.name === 'json-rpc')
        return subscriptions.channels.has(channelOf(event.payload.sessionKey));
      // What a tool was given and answered may be long and private: for those who want to show it.
      return (
        follows(connection, established, event.payload.sessionKey) &&
        (event.payload.stream !== 'tool' || established.principal.caps.has('tool-events'))
      );
    case 'chat':
      // The course's stream names only a channel, so it goes to those who talk in that channel.
      return established.dialect.name === 'json-rpc'
        ? subscriptions.channels.has(channelOf(event.payload.sessionKey))
        : follows(connection, established, event.payload.sessionKey);
    case 'heartbeat':
      // One answer to a typed heartbeat_trigger, not an answer and an event.
      return (
        established.dialect.name !== 'typed' || event.meta.heartbeat?.origins.has(connection.id) !== true
      );
    case 'trace':
      return subscriptions.trace;
    case 'connect.challenge':
    case 'tick':
    case 'shutdown':
    case 'health':
    case 'presence':
    case 'cron':
    case 'config.changed':
    case 'device.pair.requested':
    case 'device.pair.resolved':
    case 'device.pair.changed':
    case 'device.pair.setup.completed':
    case 'node.pair.requested':
    case 'node.pair.resolved':
    case 'node.presence':
    case 'node.hostStats':
    case 'node.links.changed':
    case 'exec.approval.requested':
    case 'exec.approval.resolved':
    case 'plugin.approval.requested':
    case 'plugin.approval.resolved':
    case 'skills.changed':
    case 'talk.mode':
    case 'update.available':
    case 'voicewake.changed':
    case 'notification':
    case 'notifications.changed':
    case 'notifications.summary':
      return true;
  }
}

/** Clients with this capability want only the sessions that they follow. */
function follows(connection: Connection, { principal }: Established, sessionKey: string): boolean {
  return !principal.caps.has('session-scoped-events') || connection.subscriptions.messages.has(sessionKey);
}

/** Deltas may be dropped (the next one carries the whole text); the end of a run may not. */
export function isDroppable(event: BusEvent): boolean {
  if (event.event === 'chat') return event.payload.state === 'delta' || event.payload.state === 'status';
  if (event.event === 'agent')
    return (
      event.payload.stream === 'assistant' ||
      event.payload.stream === 'thinking' ||
      event.payload.stream === 'run_status' ||
      (event.payload.stream === 'tool' && event.payload.data.phase === 'update')
    );
  return EVENT_RULES[event.event].droppable;
}
