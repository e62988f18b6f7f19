// Why the profile cannot be used, in words: what is wrong, where, and what to do about it.

import path from 'node:path';
import { errorText } from '../../shared/logger.ts';
import { sqliteFailure } from './sqlite.ts';

/** Another process works with this profile. */
export class ProfileInUseError extends Error {
  constructor(folder: string) {
    super(`Another Clawtray process uses the profile in ${folder}.`);
    this.name = 'ProfileInUseError';
  }
}

/** The profile cannot be opened at all. The message says why and what to do. */
export class StoreUnavailableError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'StoreUnavailableError';
  }
}

/** `ENOENT` is also what a recursive mkdir says on a read-only disk. */
const NOT_WRITABLE = new Set(['EROFS', 'EACCES', 'EPERM', 'ENOENT', 'EIO']);
const FULL = new Set(['ENOSPC', 'EDQUOT']);
const IN_THE_WAY = new Set(['EEXIST', 'ENOTDIR', 'EISDIR']);

/** What to tell the person when opening, or writing a file in, the profile's folder failed with `error`. */
export function asStoreError(error: unknown, folder: string): Error {
  if (error instanceof StoreUnavailableError) return error;
  const failure = sqliteFailure(error);
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (failure === 'busy') return new ProfileInUseError(folder);
  if (failure === 'read-only' || failure === 'io' || NOT_WRITABLE.has(code)) {
    return new StoreUnavailableError(
      `The state folder ${folder} cannot be written. Make it writable, or choose another one with OPENCLAW_STATE_DIR.`,
      error,
    );
  }
  if (failure === 'full' || FULL.has(code)) {
    return new StoreUnavailableError(
      `The disk that holds ${folder} is full. Free some space and start again.`,
      error,
    );
  }
  if (failure === 'corrupt') {
    return new StoreUnavailableError(
      `The database in ${folder} is damaged; nothing was changed. "clawtray doctor" says what can be done: with --repair it keeps the damaged file aside and restores the newest backup in ${path.join(folder, 'backups')}.`,
      error,
    );
  }
  if (IN_THE_WAY.has(code)) {
    return new StoreUnavailableError(
      `Something else lies where Clawtray keeps its files (${errorText(error)}). Move it away, or choose another state folder with OPENCLAW_STATE_DIR.`,
      error,
    );
  }
  return new StoreUnavailableError(`The profile in ${folder} cannot be opened: ${errorText(error)}`, error);
}
