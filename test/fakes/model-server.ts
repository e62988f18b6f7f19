// A real HTTP server that speaks OpenAI's streaming chat completions, as a test tells it to.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { waitUntil } from './temporary.ts';

export interface ModelRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: {
    readonly model: string;
    readonly stream: boolean;
    readonly messages: readonly { readonly role: string; readonly content: unknown }[];
    readonly tools?: readonly { readonly function: { readonly name: string } }[];
  };
  /** The client went away before the answer was complete. */
  cancelled: boolean;
}

export interface ReportedTokens {
  readonly prompt: number;
  readonly completion: number;
  /** Part of the prompt; not reported if left out. */
  readonly cached?: number;
  /** Part of the completion; not reported if left out. */
  readonly reasoning?: number;
}

/** One thing that the server does while it answers. */
export type Step =
  | { readonly text: string }
  /** The arguments come in the given pieces. */
  | { readonly toolCall: { readonly id: string; readonly name: string; readonly pieces: readonly string[] } }
  | { readonly wait: Promise<void> }
  | { readonly usage: ReportedTokens }
  | { readonly finish: string }
  /** Written as it is. */
  | { readonly raw: string }
  /** The socket is cut. */
  | { readonly reset: true }
  /** Nothing more comes, and the answer does not end. */
  | { readonly hang: true };

export type Reply =
  | { readonly steps: readonly Step[]; readonly headers?: Readonly<Record<string, string>> }
  /** `headers` may shorten the wait before a retry. */
  | { readonly status: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>> };

export interface ModelServer {
  /** Base URL, with `/v1`. */
  readonly url: string;
  readonly requests: readonly ModelRequest[];
  /** What the next requests get, one each; the last one stays. */
  reply(...replies: Reply[]): void;
  request(count: number): Promise<ModelRequest>;
  close(): Promise<void>;
}

/** An ordinary answer, word by word. */
export function says(text: string, usage: ReportedTokens = { prompt: 7, completion: 5 }): Reply {
  const words = text.match(/\S+\s*/g) ?? [];
  return { steps: [...words.map((word) => ({ text: word })), { finish: 'stop' }, { usage }] };
}

/** @param usage not reported if left out */
export function callsTool(name: string, args: unknown, pieces = 3, usage?: ReportedTokens): Reply {
  const text = JSON.stringify(args);
  const size = Math.ceil(text.length / pieces);
  const parts = Array.from({ length: pieces }, (_, index) => text.slice(index * size, (index + 1) * size));
  return {
    steps: [
      { toolCall: { id: `call_${name}`, name, pieces: parts } },
      { finish: 'tool_calls' },
      ...(usage === undefined ? [] : [{ usage }]),
    ],
  };
}

/** Refused at once, without a wait before the next try. */
export function fails(status: number, body = '{"error":{"message":"no"}}'): Reply {
  return { status, body, headers: { 'retry-after-ms': '1' } };
}

export async function startModelServer(...replies: Reply[]): Promise<ModelServer> {
  let waiting: Reply[] = replies.length > 0 ? replies : [says('Hello from the model')];
  const server = await serveModels(() => {
    const [reply = says('')] = waiting;
    if (waiting.length > 1) waiting = waiting.slice(1);
    return reply;
  });
  onTestFinished(server.close);
  return {
    ...server,
    reply: (...next) => {
      waiting = next;
    },
    request: (count) => waitUntil(() => server.requests[count - 1], `request ${count} to the model`),
  };
}

/**
 * The same server for more than one test: who starts it also closes it.
 * @param replyTo what a request gets
 * @param models what is listed as on offer
 */
export async function serveModels(
  replyTo: (request: ModelRequest) => Reply,
  models: readonly string[] = [],
): Promise<Pick<ModelServer, 'url' | 'requests' | 'close'>> {
  const requests: ModelRequest[] = [];
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    if (request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ object: 'list', data: models.map((id) => ({ id, object: 'model' })) }));
      return;
    }
    const seen: ModelRequest = {
      path: request.url ?? '',
      authorization: request.headers.authorization,
      body: JSON.parse(text) as ModelRequest['body'],
      cancelled: false,
    };
    response.on('close', () => {
      seen.cancelled = !response.writableFinished;
    });
    requests.push(seen);
    const reply = replyTo(seen);
    if ('status' in reply) {
      response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
      response.end(reply.body ?? '{}');
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', ...reply.headers });
    response.flushHeaders();
    for (const step of reply.steps) if (!(await perform(step, response, seen.body.model))) return;
    response.end('data: [DONE]\n\n');
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** @returns whether the answer goes on */
async function perform(step: Step, response: ServerResponse, model: string): Promise<boolean> {
  const chunk = (rest: object): void => {
    const body = { id: 'c1', object: 'chat.completion.chunk', created: 1, model, ...rest };
    response.write(`data: ${JSON.stringify(body)}\n\n`);
  };
  const choice = (delta: object, reason: string | null = null): void => {
    chunk({ choices: [{ index: 0, delta, finish_reason: reason }] });
  };
  if ('text' in step) choice({ role: 'assistant', content: step.text });
  else if ('wait' in step) await step.wait;
  else if ('raw' in step) response.write(step.raw);
  else if ('finish' in step) choice({}, step.finish);
  else if ('usage' in step) {
    const { prompt, completion, cached, reasoning } = step.usage;
    const usage = {
      prompt_tokens: prompt,
      completion_tokens: completion,
      total_tokens: prompt + completion,
      ...(cached === undefined ? {} : { prompt_tokens_details: { cached_tokens: cached } }),
      ...(reasoning === undefined ? {} : { completion_tokens_details: { reasoning_tokens: reasoning } }),
    };
    chunk({ choices: [], usage });
  } else if ('toolCall' in step) {
    const { id, name, pieces } = step.toolCall;
    choice({ tool_calls: [{ index: 0, id, type: 'function', function: { name, arguments: '' } }] });
    for (const piece of pieces) choice({ tool_calls: [{ index: 0, function: { arguments: piece } }] });
  } else if ('reset' in step) {
    response.socket?.resetAndDestroy();
    return false;
  } else return false;
  return true;
}

/** The configuration that makes a gateway use the server, as provider `fake` with the model `m1`. */
export function modelConfig(server: { readonly url: string }): Record<string, unknown> {
  return {
    models: { providers: { fake: { baseUrl: server.url, apiKey: 'key-1', models: [{ id: 'm1' }] } } },
    agents: { defaults: { model: 'fake/m1' } },
  };
}
