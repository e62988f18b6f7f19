import { describe, expect, test, vi } from 'vitest';
import {
  createModelDirectory,
  type ModelDirectory,
} from '../../../../src-main/gateway/runtime/model-directory.ts';
import type { LanguageModel } from '../../../../src-main/gateway/runtime/model.ts';
import type { LocalServer } from '../../../../src-main/gateway/runtime/providers/local-servers.ts';
import type { GatewayConfig } from '../../../../src-main/gateway/config/schema.ts';

const offline: LanguageModel = {
  status: { provider: 'clawtray', model: 'offline', label: 'Built-in assistant', source: 'offline' },
  stream: () => {
    throw new Error('not asked');
  },
};
const ollama: LocalServer = {
  id: 'ollama',
  name: 'Ollama',
  baseUrl: 'http://127.0.0.1:11434/v1',
  models: ['llama3.2'],
};

interface Made {
  readonly directory: ModelDirectory;
  readonly findServers: ReturnType<typeof vi.fn<() => Promise<readonly LocalServer[]>>>;
  readonly onChange: ReturnType<typeof vi.fn<() => void>>;
  readonly wait: (ms: number) => void;
}

function create(config: Partial<GatewayConfig> = {}, found: readonly LocalServer[] = []): Made {
  let now = 1_000_000;
  const findServers = vi.fn(() => Promise.resolve(found));
  const onChange = vi.fn();
  const directory = createModelDirectory({
    config: () => ({ gateway: {}, models: {}, agents: {}, messages: {}, cron: {}, ...config }),
    offline,
    now: () => now,
    findServers,
    onChange,
  });
  return {
    directory,
    findServers,
    onChange,
    wait: (ms) => {
      now += ms;
    },
  };
}

const providers = {
  acme: { baseUrl: 'http://127.0.0.1:9/v1', models: [{ id: 'small', name: 'Small One' }, { id: 'big' }] },
};

describe('which model answers', () => {
  test('the built-in assistant when there is nothing else', async () => {
    const { directory } = create();
    await expect(directory.resolve()).resolves.toBe(offline);
    expect(directory.status().source).toBe('offline');
  });

  test('one that was found on this machine', async () => {
    const { directory, onChange } = create({}, [ollama]);
    const model = await directory.resolve();
    expect(model.status).toEqual({
      provider: 'ollama',
      model: 'llama3.2',
      label: 'llama3.2 on Ollama',
      source: 'detected',
    });
    expect(onChange).toHaveBeenCalledTimes(1);
  });

  test.each(['acme/big', { primary: 'acme/big' }])(
    'the one that the configuration chooses (%j)',
    async (model) => {
      const { directory, findServers } = create({ models: { providers }, agents: { defaults: { model } } }, [
        ollama,
      ]);
      expect((await directory.resolve()).status).toMatchObject({
        provider: 'acme',
        model: 'big',
        label: 'big on acme',
      });
      expect(findServers).not.toHaveBeenCalled();
    },
  );

  test('the first of the configuration when it chooses none, by its name for people', async () => {
    const { directory } = create({ models: { providers } });
    expect((await directory.resolve()).status.label).toBe('Small One on acme');
  });

  test('a model whose own name has a slash', async () => {
    const { directory } = create({ models: { providers }, agents: { defaults: { model: 'acme/org/m-1' } } });
    expect((await directory.resolve()).status.model).toBe('org/m-1');
  });

  test.each(['other/big', '__proto__/x', 'constructor/x'])(
    'none, in words, for the unknown %s',
    async (model) => {
      const { directory } = create({ models: { providers }, agents: { defaults: { model } } });
      await expect(directory.resolve()).rejects.toThrow(/chooses the model .* but has no provider/);
      expect(directory.status().label).toContain('has no provider');
    },
  );

  test.each(['big', '/big', 'acme/'])(
    'none, in words that make sense, for %s without its provider or its model',
    async (model) => {
      const { directory } = create({ models: { providers }, agents: { defaults: { model } } });
      await expect(directory.resolve()).rejects.toThrow(/^(?!.*""|.*providers\.\.)/s);
      await expect(directory.resolve()).rejects.toThrow(/Write it as provider\/model/);
    },
  );

  test('the one that a request wants; what is wrong with that is not the configuration’s fault', async () => {
    const { directory } = create({ models: { providers } });
    expect((await directory.resolve('acme/big')).status.model).toBe('big');
    await expect(directory.resolve('other/big')).rejects.toThrow(
      'The request chooses the model other/big, but the configuration has no provider "other".',
    );
  });

  test('the first of the configuration when the choice is empty', async () => {
    const { directory } = create({ models: { providers }, agents: { defaults: { model: '' } } });
    expect((await directory.resolve()).status.model).toBe('small');
  });
});

describe('looking for servers', () => {
  test('happens once for many who ask at the same time', async () => {
    const { directory, findServers } = create({}, [ollama]);
    await Promise.all([directory.resolve(), directory.resolve(), directory.detect()]);
    expect(findServers).toHaveBeenCalledTimes(1);
  });

  test('happens again after a while, and not before', async () => {
    const { directory, findServers, wait } = create();
    await directory.resolve();
    wait(29_000);
    await directory.resolve();
    expect(findServers).toHaveBeenCalledTimes(1);
    wait(2_000);
    await directory.resolve();
    expect(findServers).toHaveBeenCalledTimes(2);
  });

  test('can be turned off', async () => {
    const { directory, findServers } = create({ models: { detect: false } }, [ollama]);
    await expect(directory.resolve()).resolves.toBe(offline);
    expect(findServers).not.toHaveBeenCalled();
  });

  test('turned off while one is in use, lets go of it', async () => {
    const models: { detect?: boolean } = {};
    const { directory } = create({ models }, [ollama]);
    expect((await directory.resolve()).status.source).toBe('detected');
    models.detect = false;
    await expect(directory.resolve()).resolves.toBe(offline);
    expect(directory.status().source).toBe('offline');
  });
});
