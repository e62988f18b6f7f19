// Replaces configuration files whole, and only if they are still what the change was made for.

import { mkdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { writeSynced } from '../store/durable-file.ts';
import { asStoreError } from '../store/store-errors.ts';

export interface FileChange {
  readonly file: string;
  /** What it held when the change was made; `undefined`: there was no such file. */
  readonly before: string | undefined;
  readonly after: string;
}

const PRIVATE = 0o600;

/**
 * @returns whether the files were replaced; `false`: somebody else changed one of them in the meantime, and none was
 * touched
 * @throws StoreUnavailableError
 */
export function replaceFiles(changes: readonly FileChange[]): boolean {
  const prepared: {
    readonly file: string;
    readonly temporary: string;
    readonly before: string | undefined;
  }[] = [];
  try {
    for (const { file, before, after } of changes) {
      const target = targetOf(file);
      const temporary = `${target}.${process.pid}.new`;
      mkdirSync(path.dirname(target), { recursive: true, mode: 0o700 });
      prepared.push({ file: target, temporary, before });
      // An existing file keeps who may read it: that is its owner's decision.
      writeSynced(temporary, after, modeOf(target));
    }
    // Nothing runs between the comparison and the replacement.
    if (prepared.some(({ file, before }) => read(file) !== before)) return false;
    for (const { file, temporary } of prepared) renameSync(temporary, file);
    return true;
  } catch (error) {
    throw asStoreError(error, path.dirname(changes[0]?.file ?? ''));
  } finally {
    for (const { temporary } of prepared) rmSync(temporary, { force: true });
  }
}

/** A link stays one, and what it leads to is replaced. */
function targetOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

function modeOf(file: string): number {
  try {
    return statSync(file).mode & 0o777;
  } catch {
    return PRIVATE;
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
