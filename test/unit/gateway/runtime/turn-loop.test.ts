import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import type { LanguageModel, ModelEvent, ModelRequest } from '../../../../src-main/gateway/runtime/model.ts';
import { runTurn, type TurnResult } from '../../../../src-main/gateway/runtime/turn-loop.ts';
import { createToolbox, defineTool } from '../../../../src-main/gateway/tools/tool.ts';
import type { ChatMessage } from '../../../../src-main/shared/protocol/chat.ts';

const end: ModelEvent = { type: 'end', stopReason: 'stop', usage: { input: 1, output: 2, totalTokens: 3 } };
const callEvent = (name: string, args: Record<string, unknown>): ModelEvent => ({
  type: 'tool-call',
  call: { id: `call-${name}`, name, args },
});

interface Turn {
  readonly result: Promise<TurnResult>;
  readonly said: ChatMessage[];
  readonly text: string[];
  readonly requests: ModelRequest[];
  readonly abort: AbortController;
}

/** Runs a turn with a model that gives these answers, one per request; the last one stays. */
function turn(...answers: readonly (readonly ModelEvent[])[]): Turn {
  const requests: ModelRequest[] = [];
  const abort = new AbortController();
  const model: LanguageModel = {
    status: { provider: 'fake', model: 'm1', label: 'm1', source: 'configured' },
    stream: async function* (request) {
      requests.push({ ...request, messages: [...request.messages] });
      for (const event of answers[Math.min(requests.length, answers.length) - 1] ?? []) yield event;
    },
  };
  const toolbox = createToolbox([
    defineTool({
      name: 'add',
      description: 'Adds.',
      parameters: z.strictObject({ a: z.number(), b: z.number() }),
      run: ({ a, b }) => String(a + b),
    }),
    defineTool({
      name: 'stop',
      description: 'Is stopped by the person while it works.',
      parameters: z.strictObject({}),
      run: () => {
        abort.abort('rpc');
        return 'too late';
      },
    }),
  ]);
  const said: ChatMessage[] = [];
  const text: string[] = [];
  const result = runTurn({
    model,
    system: 'system',
    messages: [{ role: 'user', text: 'hello' }],
    toolbox,
    context: { agentId: 'main', sessionKey: 'agent:main:main', runId: 'r', signal: abort.signal },
    now: () => 5,
    onTool: () => undefined,
    onText: (piece) => text.push(piece),
    onMessage: (message) => {
      said.push(message);
    },
  });
  return { result, said, text, requests, abort };
}

describe('a turn', () => {
  test('is over with an answer that calls no tool', async () => {
    const { result, said, text } = turn([{ type: 'text', text: 'Hel' }, { type: 'text', text: 'lo' }, end]);
    await expect(result).resolves.toEqual({
      stopReason: 'stop',
      clientCalls: [],
    });
    expect(text).toEqual(['Hel', 'lo']);
    expect(said).toMatchObject([
      { role: 'assistant', content: [{ type: 'text', text: 'Hello' }], model: 'm1' },
    ]);
  });

  test('runs the tools, and tells the model what came out', async () => {
    const { result, said, requests } = turn(
      [callEvent('add', { a: 1, b: 2 }), end],
      [{ type: 'text', text: 'Three.' }, end],
    );
    await expect(result).resolves.toMatchObject({ stopReason: 'stop' });
    expect(requests[1]?.messages.at(-1)).toMatchObject({ role: 'tool', callId: 'call-add', text: '3' });
    expect(said.map(({ role }) => role)).toEqual(['assistant', 'toolResult', 'assistant']);
    expect(said[0]).toMatchObject({ stopReason: 'toolUse' });
  });

  test('tells the model about wrong arguments and unknown tools instead of failing', async () => {
    const { result, said } = turn(
      [callEvent('add', { a: 'one' }), callEvent('fly', {}), end],
      [{ type: 'text', text: 'Sorry.' }, end],
    );
    await result;
    expect(said.filter(({ isError }) => isError)).toMatchObject([
      { content: expect.stringContaining('at /a: must be number') as string },
      { content: 'There is no tool named fly. Known: add, stop.' },
    ]);
  });

  test('ends with an error when the model never stops calling tools', async () => {
    const { result, requests } = turn([callEvent('add', { a: 1, b: 2 }), end]);
    await expect(result).rejects.toThrow('called tools 50 times');
    expect(requests).toHaveLength(50);
  });

  test('asks the model nothing once it is stopped', async () => {
    const made = turn([callEvent('stop', {}), end], [{ type: 'text', text: 'never' }, end]);
    await expect(made.result).rejects.toBe('rpc');
    expect(made.requests).toHaveLength(1);
  });
});
