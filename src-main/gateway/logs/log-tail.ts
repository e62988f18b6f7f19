// Reads the end of the log file, for those who follow it. What is in the file was redacted when it was written.

import { open, type FileHandle } from 'node:fs/promises';
import { GatewayError } from '../../shared/errors.ts';
import type { LogsTailParams, LogsTailResult } from '../../shared/protocol/logs.ts';

const DEFAULT_LINES = 500;
/** What is read at once, bytes. */
const DEFAULT_BYTES = 250_000;
const NEWLINE = 0x0a;

/**
 * Whole lines after the cursor, or the last ones without a cursor.
 * @throws GatewayError `unavailable` when the file is there and cannot be read
 */
export type LogTail = (params: LogsTailParams) => Promise<LogsTailResult>;

export function createLogTail(file: string): LogTail {
  return async ({ cursor, limit = DEFAULT_LINES, maxBytes = DEFAULT_BYTES }) => {
    const handle = await openFile(file);
    if (handle === undefined)
      return { file, cursor: 0, size: 0, lines: [], ...((cursor ?? 0) > 0 ? { reset: true } : {}) };
    try {
      return { file, ...(await tail(handle, cursor, limit, maxBytes)) };
    } finally {
      await handle.close();
    }
  };
}

async function openFile(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, 'r');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new GatewayError('unavailable', `The log file cannot be read (${code ?? 'unknown error'}).`);
  }
}

async function tail(
  handle: FileHandle,
  cursor: number | undefined,
  limit: number,
  maxBytes: number,
): Promise<Omit<LogsTailResult, 'file'>> {
  const { size } = await handle.stat();
  // A cursor stands behind a line. Where it does not, the file is another one: it was rotated.
  const reset = cursor !== undefined && !(await isLineStart(handle, cursor, size));
  const wanted = cursor === undefined || reset ? 0 : cursor;
  const start = Math.max(wanted, size - maxBytes);
  const bytes = await read(handle, start, size - start);
  const first = (await isLineStart(handle, start, size)) ? 0 : bytes.indexOf(NEWLINE) + 1;
  const end = bytes.lastIndexOf(NEWLINE) + 1;
  // What is written just now comes whole the next time; a line that is longer than what may be read never comes.
  const next = end === 0 && bytes.length === maxBytes ? start + bytes.length : start + end;
  const found = end <= first ? [] : bytes.toString('utf8', first, end - 1).split('\n');
  const lines = found.slice(-limit);
  const skippedBytes = cursor === undefined || reset ? 0 : start - wanted;
  return {
    cursor: next,
    size,
    lines,
    ...(start > wanted || lines.length < found.length ? { truncated: true } : {}),
    ...(reset ? { reset: true } : {}),
    ...(skippedBytes > 0 ? { skippedBytes } : {}),
  };
}

async function isLineStart(handle: FileHandle, position: number, size: number): Promise<boolean> {
  if (position === 0) return true;
  if (position > size) return false;
  return (await read(handle, position - 1, 1))[0] === NEWLINE;
}

/** Less than `length` when the file ends before. */
async function read(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
