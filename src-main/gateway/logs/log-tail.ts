// Reads the end of the log, for those who follow it. What is in its files was redacted when it was written.

import { open, type FileHandle } from 'node:fs/promises';
import { GatewayError } from '../../shared/errors.ts';
import type { LogsTailParams, LogsTailResult } from '../../shared/protocol/logs.ts';
import { currentStart, rotatedLogs } from './log-segments.ts';

const DEFAULT_LINES = 500;
/** What is read at once, bytes. */
const DEFAULT_BYTES = 250_000;
const NEWLINE = 0x0a;
/** A rotation that happens just now is over the next time. */
const ATTEMPTS = 3;

/**
 * Whole lines after the cursor, or the last ones without a cursor.
 * @throws GatewayError `unavailable` when the log is there and cannot be read
 */
export type LogTail = (params: LogsTailParams) => Promise<LogsTailResult>;

export function createLogTail(file: string): LogTail {
  return async ({ cursor, limit = DEFAULT_LINES, maxBytes = DEFAULT_BYTES }) => {
    const log = await openLog(file);
    try {
      return { file, ...(await tail(log, cursor, limit, maxBytes)) };
    } finally {
      await log.close();
    }
  };
}

/** All files of the log as one. */
interface OpenLog {
  /** Where what is kept of it begins and ends. */
  readonly start: number;
  readonly end: number;
  isLineStart(place: number): Promise<boolean>;
  /** Less than `length` when the log ends before. */
  read(place: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

interface Segment {
  readonly handle: FileHandle;
  readonly start: number;
  readonly size: number;
}

async function openLog(file: string): Promise<OpenLog> {
  for (let attempt = 1; ; attempt += 1) {
    const rotated = rotatedLogs(file);
    const segments: Segment[] = [];
    for (const { file: older, start, size } of rotated) {
      const handle = await openFile(older);
      if (handle !== undefined) segments.push({ handle, start, size });
    }
    const current = await openFile(file);
    if (current !== undefined) {
      const { size } = await current.stat();
      segments.push({ handle: current, start: currentStart(rotated), size });
    }
    const log = asOne(segments);
    const same = JSON.stringify(rotatedLogs(file)) === JSON.stringify(rotated);
    if (same || attempt === ATTEMPTS) return log;
    await log.close();
  }
}

function asOne(segments: readonly Segment[]): OpenLog {
  const last = segments.at(-1);
  const start = segments[0]?.start ?? 0;
  const end = last === undefined ? 0 : last.start + last.size;

  async function read(place: number, length: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for (const segment of segments) {
      const from = Math.max(place, segment.start);
      const to = Math.min(place + length, segment.start + segment.size);
      if (from < to) pieces.push(await readFrom(segment.handle, from - segment.start, to - from));
    }
    return Buffer.concat(pieces);
  }

  return {
    start,
    end,
    read,
    isLineStart: async (place) => {
      if (segments.some((segment) => segment.start === place)) return true;
      return place > start && place <= end && (await read(place - 1, 1))[0] === NEWLINE;
    },
    close: async () => {
      for (const { handle } of segments) await handle.close();
    },
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
  log: OpenLog,
  cursor: number | undefined,
  limit: number,
  maxBytes: number,
): Promise<Omit<LogsTailResult, 'file'>> {
  const { end } = log;
  // A cursor stands behind a line. Where it does not, the log is another one: its files were taken away.
  const reset = cursor !== undefined && cursor > 0 && cursor >= log.start && !(await log.isLineStart(cursor));
  const wanted = cursor === undefined || reset ? log.start : Math.max(cursor, log.start);
  const start = Math.max(wanted, end - maxBytes);
  const bytes = await log.read(start, end - start);
  const first = start === log.start || (await log.isLineStart(start)) ? 0 : bytes.indexOf(NEWLINE) + 1;
  const last = bytes.lastIndexOf(NEWLINE) + 1;
  // What is written just now comes whole the next time; a line that is longer than what may be read never comes.
  const next = last === 0 && bytes.length === maxBytes ? start + bytes.length : start + last;
  const found = last <= first ? [] : bytes.toString('utf8', first, last - 1).split('\n');
  const lines = found.slice(-limit);
  const skippedBytes = cursor === undefined || reset ? 0 : start - cursor;
  return {
    cursor: next,
    size: end,
    lines,
    ...(start > wanted || lines.length < found.length || skippedBytes > 0 ? { truncated: true } : {}),
    ...(reset ? { reset: true } : {}),
    ...(skippedBytes > 0 ? { skippedBytes } : {}),
  };
}

/** Less than `length` when the file ends before. */
async function readFrom(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
