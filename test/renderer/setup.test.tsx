import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src-main/shared/json.ts';
import type { ConfigGetResult, ConfigWriteResult } from '../../src-main/shared/protocol/config.ts';
import type { SetupState } from '../../src-main/shared/setup.ts';
import { composer, does, openWindow, type FakeHost, type Window } from './support/app.tsx';
import type { FakeGateway } from './support/fake-gateway.ts';
import { MAIN, sessionRow } from './support/samples.ts';

const written = (gateway: FakeGateway): readonly unknown[] =>
  gateway.requests
    .filter(({ method }) => method === 'config.patch')
    .map(({ params }) => JSON.parse(String(params['raw'])) as unknown);

interface Start {
  readonly saved: SetupState[];
  readonly window: Window;
}

async function start(
  state: SetupState,
  prepare?: (gateway: FakeGateway, host: FakeHost) => void,
): Promise<Start> {
  const saved: SetupState[] = [];
  const window = await openWindow({
    prepare: (gateway, host) => {
      host.setup = { get: () => Promise.resolve(state), save: async (next) => void saved.push(next) };
      host.testNotification = () => Promise.resolve({ status: 'delivered' });
      gateway.handlers['config.get'] = () =>
        ({
          path: '',
          exists: true,
          hash: 'h',
          issues: [],
          config: {} as JsonObject,
        }) as unknown as ConfigGetResult;
      gateway.handlers['config.patch'] = () =>
        ({ ok: true, restartRequired: [] }) as unknown as ConfigWriteResult;
      gateway.handlers['models.list'] = () => ({
        models: [
          { id: 'llama3.2', name: 'llama3.2', provider: 'ollama' },
          { id: 'qwen3', name: 'qwen3', provider: 'lmstudio' },
        ],
      });
      prepare?.(gateway, host);
    },
  });
  return { saved, window };
}

const question = (): string => screen.getByRole('heading', { level: 1 }).textContent;

describe('setting up', () => {
  it('comes up in a new profile, and keeps the model that is chosen', async () => {
    const { window, saved } = await start({ state: 'open' });
    expect(question()).toBe('What should answer you?');
    expect(document.activeElement).toBe(screen.getByRole('heading', { level: 1 }));
    await does(window.user.click(screen.getByRole('radio', { name: /^qwen3/ })));
    await does(window.user.click(screen.getByRole('button', { name: 'Continue' })));
    expect(written(window.gateway)).toEqual([{ agents: { defaults: { model: 'lmstudio/qwen3' } } }]);
    expect(question()).toBe('Say something');
    expect(saved.at(-1)).toEqual({ state: 'open', step: 'test' });
  });

  it('does not come up where there are chats', async () => {
    const { saved } = await start({ state: 'open' }, (gateway) => {
      gateway.rows.set(MAIN, sessionRow(MAIN));
    });
    expect(composer()).toBeTruthy();
    expect(saved).toEqual([{ state: 'done' }]);
  });

  it('goes on where it was left, and not by itself once it was put off', async () => {
    const { window, saved } = await start({ state: 'open', step: 'notifications' });
    expect(question()).toBe('Do notifications arrive?');
    await does(window.user.click(screen.getByRole('button', { name: 'Set up later' })));
    expect(saved.at(-1)).toEqual({ state: 'later', step: 'notifications' });
    await does(window.user.click(screen.getByRole('button', { name: 'Go on setting up' })));
    expect(question()).toBe('Do notifications arrive?');
  });

  it('stays away when it was put off or is done', async () => {
    await start({ state: 'later', step: 'test' });
    screen.getByRole('button', { name: 'Go on setting up' });
    expect(composer()).toBeTruthy();
  });

  it('passes over every question, and Escape goes back by one', async () => {
    const { window, saved } = await start({ state: 'open' });
    await does(window.user.click(screen.getByRole('button', { name: 'Skip' })));
    await does(window.user.click(screen.getByRole('button', { name: 'Skip' })));
    expect(question()).toBe('Do notifications arrive?');
    await does(window.user.keyboard('{Escape}'));
    expect(question()).toBe('Say something');
    await does(window.user.click(screen.getByRole('button', { name: 'Skip' })));
    await does(window.user.click(screen.getByRole('button', { name: 'Finish' })));
    expect(saved.at(-1)).toEqual({ state: 'done' });
    expect(composer()).toBeTruthy();
    expect(written(window.gateway)).toEqual([]);
  });

  it('keeps a provider’s key, says when it is refused, and offers its models when it is not', async () => {
    let status: 'auth-rejected' | 'ready' = 'auth-rejected';
    const { window } = await start({ state: 'open' }, (gateway) => {
      gateway.handlers['models.list'] = () => ({
        models: status === 'ready' ? [{ id: 'gpt', name: 'GPT', provider: 'openai' }] : [],
        providerOutcomes: [{ provider: 'openai', status }],
      });
    });
    const { user, gateway } = window;
    await does(user.click(screen.getByRole('radio', { name: /^A provider with a key/ })));
    await user.type(screen.getByLabelText('Key'), 'sk-wrong');
    await does(user.click(screen.getByRole('button', { name: 'Connect' })));
    expect(screen.getByRole('alert').textContent).toContain('refused this key');
    status = 'ready';
    await does(user.click(screen.getByRole('button', { name: 'Connect' })));
    expect(written(gateway).at(-1)).toEqual({
      models: { providers: { openai: { baseUrl: 'https://api.openai.com/v1', apiKey: 'sk-wrong' } } },
    });
    screen.getByRole('combobox', { name: 'Model' });
    await does(user.click(screen.getByRole('button', { name: 'Continue' })));
    expect(written(gateway).at(-1)).toEqual({ agents: { defaults: { model: 'openai/gpt' } } });
    expect(question()).toBe('Say something');
  });

  it('says what helps when a notification did not arrive', async () => {
    const { window } = await start({ state: 'open', step: 'notifications' });
    await does(window.user.click(screen.getByRole('button', { name: 'Show a test notification' })));
    const asked = screen.getByRole('group', { name: 'Did you see it?' });
    await does(window.user.click(within(asked).getByRole('button', { name: 'No' })));
    screen.getByText('What usually helps:');
  });
});
