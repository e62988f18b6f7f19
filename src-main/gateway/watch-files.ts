// Tells when files change. Polling on purpose: what we look at lies beside the database, whose every write would wake a
// watcher of the folder; a file that does not exist yet must be noticed; and certificates are often renewed by swapping a
// link. Node's own polling misses what changes before its first look.

import { statSync } from 'node:fs';
import { stat } from 'node:fs/promises';

/** How often files are looked at, ms. */
const POLL_INTERVAL = 1_500;

/** How files were when somebody looked; a file that is not there has an empty one. */
export type FileStamps = readonly string[];

/** To be taken before the files are read: what changes after that is told. */
export function stampFiles(files: readonly string[]): FileStamps {
  return files.map((file) => {
    try {
      return stampOf(statSync(file, { bigint: true }));
    } catch (error) {
      return stampWithout(error);
    }
  });
}

/**
 * @param since how they were; from now on if left out
 * @returns what ends it
 */
export function watchFiles(
  files: readonly string[],
  onChange: () => void,
  since: FileStamps = stampFiles(files),
): () => void {
  let known = since;
  let looking = false;
  let ended = false;

  async function look(): Promise<void> {
    const now = await Promise.all(
      files.map((file) => stat(file, { bigint: true }).then(stampOf, stampWithout)),
    );
    if (ended || now.every((stamp, index) => stamp === known[index])) return;
    known = now;
    onChange();
  }

  const timer = setInterval(() => {
    // A disk that answers slowly is not asked twice.
    if (looking) return;
    looking = true;
    void look().finally(() => {
      looking = false;
    });
  }, POLL_INTERVAL);
  timer.unref();
  return () => {
    ended = true;
    clearInterval(timer);
  };
}

interface Facts {
  readonly mtimeNs: bigint;
  readonly size: bigint;
  readonly ino: bigint;
}

const stampOf = ({ mtimeNs, size, ino }: Facts): string => `${mtimeNs} ${size} ${ino}`;

/** A file that may not be looked at is another state than one that is not there. */
function stampWithout(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR' ? '' : String(code);
}
