import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { AgentEvent } from '../../src-main/shared/protocol/agent.ts';
import type { PendingApproval } from '../../src-main/shared/protocol/approvals.ts';
import { pendingApproval, pendingPluginApproval } from '../fakes/approvals.ts';
import { composer, does, happens, openWindow } from './support/app.tsx';
import { Refusal, type FakeGateway } from './support/fake-gateway.ts';
import { MAIN } from './support/samples.ts';

const RUN = 'run-1';
let seq = 0;

type Told = AgentEvent extends infer Event
  ? Event extends AgentEvent
    ? Pick<Event, 'stream' | 'data'>
    : never
  : never;

function tell(gateway: FakeGateway, told: Told): void {
  seq += 1;
  gateway.emit('agent', { runId: RUN, sessionKey: MAIN, agentId: 'main', seq, ts: Date.now(), ...told });
}

function toolBegins(gateway: FakeGateway, id: string, name: string, args: Record<string, unknown>): void {
  tell(gateway, { stream: 'tool', data: { phase: 'start', name, toolCallId: id, args } });
}

function toolShows(gateway: FakeGateway, id: string, text: string): void {
  const partialResult = { content: [{ type: 'text', text }] } as const;
  tell(gateway, { stream: 'tool', data: { phase: 'update', name: 'exec', toolCallId: id, partialResult } });
}

function toolEnds(gateway: FakeGateway, id: string, text: string, isError = false): void {
  const result = { content: [{ type: 'text', text }] } as const;
  tell(gateway, { stream: 'tool', data: { phase: 'result', name: 'exec', toolCallId: id, isError, result } });
}

async function answering(prepare?: (gateway: FakeGateway) => void) {
  const window = await openWindow(prepare === undefined ? {} : { prepare });
  await happens(() => window.gateway.append(MAIN, { role: 'user', content: 'go', runId: RUN }));
  await happens(() => {
    window.gateway.status(MAIN, RUN);
  });
  return window;
}

const card = (name: RegExp): HTMLElement => screen.getByRole('button', { name });

describe('a tool at work', () => {
  it('is a closed line with the end of what it shows, then with how it went', async () => {
    const { gateway, user } = await answering();
    await happens(() => {
      gateway.delta(MAIN, RUN, 'Let me look.');
    });
    await happens(() => {
      toolBegins(gateway, 'c1', 'exec', { command: 'npm test' });
    });
    expect(card(/Run a command.*npm test.*Working/).getAttribute('aria-expanded')).toBe('false');
    await happens(() => {
      toolShows(gateway, 'c1', 'one\ntwo\nthree\nfour\n');
    });
    expect(screen.getByText(/two\s+three\s+four/)).toBeTruthy();
    expect(screen.queryByText(/one/)).toBeNull();
    await user.click(card(/Run a command/));
    expect(within(screen.getByRole('region', { name: 'Result' })).getByText(/one\s+two/)).toBeTruthy();
    await happens(() => {
      toolEnds(gateway, 'c1', 'All good.');
    });
    expect(screen.getByText('All good.')).toBeTruthy();
    expect(card(/Run a command/).textContent).toMatch(/\d+ ms$/);
  });

  it('stands between the words that came before and after it', async () => {
    const { gateway } = await answering();
    await happens(() => {
      gateway.delta(MAIN, RUN, 'Before.');
    });
    await happens(() => {
      toolBegins(gateway, 'c1', 'read', { path: 'a.txt' });
      toolEnds(gateway, 'c1', 'x', true);
      gateway.delta(MAIN, RUN, 'Before.\n\nAfter.');
    });
    const order = screen.getByRole('log').textContent;
    expect(order).toMatch(/Before\..*Read a file.*a\.txt.*Didn’t work.*After\./);
  });

  it('is known again when the window comes back in the middle', async () => {
    const { gateway } = await openWindow({
      prepare: (prepared) => {
        prepared.append(MAIN, { role: 'user', content: 'go', runId: RUN }, true);
        const call = (id: string, path: string) =>
          ({ type: 'toolCall', id, name: 'read', arguments: { path } }) as const;
        prepared.inFlight.set(MAIN, {
          runId: RUN,
          text: 'Before.',
          startedAtMs: Date.now(),
          status: 'running',
          steps: [
            {
              role: 'assistant',
              content: [{ type: 'text', text: 'Before.' }, call('1', 'a.txt'), call('2', 'b.txt')],
              timestamp: Date.now(),
            },
            { role: 'toolResult', toolCallId: '1', content: 'A', timestamp: Date.now(), durationMs: 3_400 },
          ],
        });
      },
    });
    expect(card(/a\.txt/).textContent).toContain('3.4 s');
    expect(card(/b\.txt/).textContent).toContain('Working');
    await happens(() => {
      toolEnds(gateway, '2', 'B');
    });
    expect(card(/b\.txt/).textContent).not.toContain('Working');
  });

  it('that waits for the person is decided where it stands, and the composer keeps the focus and gets it back', async () => {
    const asks: PendingApproval = pendingApproval('a1', {
      command: 'rm old.txt',
      sessionKey: MAIN,
      runId: RUN,
      toolCallId: 'c1',
    });
    const { gateway, user } = await answering((prepared) => {
      prepared.handlers['exec.approval.resolve'] = () => ({ ok: true });
    });
    await user.click(composer());
    await happens(() => {
      toolBegins(gateway, 'c1', 'exec', { command: 'rm old.txt' });
      gateway.emit('exec.approval.requested', asks);
    });
    expect(card(/Run a command/).textContent).toContain('Waiting for you');
    expect(document.activeElement).toBe(composer());
    const here = within(screen.getByRole('log'));
    await waitFor(() => {
      expect(here.getByRole('button', { name: 'Deny' }).ariaDisabled).toBe('false');
    });
    await does(user.click(here.getByRole('button', { name: /once/ })));
    expect(gateway.requests.at(-1)).toMatchObject({
      method: 'exec.approval.resolve',
      params: { id: 'a1', decision: 'allow-once' },
    });
    await happens(() => {
      gateway.emit('exec.approval.resolved', {
        id: 'a1',
        decision: 'allow-once',
        terminalReason: 'user',
        resolvedBy: null,
        ts: 1,
        request: asks.request,
      });
    });
    expect(here.queryByRole('button', { name: 'Deny' })).toBeNull();
    expect(card(/Run a command/).textContent).toContain('Working');
    // The buttons had the focus, and are gone.
    expect(document.activeElement).toBe(composer());
  });

  it.each([
    ['that a run has asked for', RUN],
    ['that a program has asked for, which names the call and the chat', null],
  ])('that waits for another decision than a command, %s, shows all of it', async (_what, runId) => {
    const asks = pendingPluginApproval('p1', { sessionKey: MAIN, runId, toolCallId: 'c1' });
    const { gateway, user } = await answering((prepared) => {
      prepared.handlers['plugin.approval.resolve'] = () => ({ ok: true });
    });
    await user.click(composer());
    await happens(() => {
      toolBegins(gateway, 'c1', 'mail__send', { to: 'ana' });
      gateway.emit('plugin.approval.requested', asks);
    });
    expect(card(/mail__send/).textContent).toContain('Waiting for you');
    expect(document.activeElement).toBe(composer());
    const here = within(screen.getByRole('log'));
    expect(here.getByRole('heading', { name: 'Agent main asks: Call send of mail' })).toBeTruthy();
    expect(here.getByRole('region', { name: 'What would be done' }).textContent).toContain('U+202E');
    await waitFor(() => {
      expect(here.getByRole('button', { name: 'Deny' }).ariaDisabled).toBe('false');
    });
    await does(user.click(here.getByRole('button', { name: 'Deny' })));
    expect(gateway.requests.at(-1)).toMatchObject({
      method: 'plugin.approval.resolve',
      params: { id: 'p1', decision: 'deny' },
    });
    // Somebody else was faster: what counts is what the gateway tells.
    await happens(() => {
      gateway.emit('plugin.approval.resolved', {
        id: 'p1',
        decision: 'allow-once',
        terminalReason: 'user',
        resolvedBy: 'Phone',
        ts: 1,
        request: asks.request,
      });
    });
    expect(here.queryByRole('button', { name: 'Deny' })).toBeNull();
    expect(card(/mail__send/).textContent).toContain('Working');
  });

  it('shows the images that it answered with, at once and in the history', async () => {
    const block = { type: 'image', sha256: 'ab'.repeat(32), mimeType: 'image/png', sizeBytes: 70 } as const;
    const said = { type: 'text', text: '[image 1: image/png, 70 bytes]' } as const;
    const { gateway } = await answering((prepared) => {
      prepared.handlers['chat.attachment.get'] = () => ({ ...block, content: 'AAAA' });
      prepared.append(
        MAIN,
        {
          role: 'assistant',
          content: [{ type: 'toolCall', id: 'c0', name: 'camera__shot', arguments: {} }],
          stopReason: 'toolUse',
          runId: 'old',
        },
        true,
      );
      prepared.append(
        MAIN,
        { role: 'toolResult', toolCallId: 'c0', content: [said, block], runId: 'old' },
        true,
      );
    });
    expect(await screen.findAllByRole('img', { name: 'Image' })).toHaveLength(1);
    await happens(() => {
      toolBegins(gateway, 'c1', 'camera__shot', {});
      tell(gateway, {
        stream: 'tool',
        data: {
          phase: 'result',
          name: 'camera__shot',
          toolCallId: 'c1',
          isError: false,
          result: { content: [said, block] },
        },
      });
    });
    await waitFor(() => {
      expect(screen.getAllByRole('img', { name: 'Image' })).toHaveLength(2);
    });
  });

  it('does not show what another call with the same id waits for', async () => {
    const { gateway } = await answering();
    await happens(() => {
      toolBegins(gateway, 'c1', 'mail__send', { to: 'ana' });
      gateway.emit(
        'plugin.approval.requested',
        pendingPluginApproval('p1', { runId: 'r2', toolCallId: 'c1' }),
      );
      gateway.emit(
        'plugin.approval.requested',
        pendingPluginApproval('p2', { sessionKey: 'agent:main:other', toolCallId: 'c1' }),
      );
    });
    expect(card(/mail__send/).textContent).not.toContain('Waiting for you');
    expect(within(screen.getByRole('log')).queryByRole('button', { name: 'Deny' })).toBeNull();
  });
});

describe('an answer that takes a while', () => {
  it('says when the model is asked again, and that another one is', async () => {
    const { gateway } = await answering();
    await happens(() => {
      tell(gateway, {
        stream: 'run_status',
        data: {
          phase: 'retrying',
          message: 'acme asks to slow down.',
          reason: 'rate_limit',
          retryAttempt: 1,
          maxRetries: 4,
          delayMs: 7_500,
          attempt: 2,
          maxAttempts: 5,
        },
      });
    });
    expect(screen.getByText('acme asks to slow down.')).toBeTruthy();
    expect(screen.getByText(/Trying again in [78] s/)).toBeTruthy();
    await happens(() => {
      tell(gateway, {
        stream: 'lifecycle',
        data: {
          phase: 'fallback_step',
          fallbackStepFromModel: 'acme/big',
          fallbackStepToModel: 'ollama/small',
          fallbackStepFromFailureReason: 'rate_limit',
          fallbackStepFromFailureMessage: 'acme asks to slow down.',
          fallbackStepChainPosition: 1,
        },
      });
    });
    expect(screen.getByText('Asking ollama/small instead')).toBeTruthy();
    await happens(() => {
      gateway.delta(MAIN, RUN, 'Here I am.');
    });
    expect(screen.queryByText('Asking ollama/small instead')).toBeNull();
  });

  it('says who answered in the place of the chosen one', async () => {
    const { gateway } = await answering();
    await happens(() => {
      gateway.end(MAIN, RUN, 'final', {
        content: [{ type: 'text', text: 'Done.' }],
        model: 'small',
        fallback: { from: 'acme/big', reason: 'auth', message: 'acme refused the key.' },
      });
    });
    expect(screen.getByText('Answered by small. acme refused the key.')).toBeTruthy();
  });

  it('has its thoughts in a closed line, while they come and afterwards', async () => {
    const { gateway, user } = await answering();
    await happens(() => {
      tell(gateway, { stream: 'thinking', data: { text: 'Two and two', delta: 'Two and two' } });
    });
    expect(screen.queryByText('Two and two')).toBeNull();
    await user.click(card(/Thinking…/));
    expect(screen.getByText('Two and two')).toBeTruthy();
    const content = [
      { type: 'thinking', thinking: 'Two and two make four' },
      { type: 'text', text: 'Four.' },
    ] as const;
    await happens(() => {
      gateway.end(MAIN, RUN, 'final', { content });
    });
    expect(screen.queryByText('Two and two make four')).toBeNull();
    await user.click(card(/Thoughts/));
    expect(screen.getByText('Two and two make four')).toBeTruthy();
  });
});

describe('what came with a message', () => {
  const sent = (gateway: FakeGateway): void => {
    const common = { sizeBytes: 2_400, sha256: 'a'.repeat(64) };
    gateway.append(
      MAIN,
      {
        role: 'user',
        runId: 'old',
        content: [
          { type: 'text', text: 'Look.' },
          { type: 'image', mimeType: 'image/png', fileName: 'cat.png', ...common },
          { type: 'file', mimeType: 'text/plain', fileName: 'notes.txt', ...common, sha256: 'b'.repeat(64) },
        ],
      },
      true,
    );
  };

  it('is shown: images at once, texts when they are opened', async () => {
    const { gateway, user } = await openWindow({
      prepare: (prepared) => {
        sent(prepared);
        prepared.handlers['chat.attachment.get'] = ({ sha256 }) => ({
          sha256,
          mimeType: sha256.startsWith('a') ? 'image/png' : 'text/plain',
          sizeBytes: 4,
          content: btoa('milk'),
        });
      },
    });
    expect((await screen.findByRole<HTMLImageElement>('img', { name: 'cat.png' })).src).toBe(
      `data:image/png;base64,${btoa('milk')}`,
    );
    expect(gateway.count('chat.attachment.get')).toBe(1);
    await does(user.click(card(/notes\.txt.*2 kB/)));
    expect((await screen.findByRole('region', { name: 'notes.txt' })).textContent).toBe('milk');
    await user.click(card(/show it larger/));
    expect(card(/show it smaller/)).toBeTruthy();
  });

  it('and cannot be had says so', async () => {
    await openWindow({
      prepare: (prepared) => {
        sent(prepared);
        prepared.handlers['chat.attachment.get'] = () => {
          throw new Refusal('NOT_FOUND', 'it is gone');
        };
      },
    });
    expect(await screen.findByText('cat.png couldn’t be loaded')).toBeTruthy();
  });
});
