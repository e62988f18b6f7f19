// Remembering as tools: save a fact, search for facts, read around them, forget them.

import * as z from 'zod/mini';
import type { FoundMemory, MemoryService } from '../memory/memory-service.ts';
import type { MemoryRecord } from '../store/repositories/memories.ts';
import { defineTool, type Tool } from './tool.ts';

const MAX_TEXT = 2_000;
const MAX_FOUND = 20;
const USUALLY_FOUND = 10;
const MAX_LINES = 200;

export function createMemoryTools(memory: MemoryService): readonly Tool[] {
  return [
    defineTool({
      name: 'memory_save',
      usesMemory: true,
      description:
        'Remembers a fact that the person wants to keep. It is remembered in this conversation; with shared, in all conversations of this agent.',
      parameters: z.strictObject({
        text: z.string().check(z.minLength(1), z.maxLength(MAX_TEXT)),
        shared: z.optional(z.boolean()),
      }),
      run: async ({ text, shared }, context) => {
        await memory.save(context, text, shared);
        return 'Saved.';
      },
    }),
    defineTool({
      name: 'memory_search',
      readOnly: true,
      usesMemory: true,
      description:
        'Searches what was remembered in this conversation and in the agent’s notes. Best matches first, each with its id or its place in a file.',
      parameters: z.strictObject({
        query: z.string().check(z.minLength(1), z.maxLength(MAX_TEXT)),
        limit: z.optional(z.int().check(z.gte(1), z.lte(MAX_FOUND))),
      }),
      run: async ({ query, limit = USUALLY_FOUND }, context) =>
        JSON.stringify((await memory.search(context, query, limit)).map(shown)),
    }),
    defineTool({
      name: 'memory_get',
      readOnly: true,
      usesMemory: true,
      description: `Reads one memory by its id, or lines of a memory file (at most ${MAX_LINES}).`,
      parameters: z.strictObject({
        id: z.optional(z.string()),
        path: z.optional(z.string()),
        from: z.optional(z.int().check(z.gte(1))),
        lines: z.optional(z.int().check(z.gte(1), z.lte(MAX_LINES))),
      }),
      run: async ({ id, path, from = 1, lines = MAX_LINES }, context) => {
        if ((id === undefined) === (path === undefined)) throw new Error('Give either id or path.');
        if (path === undefined) {
          const record = memory.find(context, id ?? '');
          if (record === undefined) throw new Error(`There is no memory with the id ${id}.`);
          return JSON.stringify(shown(record));
        }
        const found = await memory.readLines(context, path, from, lines);
        if (found === undefined) throw new Error(`There is no memory file ${path} for this conversation.`);
        return JSON.stringify({ path, from, totalLines: found.total, text: found.text });
      },
    }),
    defineTool({
      name: 'memory_forget',
      usesMemory: true,
      description: 'Forgets one memory by its id, when the person asks for it.',
      parameters: z.strictObject({ id: z.string().check(z.minLength(1)) }),
      run: async ({ id }, context) => `Forgotten: ${(await memory.forget(context, id)).text}`,
    }),
  ];
}

function shown({ id, text, createdAt, file }: MemoryRecord | FoundMemory): object {
  return {
    id,
    text,
    createdAt,
    ...(file === undefined ? {} : { path: file.path, from: file.firstLine, to: file.lastLine }),
  };
}
