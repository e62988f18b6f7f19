import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import {
  SLASH_COMMANDS,
  suggestions,
  writtenCommand,
} from '../../src-renderer/features/chat/slash/slash-commands.ts';
import { composer, does, happens, openWindow } from './support/app.tsx';
import { Refusal, type FakeGateway } from './support/fake-gateway.ts';
import { MAIN, sessionRow } from './support/samples.ts';

const read = (draft: string): string | undefined => {
  const written = writtenCommand(draft, SLASH_COMMANDS);
  return written === undefined ? undefined : `${written.command.name}(${written.argument})`;
};

describe('what is a command', () => {
  it('knows them by name and alias, in any case, with a space or a colon', () => {
    expect(read('/stop')).toBe('stop()');
    expect(read('/Think HIGH')).toBe('think(high)');
    expect(read('/thinking:low')).toBe('think(low)');
    expect(read('/model  local/Qwen3 ')).toBe('model(local/Qwen3)');
    expect(read('/new write\na poem')).toBe('new(write\na poem)');
  });

  it('leaves everything else a message', () => {
    for (const text of [
      '/usr/bin is empty',
      '/stopp',
      '/stop it',
      '/think hard',
      '/model is broken',
      '/',
      'a /stop',
      ' /stop',
    ])
      expect(read(text), text).toBeUndefined();
  });

  it('suggests names, then what can follow', () => {
    const names = (draft: string): string[] =>
      suggestions(draft, SLASH_COMMANDS, ['a/one', 'b/two']).map((one) =>
        one.kind === 'command' ? one.command.name : one.argument,
      );
    expect(names('/')).toHaveLength(SLASH_COMMANDS.length);
    expect(names('/st')).toEqual(['stop', 'status']);
    expect(names('/queue ')).toEqual(['steer', 'followup', 'collect', 'interrupt', 'default']);
    expect(names('/model tw')).toEqual(['b/two']);
    expect(names('/etc/hosts')).toEqual([]);
    expect(names('/stop now')).toEqual([]);
  });
});

function serving(fake: FakeGateway): void {
  fake.rows.set(MAIN, sessionRow(MAIN));
  fake.handlers['sessions.patch'] = ({ key }) => ({
    ok: true,
    path: '',
    key,
    entry: { sessionId: 's', createdAt: 1, updatedAt: 1 },
  });
  fake.handlers['sessions.compact'] = ({ key }) => ({ ok: true, key, compacted: true, checkpointId: 'c' });
  fake.handlers['models.list'] = () => ({
    models: [{ id: 'qwen', name: 'Qwen', provider: 'local', available: true }],
  });
}
const sent = (gateway: FakeGateway, method: string): unknown[] =>
  gateway.requests.filter((one) => one.method === method).map(({ params }) => params);

describe('commands in the composer', () => {
  it('are chosen by key in a list that the field names, and do what they say', async () => {
    const { gateway, user } = await openWindow({ prepare: serving });
    await user.type(composer(), '/que');
    const field = screen.getByRole('combobox', { name: 'Message' });
    const options = within(screen.getByRole('listbox', { name: 'Commands' })).getAllByRole('option');
    expect(options.map(({ textContent }) => textContent)).toEqual([
      '/queueWhat happens to a message while an answer is under way',
    ]);
    expect(field.getAttribute('aria-activedescendant')).toBe(options[0]?.id);
    await user.keyboard('{Enter}{ArrowDown}{ArrowDown}');
    const chosen = screen.getByRole('option', { selected: true });
    expect(chosen.textContent).toMatch(/^collect/);
    await does(user.keyboard('{Enter}'));
    expect(sent(gateway, 'sessions.patch')).toEqual([{ key: MAIN, queueMode: 'collect' }]);
    expect(screen.getByText('While an answer is under way: collect')).toBeTruthy();
    expect(composer().value).toBe('');
    expect(gateway.count('chat.send')).toBe(0);
  });

  it('take back what was set, and say why something was declined', async () => {
    const { gateway, user } = await openWindow({ prepare: serving });
    await does(user.type(composer(), '/think default{Enter}'));
    await does(user.type(composer(), '/reasoning on{Enter}'));
    expect(sent(gateway, 'sessions.patch')).toEqual([
      { key: MAIN, thinkingLevel: null },
      { key: MAIN, reasoningLevel: 'stream' },
    ]);
    gateway.handlers['sessions.patch'] = () => {
      throw new Refusal('INVALID_REQUEST', 'There is no such model.');
    };
    await does(user.type(composer(), '/model nothing{Enter}'));
    expect(screen.getByRole('alert').textContent).toBe('There is no such model.');
    await user.type(composer(), 'x');
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('choose a model from those that there are, shorten, ask, and open a new chat', async () => {
    const { gateway, user } = await openWindow({ prepare: serving });
    await does(user.type(composer(), '/model '));
    await does(user.click(await screen.findByRole('option', { name: /local\/qwen/ })));
    expect(sent(gateway, 'sessions.patch')).toEqual([{ key: MAIN, model: 'local/qwen' }]);
    await does(user.type(composer(), '/compact{Enter}'));
    expect(screen.getByText(/The conversation was shortened/)).toBeTruthy();
    await does(user.type(composer(), '/status{Enter}'));
    expect(screen.getByText(/Answers here: Built-in assistant/)).toBeTruthy();
    await does(user.type(composer(), '/new write a poem{Enter}'));
    expect(screen.getByRole('heading', { name: 'New chat' })).toBeTruthy();
    expect(composer().value).toBe('write a poem');
  });

  it('stop an answer, and say when none is under way', async () => {
    const { gateway, user } = await openWindow({ prepare: serving });
    await does(user.type(composer(), '/stop{Enter}'));
    expect(screen.getByText('No answer is under way.')).toBeTruthy();
    expect(gateway.count('chat.abort')).toBe(0);
    await happens(() => gateway.delta(MAIN, 'r', 'Once upon'));
    await does(user.type(composer(), '/stop{Enter}'));
    expect(gateway.count('chat.abort')).toBe(1);
  });

  it('are sent as text when they are none, and after Escape the list stays away', async () => {
    const { gateway, user } = await openWindow({ prepare: serving });
    await user.type(composer(), '/s');
    expect(screen.getByRole('listbox')).toBeTruthy();
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('listbox')).toBeNull();
    await does(user.type(composer(), 'rv/data is full{Enter}'));
    expect(sent(gateway, 'chat.send')).toMatchObject([{ message: '/srv/data is full' }]);
  });

  it('offers only what the gateway serves', async () => {
    const { user } = await openWindow();
    await user.type(composer(), '/');
    const names = screen.getAllByRole('option').map(({ textContent }) => textContent.split(/(?=[A-Z])/)[0]);
    expect(names).toEqual(['/new', '/stop', '/status', '/help']);
  });
});
