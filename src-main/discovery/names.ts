// Names in the local network: of the service, of an announcement, of this computer. Pure.

import { plainText } from '../shared/plain-text.ts';

export const SERVICE = '_openclaw-gw._tcp.local';
/** As the library wants it: without underscores, protocol and domain. */
export const SERVICE_TYPE = 'openclaw-gw';

/** Bytes in a label of a DNS name (RFC 1035). */
const MAX_LABEL = 63;

/**
 * The name of an announcement: `desk (Clawtray)`, and after a conflict `desk (Clawtray) (2)`.
 * @param attempt 1 for the first name
 */
export function announcedName(displayName: string, attempt: number): string {
  const suffix = ` (Clawtray)${attempt === 1 ? '' : ` (${attempt})`}`;
  const name = (plainText(displayName) ?? 'gateway').replaceAll('.', '-');
  return shorten(name, MAX_LABEL - suffix.length) + suffix;
}

/** This computer's name in the local network, `desk.local`. */
export function localHost(hostname: string): string {
  const label = hostname.split('.')[0] ?? '';
  return `${/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i.test(label) ? label : 'clawtray'}.local`;
}

/** The announcement's own name within a full one (`desk (Clawtray)._openclaw-gw._tcp.local`). */
export function instanceOf(fullName: string): string | undefined {
  const plain = fullName.replace(/\.$/, '');
  const service = `.${SERVICE}`;
  if (!plain.toLowerCase().endsWith(service)) return undefined;
  const instance = plain.slice(0, -service.length);
  return instance === '' ? undefined : instance;
}

/** For people: `\032`-like escapes decoded, nothing that hides or reorders text. */
export function shownName(instance: string): string {
  return plainText(decodeEscapes(instance)) ?? 'gateway';
}

/** `\DDD` is a byte, `\.` a character (RFC 1035, 5.1). */
function decodeEscapes(text: string): string {
  if (!text.includes('\\')) return text;
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (const [piece] of text.matchAll(/\\\d{3}|\\.|[^\\]+|\\$/gs)) {
    const code = /^\\(\d{3})$/.exec(piece)?.[1];
    if (code !== undefined && Number(code) <= 255) bytes.push(Number(code));
    else bytes.push(...encoder.encode(piece.startsWith('\\') && piece.length === 2 ? piece.slice(1) : piece));
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

/** At most so many bytes of UTF-8, without half a character at the end. */
function shorten(text: string, bytes: number): string {
  const encoder = new TextEncoder();
  let kept = '';
  let length = 0;
  for (const character of text) {
    length += encoder.encode(character).length;
    if (length > bytes) break;
    kept += character;
  }
  return kept.trim();
}
