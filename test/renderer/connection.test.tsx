import { act, render, screen } from '@testing-library/react';
import { I18nextProvider } from 'react-i18next';
import { describe, expect, it, vi } from 'vitest';
import { ErrorBoundary } from '../../src-renderer/app/error-boundary.tsx';
import { createI18n } from '../../src-renderer/app/i18n/i18n.ts';
import { composer, does, happens, openWindow } from './support/app.tsx';
import { MAIN } from './support/samples.ts';

const GRACE = 1_300;
const wait = (ms: number): Promise<void> =>
  act(async () => {
    await new Promise((resolve) => setTimeout(resolve, ms));
  });

describe('the connection bar', () => {
  it('does not appear for a moment’s interruption', async () => {
    const { gateway, host } = await openWindow();
    await happens(() => gateway.drop());
    await wait(300);
    expect(screen.queryByText(/connection to the gateway was lost/)).toBeNull();
    await happens(() => host.gatewayChanged());
    await wait(GRACE);
    expect(screen.queryByText(/connection to the gateway was lost/)).toBeNull();
  });

  it('says what is wrong when it lasts, and tries again on request', async () => {
    const { gateway, user } = await openWindow();
    gateway.online = false;
    await happens(() => gateway.drop());
    await wait(GRACE);
    expect(screen.getByText(/connection to the gateway was lost/)).toBeTruthy();
    gateway.online = true;
    await does(user.click(screen.getByRole('button', { name: 'Try again' })));
    expect(screen.queryByText(/connection to the gateway was lost/)).toBeNull();
  });

  it('shows why the gateway turned the window away', async () => {
    const { gateway, host } = await openWindow();
    gateway.refusal = 'This device is not paired.';
    await happens(() => gateway.drop());
    await happens(() => host.gatewayChanged());
    await wait(GRACE);
    expect(screen.getByText('This device is not paired.')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Copy details' })).toBeTruthy();
  });
});

describe('a gateway that does not start', () => {
  it('says what happened and what to do', async () => {
    const { host, user } = await openWindow({
      prepare: (_gateway, fake) => {
        fake.access = {
          state: 'failed',
          message: 'Port 18789 is used by another program. Quit it, then try again.',
        };
      },
    });
    expect(screen.getByRole('heading', { name: 'The gateway didn’t start' })).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Copy details' }));
    expect(host.copied[0]).toContain('Port 18789 is used by another program.');

    host.access = { state: 'ready', url: 'ws://127.0.0.1:18789', kind: 'embedded' };
    await does(user.click(screen.getByRole('button', { name: 'Try again' })));
    expect(host.retries).toBe(1);
    expect(composer()).toBeTruthy();
  });

  it('connects by itself when the desktop says that something changed', async () => {
    const { host, gateway } = await openWindow({
      prepare: (_gateway, fake) => {
        fake.access = { state: 'starting' };
      },
    });
    expect(gateway.count('connect')).toBe(0);
    host.access = { state: 'ready', url: 'ws://127.0.0.1:18789', kind: 'embedded' };
    await happens(() => host.gatewayChanged());
    expect(gateway.count('connect')).toBe(1);
  });
});

describe('the next window', () => {
  it('opens where the last one was, with what was written and not sent', async () => {
    const saved = new Map<string, unknown>([
      ['session', 'agent:main:notes'],
      ['drafts', { 'agent:main:notes': 'Half a thought', bad: 7 }],
      [
        'outbox',
        { 'agent:main:notes': [{ key: 'k', text: 'Lost?', at: 1, state: 'sending' }, 'bad'], [MAIN]: 'bad' },
      ],
    ]);
    await openWindow({ saved });
    expect(screen.getByRole('heading', { name: 'notes' })).toBeTruthy();
    expect(composer().value).toBe('Half a thought');
    expect(screen.getByText('Lost?')).toBeTruthy();
    expect(screen.getByText(/Not sent/)).toBeTruthy();
  });
});

describe('a fault in drawing', () => {
  it('leaves a useful page instead of an empty one', () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const Broken = (): never => {
      throw new Error('broken');
    };
    render(
      <I18nextProvider i18n={createI18n()}>
        <ErrorBoundary copyText={async () => true}>
          <Broken />
        </ErrorBoundary>
      </I18nextProvider>,
    );
    expect(screen.getByRole('heading', { name: 'This window has a fault' })).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Load again' })).toBeTruthy();
  });
});
