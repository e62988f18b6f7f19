// Files of the workspace as tools: read, write, edit, list, search.

import * as z from 'zod/mini';
import { createWorkspaceFiles, type WorkspaceFiles } from '../agents/workspace-files.ts';
import { defineTool, type Tool } from './tool.ts';

const MAX_LINES = 2_000;
const MAX_TEXT = 60_000;
const MAX_PATH = 4_096;
const about = (description: string) => z.meta({ description });
const file = z.string().check(z.minLength(1), z.maxLength(MAX_PATH), about('Path in the workspace'));
const folder = z.optional(
  z.string().check(z.maxLength(MAX_PATH), about('Folder in the workspace; all if left out')),
);

export function createFileTools(workspaceOf: (agentId: string) => string): readonly Tool[] {
  const files = (agentId: string): WorkspaceFiles => createWorkspaceFiles(workspaceOf(agentId));
  return [
    defineTool({
      name: 'read',
      readOnly: true,
      description: 'Reads a text file of the workspace.',
      parameters: z.strictObject({
        path: file,
        offset: z.optional(z.int().check(z.gte(1), about('First line, from 1'))),
        limit: z.optional(z.int().check(z.gte(1), z.lte(MAX_LINES), about('How many lines'))),
      }),
      run: async ({ path, offset = 1, limit = MAX_LINES }, { agentId }) => {
        const lines = (await files(agentId).read(path)).split('\n');
        if (offset > lines.length) throw new Error(`${path} has only ${lines.length} lines.`);
        const part = lines.slice(offset - 1, offset - 1 + limit).join('\n');
        const text = part.slice(0, MAX_TEXT);
        const last = offset - 1 + text.split('\n').length;
        const cut = text.length < part.length || last < lines.length;
        return cut ? `${text}\n[${lines.length} lines in all; go on with offset ${last + 1}]` : text;
      },
    }),
    defineTool({
      name: 'write',
      description: 'Writes a text file of the workspace: a new one, or all of it anew.',
      parameters: z.strictObject({ path: file, content: z.string() }),
      run: async ({ path, content }, { agentId }) => {
        await files(agentId).write(path, content);
        return `Written: ${path}`;
      },
    }),
    defineTool({
      name: 'edit',
      description:
        'Replaces a piece of text in a file of the workspace. The old text has to be there exactly once.',
      parameters: z.strictObject({
        path: file,
        old_text: z.string().check(z.minLength(1)),
        new_text: z.string(),
        all: z.optional(z.boolean().check(about('Replace it everywhere'))),
      }),
      run: async ({ path, old_text: before, new_text: after, all = false }, { agentId }) => {
        const workspace = files(agentId);
        const pieces = (await workspace.read(path)).split(before);
        const times = pieces.length - 1;
        if (times === 0) throw new Error(`${path} does not contain this text. Read it again.`);
        if (times > 1 && !all)
          throw new Error(`${path} contains this text ${times} times. Give more of it, or set all.`);
        await workspace.write(path, pieces.join(after));
        return `Changed ${times === 1 ? 'once' : `${times} times`}: ${path}`;
      },
    }),
    defineTool({
      name: 'list',
      readOnly: true,
      description: 'Lists the files and folders in a folder of the workspace.',
      parameters: z.strictObject({ path: folder }),
      run: async ({ path = '.' }, { agentId }) => {
        const { names, more } = await files(agentId).list(path);
        if (names.length === 0) return '(empty)';
        return more ? `${names.join('\n')}\n[and more]` : names.join('\n');
      },
    }),
    defineTool({
      name: 'search',
      readOnly: true,
      description: 'Finds the lines of the workspace’s text files that contain some words, in any case.',
      parameters: z.strictObject({ text: z.string().check(z.minLength(1), z.maxLength(500)), path: folder }),
      run: async ({ text, path = '.' }, { agentId, signal }) => {
        const { hits, complete } = await files(agentId).search(text, path, signal);
        if (hits.length === 0)
          return complete ? 'Nothing found.' : 'Nothing found in the part that was searched.';
        const lines = hits.map((hit) => `${hit.file}:${hit.line}: ${hit.text}`);
        return [...lines, ...(complete ? [] : ['[and maybe more: search in a folder]'])].join('\n');
      },
    }),
  ];
}
