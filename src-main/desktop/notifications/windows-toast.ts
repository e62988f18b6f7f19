// A notification as Windows takes it: the toast's XML (Microsoft's "Toast schema"), and the arguments in it, which come back
// when the person clicks, also to a process that has never shown it. Pure.

import type { LateActivation, OsNotification } from './os-notifier.ts';

/** What can be written in XML 1.0; everything else would make all of it unreadable. */
const UNWRITABLE = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
/** Longer texts make a toast that is not shown; three lines are all that is seen. */
const MAX_TITLE = 200;
const MAX_BODY = 1_000;
/** Windows refuses more. */
const MAX_BUTTONS = 5;
const REPLY = 'reply';
const MARK = 'clawtray';

export function toastXml(notification: OsNotification): string {
  const { id, title, body, persistent, buttons = [], reply } = notification;
  const answers = buttons
    .slice(0, reply === undefined ? MAX_BUTTONS : MAX_BUTTONS - 1)
    .map((button) => action(button.label, { id, button: button.id }));
  const inputs =
    reply === undefined
      ? []
      : [
          `<input id="${REPLY}" type="text" placeHolderContent="${escaped(reply.placeholder, MAX_TITLE)}"/>`,
          action('Send', { id, button: REPLY }, ` hint-inputId="${REPLY}"`),
        ];
  const actions = [...inputs, ...answers].join('');
  return [
    // A reminder stays until it is answered; it does not break through "do not disturb" like an alarm.
    `<toast launch="${escaped(argumentsOf({ id }))}" activationType="foreground"${persistent && buttons.length > 0 ? ' scenario="reminder"' : ''}>`,
    '<visual><binding template="ToastGeneric">',
    `<text>${escaped(title, MAX_TITLE)}</text>`,
    body === '' ? '' : `<text>${escaped(body, MAX_BODY)}</text>`,
    '</binding></visual>',
    actions === '' ? '' : `<actions>${actions}</actions>`,
    '</toast>',
  ].join('');
}

/**
 * What came back. @param written the arguments, which any program can send
 * @returns `undefined` for arguments that are not ours
 */
export function activationOf(
  written: string,
  userInputs: Readonly<Record<string, string>> = {},
): LateActivation | undefined {
  const parameters = new URLSearchParams(written);
  const id = parameters.get(MARK);
  const button = parameters.get('button');
  if (id === null || id === '') return undefined;
  if (button === REPLY) return { id, reply: userInputs[REPLY] ?? '' };
  return { id, ...(button === null ? {} : { button }) };
}

function argumentsOf({ id, button }: { readonly id: string; readonly button?: string }): string {
  return new URLSearchParams({ [MARK]: id, ...(button === undefined ? {} : { button }) }).toString();
}

function action(label: string, target: { readonly id: string; readonly button: string }, more = ''): string {
  const content = escaped(label, MAX_TITLE);
  return `<action content="${content}" arguments="${escaped(argumentsOf(target))}" activationType="foreground"${more}/>`;
}

function escaped(text: string, most = Infinity): string {
  const cut = text.length > most ? `${text.slice(0, most - 1)}…` : text;
  return cut
    .replace(UNWRITABLE, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
