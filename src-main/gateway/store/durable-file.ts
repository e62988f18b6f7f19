// Small files that must be whole or absent, whatever instant the process is killed at.

import { randomUUID } from 'node:crypto';
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
import { lstat, open, rename, rm } from 'node:fs/promises';
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

/** Makes a file that is not there yet, and waits until the disk has it. @throws the system's errors, EEXIST among them */
export async function createSynced(file: string, data: string | Buffer, mode: number): Promise<void> {
  const handle = await open(file, 'wx', mode);
  try {
    await handle.writeFile(data);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Writes `data` to `file`, whose folder is there, by way of a synced temporary file beside it. Who may read it stays as it
 * was; a new one is for its owner alone.
 * @throws the system's errors; the file is then as it was
 */
export async function replaceFile(file: string, data: string | Buffer): Promise<void> {
  const about = await lstat(file).catch(() => undefined);
  const temporary = `${file}.${randomUUID()}.new`;
  try {
    await createSynced(temporary, data, about?.isFile() === true ? about.mode & 0o777 : 0o600);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
