// Remembering as tools: save a fact, search for facts.

import * as z from 'zod/mini';
import type { MemoryService } from '../memory/memory-service.ts';
import { defineTool, type Tool } from './tool.ts';

const MAX_TEXT = 2_000;
const MAX_FOUND = 10;

export function createMemoryTools(memory: MemoryService): readonly Tool[] {
  return [
    defineTool({
      name: 'memory_save',
      usesMemory: true,
      description: 'Remembers a fact that the person wants to keep.',
      parameters: z.strictObject({ text: z.string().check(z.minLength(1), z.maxLength(MAX_TEXT)) }),
      run: async ({ text }, { agentId, sessionKey }) => {
        await memory.save(agentId, sessionKey, text);
        return 'Saved.';
      },
    }),
    defineTool({
      name: 'memory_search',
      usesMemory: true,
      description: 'Searches what was remembered in this conversation. Best matches first.',
      parameters: z.strictObject({ query: z.string().check(z.minLength(1), z.maxLength(MAX_TEXT)) }),
      run: ({ query }, { agentId, sessionKey }) =>
        JSON.stringify(
          memory
            .search(agentId, sessionKey, query, MAX_FOUND)
            .map(({ text, createdAt }) => ({ text, createdAt })),
        ),
    }),
  ];
}
