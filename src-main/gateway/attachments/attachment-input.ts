// What somebody attaches to a message, checked: its bytes decide what it is, not what its sender says. Pure.

import { GatewayError } from '../../shared/errors.ts';
import type { AttachmentBlock } from '../../shared/protocol/chat.ts';

/** As clients send it. */
export interface WrittenAttachment {
  readonly type?: string | undefined;
  readonly mimeType?: string | undefined;
  readonly fileName?: string | undefined;
  /** Base64, or a data URL. */
  readonly content?: unknown;
}

export interface ReadAttachment {
  readonly kind: AttachmentBlock['type'];
  readonly mimeType: string;
  readonly fileName: string | undefined;
  readonly bytes: Buffer;
}

/** Bytes; what OpenClaw's gateways announce in `hello-ok`. */
export const ATTACHMENT_LIMITS = { maxBytes: 19_464_192, maxImageBytes: 6_291_456 } as const;
const MAX_ATTACHMENTS = 10;
/** A text is told to the model as it is. */
const MAX_TEXT_BYTES = 256 * 1024;
const MAX_NAME = 200;

/**
 * @throws GatewayError `invalid-params` that names the attachment and says what is wrong with it
 */
export function readAttachments(written: readonly WrittenAttachment[]): readonly ReadAttachment[] {
  if (written.length > MAX_ATTACHMENTS) throw refused(`At most ${MAX_ATTACHMENTS} attachments can be sent.`);
  const read = written.map(readOne);
  const bytes = read.reduce((sum, one) => sum + one.bytes.length, 0);
  if (bytes > ATTACHMENT_LIMITS.maxBytes)
    throw refused(`The attachments are larger than ${ATTACHMENT_LIMITS.maxBytes} bytes together.`);
  return read;
}

function readOne(written: WrittenAttachment, index: number): ReadAttachment {
  const fileName = shownName(written.fileName);
  const name = `Attachment ${index + 1}${fileName === undefined ? '' : ` (${fileName})`}`;
  const bytes = decoded(written.content);
  if (bytes === undefined) throw refused(`${name} has no content: it must be base64 or a data URL.`);
  const image = imageType(bytes);
  if (image !== undefined) {
    if (bytes.length > ATTACHMENT_LIMITS.maxImageBytes)
      throw refused(`${name} is larger than ${ATTACHMENT_LIMITS.maxImageBytes} bytes.`);
    return { kind: 'image', mimeType: image, fileName, bytes };
  }
  if (!isText(bytes))
    throw refused(`${name} cannot be taken: only images (PNG, JPEG, GIF, WebP) and texts (UTF-8) can.`);
  if (bytes.length > MAX_TEXT_BYTES) throw refused(`${name} is a text of more than ${MAX_TEXT_BYTES} bytes.`);
  return { kind: 'file', mimeType: 'text/plain', fileName, bytes };
}

const DATA_URL = /^data:[^,]{0,200};base64,/i;
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

function decoded(content: unknown): Buffer | undefined {
  if (typeof content !== 'string') return undefined;
  const base64 = content.replace(DATA_URL, '').replace(/[\r\n]/g, '');
  if (base64 === '' || !BASE64.test(base64)) return undefined;
  return Buffer.from(base64, 'base64');
}

/** By its first bytes. */
export function imageType(bytes: Buffer): string | undefined {
  const head = bytes.toString('latin1', 0, 12);
  if (head.startsWith('\u0089PNG\r\n\u001a\n')) return 'image/png';
  if (head.startsWith('\u00ff\u00d8\u00ff')) return 'image/jpeg';
  if (/^GIF8[79]a/.test(head)) return 'image/gif';
  return /^RIFF[^]{4}WEBP/.test(head) ? 'image/webp' : undefined;
}

function isText(bytes: Buffer): boolean {
  if (bytes.includes(0)) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** For people; never a place where something is written. */
function shownName(written: string | undefined): string | undefined {
  const name = written
    ?.replace(/^.*[/\\]/, '')
    .replace(/[\p{C}]/gu, '')
    .trim()
    .slice(0, MAX_NAME);
  return name === '' ? undefined : name;
}

function refused(message: string): GatewayError {
  return new GatewayError('invalid-params', message, { details: { code: 'ATTACHMENT_REFUSED' } });
}
