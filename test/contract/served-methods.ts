// The methods that must be served: every one that a seed document names, and every one that the published clients call.
// Written by hand from the documents and the packages' sources; the test beside it looks whether it is complete.

import type { DialectName } from '../../src-main/gateway/dialects/dialect.ts';

/** The gateway overview's table, the WebSocket protocol page, `@openclaw/gateway-client` and `openclaw-node`. */
export const SERVED: readonly string[] = [
  'health',
  'chat.send',
  'chat.abort',
  'chat.history',
  'chat.inject',
  'agents.list',
  'agents.create',
  'agents.update',
  'agents.delete',
  'agents.files.list',
  'agents.files.get',
  'agents.files.set',
  'sessions.list',
  'sessions.patch',
  'sessions.spawn',
  'sessions.preview',
  'sessions.reset',
  'sessions.delete',
  'sessions.compact',
  'models.list',
  'config.get',
  'config.set',
  'config.patch',
  'config.schema',
  'config.apply',
  'cron.list',
  'cron.add',
  'cron.update',
  'cron.remove',
  'cron.run',
  'cron.runs',
  'cron.status',
  'channels.status',
  'channels.logout',
  'usage.status',
  'usage.cost',
  'skills.status',
  'skills.bins',
  'skills.install',
  'skills.update',
  'logs.tail',
  'agent',
  'send',
  'agent.wait',
  'device.scopes.requestUpgrade',
  'device.scopes.waitUpgrade',
  'sessions.messages.subscribe',
  'sessions.messages.unsubscribe',
  'sessions.describe',
  'exec.approvals.list',
  'exec.approvals.resolve',
  'exec.approvals.overrides',
  'exec.approvals.overrides.set',
];

/** The methods of the other documents, in their own formats. */
export const SERVED_IN_DIALECT: readonly (readonly [DialectName, string])[] = [
  ['json-rpc', 'sessions_send'],
  ['json-rpc', 'chat.send'],
  ['json-rpc', 'channel.create'],
  ['json-rpc', 'channel.switch'],
  ['json-rpc', 'channel.list'],
  ['json-rpc', 'memory.recall'],
  ['json-rpc', 'system.status'],
  ['json-rpc', 'heartbeat.pong'],
  ['hybrid', 'agent'],
  ['hybrid', 'send'],
  ['hybrid', 'sessions.list'],
  ['typed', 'chat'],
  ['typed', 'status'],
  ['typed', 'heartbeat_trigger'],
  ['typed', 'skill_invoke'],
];

/** Not served yet. May only become shorter: what is served belongs above. */
export const PENDING: readonly string[] = [];

/** What published clients call although no gateway serves it, with the reason. */
export const UNSERVED: Readonly<Record<string, string>> = {
  connect: 'the handshake; answered before there are methods',
  'pairing.list':
    'guessed by openclaw-node from a command line, as it says itself; OpenClaw has no such method',
  'pairing.approve':
    'guessed by openclaw-node from a command line, as it says itself; OpenClaw has no such method',
};
