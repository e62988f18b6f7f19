// @vitest-environment jsdom
//
// Against Microsoft's documented toast schema; no Windows took part in this.

import { describe, expect, test } from 'vitest';
import type { OsNotification } from '../../../src-main/desktop/notifications/os-notifier.ts';
import { activationOf, toastXml } from '../../../src-main/desktop/notifications/windows-toast.ts';

const toast = (more: Partial<OsNotification> = {}): OsNotification => ({
  id: 'n1',
  title: 'Reminder',
  body: 'Stretch',
  persistent: true,
  onClick: () => undefined,
  ...more,
});

function parsed(notification: OsNotification): Document {
  const document = new DOMParser().parseFromString(toastXml(notification), 'text/xml');
  expect(document.querySelector('parsererror')?.textContent).toBeUndefined();
  return document;
}

const attributes = (element: Element): Record<string, string> =>
  Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value]));

const BUTTONS = [
  { id: 'done', label: 'Done' },
  { id: 'snooze', label: 'Snooze 10 min' },
];

describe('a toast', () => {
  test('has its words, its buttons, and for each of them what comes back', () => {
    const document = parsed(toast({ buttons: BUTTONS }));
    const [root] = document.children;
    expect(attributes(root!)).toEqual({
      launch: 'clawtray=n1',
      activationType: 'foreground',
      scenario: 'reminder',
    });
    expect(
      [...document.querySelectorAll('visual > binding[template=ToastGeneric] > text')].map(
        (text) => text.textContent,
      ),
    ).toEqual(['Reminder', 'Stretch']);
    expect([...document.querySelectorAll('actions > action')].map(attributes)).toEqual([
      { content: 'Done', arguments: 'clawtray=n1&button=done', activationType: 'foreground' },
      { content: 'Snooze 10 min', arguments: 'clawtray=n1&button=snooze', activationType: 'foreground' },
    ]);
  });

  test('has a line to answer in, with the button that sends it', () => {
    const document = parsed(toast({ reply: { placeholder: 'Answer' }, persistent: false }));
    expect(
      [...document.querySelector('actions')!.children].map((child) => [child.tagName, attributes(child)]),
    ).toEqual([
      ['input', { id: 'reply', type: 'text', placeHolderContent: 'Answer' }],
      [
        'action',
        {
          content: 'Send',
          arguments: 'clawtray=n1&button=reply',
          activationType: 'foreground',
          'hint-inputId': 'reply',
        },
      ],
    ]);
    expect(document.documentElement.hasAttribute('scenario')).toBe(false);
  });

  test('shows what people and models write as it is, whatever it is', () => {
    const body = '<b>&"\'\u0000\u0007\ud800 </text> ]]> 😀';
    const document = parsed(toast({ title: '"/><toast', body, id: 'a&b="c" d' }));
    const [title, text] = document.querySelectorAll('text');
    expect(title!.textContent).toBe('"/><toast');
    expect(text!.textContent).toBe('<b>&"\' </text> ]]> 😀');
    expect(activationOf(document.documentElement.getAttribute('launch') ?? '')).toEqual({ id: 'a&b="c" d' });
  });

  test('is never longer than Windows takes, and has five buttons at most', () => {
    const buttons = Array.from({ length: 9 }, (_, n) => ({ id: `b${n}`, label: `B${n}` }));
    const document = parsed(toast({ body: 'x'.repeat(20_000), buttons }));
    expect(document.querySelectorAll('action')).toHaveLength(5);
    expect(toastXml(toast({ body: 'x'.repeat(20_000), buttons })).length).toBeLessThan(5_000);
  });
});

describe('what comes back', () => {
  test.each<[string, Record<string, string> | undefined, unknown]>([
    ['clawtray=n1', undefined, { id: 'n1' }],
    ['clawtray=n1&button=done', undefined, { id: 'n1', button: 'done' }],
    ['clawtray=n1&button=reply', { reply: 'on my way' }, { id: 'n1', reply: 'on my way' }],
    ['clawtray=n1&button=reply', undefined, { id: 'n1', reply: '' }],
    ['', undefined, undefined],
    ['type=click&tag=x', undefined, undefined],
    ['clawtray=', undefined, undefined],
    ['%%%', undefined, undefined],
  ])('%j with %j', (written, inputs, activation) => {
    expect(activationOf(written, inputs)).toEqual(activation);
  });
});
