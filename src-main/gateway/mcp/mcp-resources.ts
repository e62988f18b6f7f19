// What a server has to read (its resources) as two more of its tools. They only read; whether somebody is asked is decided as for
// all others.

import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { RequestOptions } from '@modelcontextprotocol/sdk/shared/protocol.js';
import {
  ListResourcesResultSchema,
  ListResourceTemplatesResultSchema,
  ReadResourceResultSchema,
} from '@modelcontextprotocol/sdk/types.js';
import type { JsonObject } from '../../shared/json.ts';
import { answerOfResource, bounded, type McpAnswer } from './mcp-content.ts';

export interface ResourceTool {
  readonly name: string;
  readonly description: string;
  readonly schema: JsonObject;
  /** @throws Error; the signal's reason */
  readonly call: (args: JsonObject, signal: AbortSignal) => Promise<McpAnswer>;
}

const MAX_LISTED = 200;
const MAX_TEXT = 300;

export function resourceTools(client: Client, options: RequestOptions): readonly ResourceTool[] {
  return [
    {
      name: 'list_resources',
      description: 'Lists what there is to read with read_resource, page by page.',
      schema: {
        type: 'object',
        properties: { cursor: { type: 'string', description: 'nextCursor of the page before' } },
        additionalProperties: false,
      },
      call: async ({ cursor }, signal) => {
        const params = typeof cursor === 'string' ? { cursor } : {};
        const listed = await client.request({ method: 'resources/list', params }, ListResourcesResultSchema, {
          ...options,
          signal,
        });
        const templates = typeof cursor === 'string' ? [] : await listTemplates(signal);
        const told = {
          resources: listed.resources.slice(0, MAX_LISTED).map(inBrief),
          ...(templates.length === 0 ? {} : { templates }),
          ...(listed.nextCursor === undefined ? {} : { nextCursor: listed.nextCursor }),
        };
        return { text: bounded(JSON.stringify(told)), isError: false, images: [] };
      },
    },
    {
      name: 'read_resource',
      description: 'Reads one of the resources that list_resources shows, or one that fits a template there.',
      schema: {
        type: 'object',
        properties: { uri: { type: 'string', minLength: 1, maxLength: 4_096 } },
        required: ['uri'],
        additionalProperties: false,
      },
      call: async ({ uri }, signal) =>
        answerOfResource(
          await client.request(
            { method: 'resources/read', params: { uri: String(uri) } },
            ReadResourceResultSchema,
            {
              ...options,
              signal,
            },
          ),
        ),
    },
  ];

  /** Servers without templates may not know the question. */
  async function listTemplates(signal: AbortSignal): Promise<readonly JsonObject[]> {
    try {
      const { resourceTemplates } = await client.request(
        { method: 'resources/templates/list', params: {} },
        ListResourceTemplatesResultSchema,
        { ...options, signal },
      );
      return resourceTemplates
        .slice(0, MAX_LISTED)
        .map(({ uriTemplate, ...about }) => ({ uriTemplate: short(uriTemplate), ...aboutOf(about) }));
    } catch {
      signal.throwIfAborted();
      return [];
    }
  }
}

interface About {
  readonly name: string;
  readonly description?: string | undefined;
  readonly mimeType?: string | undefined;
}

function inBrief({ uri, ...about }: About & { readonly uri: string }): JsonObject {
  return { uri: uri.slice(0, 4_096), ...aboutOf(about) };
}

function aboutOf({ name, description, mimeType }: About): JsonObject {
  return {
    name: short(name),
    ...(mimeType === undefined ? {} : { mimeType: short(mimeType) }),
    ...(description === undefined ? {} : { description: short(description) }),
  };
}

function short(text: string): string {
  return text.slice(0, MAX_TEXT);
}
