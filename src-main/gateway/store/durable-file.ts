// Small files that must be whole or absent, whatever instant the process is killed at.

import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { asStoreError } from './store-errors.ts';

/**
 * The text of a file that `writePrivateFile` wrote; `undefined` when there is none.
 * @throws StoreUnavailableError with the folder and what to do
 */
export function readPrivateFile(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw asStoreError(error, path.dirname(file));
  }
}

/**
 * Writes `text` to `file` with mode 0600 by way of a synced temporary file beside it.
 * @throws StoreUnavailableError with the folder and what to do
 */
export function writePrivateFile(file: string, text: string): void {
  const folder = path.dirname(file);
  const temporary = `${file}.${process.pid}.new`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeSynced(temporary, text, 0o600);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw asStoreError(error, folder);
  }
}

/** Writes a whole file and waits until the disk has it. @param mode of a file that is new */
export function writeSynced(file: string, text: string, mode: number): void {
  const descriptor = openSync(file, 'w', mode);
  try {
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
