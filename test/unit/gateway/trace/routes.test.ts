import { expect, test } from 'vitest';
import { routeOf } from '../../../../src-main/gateway/trace/routes.ts';

test.each([
  ['chat.send', 'ReasoningLayer'],
  ['memory.recall', 'MemorySystem'],
  ['skill.run', 'SkillsManager'],
  ['system.status', 'SystemController'],
  ['channel.create', 'ChannelManager'],
  ['heartbeat.pong', 'HeartbeatHandler'],
  ['typed.chat', 'ReasoningLayer'],
  ['typed.status', 'SystemController'],
  ['typed.heartbeat_trigger', 'HeartbeatHandler'],
  ['typed.skill_invoke', 'SkillsManager'],
  ['wake', 'HeartbeatHandler'],
  ['sessions.list', 'ChannelManager'],
  ['sessions_send', 'ChannelManager'],
  ['health', 'SystemController'],
  ['__proto__.x', 'SystemController'],
  ['constructor', 'SystemController'],
])('%s goes to the %s', (method, target) => {
  expect(routeOf(method)).toBe(target);
});
