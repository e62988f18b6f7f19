import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { createMemoryFlush } from '../../../../src-main/gateway/memory/memory-flush.ts';
import type { LanguageModel, ModelEvent, ModelRequest } from '../../../../src-main/gateway/runtime/model.ts';
import { createToolbox, defineTool } from '../../../../src-main/gateway/tools/tool.ts';

const context = {
  agentId: 'main',
  sessionKey: 'agent:main:home',
  runId: 'r',
  signal: new AbortController().signal,
};

function scripted(source: 'configured' | 'offline', ...turns: readonly ModelEvent[][]) {
  const asked: ModelRequest[] = [];
  const model: LanguageModel = {
    status: { provider: 'p', model: 'm', label: 'm', source },
    stream: async function* (request) {
      yield* turns[asked.length] ?? [];
      asked.push(request);
    },
  };
  return { model, asked };
}

function tools(saved: string[], names: readonly string[] = ['memory_save', 'exec']) {
  return createToolbox(
    names.map((name) =>
      defineTool({
        name,
        description: name,
        parameters: z.strictObject({ text: z.string().check(z.minLength(1)) }),
        run: ({ text }) => {
          saved.push(`${name} ${text}`);
          return 'Saved.';
        },
      }),
    ),
  );
}

const call = (name: string, text: string): ModelEvent => ({
  type: 'tool-call',
  call: { id: name, name, args: { text } },
});
const end: ModelEvent = { type: 'end', stopReason: 'stop' };

describe('a flush of the memory', () => {
  test('lets the model save what should be kept, with that tool alone', async () => {
    const saved: string[] = [];
    const { model, asked } = scripted(
      'configured',
      [call('memory_save', 'Ana likes tea'), call('memory_save', ''), call('exec', 'rm'), end],
      [{ type: 'text', text: 'NO_REPLY' }, end],
    );
    const flush = createMemoryFlush(tools(saved), () => 0);
    const messages = [{ role: 'user', text: 'Ana likes tea' }] as const;
    await expect(flush({ context, model, messages })).resolves.toBe(1);
    expect(saved).toEqual(['memory_save Ana likes tea']);
    expect(asked[0]?.tools.map(({ name }) => name)).toEqual(['memory_save']);
    expect(asked[0]?.messages.slice(0, 1)).toEqual(messages);
  });

  test('asks nobody when there is nobody to ask, or nothing to save with', async () => {
    const offline = scripted('offline', [end]);
    const plain = scripted('configured', [end]);
    const flush = createMemoryFlush(tools([]), () => 0);
    const without = createMemoryFlush(tools([], ['exec']), () => 0);
    await expect(flush({ context, model: offline.model, messages: [] })).resolves.toBe(0);
    await expect(without({ context, model: plain.model, messages: [] })).resolves.toBe(0);
    expect([...offline.asked, ...plain.asked]).toEqual([]);
  });
});
