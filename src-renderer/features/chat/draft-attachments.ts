// What a person adds to a message before it is sent: read from files, and checked by what the gateway takes, so that it is said
// here and now what cannot be sent.

/** As the gateway has them. */
const MOST = 10;
const MOST_BYTES = 19_464_192;
const MOST_IMAGE_BYTES = 6_291_456;
const MOST_TEXT_BYTES = 256 * 1024;
const IMAGES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

export interface DraftAttachment {
  readonly id: string;
  readonly kind: 'image' | 'file';
  readonly fileName: string;
  readonly mimeType: string;
  readonly sizeBytes: number;
  /** Base64. */
  readonly content: string;
}

/** Why a file was not taken. */
export interface RefusedFile {
  readonly fileName: string;
  readonly reason: 'tooMany' | 'tooLarge' | 'imageTooLarge' | 'textTooLarge' | 'wrongKind' | 'unreadable';
}

export interface ReadFiles {
  readonly attachments: readonly DraftAttachment[];
  readonly refused: readonly RefusedFile[];
}

/** @param before what is there already, which counts */
export async function readFiles(
  files: readonly File[],
  before: readonly DraftAttachment[],
  newId: () => string,
): Promise<ReadFiles> {
  const attachments: DraftAttachment[] = [];
  const refused: RefusedFile[] = [];
  let bytes = before.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  for (const file of files) {
    const refuse = (reason: RefusedFile['reason']): void => {
      refused.push({ fileName: file.name, reason });
    };
    const isImage = IMAGES.has(file.type);
    if (before.length + attachments.length >= MOST) refuse('tooMany');
    else if (isImage && file.size > MOST_IMAGE_BYTES) refuse('imageTooLarge');
    else if (!isImage && file.size > MOST_TEXT_BYTES)
      refuse(isTextType(file.type) ? 'textTooLarge' : 'wrongKind');
    else if (bytes + file.size > MOST_BYTES) refuse('tooLarge');
    else {
      const content = await read(file).catch(() => undefined);
      if (content === undefined) refuse('unreadable');
      else if (!isImage && !isText(content)) refuse('wrongKind');
      else {
        bytes += file.size;
        attachments.push({
          id: newId(),
          kind: isImage ? 'image' : 'file',
          fileName: file.name,
          mimeType: isImage ? file.type : 'text/plain',
          sizeBytes: file.size,
          content: toBase64(content),
        });
      }
    }
  }
  return { attachments, refused };
}

function isTextType(type: string): boolean {
  return type === '' || type.startsWith('text/') || type === 'application/json';
}

function read(file: File): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      resolve(new Uint8Array(reader.result as ArrayBuffer));
    };
    reader.onerror = () => {
      reject(reader.error ?? new Error('the file cannot be read'));
    };
    reader.readAsArrayBuffer(file);
  });
}

function isText(bytes: Uint8Array): boolean {
  if (bytes.length === 0 || bytes.includes(0)) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Of arguments of one call. */
const CHUNK = 0x8000;

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK)
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(text);
}
