import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { messageText, type ChatMessage } from '../../src-main/shared/protocol/chat.ts';
import { useGatewayProcesses } from '../fakes/gateway-process.ts';
import {
  callsTool,
  modelConfig,
  says,
  startModelServer,
  type ModelServer,
  type Reply,
} from '../fakes/model-server.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { temporaryFolder, waitUntil } from '../fakes/temporary.ts';
import { writeConfig } from '../fakes/test-gateway.ts';

// A task of several steps, done by the real tools of a gateway of its own process for a model that says what to do next.

const startProcess = useGatewayProcesses();

/** Several calls in one answer. */
function calls(...wanted: readonly (readonly [id: string, name: string, args: object])[]): Reply {
  const steps = wanted.map(([id, name, args], index) => ({
    raw: `data: ${JSON.stringify({
      choices: [
        {
          index: 0,
          delta: {
            tool_calls: [
              { index, id, type: 'function', function: { name, arguments: JSON.stringify(args) } },
            ],
          },
        },
      ],
    })}\n\n`,
  }));
  return { steps: [...steps, { finish: 'tool_calls' }] };
}

interface Task {
  readonly stateDir: string;
  readonly model: ModelServer;
  /** Of the agent's folder. */
  readonly file: (name: string) => string;
}

async function prepare(...replies: Reply[]): Promise<Task> {
  const stateDir = temporaryFolder();
  const model = await startModelServer(...replies);
  writeConfig(stateDir, modelConfig(model));
  return { stateDir, model, file: (name) => path.join(stateDir, 'workspace', name) };
}

const owner = { scopes: ['operator.read', 'operator.write', 'operator.approvals'] };

async function send(client: NativeClient, message: string): Promise<void> {
  await client.request('chat.send', { sessionKey: 'main', message, idempotencyKey: message });
}

async function approve(client: NativeClient, command: string): Promise<void> {
  const { id } = await client.event('exec.approval.requested', ({ request }) => request.command === command);
  await client.request('exec.approval.resolve', { id, decision: 'allow-once' });
}

async function history(client: NativeClient): Promise<readonly ChatMessage[]> {
  return (await client.request('chat.history', { sessionKey: 'main' })).messages;
}

const outline = (messages: readonly ChatMessage[]): readonly string[] =>
  messages.map((message) => {
    const { role, toolName, isError, content } = message;
    if (role === 'toolResult') return `${toolName ?? ''} ${isError === true ? 'failed' : 'done'}`;
    const named = typeof content === 'string' ? [] : content.filter((block) => block.type === 'toolCall');
    return named.length > 0 ? `calls ${named.map(({ name }) => name).join(', ')}` : role;
  });

/** Says that it has begun, and then waits for longer than any test. */
const SLOW = 'echo begun >> log.txt; sleep 30';

describe('a task of several steps', () => {
  test('is done with the real tools, and the transcript says what happened', async () => {
    const { stateDir, model, file } = await prepare(
      callsTool('write', { path: 'list.txt', content: 'milk\n' }),
      calls(['r', 'read', { path: 'list.txt' }], ['l', 'list', {}]),
      callsTool('exec', { command: 'echo bread >> list.txt; cat list.txt' }),
      says('Milk and bread.'),
    );
    const client = await connectNative(await startProcess(stateDir), owner);
    await send(client, 'shopping');
    await client.event('exec.approval.requested');
    const { inFlightRun } = await client.request('chat.history', { sessionKey: 'main' });
    expect(outline(inFlightRun?.steps ?? [])).toEqual([
      'calls write',
      'write done',
      'calls read, list',
      'read done',
      'list done',
      'calls exec',
    ]);
    await approve(client, 'echo bread >> list.txt; cat list.txt');
    expect(await client.runEnd('shopping')).toMatchObject({ state: 'final' });
    expect(readFileSync(file('list.txt'), 'utf8')).toBe('milk\nbread\n');
    const messages = await history(client);
    expect(outline(messages)).toEqual([
      'user',
      'calls write',
      'write done',
      'calls read, list',
      'read done',
      'list done',
      'calls exec',
      'exec done',
      'assistant',
    ]);
    expect(messages.map(messageText)[4]).toContain('milk');
    expect(messages.map(messageText)[7]).toContain('milk\nbread');
    const told = JSON.stringify(model.requests[3]?.body.messages);
    for (const known of ['milk', 'list.txt', 'bread']) expect(told).toContain(known);
  });

  test('that a kill cut off shows what was done and what is not known, runs nothing twice, and goes on', async () => {
    const { stateDir, model, file } = await prepare(
      callsTool('write', { path: 'list.txt', content: 'milk\n' }),
      calls(['one', 'exec', { command: SLOW }], ['two', 'write', { path: 'never.txt', content: 'x' }]),
    );
    const first = await startProcess(stateDir);
    const before = await connectNative(first, owner);
    await send(before, 'go');
    await approve(before, SLOW);
    await waitUntil(() => existsSync(file('log.txt')) || undefined, 'the command to begin');
    await first.kill();
    model.reply(says('I looked: it had begun.'));
    const client = await connectNative(await startProcess(stateDir), owner);
    const messages = await history(client);
    expect(outline(messages)).toEqual([
      'user',
      'calls write',
      'write done',
      'calls exec, write',
      'exec failed',
      'write failed',
      'assistant',
    ]);
    const texts = messages.map(messageText);
    expect(texts[4]).toContain('is not known');
    expect(texts[5]).toContain('was not done');
    expect(messages[6]).toMatchObject({ stopReason: 'interrupted' });
    await send(client, 'go on');
    await client.runEnd('go on');
    const told = JSON.stringify(model.requests.at(-1)?.body.messages);
    for (const known of ['list.txt', 'is not known', 'was not done', 'go on']) expect(told).toContain(known);
    expect(readFileSync(file('log.txt'), 'utf8')).toBe('begun\n');
    expect(existsSync(file('never.txt'))).toBe(false);
    // The same message is not a new task.
    await expect(
      client.request('chat.send', { sessionKey: 'main', message: 'go', idempotencyKey: 'go' }),
    ).resolves.toMatchObject({ status: 'ok' });
    expect(model.requests).toHaveLength(3);
  });

  test('that the person stops ends its command, keeps what was done, and goes on with the next message', async () => {
    const { stateDir, model, file } = await prepare(
      callsTool('write', { path: 'list.txt', content: 'milk\n' }),
      calls(['one', 'exec', { command: SLOW }], ['two', 'write', { path: 'never.txt', content: 'x' }]),
    );
    const client = await connectNative(await startProcess(stateDir), owner);
    await send(client, 'go');
    await approve(client, SLOW);
    await waitUntil(() => existsSync(file('log.txt')) || undefined, 'the command to begin');
    await client.request('chat.abort', { sessionKey: 'main' });
    expect(await client.runEnd('go')).toMatchObject({ state: 'aborted' });
    const messages = await history(client);
    expect(outline(messages).slice(0, 5)).toEqual([
      'user',
      'calls write',
      'write done',
      'calls exec, write',
      'exec failed',
    ]);
    model.reply(says('Stopped, then.'));
    await send(client, 'what now');
    await client.runEnd('what now');
    expect(JSON.stringify(model.requests.at(-1)?.body.messages)).toContain('list.txt');
    expect(existsSync(file('never.txt'))).toBe(false);
    expect(readFileSync(file('log.txt'), 'utf8')).toBe('begun\n');
  });

  test('that an orderly end cut off is told the same way', async () => {
    const { stateDir, file } = await prepare(
      callsTool('write', { path: 'list.txt', content: 'milk\n' }),
      callsTool('exec', { command: SLOW }),
    );
    const first = await startProcess(stateDir);
    const before = await connectNative(first, owner);
    await send(before, 'go');
    await approve(before, SLOW);
    await waitUntil(() => existsSync(file('log.txt')) || undefined, 'the command to begin');
    first.child.kill('SIGTERM');
    await before.ended;
    await new Promise<void>((resolve) => {
      if (first.child.exitCode !== null) resolve();
      else
        first.child.once('close', () => {
          resolve();
        });
    });
    const client = await connectNative(await startProcess(stateDir), owner);
    const messages = await history(client);
    expect(outline(messages)).toEqual([
      'user',
      'calls write',
      'write done',
      'calls exec',
      'exec failed',
      'assistant',
    ]);
    expect(messages.at(-1)).toMatchObject({ stopReason: 'interrupted' });
  });
});
