// memory.recall: the gateway course's look into what a channel remembers. Agents have a tool for it; over the socket it
// is for the owner.

import * as z from 'zod/mini';
import { agentOfSession, channelOf } from '../../shared/session-key.ts';
import type { ChannelService } from '../channels/channel-service.ts';
import type { MemoryService } from '../memory/memory-service.ts';
import { defineCompatMethod, type Method } from './method.ts';

const optional = z.exactOptional;
const DEFAULT_LIMIT = 10;

export interface MemoryMethodDeps {
  readonly memory: MemoryService;
  readonly channels: ChannelService;
}

export function memoryMethods({ memory, channels }: MemoryMethodDeps): readonly Method[] {
  return [
    defineCompatMethod({
      name: 'memory.recall',
      dialects: ['json-rpc'],
      scope: 'operator.admin',
      params: z.looseObject({
        query: z.string().check(z.minLength(1), z.maxLength(2_000)),
        channel: optional(z.string().check(z.minLength(1), z.maxLength(512))),
        limit: optional(z.int().check(z.gte(1), z.lte(100))),
      }),
      handle: ({ query, channel, limit = DEFAULT_LIMIT }, { subscriptions }) => {
        const sessionKey = channel === undefined ? subscriptions.current : channels.resolve(channel);
        const found = memory.search(agentOfSession(sessionKey), sessionKey, query, limit);
        return {
          channel: channelOf(sessionKey),
          memories: found.map(({ text, createdAt }) => ({
            text,
            created_at: new Date(createdAt).toISOString(),
          })),
        };
      },
    }),
  ];
}
