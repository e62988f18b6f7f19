// A chat in which the model calls the tools that a test names, one call for each message.

import { messageText } from '../../src-main/shared/protocol/chat.ts';
import { callsTool, modelConfig, says, startModelServer, type ModelServer } from './model-server.ts';
import { connectNative, type NativeClient } from './native-client.ts';
import { startGateway, type TestGateway, type TestGatewayOptions } from './test-gateway.ts';

export interface ToolAnswer {
  readonly text: string;
  readonly isError: boolean;
}

export interface ToolCaller {
  readonly gateway: TestGateway;
  readonly model: ModelServer;
  /** Who chats: may write, and may not approve. */
  readonly client: NativeClient;
  /** What the tool answered the model. */
  call(name: string, args: unknown): Promise<ToolAnswer>;
  /** Begins it and does not wait; @returns the run's id */
  begin(name: string, args: unknown): Promise<string>;
  /** What the tool of that run answered. */
  answer(runId: string): Promise<ToolAnswer>;
}

let runs = 0;

export async function startToolCaller(
  options: Omit<TestGatewayOptions, 'config'> & { readonly config?: object } = {},
): Promise<ToolCaller> {
  const model = await startModelServer();
  const gateway = await startGateway({ ...options, config: { ...modelConfig(model), ...options.config } });
  const client = await connectNative(gateway, {
    scopes: ['operator.read', 'operator.write'],
    caps: ['tool-events'],
  });

  async function begin(name: string, args: unknown): Promise<string> {
    runs += 1;
    const idempotencyKey = `run-${runs}`;
    model.reply(callsTool(name, args), says('Done.'));
    await client.request('chat.send', { sessionKey: 'main', message: 'go', idempotencyKey });
    return idempotencyKey;
  }

  async function answer(runId: string): Promise<ToolAnswer> {
    const event = await client.event(
      'agent',
      (told) => told.runId === runId && told.stream === 'tool' && told.data.phase === 'result',
      20_000,
    );
    if (event.stream !== 'tool' || event.data.phase !== 'result') throw new Error('no result');
    const { result, isError } = event.data;
    return { text: messageText(result), isError };
  }

  return {
    gateway,
    model,
    client,
    begin,
    answer,
    call: async (name, args) => {
      const runId = await begin(name, args);
      const given = await answer(runId);
      await client.runEnd(runId);
      return given;
    },
  };
}
