// The log as one long text in several files: the one that is written, and those before it. A file before it is named after
// the place where it begins, so that a place in the log stays the same when files are rotated, and across restarts.

import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

export interface RotatedLog {
  readonly file: string;
  /** Where it begins, bytes from the beginning of the log. */
  readonly start: number;
  readonly size: number;
}

/** Every place below 2^53 fits. */
const DIGITS = 16;

/** What the file is to be called when another one takes its place. */
export function rotatedName(file: string, start: number): string {
  return `${file}.${String(start).padStart(DIGITS, '0')}`;
}

/** Those that are there, the oldest first. */
export function rotatedLogs(file: string): readonly RotatedLog[] {
  const prefix = `${path.basename(file)}.`;
  const folder = path.dirname(file);
  return namesIn(folder)
    .filter((name) => name.startsWith(prefix) && /^\d{16}$/.test(name.slice(prefix.length)))
    .sort()
    .flatMap((name) => {
      const rotated = path.join(folder, name);
      const stats = statSync(rotated, { throwIfNoEntry: false });
      const start = Number(name.slice(prefix.length));
      return stats?.isFile() === true ? [{ file: rotated, start, size: stats.size }] : [];
    });
}

/** Where the file that is written begins. */
export function currentStart(rotated: readonly RotatedLog[]): number {
  const last = rotated.at(-1);
  return last === undefined ? 0 : last.start + last.size;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
