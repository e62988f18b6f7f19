// The gateway course's route table: which part of the gateway deals with a message. Says it; the registry does it.

import type { RouteTarget } from '../../shared/protocol/trace.ts';

/** By what stands before the first dot. The course's six first, then the other namespaces. */
const BY_PREFIX: Readonly<Record<string, RouteTarget>> = {
  chat: 'ReasoningLayer',
  memory: 'MemorySystem',
  skill: 'SkillsManager',
  system: 'SystemController',
  channel: 'ChannelManager',
  heartbeat: 'HeartbeatHandler',
  agent: 'ReasoningLayer',
  sessions: 'ChannelManager',
  skills: 'SkillsManager',
  tools: 'SkillsManager',
};

/** Names without a prefix, and typed messages, which all have the same one. */
const BY_NAME: Readonly<Record<string, RouteTarget>> = {
  send: 'ReasoningLayer',
  sessions_send: 'ChannelManager',
  'last-heartbeat': 'HeartbeatHandler',
  'set-heartbeats': 'HeartbeatHandler',
  wake: 'HeartbeatHandler',
  'typed.chat': 'ReasoningLayer',
  'typed.heartbeat_trigger': 'HeartbeatHandler',
  'typed.skill_invoke': 'SkillsManager',
};

/** Everything that is not listed is about the gateway itself. */
export function routeOf(method: string): RouteTarget {
  const [prefix = ''] = method.split('.', 1);
  if (Object.hasOwn(BY_NAME, method)) return BY_NAME[method] ?? 'SystemController';
  if (Object.hasOwn(BY_PREFIX, prefix)) return BY_PREFIX[prefix] ?? 'SystemController';
  return 'SystemController';
}
