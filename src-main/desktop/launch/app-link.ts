// What an address `clawtray://…` means. Anybody can write one, so it only ever leads somewhere or offers a draft: nothing is
// sent, approved or changed by following it. Pure.
//
//   clawtray://chat?message=TEXT&session=KEY    a draft, after the person has read all of it
//   clawtray://session/KEY                      a conversation
//   clawtray://automation/ID   clawtray://approval/ID
//   clawtray://inbox   clawtray://approvals   clawtray://automations   clawtray://settings   clawtray://

import { GatewayError } from '../../shared/errors.ts';
import type { NavigationTarget } from '../../shared/ipc.ts';
import { resolveSessionKey } from '../../shared/session-key.ts';

export type AppLink =
  | { readonly ok: true; readonly target: NavigationTarget | undefined }
  /** For the log: it never repeats what the address said. */
  | { readonly ok: false; readonly reason: string };

/** Longest draft, in UTF-16 units. */
const MAX_MESSAGE = 20_000;
/** A character takes up to twelve in an address. */
const MAX_ADDRESS = MAX_MESSAGE * 12 + 2_000;
const MAX_ID = 200;
const ID = /^[\w.:-]+$/;

export function readAppLink(address: string): AppLink {
  if (address.length > MAX_ADDRESS) return refused('it is too long');
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return refused('it is not an address');
  }
  if (url.username !== '' || url.password !== '' || url.port !== '' || url.hash !== '')
    return refused('it has parts that no link of ours has');
  try {
    return read(decodeURIComponent(url.host).toLowerCase(), pathOf(url), url.searchParams);
  } catch (error) {
    if (error instanceof GatewayError) return refused('it names no possible conversation');
    return refused('it is not encoded as addresses are');
  }
}

function read(place: string, path: readonly string[], query: URLSearchParams): AppLink {
  const [id, ...more] = path;
  if (more.length > 0) return refused('it has too many parts');
  switch (place) {
    case '':
      return id === undefined ? leadsTo(undefined) : refused('it leads nowhere');
    case 'inbox':
    case 'approvals':
    case 'automations':
    case 'settings':
      return id === undefined ? leadsTo({ view: place }) : refused('it has too many parts');
    case 'chat':
      return id === undefined ? draft(query) : refused('it has too many parts');
    case 'session':
      return id === undefined
        ? refused('it names no conversation')
        : leadsTo({ view: 'chat', sessionKey: resolveSessionKey(id) });
    case 'approval':
      return isId(id) ? leadsTo({ view: 'approvals', id }) : refused('it names no approval');
    case 'automation':
      return isId(id) ? leadsTo({ view: 'automations', id }) : refused('it names no automation');
    default:
      return refused('it leads nowhere');
  }
}

function draft(query: URLSearchParams): AppLink {
  const message = cleaned(query.get('message') ?? '');
  const session = query.get('session');
  const sessionKey = session === null ? undefined : resolveSessionKey(session);
  if (message.length > MAX_MESSAGE) return refused('its message is too long');
  if (message === '')
    return sessionKey === undefined ? leadsTo(undefined) : leadsTo({ view: 'chat', sessionKey });
  return leadsTo({ view: 'draft', message, ...(sessionKey === undefined ? {} : { sessionKey }) });
}

/** Control characters say nothing to a person, but may to a program that the text is passed on to. */
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
/** What makes text look like other text, or hides it: orders of direction, spaces without width, tags. Joiners stay. */
const DECEIVING = /[\u00ad\u200b\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\u{e0000}-\u{e007f}]/gu;

/** What the person reads is what the message gets. */
function cleaned(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(CONTROLS, '').replace(DECEIVING, '').trim();
}

function pathOf(url: URL): readonly string[] {
  return url.pathname
    .split('/')
    .filter((part) => part !== '')
    .map((part) => decodeURIComponent(part));
}

function isId(id: string | undefined): id is string {
  return id !== undefined && id.length <= MAX_ID && ID.test(id);
}

function leadsTo(target: NavigationTarget | undefined): AppLink {
  return { ok: true, target };
}

function refused(reason: string): AppLink {
  return { ok: false, reason };
}
