/* eslint-disable @typescript-eslint/no-deprecated -- servers that know only the older transport are still used */
// An MCP server that is reached over HTTP, for the tests.

import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { onTestFinished } from 'vitest';
import { createMcpTestServer } from './mcp-tools.mjs';

export interface McpHttpServer {
  readonly url: string;
  /** Of every request. */
  readonly headers: readonly IncomingHttpHeaders[];
}

/** @param answer instead of MCP */
export async function startMcpHttpServer(
  kind: 'streamable-http' | 'sse',
  answer?: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<McpHttpServer> {
  const headers: IncomingHttpHeaders[] = [];
  const streams = new Map<string, SSEServerTransport>();
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    headers.push(request.headers);
    if (answer !== undefined) {
      answer(request, response);
      return;
    }
    if (kind === 'streamable-http') {
      const transport = new StreamableHTTPServerTransport({});
      await createMcpTestServer().connect(transport);
      await transport.handleRequest(request, response);
      return;
    }
    if (request.method === 'GET') {
      const stream = new SSEServerTransport('/messages', response);
      streams.set(stream.sessionId, stream);
      await createMcpTestServer().connect(stream);
    } else if (request.url?.startsWith('/messages') === true) {
      const session = new URL(request.url, 'http://localhost').searchParams.get('sessionId') ?? '';
      await streams.get(session)?.handlePostMessage(request, response);
    } else response.writeHead(405).end();
  }
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      response.destroy(error as Error);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`, headers };
}
