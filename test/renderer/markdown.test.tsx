import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { openWindow, type Window } from './support/app.tsx';
import { MAIN } from './support/samples.ts';

/** A window whose chat holds one answer. */
function answer(content: string): Promise<Window> {
  return openWindow({
    prepare: (gateway) => void gateway.append(MAIN, { role: 'assistant', content }, true),
  });
}

const log = (): HTMLElement => screen.getByRole('log');

describe('text of a model', () => {
  it('cannot bring HTML: tags are shown as they are written', async () => {
    await answer(
      'Before <script>window.hacked = 1</script><b onclick="x()">bold</b> <img src=x onerror="x()"> after',
    );
    expect(log().querySelector('script, b, img, [onclick]')).toBeNull();
    expect(log().textContent).toContain('<script>window.hacked = 1</script>');
    expect(log().textContent).toContain('<b onclick="x()">bold</b>');
  });

  it('cannot bring links that execute something', async () => {
    await answer(
      '[one](javascript:alert(1)) [two](data:text/html,x) [three](vbscript:x) [four](file:///etc/passwd)',
    );
    expect(within(log()).queryAllByRole('link')).toEqual([]);
    expect(log().textContent).toContain('one two three four');
  });

  it('never fetches images: it names them and links to them', async () => {
    await answer('![A cat](https://evil.example/pixel.png?id=1)');
    expect(log().querySelector('img')).toBeNull();
    expect(within(log()).getByRole('link', { name: 'Image: A cat' })).toBeTruthy();
  });

  it('opens a link only after it has shown where it leads', async () => {
    const { host, user } = await answer('Read [your bank’s page](https://bank.example.evil.test/login).');
    const link = within(log()).getByRole('link', { name: 'your bank’s page' });
    expect(link.getAttribute('href')).toBeNull();
    await user.click(link);
    expect(host.opened).toEqual([]);
    const sheet = screen.getByRole('dialog', { name: 'Open this address?' });
    expect(within(sheet).getByText('bank.example.evil.test')).toBeTruthy();
    await user.click(within(sheet).getByRole('button', { name: 'Open in browser' }));
    expect(host.opened).toEqual(['https://bank.example.evil.test/login']);
  });

  it('shows look-alike letters in the address', async () => {
    const { user } = await answer('[apple](https://аpple.com/)');
    await user.click(within(log()).getByRole('link', { name: 'apple' }));
    expect(screen.getByText('xn--pple-43d.com')).toBeTruthy();
  });

  it('opens a link with the keyboard, and Escape only closes the question', async () => {
    const { gateway, user } = await answer('[page](https://example.org/)');
    within(log()).getByRole('link', { name: 'page' }).focus();
    await user.keyboard('{Enter}');
    expect(screen.getByRole('dialog')).toBeTruthy();
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(gateway.count('chat.abort')).toBe(0);
  });

  it('copies code as it stands', async () => {
    const { host, user } = await answer('```sh\nls -la\n  | wc -l\n```');
    expect(within(log()).getByText('sh')).toBeTruthy();
    await user.click(within(log()).getByRole('button', { name: 'Copy code' }));
    expect(host.copied).toEqual(['ls -la\n  | wc -l']);
    expect(await within(log()).findByRole('button', { name: 'Copied' })).toBeTruthy();
  });

  it('draws tables, lists and emphasis', async () => {
    await answer('| a | b |\n|---|---|\n| 1 | 2 |\n\n- **one**\n- two');
    expect(within(log()).getByRole('table')).toBeTruthy();
    expect(within(log()).getAllByRole('listitem')).toHaveLength(2);
  });

  it('leaves the person’s own words as they are', async () => {
    await openWindow({
      prepare: (gateway) =>
        void gateway.append(MAIN, { role: 'user', content: '**not bold** <i>x</i>' }, true),
    });
    expect(within(log()).getByText('**not bold** <i>x</i>')).toBeTruthy();
  });
});

describe('code', () => {
  it('gets its colours when its language is known, and is copied as it is', async () => {
    const { host, user } = await answer('```ts\nconst a = "<b>";\n```\n\n```nosuch\nconst b;\n```');
    await within(log()).findByText('const', { selector: '.hljs-keyword' }, { timeout: 5_000 });
    const [known, unknown] = within(log()).getAllByRole('region', { name: 'Code' });
    expect(known!.textContent).toBe('const a = "<b>";');
    expect(unknown!.innerHTML).toBe('const b;');
    await user.click(within(log()).getAllByRole('button', { name: 'Copy code' })[0]!);
    expect(host.copied).toEqual(['const a = "<b>";']);
  });
});
