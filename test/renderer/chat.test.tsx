import { fireEvent, screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { composer, does, happens, openWindow } from './support/app.tsx';
import { Refusal } from './support/fake-gateway.ts';
import { MAIN, sessionRow } from './support/samples.ts';

const sentKey = (requests: readonly { method: string; params: Record<string, unknown> }[]): string =>
  String(requests.find(({ method }) => method === 'chat.send')?.params['idempotencyKey']);

const log = (): HTMLElement => screen.getByRole('log');

describe('sending', () => {
  it('sends with Enter, streams the answer and shows it once', async () => {
    const { gateway, user } = await openWindow();
    await user.type(composer(), 'How hot is boiling water?');
    await does(user.keyboard('{Enter}'));
    expect(composer().value).toBe('');
    expect(within(log()).getAllByText('How hot is boiling water?')).toHaveLength(1);

    const runId = sentKey(gateway.requests);
    await happens(() => gateway.status(MAIN, runId));
    await happens(() => gateway.delta(MAIN, runId, '100 degrees'));
    await happens(() => gateway.delta(MAIN, runId, '100 degrees **Celsius**'));
    expect(within(log()).getByText('Celsius').tagName).toBe('STRONG');

    const content = [{ type: 'text', text: '100 degrees **Celsius**.' }] as const;
    await happens(() => gateway.end(MAIN, runId, 'final', { content }));
    expect(within(log()).getAllByText('Celsius')).toHaveLength(1);
    expect(screen.queryByRole('button', { name: 'Stop' })).toBeNull();
    expect(screen.getByText(/100 degrees \*\*Celsius\*\*\./).getAttribute('aria-live')).toBe('polite');
  });

  it('makes a new line with Shift+Enter, and sends nothing that is empty', async () => {
    const { gateway, user } = await openWindow();
    await user.type(composer(), 'One{Shift>}{Enter}{/Shift}two');
    expect(composer().value).toBe('One\ntwo');
    await user.clear(composer());
    await user.type(composer(), '   {Enter}');
    expect(gateway.count('chat.send')).toBe(0);
  });

  it('does not cut what is too long, and says by how much it is', async () => {
    const { gateway, user } = await openWindow();
    fireEvent.change(composer(), { target: { value: 'x'.repeat(400_001) } });
    expect(screen.getByText(/^1 character too long/)).toBeTruthy();
    await user.type(composer(), '{Enter}');
    expect(gateway.count('chat.send')).toBe(0);
    expect(composer().value).toHaveLength(400_001);
  });

  it('does not send while an input method composes', async () => {
    const { gateway, user } = await openWindow();
    await user.type(composer(), 'にほん');
    fireEvent.keyDown(composer(), { key: 'Enter', isComposing: true });
    fireEvent.keyDown(composer(), { key: 'Enter', keyCode: 229 });
    expect(gateway.count('chat.send')).toBe(0);
  });

  it('recalls what was written before with the arrow keys, only when nothing else is written', async () => {
    const { user } = await openWindow();
    await user.type(composer(), 'First{Enter}');
    await happens(() => undefined);
    await user.type(composer(), 'Second{Enter}');
    await happens(() => undefined);
    await user.type(composer(), 'x{ArrowUp}');
    expect(composer().value).toBe('x');
    await user.clear(composer());
    await user.type(composer(), '{ArrowUp}');
    expect(composer().value).toBe('Second');
    await user.type(composer(), '{ArrowUp}{ArrowUp}');
    expect(composer().value).toBe('First');
    await user.type(composer(), '{ArrowDown}{ArrowDown}');
    expect(composer().value).toBe('');
    await user.type(composer(), '{ArrowUp}! {ArrowUp}');
    expect(composer().value).toBe('Second! ');
  });

  it('keeps what is written in each chat', async () => {
    const { host, user } = await openWindow({
      prepare: (gateway) => {
        gateway.rows.set('agent:main:other', sessionRow('agent:main:other', { label: 'Other' }));
      },
    });
    await user.type(composer(), 'Half a thought');
    await does(user.click(screen.getByRole('button', { name: /^Other/ })));
    expect(composer().value).toBe('');
    await happens(() => host.navigate({ view: 'chat', sessionKey: MAIN }));
    expect(composer().value).toBe('Half a thought');
  });
});

describe('stopping', () => {
  it('stops with the button and keeps what was said', async () => {
    const { gateway, user } = await openWindow();
    await user.type(composer(), 'Tell me a long story{Enter}');
    await happens(() => undefined);
    const runId = sentKey(gateway.requests);
    await happens(() => gateway.delta(MAIN, runId, 'Once upon a time'));
    await does(user.click(screen.getByRole('button', { name: 'Stop' })));
    expect(within(log()).getByText('Once upon a time')).toBeTruthy();
    expect(screen.getByText('You stopped this answer.')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Stop' })).toBeNull();
  });

  it('stops with Escape', async () => {
    const { gateway, user } = await openWindow();
    await user.type(composer(), 'Tell me a long story{Enter}');
    await happens(() => undefined);
    await happens(() => gateway.delta(MAIN, sentKey(gateway.requests), 'Once'));
    await does(user.keyboard('{Escape}'));
    expect(gateway.count('chat.abort')).toBe(1);
    expect(screen.getByText('You stopped this answer.')).toBeTruthy();
  });
});

describe('when it goes wrong', () => {
  it('says what happened and sends the same words again under a new key', async () => {
    const { gateway, user } = await openWindow();
    await user.type(composer(), 'Hello{Enter}');
    await happens(() => undefined);
    await happens(() =>
      gateway.end(MAIN, sentKey(gateway.requests), 'error', { errorMessage: 'Couldn’t reach Ollama.' }),
    );
    expect(within(log()).getByText('Couldn’t reach Ollama.')).toBeTruthy();
    await does(user.click(screen.getByRole('button', { name: 'Try again' })));
    const sent = gateway.requests.filter(({ method }) => method === 'chat.send').map(({ params }) => params);
    expect(sent.map((params) => params['message'])).toEqual(['Hello', 'Hello']);
    expect(sent[0]?.['idempotencyKey']).not.toBe(sent[1]?.['idempotencyKey']);
  });

  it('keeps a refused message and sends it again under the same key', async () => {
    const { gateway, user } = await openWindow();
    const send = gateway.handlers['chat.send'];
    gateway.handlers['chat.send'] = () => {
      throw new Refusal('UNAVAILABLE', '20 messages wait in this session already.');
    };
    await user.type(composer(), 'Hello{Enter}');
    await happens(() => undefined);
    expect(screen.getByText(/Not sent. 20 messages wait/)).toBeTruthy();

    gateway.handlers['chat.send'] = send!;
    await does(user.click(screen.getByRole('button', { name: 'Try again' })));
    const keys = gateway.requests
      .filter(({ method }) => method === 'chat.send')
      .map(({ params }) => params['idempotencyKey']);
    expect(new Set(keys).size).toBe(1);
    expect(screen.queryByText(/Not sent/)).toBeNull();
    expect(within(log()).getAllByText('Hello')).toHaveLength(1);
  });

  it('keeps a message that was written offline, also for the next window', async () => {
    const { gateway, clock, user, host } = await openWindow();
    gateway.online = false;
    await happens(() => gateway.drop());
    await user.type(composer(), 'Are you there?{Enter}');
    await happens(() => clock.advance(13_000));
    expect(screen.getByText(/Not sent. The gateway can’t be reached./)).toBeTruthy();
    expect(JSON.stringify(host.saved.get('outbox'))).toContain('Are you there?');

    gateway.online = true;
    await happens(() => host.gatewayChanged());
    await does(user.click(screen.getByRole('button', { name: 'Try again' })));
    expect(screen.queryByText(/Not sent/)).toBeNull();
    expect(within(log()).getAllByText('Are you there?')).toHaveLength(1);
  });

  it('does not double a message whose answer was lost', async () => {
    const { gateway, host, user } = await openWindow();
    const send = gateway.handlers['chat.send'];
    gateway.handlers['chat.send'] = ({ sessionKey, message, idempotencyKey }) => {
      gateway.append(sessionKey, { role: 'user', content: message, runId: idempotencyKey }, true);
      gateway.drop();
      return new Promise(() => undefined);
    };
    await user.type(composer(), 'Only once{Enter}');
    await happens(() => undefined);
    gateway.handlers['chat.send'] = send!;
    await happens(() => host.gatewayChanged());
    expect(within(log()).getAllByText('Only once')).toHaveLength(1);
    expect(screen.queryByText(/Not sent/)).toBeNull();
  });

  it('gives a message back for editing', async () => {
    const { gateway, user } = await openWindow();
    gateway.handlers['chat.send'] = () => {
      throw new Refusal('INVALID_REQUEST', 'No.');
    };
    await user.type(composer(), 'Hello{Enter}');
    await happens(() => undefined);
    await user.type(composer(), 'Something else');
    await user.click(screen.getByRole('button', { name: 'Edit' }));
    expect(composer().value).toBe('Something else\n\nHello');
    expect(screen.queryByText(/Not sent/)).toBeNull();
  });
});

describe('a lost connection', () => {
  it('continues an answer that went on meanwhile', async () => {
    const { gateway, host, user } = await openWindow();
    await user.type(composer(), 'Count{Enter}');
    await happens(() => undefined);
    const runId = sentKey(gateway.requests);
    await happens(() => gateway.delta(MAIN, runId, 'One'));
    await happens(() => gateway.drop());
    gateway.delta(MAIN, runId, 'One two');
    await happens(() => host.gatewayChanged());
    await happens(() => undefined);
    expect(within(log()).getByText('One two')).toBeTruthy();
    await happens(() => gateway.end(MAIN, runId, 'final', { content: 'One two three' }));
    expect(within(log()).getByText('One two three')).toBeTruthy();
  });

  it('asks for a new ticket with every attempt', async () => {
    const { gateway, host } = await openWindow();
    await happens(() => gateway.drop());
    await happens(() => host.gatewayChanged());
    expect(host.tickets).toEqual(['ticket 1', 'ticket 2']);
    const shown = gateway.requests
      .filter(({ method }) => method === 'connect')
      .map(({ params }) => params['auth']);
    expect(shown).toEqual([{ bootstrapToken: 'ticket 1' }, { bootstrapToken: 'ticket 2' }]);
  });
});

describe('what was said before', () => {
  it('reads the newest page and earlier ones on request', async () => {
    const { user } = await openWindow({
      prepare: (gateway) => {
        for (let n = 1; n <= 130; n += 1)
          gateway.append(MAIN, { role: 'assistant', content: `Line ${n}` }, true);
      },
    });
    expect(screen.queryByText('Line 30')).toBeNull();
    expect(screen.getByText('Line 31')).toBeTruthy();
    await does(user.click(screen.getByRole('button', { name: 'Show earlier messages' })));
    expect(screen.getByText('Line 1')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Show earlier messages' })).toBeNull();
  });

  it('says when it cannot be read, and reads it on request', async () => {
    const { gateway, user } = await openWindow({
      prepare: (fake) => {
        fake.handlers['chat.history'] = () => {
          throw new Refusal('UNAVAILABLE', 'The disk is full.');
        };
      },
    });
    expect(screen.getByText('The disk is full.')).toBeTruthy();
    gateway.handlers['chat.history'] = () => ({
      sessionKey: MAIN,
      sessionId: 's',
      messages: [],
      hasMore: false,
      totalMessages: 0,
    });
    await does(user.click(screen.getByRole('button', { name: 'Try again' })));
    expect(screen.getByRole('heading', { name: 'What can I do for you?' })).toBeTruthy();
  });

  it('fills the composer with an example', async () => {
    const { gateway, user } = await openWindow();
    await user.click(screen.getByRole('button', { name: /take the bread out/ }));
    expect(composer().value).toBe('Remind me in 20 minutes to take the bread out');
    expect(document.activeElement).toBe(composer());
    expect(gateway.count('chat.send')).toBe(0);
  });

  it('shows tools in one line, with call and result on request', async () => {
    const { user } = await openWindow({
      prepare: (gateway) => {
        gateway.append(MAIN, { role: 'user', content: 'remind me', runId: 'a' }, true);
        const call = {
          type: 'toolCall',
          id: 't',
          name: 'reminder_set',
          arguments: { text: 'Stretch', at: '2030' },
        } as const;
        gateway.append(MAIN, { role: 'assistant', content: [call], stopReason: 'toolUse', runId: 'a' }, true);
        gateway.append(
          MAIN,
          { role: 'toolResult', content: '{"id":"j1"}', toolCallId: 't', runId: 'a' },
          true,
        );
      },
    });
    const row = screen.getByRole('button', { name: /Set a reminder/ });
    expect(screen.queryByText(/"id": "j1"/)).toBeNull();
    await user.click(row);
    expect(screen.getByText(/"id": "j1"/)).toBeTruthy();
    expect(screen.getByText(/"at": "2030"/)).toBeTruthy();
  });

  it('shows a reminder as a card of its own when it arrives', async () => {
    const { gateway } = await openWindow();
    await happens(() => {
      const content = [{ type: 'text', text: 'Reminder: Stretch' }] as const;
      gateway.append(MAIN, { role: 'assistant', content, source: { kind: 'cron', label: 'Stretch' } });
    });
    expect(within(screen.getByRole('article', { name: 'Reminder' })).getByText('Stretch')).toBeTruthy();
  });

  it.each([
    ['cron', 'Reminder'],
    ['call-event', 'Call'],
    ['system-event', 'Event'],
  ] as const)('shows what happened (%s) as %s, on neither side', async (kind, name) => {
    const { gateway } = await openWindow();
    const content = [{ type: 'text', text: 'The backup finished.' }] as const;
    await happens(() => gateway.append(MAIN, { role: 'assistant', content, source: { kind } }));
    const card = within(log()).getByRole('article', { name });
    expect(within(card).getByText('The backup finished.')).toBeTruthy();
  });
});

describe('asking again', () => {
  it('sends the words of the last question once more, and puts earlier ones into the composer', async () => {
    const { gateway, user } = await openWindow();
    await user.type(composer(), 'How hot?{Enter}');
    await happens(() => gateway.end(MAIN, sentKey(gateway.requests), 'final', { content: 'Very.' }));
    await does(user.click(screen.getByRole('button', { name: 'Ask again' })));
    expect(gateway.requests.filter(({ method }) => method === 'chat.send')).toHaveLength(2);
    expect(within(log()).getAllByText('How hot?')).toHaveLength(2);
    await does(user.click(screen.getAllByRole('button', { name: 'Edit and send again' })[0]!));
    expect(composer().value).toBe('How hot?');
    expect(document.activeElement).toBe(composer());
  });

  it('takes back a message that waits behind another', async () => {
    const { gateway, user } = await openWindow();
    await user.type(composer(), 'One{Enter}');
    await happens(() => gateway.delta(MAIN, sentKey(gateway.requests), 'Well'));
    await does(user.type(composer(), 'Two{Enter}'));
    await does(user.click(screen.getByRole('button', { name: 'Don’t answer' })));
    const waiting = gateway.requests.filter(({ method }) => method === 'chat.send')[1];
    expect(gateway.requests.find(({ method }) => method === 'chat.abort')?.params).toEqual({
      sessionKey: MAIN,
      runId: waiting?.params['idempotencyKey'],
    });
  });
});
