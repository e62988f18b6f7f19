import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import {
  ModelError,
  type LanguageModel,
  type ModelEvent,
  type ModelRequest,
  type PromptMessage,
} from '../../../../src-main/gateway/runtime/model.ts';
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

/** A turn in which tools wait until the test lets them go on. */
function toolTurn(calls: readonly string[], limits?: { maxSteps: number; maxTokens: number }) {
  const abort = new AbortController();
  const order: string[] = [];
  const waiting = new Map<string, () => void>();
  const tool = (name: string, readOnly: boolean) =>
    defineTool({
      name,
      description: name,
      readOnly,
      parameters: z.strictObject({}),
      run: (_args, { callId = '', signal }) =>
        new Promise<string>((resolve) => {
          order.push(`start ${callId}`);
          const end = (): void => {
            order.push(`end ${callId}`);
            resolve(signal.aborted ? 'stopped' : 'done');
          };
          waiting.set(callId, end);
          signal.addEventListener('abort', end);
        }),
    });
  let requests = 0;
  const model: LanguageModel = {
    status: { provider: 'fake', model: 'm1', label: 'm1', source: 'configured' },
    stream: async function* () {
      await Promise.resolve();
      requests += 1;
      if (requests === 1)
        for (const [at, name] of calls.entries())
          yield { type: 'tool-call', call: { id: `${name}${at}`, name, args: {} } };
      yield end;
    },
  };
  const said: ChatMessage[] = [];
  const result = runTurn({
    model,
    system: 'system',
    messages: [{ role: 'user', text: 'hello' }],
    toolbox: createToolbox([tool('look', true), tool('do', false)]),
    context: { agentId: 'main', sessionKey: 'agent:main:main', runId: 'r', signal: abort.signal },
    now: () => 5,
    limits,
    onTool: () => undefined,
    onText: () => undefined,
    onMessage: (message) => {
      said.push(message);
    },
  });
  const started = (count: number): Promise<void> =>
    expect.poll(() => order.filter((line) => line.startsWith('start')).length, { interval: 1 }).toBe(count);
  const finish = (callId: string): void => waiting.get(callId)?.();
  return { result, order, said, abort, started, finish, requests: () => requests };
}

describe('several tools of one answer', () => {
  test('that change nothing work at once, at most four, and are told in their order', async () => {
    const { result, said, started, finish } = toolTurn(['look', 'look', 'look', 'look', 'look']);
    await started(4);
    for (const at of [3, 1, 0, 2]) finish(`look${at}`);
    await started(5);
    finish('look4');
    await result;
    expect(said.flatMap(({ toolCallId }) => toolCallId ?? [])).toEqual([
      'look0',
      'look1',
      'look2',
      'look3',
      'look4',
    ]);
  });

  test('that have effects work one after the other, after what was asked before them', async () => {
    const { result, order, started, finish } = toolTurn(['look', 'do', 'do', 'look']);
    for (const [at, name] of ['look0', 'do1', 'do2', 'look3'].entries()) {
      await started(at + 1);
      finish(name);
    }
    await result;
    expect(order.map((line) => line.split(' ')[0])).toEqual(Array(4).fill(['start', 'end']).flat());
  });

  test('end when the person stops the run: what had begun is told, and nothing else begins', async () => {
    const { result, order, said, abort, started } = toolTurn(['look', 'look', 'do']);
    await started(2);
    abort.abort('rpc');
    await expect(result).rejects.toBe('rpc');
    expect(order).toHaveLength(4);
    expect(said.slice(1)).toMatchObject([
      { role: 'toolResult', toolCallId: 'look0', content: 'stopped' },
      { role: 'toolResult', toolCallId: 'look1', content: 'stopped' },
    ]);
  });
});

describe('what a turn may take', () => {
  test('steps', async () => {
    const { result, finish, started } = toolTurn(['do'], { maxSteps: 1, maxTokens: 1_000 });
    await started(1);
    finish('do0');
    await expect(result).rejects.toThrow('called tools 1 times without coming to an answer');
  });

  test('tokens: what it wanted to do next is not done', async () => {
    const { result, order } = toolTurn(['do'], { maxSteps: 9, maxTokens: 2 });
    await expect(result).rejects.toThrow('used 3 tokens without coming to an answer');
    expect(order).toEqual([]);
  });
});

describe('a conversation that is too long for the model', () => {
  function tooLong(times: number) {
    let requests = 0;
    const seen: (readonly PromptMessage[])[] = [];
    const model: LanguageModel = {
      status: { provider: 'fake', model: 'm1', label: 'm1', source: 'configured' },
      stream: async function* ({ messages }) {
        await Promise.resolve();
        requests += 1;
        seen.push(messages);
        if (requests <= times) throw new ModelError('context_overflow', 'too long');
        yield { type: 'text', text: 'Yes' };
        yield end;
      },
    };
    let shortened = 0;
    const result = runTurn({
      model,
      system: 'system',
      messages: [
        { role: 'user', text: 'long ago' },
        { role: 'user', text: 'hello' },
      ],
      toolbox: createToolbox([]),
      context: {
        agentId: 'main',
        sessionKey: 'agent:main:main',
        runId: 'r',
        signal: new AbortController().signal,
      },
      now: () => 5,
      onTool: () => undefined,
      onText: () => undefined,
      onMessage: () => undefined,
      shorten: (messages) => {
        shortened += 1;
        return Promise.resolve(shortened === 1 ? messages.slice(1) : undefined);
      },
    });
    return { result, seen };
  }

  test('is asked once more with a shorter one', async () => {
    const { result, seen } = tooLong(1);
    await expect(result).resolves.toMatchObject({ stopReason: 'stop' });
    expect(seen.map((messages) => messages.length)).toEqual([2, 1]);
  });

  test('fails when that is too long as well', async () => {
    const { result, seen } = tooLong(2);
    await expect(result).rejects.toThrow('too long');
    expect(seen).toHaveLength(2);
  });
});
