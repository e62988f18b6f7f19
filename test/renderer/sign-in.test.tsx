import { screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { SecretKind, SignInResult } from '../../src-renderer/host/host.ts';
import { composer, does, openWindow, type FakeHost } from './support/app.tsx';

interface Asked {
  readonly secrets: string[];
  /** What the gateway answers next. */
  result: SignInResult;
}

/** A page whose person has not signed in. */
async function openSignedOut(secret: SecretKind = 'token') {
  const asked: Asked = { secrets: [], result: 'signed-in' };
  const window = await openWindow({
    prepare: (_gateway, host) => {
      const ready = host.access;
      host.access = { state: 'signed-out', secret };
      Object.assign(host, {
        account: {
          signIn: (text: string, kind: SecretKind) => {
            asked.secrets.push(`${kind} ${text}`);
            if (asked.result === 'signed-in') host.access = ready;
            return Promise.resolve(asked.result);
          },
          signOut: () => {
            host.retries = 99;
            return Promise.resolve();
          },
        } satisfies FakeHost['account'],
      });
    },
  });
  return { ...window, asked };
}

const field = (label = 'Token'): HTMLElement => screen.getByLabelText(label);
const button = (): HTMLElement => screen.getByRole('button', { name: 'Sign in' });

describe('a page whose person has not signed in', () => {
  it('shows nothing but the question, and asks the gateway nothing again and again', async () => {
    const { clock, host } = await openSignedOut();
    expect(document.activeElement).toBe(field());
    expect(field().getAttribute('type')).toBe('password');
    expect(screen.queryByRole('textbox', { name: 'Message' })).toBeNull();
    expect(host.tickets).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('opens with the right token', async () => {
    const { user, asked } = await openSignedOut();
    expect(button()).toHaveProperty('disabled', true);
    await user.type(field(), ' oc_local_1 ');
    await does(user.keyboard('{Enter}'));
    expect(asked.secrets).toEqual(['token oc_local_1']);
    expect(composer()).toBeTruthy();
  });

  it('takes the whole address as well', async () => {
    const { user, asked } = await openSignedOut();
    await user.type(field(), 'ws://127.0.0.1:18789/?token=oc_local_1');
    await does(user.click(button()));
    expect(asked.secrets).toEqual(['token oc_local_1']);
  });

  it('asks for a password where that is the secret, and leaves its spaces', async () => {
    const { user, asked } = await openSignedOut('password');
    await user.type(field('Password'), ' a b ');
    await does(user.click(button()));
    expect(asked.secrets).toEqual(['password  a b ']);
  });

  it.each<[SignInResult, RegExp]>([
    ['wrong', /not this gateway’s token/],
    ['locked', /Too many wrong attempts/],
    ['unreachable', /can’t be reached/],
  ])('says it when the answer is “%s”, and lets the person try again', async (result, words) => {
    const { user, asked } = await openSignedOut();
    asked.result = result;
    await user.type(field(), 'x');
    await does(user.click(button()));
    expect(screen.getByRole('alert').textContent).toMatch(words);
    expect(document.activeElement).toBe(field());
    asked.result = 'signed-in';
    await user.keyboard('right');
    expect(screen.getByRole('alert').textContent).toBe('');
    await does(user.keyboard('{Enter}'));
    expect(asked.secrets.at(-1)).toBe('token right');
    expect(composer()).toBeTruthy();
  });

  it('can sign out again', async () => {
    const { user, host } = await openSignedOut();
    await user.type(field(), 'x');
    await does(user.keyboard('{Enter}'));
    await does(user.click(screen.getByRole('button', { name: /^Gateway: / })));
    await does(user.click(screen.getByRole('button', { name: 'Sign out' })));
    expect(host.retries).toBe(99);
  });
});

describe('the desktop’s window', () => {
  it('has nothing to sign out of', async () => {
    const { user } = await openWindow();
    await does(user.click(screen.getByRole('button', { name: /^Gateway: / })));
    expect(screen.queryByRole('button', { name: 'Sign out' })).toBeNull();
  });
});
