import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { MessageMatch } from '../../src-main/shared/protocol/sessions.ts';
import { composer, does, happens, openWindow } from './support/app.tsx';
import { Refusal, type FakeGateway } from './support/fake-gateway.ts';
import { MAIN, notification, sessionRow, statusResult } from './support/samples.ts';

function threeSessions(gateway: FakeGateway): void {
  gateway.rows.set(
    MAIN,
    sessionRow(MAIN, { updatedAt: 30, derivedTitle: 'Plan the week', lastMessagePreview: '**Done**' }),
  );
  gateway.rows.set('call:c1', sessionRow('call:c1', { updatedAt: 20, label: 'Call to +34 600' }));
  gateway.rows.set('agent:main:notes', sessionRow('agent:main:notes', { updatedAt: 10 }));
}

const list = (): HTMLElement => screen.getByRole('navigation', { name: 'Chats' });
const names = (): string[] =>
  within(list())
    .getAllByRole('listitem')
    .map((row) => row.textContent);
const rowButtons = (): HTMLElement[] =>
  within(list())
    .getAllByRole('listitem')
    .map((row) => within(row).getAllByRole('button')[0]!);

describe('the list of chats', () => {
  it('shows the newest first, by the best name that there is', async () => {
    await openWindow({ prepare: threeSessions });
    expect(names()[0]).toMatch(/^Plan the week.*Done$/);
    expect(names()[1]).toMatch(/^CallCall to \+34 600/);
    expect(names()[2]).toMatch(/^notes/);
  });

  it('says which one is being answered', async () => {
    const { gateway } = await openWindow({ prepare: threeSessions });
    await happens(() => gateway.status('agent:main:notes', 'r'));
    expect(names()[2]).toContain('Answering');
    await happens(() => gateway.end('agent:main:notes', 'r', 'final', { content: 'x' }));
    expect(names()[2]).not.toContain('Answering');
  });

  it('moves a chat up when something is said in it', async () => {
    const { gateway } = await openWindow({ prepare: threeSessions });
    const session = sessionRow('agent:main:notes', { updatedAt: 40, lastMessagePreview: 'News' });
    await happens(() =>
      gateway.emit('sessions.changed', {
        sessionKey: session.key,
        agentId: 'main',
        reason: 'send',
        ts: 1,
        session,
      }),
    );
    expect(names()[0]).toMatch(/^notes.*News/);
  });

  it('loses a chat that was deleted elsewhere, and shows one that was begun anew as it is now', async () => {
    const { gateway } = await openWindow({
      prepare: (fake) => {
        threeSessions(fake);
        fake.append(MAIN, { role: 'user', content: 'Said before' }, true);
      },
    });
    expect(within(screen.getByRole('log')).getByText('Said before')).toBeTruthy();
    const changed = (sessionKey: string, reason: string): Promise<void> =>
      happens(() => gateway.emit('sessions.changed', { sessionKey, agentId: 'main', reason, ts: 1 }));
    await changed('agent:main:notes', 'delete');
    expect(names()).toHaveLength(2);
    gateway.messages.set(MAIN, []);
    await changed(MAIN, 'reset');
    expect(screen.queryByText('Said before')).toBeNull();
  });

  it('is one stop for Tab, with arrow keys inside and Enter to open', async () => {
    const { user } = await openWindow({ prepare: threeSessions });
    const rows = rowButtons();
    expect(rows.filter((row) => row.tabIndex === 0)).toEqual([rows[0]]);
    rows[0]!.focus();
    await user.keyboard('{ArrowDown}');
    expect(document.activeElement).toBe(rows[1]);
    await user.keyboard('{End}');
    expect(document.activeElement).toBe(rows[2]);
    await does(user.keyboard('{Enter}'));
    expect(rows[2]!.getAttribute('aria-current')).toBe('page');
    expect(document.activeElement).toBe(composer());
    expect(document.title).toBe('notes – Clawtray');
  });
});

describe('what was written and not sent', () => {
  it('keeps a new chat in the list until its first message is sent', async () => {
    const { user } = await openWindow({ prepare: threeSessions });
    await does(user.keyboard('{Control>}n{/Control}'));
    expect(screen.getByRole('button', { name: 'New chat' }).getAttribute('aria-current')).toBe('page');
    await user.type(composer(), 'Half a thought');
    await does(user.click(within(list()).getByRole('button', { name: /^Plan the week/ })));
    expect(names()[0]).toMatch(/^New chatDraft: Half a thought/);
    await does(user.click(rowButtons()[0]!));
    expect(composer().value).toBe('Half a thought');
  });

  it('says in which chat a message was not sent', async () => {
    const { gateway, user } = await openWindow({ prepare: threeSessions });
    gateway.handlers['chat.send'] = () => {
      throw new Refusal('UNAVAILABLE', 'No.');
    };
    await does(user.type(composer(), 'Hello{Enter}'));
    expect(names()[0]).toContain('Not sent: Hello');
  });
});

describe('shortcuts', () => {
  it('opens a new chat, the inbox and the automations, and Escape leads back', async () => {
    const { user } = await openWindow({ prepare: threeSessions });
    await does(user.keyboard('{Control>}2{/Control}'));
    expect(screen.getByRole('heading', { name: 'Inbox' })).toBe(document.activeElement);
    await does(user.keyboard('{Control>}3{/Control}'));
    expect(screen.getByRole('heading', { name: 'Automations' })).toBeTruthy();
    await user.keyboard('{Escape}');
    expect(screen.getByRole('heading', { name: 'Plan the week' })).toBeTruthy();
    await does(user.keyboard('{Control>}n{/Control}'));
    expect(screen.getByRole('heading', { name: 'New chat' })).toBeTruthy();
    expect(document.activeElement).toBe(composer());
  });

  it('goes anywhere by a few letters', async () => {
    const { user } = await openWindow({ prepare: threeSessions });
    await user.keyboard('{Control>}k{/Control}');
    await user.keyboard('not');
    expect(within(screen.getByRole('listbox')).getAllByRole('option')[0]?.textContent).toContain('notes');
    await does(user.keyboard('{Enter}'));
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(screen.getByRole('heading', { name: 'notes' })).toBeTruthy();
  });

  it('also finds chats that the sidebar has not read', async () => {
    const { gateway, host, user } = await openWindow();
    gateway.handlers['sessions.list'] = ({ search }) => {
      const sessions =
        search === undefined ? [] : [sessionRow('agent:main:old', { label: `About ${search}` })];
      return { ts: 0, path: '', count: 1, totalCount: 500, hasMore: true, nextOffset: 100, sessions };
    };
    await happens(() => gateway.drop());
    await happens(() => host.gatewayChanged());
    await user.keyboard('{Control>}k{/Control}');
    await user.keyboard('heating');
    expect(await screen.findByRole('option', { name: /About heating/ })).toBeTruthy();
  });

  it('closes the palette with Escape and says when nothing fits', async () => {
    const { user } = await openWindow();
    await user.keyboard('{Control>}k{/Control}');
    await user.keyboard('zzz');
    expect(screen.getByText('Nothing found for “zzz”.')).toBeTruthy();
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('dialog')).toBeNull();
  });
});

describe('a narrow window', () => {
  it('lays the sidebar over the rest until something is chosen', async () => {
    const { user } = await openWindow({ prepare: threeSessions, narrow: true });
    expect(screen.queryByRole('navigation', { name: 'Chats' })).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Show sidebar' }));
    await does(user.click(rowButtons()[2]!));
    expect(screen.queryByRole('navigation', { name: 'Chats' })).toBeNull();
    expect(screen.getByRole('heading', { name: 'notes' })).toBeTruthy();
  });

  it('closes it with Escape and says that something is unread', async () => {
    const { user } = await openWindow({
      narrow: true,
      prepare: (gateway) => {
        gateway.notifications = [notification('n1')];
      },
    });
    await user.click(screen.getByRole('button', { name: 'Show sidebar, something is unread' }));
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('navigation', { name: 'Chats' })).toBeNull();
  });
});

describe('the gateway in the sidebar', () => {
  it('names the model and opens what needs attention to its full text', async () => {
    const { user } = await openWindow({
      prepare: (gateway) => {
        const model = {
          provider: 'ollama',
          model: 'llama3.2',
          label: 'llama3.2 on Ollama',
          source: 'detected',
        } as const;
        const problems = [
          { code: 'a', message: 'First problem.', sinceMs: 1 },
          { code: 'b', message: 'Second problem.', sinceMs: 1 },
        ];
        gateway.handlers.status = () => statusResult({ model, problems });
      },
    });
    expect(screen.getByRole('button', { name: 'Gateway: Ready. llama3.2 on Ollama' })).toBeTruthy();
    await user.click(screen.getByRole('button', { name: '2 things need attention' }));
    expect(screen.getByText('Second problem.')).toBeTruthy();
  });

  it('reads the status again when the gateway says that something changed', async () => {
    const { gateway } = await openWindow();
    expect(screen.getByText('Built-in assistant')).toBeTruthy();
    gateway.handlers.status = () =>
      statusResult({ model: { provider: 'x', model: 'x', label: 'qwen on LM Studio', source: 'detected' } });
    await happens(() => gateway.emit('health', {}));
    expect(screen.getByText('qwen on LM Studio')).toBeTruthy();
  });
});

describe('what can be done with a chat', () => {
  const methods = (gateway: FakeGateway): void => {
    threeSessions(gateway);
    gateway.handlers['sessions.patch'] = ({ key, label }) => {
      if (label === 'Taken') throw new Refusal('INVALID_REQUEST', 'Another chat has this name.');
      const { label: _old, ...row } = gateway.rows.get(key) ?? sessionRow(key);
      const named = typeof label === 'string' ? { ...row, label } : row;
      gateway.rows.set(key, named);
      const entry = { sessionId: row.sessionId, createdAt: 1, updatedAt: 1 };
      return { ok: true, path: '', key, entry: typeof label === 'string' ? { ...entry, label } : entry };
    };
    gateway.handlers['sessions.delete'] = ({ key }) => {
      gateway.rows.delete(key);
      return { ok: true, key, deleted: true, archived: [] };
    };
    gateway.handlers['sessions.reset'] = ({ key }) => {
      gateway.messages.set(key, []);
      gateway.emit('sessions.changed', { sessionKey: key, agentId: 'main', reason: 'reset', ts: 1 });
      return { ok: true, key, entry: { sessionId: 'new', createdAt: 1, updatedAt: 1 } };
    };
  };

  it('renames one by key, says why a name is not taken, and takes an empty one back', async () => {
    const { gateway, user } = await openWindow({ prepare: methods });
    rowButtons()[2]!.focus();
    await does(user.keyboard('{F2}'));
    const field = screen.getByRole('textbox', { name: 'Name' });
    expect(document.activeElement).toBe(field);
    await does(user.type(field, 'Taken{Enter}'));
    expect(screen.getByRole('alert').textContent).toBe('Another chat has this name.');
    await user.clear(field);
    await does(user.type(field, 'Shopping{Enter}'));
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(names()[2]).toMatch(/^Shopping/);
    await does(user.click(screen.getByRole('button', { name: 'Actions for Shopping' })));
    await does(user.click(screen.getByRole('menuitem', { name: /^Rename/ })));
    await user.clear(screen.getByRole('textbox', { name: 'Name' }));
    await does(user.keyboard('{Enter}'));
    expect(gateway.requests.at(-1)?.params).toEqual({ key: 'agent:main:notes', label: null });
    expect(names()[2]).toMatch(/^notes/);
  });

  it('deletes one only after asking, with keeping as the answer that is at hand', async () => {
    const { gateway, user } = await openWindow({ prepare: methods });
    await does(user.click(rowButtons()[2]!));
    rowButtons()[2]!.focus();
    await does(user.keyboard('{Delete}'));
    expect(screen.getByRole('dialog', { name: 'Delete “notes”?' })).toBeTruthy();
    expect(document.activeElement?.textContent).toBe('Keep');
    await does(user.keyboard('{Enter}'));
    expect(gateway.count('sessions.delete')).toBe(0);
    rowButtons()[2]!.focus();
    await does(user.keyboard('{Delete}'));
    await does(user.click(screen.getByRole('button', { name: 'Delete' })));
    expect(names()).toHaveLength(2);
    expect(screen.getByRole('heading', { name: 'Plan the week' })).toBeTruthy();
  });

  it('starts one over from its header, and never offers to delete the main chat', async () => {
    const { gateway, user } = await openWindow({
      prepare: (fake) => {
        methods(fake);
        fake.append(MAIN, { role: 'user', content: 'Said before' }, true);
      },
    });
    await does(user.click(screen.getByRole('button', { name: 'Actions for this chat' })));
    expect(screen.queryByRole('menuitem', { name: /^Delete/ })).toBeNull();
    await does(user.click(screen.getByRole('menuitem', { name: 'Start over' })));
    await does(user.click(screen.getByRole('button', { name: 'Start over' })));
    expect(gateway.count('sessions.reset')).toBe(1);
    expect(screen.queryByText('Said before')).toBeNull();
  });

  it('stays open with the reason when the gateway declines', async () => {
    const { gateway, user } = await openWindow({ prepare: methods });
    gateway.handlers['sessions.delete'] = () => {
      throw new Refusal('UNAVAILABLE', 'A run could not be stopped.');
    };
    rowButtons()[2]!.focus();
    await does(user.keyboard('{Delete}'));
    await does(user.click(screen.getByRole('button', { name: 'Delete' })));
    expect(screen.getByRole('alert').textContent).toBe('A run could not be stopped.');
    await does(user.keyboard('{Escape}'));
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(names()).toHaveLength(3);
  });

  it('offers nothing that the gateway does not serve', async () => {
    await openWindow({ prepare: threeSessions });
    expect(screen.queryByRole('button', { name: 'Actions for this chat' })).toBeNull();
    rowButtons()[2]!.focus();
    await happens(() => undefined);
    expect(screen.queryByRole('dialog')).toBeNull();
  });
});

describe('searching the chats', () => {
  it('shows what the gateway finds, and the whole list again with Escape', async () => {
    const { gateway, user } = await openWindow({ prepare: threeSessions });
    const all = gateway.handlers['sessions.list']!;
    gateway.handlers['sessions.list'] = async (params) => {
      if (params.search === undefined) return all(params);
      const found =
        params.search === 'heating' ? [sessionRow('agent:main:old', { label: 'The heating' })] : [];
      return { ts: 0, path: '', count: 1, totalCount: 1, hasMore: false, nextOffset: null, sessions: found };
    };
    const field = screen.getByRole('searchbox', { name: 'Search chats and messages' });
    await user.type(field, 'heating');
    expect(await within(list()).findByText('The heating')).toBeTruthy();
    expect(names()).toHaveLength(1);
    await user.clear(field);
    await user.type(field, 'zzz');
    expect(await screen.findByText('No chat and no message has these words.')).toBeTruthy();
    await does(user.keyboard('{Escape}'));
    expect(names()).toHaveLength(3);
    expect(document.activeElement).toBe(field);
  });

  it('says so when it could not search', async () => {
    const { gateway, user } = await openWindow({ prepare: threeSessions });
    gateway.handlers['sessions.list'] = () => {
      throw new Refusal('UNAVAILABLE', 'No.');
    };
    await user.type(screen.getByRole('searchbox', { name: 'Search chats and messages' }), 'x');
    expect(await screen.findByText('The chats couldn’t be searched.')).toBeTruthy();
  });
});

describe('searching messages', () => {
  const field = (): HTMLElement => screen.getByRole('searchbox', { name: 'Search chats and messages' });
  const hit = (seq: number, snippet: string): MessageMatch => ({
    sessionKey: MAIN,
    sessionId: `id of ${MAIN}`,
    messageId: `${MAIN}#${seq}`,
    role: 'assistant',
    timestamp: Date.now(),
    snippet,
    score: 1,
  });
  function longChat(fake: FakeGateway): void {
    threeSessions(fake);
    for (let seq = 1; seq <= 640; seq += 1)
      fake.append(MAIN, { role: 'assistant', content: `Message ${seq}` }, true);
    fake.handlers['sessions.search'] = () => ({
      results: [hit(40, '…the **heating** bill')],
      truncated: true,
    });
  }

  it('shows what was said with its words marked, and opens the chat at that message', async () => {
    const { gateway, user } = await openWindow({ prepare: longChat });
    await does(user.type(field(), 'heat'));
    const button = await screen.findByRole('button', { name: /Plan the week.*the heating bill/ });
    expect([...button.querySelectorAll('mark')].map((mark) => mark.textContent)).toEqual(['heat']);
    expect(screen.getByText(/One more word/)).toBeTruthy();

    const before = gateway.count('chat.history');
    await does(user.keyboard('{ArrowDown}'));
    button.focus();
    await does(user.keyboard('{Enter}'));
    const found = await screen.findByRole('group', { name: 'The message that you looked for' });
    expect(within(found).getByText('Message 40')).toBeTruthy();
    expect(document.activeElement).toBe(found);
    // The newest page again, and then as few as lead there.
    expect(gateway.count('chat.history') - before).toBe(3);
  });

  it('says when the message is not there any more', async () => {
    const { user } = await openWindow({
      prepare: (fake) => {
        longChat(fake);
        fake.handlers['sessions.search'] = () => ({ results: [hit(5_000, 'gone since')] });
      },
    });
    await does(user.type(field(), 'gone'));
    await does(user.click(await screen.findByRole('button', { name: /gone since/ })));
    expect(await screen.findByText('This message is not in the chat any more.')).toBeTruthy();
  });

  it('stops reading back when the person goes elsewhere', async () => {
    let release = (): void => undefined;
    const { gateway, user } = await openWindow({ prepare: longChat });
    const history = gateway.handlers['chat.history']!;
    gateway.handlers['chat.history'] = async (params) => {
      if (params.offset !== undefined)
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      return history(params);
    };
    await does(user.type(field(), 'heat'));
    await does(user.click(await screen.findByRole('button', { name: /the heating bill/ })));
    expect(screen.getByText('Reading back to that message')).toBeTruthy();
    await does(user.keyboard('{Control>}2{/Control}'));
    const before = gateway.count('chat.history');
    await happens(() => {
      release();
    });
    expect(gateway.count('chat.history')).toBe(before);
  });
});
