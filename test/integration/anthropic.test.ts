import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { connectNative } from '../fakes/native-client.ts';
import { startGateway } from '../fakes/test-gateway.ts';

/** An endpoint that speaks Anthropic's messages and answers with these events. */
async function startMessages(...replies: readonly (readonly object[])[]) {
  const asked: { readonly request: IncomingMessage; readonly body: Record<string, unknown> }[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
    request.on('end', () => {
      const events = replies[asked.length] ?? [];
      asked.push({ request, body: JSON.parse(text) as Record<string, unknown> });
      response.writeHead(200, {
        'content-type': 'text/event-stream',
        'anthropic-ratelimit-requests-limit': '50',
        'anthropic-ratelimit-requests-remaining': '40',
      });
      for (const event of events)
        response.write(`event: ${(event as { type: string }).type}\ndata: ${JSON.stringify(event)}\n\n`);
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const begin = {
  type: 'message_start',
  message: {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-x',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: {
      input_tokens: 10,
      cache_read_input_tokens: 100,
      cache_creation_input_tokens: 20,
      output_tokens: 1,
    },
  },
};
const block = (content_block: object, ...deltas: object[]): object[] => [
  { type: 'content_block_start', index: 0, content_block },
  ...deltas.map((delta) => ({ type: 'content_block_delta', index: 0, delta })),
  { type: 'content_block_stop', index: 0 },
];
const end = (stop_reason: string): object[] => [
  { type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: 7 } },
  { type: 'message_stop' },
];

test('a provider that speaks Anthropic’s messages answers, calls tools, and its tokens are counted by their kind', async () => {
  const server = await startMessages(
    [
      begin,
      ...block(
        { type: 'tool_use', id: 'toolu_1', name: 'reminder_list', input: {} },
        { type: 'input_json_delta', partial_json: '{}' },
      ),
      ...end('tool_use'),
    ],
    [
      begin,
      ...block({ type: 'text', text: '' }, { type: 'text_delta', text: 'No reminders.' }),
      ...end('end_turn'),
    ],
  );
  const gateway = await startGateway({
    config: {
      models: {
        providers: {
          claude: {
            baseUrl: server.url,
            api: 'anthropic-messages',
            apiKey: 'KEY',
            models: [
              {
                id: 'claude-x',
                cost: { input: 1_000_000, output: 1_000_000, cacheRead: 1_000_000, cacheWrite: 1_000_000 },
              },
            ],
          },
        },
      },
      agents: { defaults: { model: 'claude/claude-x' } },
    },
  });
  const client = await connectNative(gateway);
  const { runId } = await client.request('chat.send', {
    sessionKey: 'main',
    message: 'list',
    idempotencyKey: 'k',
  });
  expect(await client.runEnd(runId)).toMatchObject({
    state: 'final',
    message: { content: [{ type: 'text', text: 'No reminders.' }], provider: 'claude' },
    usage: { input: 20, output: 14, cacheRead: 200, cacheWrite: 40, totalTokens: 274, cost: { total: 274 } },
  });
  expect(server.asked[0]).toMatchObject({
    request: { url: '/v1/messages', headers: { 'x-api-key': 'KEY' } },
    body: { model: 'claude-x', stream: true },
  });
  expect((await client.request('usage.cost', {})).totals).toMatchObject({
    cacheWrite: 40,
    missingCostEntries: 0,
  });
  expect((await client.request('usage.status', {})).providers).toMatchObject([
    { provider: 'claude', windows: [{ label: 'requests', usedPercent: 20 }] },
  ]);
});
