import { describe, expect, test } from 'vitest';
import { modelFacts } from '../../../../src-main/gateway/runtime/providers/model-facts.ts';

describe('what servers tell about models', () => {
  test.each([
    [
      'OpenRouter',
      {
        id: 'org/m',
        name: 'The M',
        context_length: 128_000,
        architecture: { input_modalities: ['text', 'image', 'file', 'smell'] },
        supported_parameters: ['tools', 'reasoning', 'temperature'],
      },
      {
        name: 'The M',
        contextWindow: 128_000,
        reasoning: true,
        supportsTools: true,
        input: ['text', 'image', 'document'],
      },
    ],
    ['Anthropic', { id: 'org/m', display_name: 'The M', type: 'model' }, { name: 'The M' }],
    [
      'LM Studio',
      { id: 'org/m', type: 'vlm', max_context_length: 32_768, capabilities: ['tool_use'] },
      { contextWindow: 32_768, supportsTools: true, reasoning: false, input: ['text', 'image'] },
    ],
    ['llama.cpp', { id: 'org/m', meta: { n_ctx_train: 8_192 } }, { contextWindow: 8_192 }],
    ['vLLM', { id: 'org/m', max_model_len: 4_096 }, { contextWindow: 4_096 }],
    ['OpenAI', { id: 'org/m', object: 'model', owned_by: 'x' }, {}],
  ])('%s', (_, entry, known) => {
    expect(modelFacts({ data: [entry] })).toEqual([{ id: 'org/m', ...known }]);
  });

  test('is nothing where it cannot be read', () => {
    const odd = [null, 'm', {}, { id: '' }, { id: 7 }, { id: 'x'.repeat(300) }, { id: 'nomic-embed' }];
    expect(modelFacts({ data: odd })).toEqual([]);
    for (const body of [null, [], 'x', { data: 'x' }]) expect(modelFacts(body)).toEqual([]);
    expect(modelFacts({ data: [{ id: 'm', context_length: -1, name: 7, architecture: 'x' }] })).toEqual([
      { id: 'm' },
    ]);
    const many = Array.from({ length: 5_000 }, (_, n) => ({ id: `m${n}` }));
    expect(modelFacts({ data: many })).toHaveLength(1_000);
  });
});
