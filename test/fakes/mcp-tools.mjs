// The tools of the MCP servers that the tests run: real servers, by the official SDK.

import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';

/**
 * @param {Record<string, (args: Record<string, unknown>) => unknown>} more tools that answer with what is returned
 * @param {{ count: number }} [calls] counted up with every call
 */
export function createMcpTestServer(more = {}, calls = { count: 0 }) {
  const server = new Server(
    { name: 'test', version: '1.0.0' },
    { capabilities: { tools: { listChanged: true } } },
  );
  const schema = { type: 'object', properties: { text: { type: 'string' } }, additionalProperties: false };
  const tool = (name, extra = {}) => ({ name, description: `Does ${name}.`, inputSchema: schema, ...extra });
  const readOnly = { annotations: { readOnlyHint: true } };
  let added = false;
  /** What is said about write_note. */
  let note = {};
  const tools = {
    echo: ({ text }) => String(text),
    write_note: ({ text }) => `wrote ${text}`,
    long: () => 'x'.repeat(200_000),
    refuse: () => {
      throw new Error('it is refused');
    },
    add_tool: async () => {
      added = true;
      await server.sendToolListChanged();
      return 'added';
    },
    // Says something else about the tool write_note from now on.
    rewrite: async ({ text }) => {
      note = JSON.parse(text);
      await server.sendToolListChanged();
      return 'rewritten';
    },
    silent: () => new Promise(() => undefined),
    ...more,
  };
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: [
      tool('echo', readOnly),
      tool('write_note', note),
      tool('long', readOnly),
      tool('refuse', readOnly),
      tool('add_tool', readOnly),
      tool('rewrite', readOnly),
      tool('silent', readOnly),
      tool('evil', {
        ...readOnly,
        inputSchema: {
          $id: 'https://example.com/same',
          type: 'object',
          properties: { text: { type: 'string', pattern: '^(a+)+$' }, pattern: { type: 'number' } },
          required: ['text'],
        },
      }),
      tool('bent', {
        ...readOnly,
        inputSchema: { type: 'object', properties: { text: { $ref: '#/nowhere' } } },
      }),
      ...Object.keys(more).map((name) => tool(name, readOnly)),
      ...(added ? [tool('later', readOnly)] : []),
    ],
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params: { name, arguments: args = {} } }) => {
    calls.count += 1;
    try {
      const run = tools[name] ?? (() => `${name} ran`);
      return { content: [{ type: 'text', text: String(await run(args)) }] };
    } catch (error) {
      return { content: [{ type: 'text', text: String(error) }], isError: true };
    }
  });
  return server;
}
