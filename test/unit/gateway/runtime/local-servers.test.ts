import { describe, expect, test } from 'vitest';
import { findLocalServers } from '../../../../src-main/gateway/runtime/providers/local-servers.ts';

/** A machine on which these addresses answer. */
const machine =
  (answers: Record<string, unknown>) =>
  (url: string): Promise<unknown> =>
    url in answers ? Promise.resolve(answers[url]) : Promise.reject(new Error('ECONNREFUSED'));

const models = (...ids: string[]): unknown => ({ object: 'list', data: ids.map((id) => ({ id })) });
const OLLAMA = {
  'http://127.0.0.1:11434/api/version': { version: '0.6.4' },
  'http://127.0.0.1:11434/v1/models': models('nomic-embed-text', 'llama3.2'),
};
const LM_STUDIO = {
  'http://127.0.0.1:1234/api/v0/models': { data: [] },
  'http://127.0.0.1:1234/v1/models': models('qwen'),
};
const LLAMA_CPP = {
  'http://127.0.0.1:8080/props': { default_generation_settings: {} },
  'http://127.0.0.1:8080/v1/models': models('gguf'),
};

describe('findLocalServers', () => {
  test('finds all three, the preferred one first', async () => {
    const found = await findLocalServers(machine({ ...LLAMA_CPP, ...LM_STUDIO, ...OLLAMA }));
    expect(found.map(({ id }) => id)).toEqual(['ollama', 'lmstudio', 'llamacpp']);
  });

  test('offers only models that can chat', async () => {
    const [server] = await findLocalServers(machine(OLLAMA));
    expect(server).toEqual({
      id: 'ollama',
      name: 'Ollama',
      baseUrl: 'http://127.0.0.1:11434/v1',
      models: ['llama3.2'],
      facts: [{ id: 'llama3.2' }],
    });
  });

  test('finds nothing on a machine without servers', async () => {
    await expect(findLocalServers(machine({}))).resolves.toEqual([]);
  });

  test.each([
    ['another program with a list of models', { 'http://127.0.0.1:8080/v1/models': models('x') }],
    ['another program that answers everything', { ...LLAMA_CPP, 'http://127.0.0.1:8080/props': 'hello' }],
    ['a server without models', { ...OLLAMA, 'http://127.0.0.1:11434/v1/models': models() }],
    [
      'a server with a strange list',
      { ...OLLAMA, 'http://127.0.0.1:11434/v1/models': { data: [null, 1, {}] } },
    ],
    ['a server without a list', { ...OLLAMA, 'http://127.0.0.1:11434/v1/models': undefined }],
  ])('does not trust %s', async (_what, answers) => {
    await expect(findLocalServers(machine(answers))).resolves.toEqual([]);
  });
});
