// memory.search: OpenClaw's look into what an agent remembers in its files. memory.recall: the gateway course's look into
// what a channel remembers. Agents have tools for it; what conversations remember is over the socket for the owner.

import * as z from 'zod/mini';
import { agentOfSession, channelOf, DEFAULT_AGENT_ID } from '../../shared/session-key.ts';
import type { AgentDirectory } from '../agents/agent-directory.ts';
import type { ChannelService } from '../channels/channel-service.ts';
import type { MemoryService } from '../memory/memory-service.ts';
import { defineCompatMethod, defineMethod, type Method } from './method.ts';

const optional = z.exactOptional;
const DEFAULT_LIMIT = 10;
const DEFAULT_RESULTS = 20;
const MAX_RESULTS = 50;
const query = z.string().check(z.minLength(1), z.maxLength(2_000));

export interface MemoryMethodDeps {
  readonly memory: MemoryService;
  readonly channels: ChannelService;
  readonly agents: Pick<AgentDirectory, 'require'>;
}

export function memoryMethods({ memory, channels, agents }: MemoryMethodDeps): readonly Method[] {
  return [
    defineMethod({
      name: 'memory.search',
      scope: 'operator.read',
      params: z.strictObject({
        query,
        maxResults: optional(z.number()),
        minScore: optional(z.number()),
        agentId: optional(z.string().check(z.minLength(1))),
      }),
      handle: async ({ query: question, maxResults = DEFAULT_RESULTS, minScore = 0, agentId }) => {
        const { id } = agents.require(agentId ?? DEFAULT_AGENT_ID);
        const limit = Math.min(MAX_RESULTS, Math.max(1, Math.floor(maxResults)));
        const found = await memory.searchFiles(id, question, limit);
        return {
          agentId: id,
          provider: 'none',
          searchMode: 'fts-only',
          results: found.flatMap(({ file, text, score }) =>
            file === undefined || score < minScore
              ? []
              : [
                  {
                    path: file.path,
                    startLine: file.firstLine,
                    endLine: file.lastLine,
                    score,
                    snippet: text,
                    source: 'memory' as const,
                  },
                ],
          ),
        };
      },
    }),
    defineCompatMethod({
      name: 'memory.recall',
      dialects: ['json-rpc'],
      scope: 'operator.admin',
      params: z.looseObject({
        query,
        channel: optional(z.string().check(z.minLength(1), z.maxLength(512))),
        limit: optional(z.int().check(z.gte(1), z.lte(100))),
      }),
      handle: async ({ query: question, channel, limit = DEFAULT_LIMIT }, { subscriptions }) => {
        const sessionKey = channel === undefined ? subscriptions.current : channels.resolve(channel);
        const place = { agentId: agentOfSession(sessionKey), sessionKey };
        const found = await memory.search(place, question, limit);
        return {
          channel: channelOf(sessionKey),
          memories: found.map(({ text, createdAt, file }) => ({
            text,
            created_at: new Date(createdAt).toISOString(),
            ...(file === undefined ? {} : { file: file.path }),
          })),
        };
      },
    }),
  ];
}
