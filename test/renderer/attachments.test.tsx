import { fireEvent, screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { composer, does, happens, openWindow } from './support/app.tsx';
import { Refusal, type FakeGateway } from './support/fake-gateway.ts';

const png = (name: string, bytes = 8): File =>
  new File([new Uint8Array(bytes).fill(1)], name, { type: 'image/png' });
const sent = (gateway: FakeGateway): unknown[] =>
  gateway.requests.filter(({ method }) => method === 'chat.send').map(({ params }) => params['attachments']);
const attached = (): string[] =>
  within(screen.getByRole('list', { name: 'Attached' }))
    .getAllByRole('listitem')
    .map(({ textContent }) => textContent);

it('adds what is pasted and dropped, and sends it with the words or alone', async () => {
  const { gateway, user } = await openWindow();
  const files = [png('plan.png'), new File(['a,b'], 'sums.csv', { type: 'text/csv' })];
  await happens(() => fireEvent.paste(composer(), { clipboardData: { files, types: ['Files'] } }));
  expect(attached()).toEqual([expect.stringMatching(/^plan\.png/), expect.stringMatching(/^sums\.csv/)]);
  await happens(() =>
    fireEvent.drop(composer(), { dataTransfer: { files: [png('more.png')], types: ['Files'] } }),
  );
  await does(user.click(screen.getByRole('button', { name: 'Remove plan.png' })));
  await does(user.click(screen.getByRole('button', { name: 'Send' })));
  expect(sent(gateway)).toEqual([
    [
      { type: 'file', mimeType: 'text/plain', fileName: 'sums.csv', content: btoa('a,b') },
      { type: 'image', mimeType: 'image/png', fileName: 'more.png', content: btoa('\u0001'.repeat(8)) },
    ],
  ]);
  expect(screen.queryByRole('list', { name: 'Attached' })).toBeNull();
});

it('says which files are not taken, and why', async () => {
  await openWindow();
  const files = [
    png('huge.png', 6_291_457),
    new File([new Uint8Array([0, 1])], 'tool.bin'),
    new File(['x'.repeat(256 * 1024 + 1)], 'long.txt', { type: 'text/plain' }),
    new File(['fine'], 'fine.txt', { type: 'text/plain' }),
  ];
  await happens(() => fireEvent.paste(composer(), { clipboardData: { files, types: ['Files'] } }));
  const { textContent } = screen.getByRole('alert');
  expect(textContent).toMatch(/huge\.png .*at most 6 MB.*tool\.bin .*only images.*long\.txt .*256 kB/);
  expect(attached()).toEqual([expect.stringMatching(/^fine\.txt/)]);
});

it('keeps what could not be sent, and says when a closed window has lost it', async () => {
  const { gateway, host, user } = await openWindow();
  gateway.handlers['chat.send'] = () => {
    throw new Refusal('UNAVAILABLE', 'No.');
  };
  await happens(() =>
    fireEvent.paste(composer(), { clipboardData: { files: [png('a.png')], types: ['Files'] } }),
  );
  await does(user.type(composer(), 'Look{Enter}'));
  expect(JSON.stringify(host.saved.get('outbox'))).not.toContain('content');
  await does(user.click(screen.getByRole('button', { name: 'Edit' })));
  expect(attached()).toEqual([expect.stringMatching(/^a\.png/)]);
  await does(user.click(screen.getByRole('button', { name: 'Send' })));
  const saved = new Map(host.saved);
  await openWindow({ saved });
  expect(screen.getByText(/Its attachment was lost when the window closed/)).toBeTruthy();
});
